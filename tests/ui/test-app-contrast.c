/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The colours of the stylesheet, as they come out on a real display in each style and with each accent: what is read has
 * the contrast that WCAG 2.2 asks for (1.4.3, AA: 4.5 to 1), what is a sign has 3 to 1 (1.4.11). */
#include <adwaita.h>

#define TEXT 4.5
#define SIGN 3.0
#define COLUMNS 6

/* Where a word stands: names and classes as in a selector, from the outside in. */
static const struct
{
  const char *path;
  double least;
} samples[] = {
  { "label", TEXT },
  { "label.dimmed", TEXT },
  { "label.error", TEXT },
  { "label.success", TEXT },
  { "label.warning", TEXT },
  { "label.accent", TEXT },
  { "box.card > label", TEXT },
  { "box.card > label.dimmed", TEXT },
  { "box.background.sidebar-pane > box.sidebar-row > label.preview.dimmed", TEXT },
  { "box.transcript-row > box.bubble > label", TEXT },
  { "box.transcript-row.own > box.bubble > label", TEXT },
  { "box.transcript-row.own > box.bubble > label > link", TEXT },
  { "box.transcript-row > box.bubble > label > link", TEXT },
  { "box.transcript-row > box.bubble > button.flat.quote > label", TEXT },
  { "box.transcript-row.own > box.bubble > button.flat.quote > label", TEXT },
  { "box.transcript-row > box.bubble.unsent > label", TEXT },
  { "box.transcript-row.own > box.bubble.unsent > label", TEXT },
  { "box.transcript-row > box.bubble.bare > box.part > label.file-name", TEXT },
  { "box.transcript-row > box.bubble > label.file-subtitle", TEXT },
  { "box.transcript-row.own > box.bubble > label.file-subtitle", TEXT },
  { "box.transcript-row > box.bubble > button.flat.card-button > label", TEXT },
  { "box.transcript-row.own > box.bubble > button.flat.card-button > label", TEXT },
  { "box.transcript-row > box.bubble > button.flat.link-button > label", TEXT },
  { "box.transcript-row.own > box.bubble > button.flat.link-button > label", TEXT },
  { "box.transcript-row > box.bubble > button.flat.link-button > label.dimmed", TEXT },
  { "box.transcript-row.own > box.bubble > button.flat.link-button > label.dimmed", TEXT },
  { "box.transcript-row.own > box.bubble > button.play-button > label", SIGN },
  { "box.transcript-row > box.bubble > button.play-button > label", SIGN },
  { "box.transcript-row > box.bubble > box.file-icon > label", SIGN },
  { "box.transcript-row.own > box.bubble > box.file-icon > label", SIGN },
  { "box.transcript-row > label.caption.dimmed.day", TEXT },
  { "box.transcript-row > box.unread-divider > label", TEXT },
  { "box.transcript-row.own > box.message-foot > label.message-state.quiet", TEXT },
  { "box.transcript-row.own > box.message-foot > label.message-state.error", TEXT },
  { "box.transcript-row.own > box.message-foot > button.flat.edited > label", TEXT },
  { "box.transcript-row > button.tapback > label", TEXT },
  { "box.transcript-row > button.tapback.own-tapback > label", TEXT },
  { "box.transcript-notice > label", TEXT },
  { "box.transcript-notice.group-event > label", TEXT },
  { "box.transcript-notice > image", SIGN },
  { "box.card.notice-card > image", SIGN },
  { "box.card.notice-card > label", TEXT },
  { "box.composer > box.composer-frame > label", TEXT },
  { "box.composer > box.composer-frame > label.dimmed", TEXT },
  { "box.composer > box.composer-frame > button.flat > label", SIGN },
  { "label.count", TEXT },
  { "button.suggested-action > label", TEXT },
  { "button.destructive-action > label", TEXT },
  { "button > label", TEXT },
};

/* A word without letters: all of it has the colour of the text. */
#define WW_TYPE_INK (ww_ink_get_type ())
G_DECLARE_FINAL_TYPE (WwInk, ww_ink, WW, INK, GtkWidget)
struct _WwInk
{
  GtkWidget parent_instance;
};
G_DEFINE_FINAL_TYPE (WwInk, ww_ink, GTK_TYPE_WIDGET)

static gboolean inked;

static void
ww_ink_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GdkRGBA color;

  gtk_widget_get_color (widget, &color);
  if (inked)
    gtk_snapshot_append_color (
        snapshot, &color,
        &GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget), (float) gtk_widget_get_height (widget)));
}

static void
ww_ink_class_init (WwInkClass *klass)
{
  GTK_WIDGET_CLASS (klass)->snapshot = ww_ink_snapshot;
}

static void
ww_ink_init (WwInk *self)
{
  gtk_widget_set_size_request (GTK_WIDGET (self), 24, 12);
}

/* “box.bubble”, and the rest of the path within it. Returns the outermost, and the ink. */
static GtkWidget *
build (char **steps, GtkWidget **ink)
{
  g_auto (GStrv) words = g_strsplit (g_strstrip (*steps), ".", -1);
  GtkWidget *widget = g_object_new (steps[1] != NULL ? GTK_TYPE_BOX : WW_TYPE_INK, "css-name", words[0], "css-classes",
                                    words + 1, NULL);

  if (steps[1] != NULL)
    gtk_box_append (GTK_BOX (widget), build (steps + 1, ink));
  else
    *ink = widget;
  return widget;
}

typedef struct
{
  GtkWidget *window;
  GtkWidget *inks[G_N_ELEMENTS (samples)];
} Fixture;

static void
painted_cb (guint *frames)
{
  ++*frames;
}

static void
wait_for_frames (GtkWidget *window)
{
  guint frames = 0;
  gulong handler = g_signal_connect_swapped (gtk_widget_get_frame_clock (window), "after-paint",
                                             G_CALLBACK (painted_cb), &frames);

  while (frames < 3)
    {
      gtk_widget_queue_draw (window);
      g_main_context_iteration (NULL, TRUE);
    }
  g_signal_handler_disconnect (gtk_widget_get_frame_clock (window), handler);
}

static void
setup (Fixture *fixture)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_widget_add_css_class (grid, "background");
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_auto (GStrv) steps = g_strsplit (samples[i].path, ">", -1);

      gtk_grid_attach (GTK_GRID (grid), build (steps, &fixture->inks[i]), (int) (i % COLUMNS), (int) (i / COLUMNS), 1, 1);
    }
  fixture->window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (fixture->window), grid);
  gtk_window_present (GTK_WINDOW (fixture->window));
  while (!gtk_widget_get_mapped (fixture->window))
    g_main_context_iteration (NULL, TRUE);
}

static cairo_surface_t *
render (GtkWidget *window, gboolean with_ink)
{
  int width = gtk_widget_get_width (window), height = gtk_widget_get_height (window);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo_t *cr = cairo_create (surface);

  inked = with_ink;
  wait_for_frames (window);
  gtk_widget_snapshot_child (window, gtk_window_get_child (GTK_WINDOW (window)), snapshot);
  node = gtk_snapshot_free_to_node (snapshot);
  g_assert_nonnull (node);
  gsk_render_node_draw (node, cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

/* WCAG 2.2, “relative luminance”. */
static double
luminance (cairo_surface_t *surface, GtkWidget *window, GtkWidget *ink)
{
  graphene_point_t middle = GRAPHENE_POINT_INIT ((float) gtk_widget_get_width (ink) / 2,
                                                 (float) gtk_widget_get_height (ink) / 2);
  const double weights[] = { 0.0722, 0.7152, 0.2126 };
  const guint8 *pixel = cairo_image_surface_get_data (surface);
  graphene_point_t at;
  double sum = 0;

  g_assert_true (gtk_widget_compute_point (ink, window, &middle, &at));
  g_assert_cmpint ((int) at.x, <, cairo_image_surface_get_width (surface));
  g_assert_cmpint ((int) at.y, <, cairo_image_surface_get_height (surface));
  pixel += (gsize) cairo_image_surface_get_stride (surface) * (gsize) at.y + 4 * (gsize) at.x;
  for (guint i = 0; i < G_N_ELEMENTS (weights); i++)
    {
      double value = pixel[i] / 255.0;

      sum += weights[i] * (value <= 0.04045 ? value / 12.92 : pow ((value + 0.055) / 1.055, 2.4));
    }
  return sum;
}

static double
contrast (double one, double other)
{
  return (MAX (one, other) + 0.05) / (MIN (one, other) + 0.05);
}

static void
compare (Fixture *fixture, const char *style, GString *faults)
{
  cairo_surface_t *words = render (fixture->window, TRUE);
  cairo_surface_t *ground = render (fixture->window, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      double found = contrast (luminance (words, fixture->window, fixture->inks[i]),
                               luminance (ground, fixture->window, fixture->inks[i]));

      if (found < samples[i].least)
        g_string_append_printf (faults, "\n%s: %.2f in place of %.1f: %s", style, found, samples[i].least,
                                samples[i].path);
    }
  cairo_surface_destroy (words);
  cairo_surface_destroy (ground);
}

static GtkCssProvider *
add_style (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "src", "app", name, NULL);
  GtkCssProvider *provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_path (provider, path);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  return provider;
}

static void
test_contrast (void)
{
  static const char *const accents[] = { "blue", "teal", "green",  "yellow", "orange",
                                         "red",  "pink", "purple", "slate" };
  g_autoptr (GSettings) interface = g_settings_new ("org.gnome.desktop.interface");
  g_autoptr (GSettings) a11y = g_settings_new ("org.gnome.desktop.a11y.interface");
  AdwStyleManager *style = adw_style_manager_get_default ();
  g_autoptr (GString) faults = g_string_new (NULL);
  Fixture fixture = { 0 };

  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_object_unref (add_style ("style.css"));
  setup (&fixture);
  for (guint high = 0; high <= 1; high++)
    {
      g_settings_set_boolean (a11y, "high-contrast", high == 1);
      if (high == 1)
        g_object_unref (add_style ("style-hc.css"));
      g_assert_cmpint (adw_style_manager_get_high_contrast (style), ==, high == 1);
      for (guint dark = 0; dark <= 1; dark++)
        for (guint i = 0; i < G_N_ELEMENTS (accents); i++)
          {
            g_autofree char *name = g_strconcat (high == 1 ? "high contrast, " : "", dark == 1 ? "dark, " : "light, ",
                                                 accents[i], NULL);

            g_settings_set_string (interface, "accent-color", accents[i]);
            adw_style_manager_set_color_scheme (style, dark == 1 ? ADW_COLOR_SCHEME_FORCE_DARK
                                                                 : ADW_COLOR_SCHEME_FORCE_LIGHT);
            compare (&fixture, name, faults);
          }
    }
  gtk_window_destroy (GTK_WINDOW (fixture.window));
  if (faults->len > 0)
    g_test_message ("%s", faults->str);
  g_assert_cmpuint (faults->len, ==, 0);
}

int
main (int argc, char **argv)
{
  /* GDK asks for a deprecated property of GSettings when a setting of the desktop changes. */
  g_unsetenv ("G_ENABLE_DIAGNOSTIC");
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/app/contrast", test_contrast);
  return g_test_run ();
}
