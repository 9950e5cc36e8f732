/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-waveform"

#include "ww-waveform.h"

#define BAR_WIDTH 3.0f
#define BAR_GAP   2.0f
#define HEIGHT    32
#define WIDTH     160
#define STEP      0.05 /* of a key */

struct _WwWaveform
{
  GtkWidget parent_instance;
  GByteArray *levels; /* empty: a plain line */
  double fraction;
  gboolean seekable;
  gboolean live; /* the newest are shown, from the end */
};

G_DEFINE_FINAL_TYPE (WwWaveform, ww_waveform, GTK_TYPE_WIDGET)

enum
{
  SEEK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* The level of one of n bars. */
static double
level_of (WwWaveform *self, guint bar, guint n)
{
  guint at;

  if (self->levels->len == 0)
    return 0;
  if (!self->live)
    return self->levels->data[(gsize) bar * self->levels->len / n] / 255.0;
  if (self->levels->len < n - bar)
    return 0;
  at = self->levels->len - (n - bar);
  return self->levels->data[at] / 255.0;
}

/* Sound runs from left to right in every script, as on any player. */
static void
ww_waveform_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WwWaveform *self = WW_WAVEFORM (widget);
  float width = (float) gtk_widget_get_width (widget), height = (float) gtk_widget_get_height (widget);
  guint n = (guint) MAX ((width + BAR_GAP) / (BAR_WIDTH + BAR_GAP), 1);
  GdkRGBA full, rest;

  gtk_widget_get_color (widget, &full);
  rest = full;
  rest.alpha *= 0.35f;
  for (guint i = 0; i < n; i++)
    {
      float bar = MAX ((float) level_of (self, i, n) * height, BAR_WIDTH);
      float x = (float) i * (BAR_WIDTH + BAR_GAP);
      GskRoundedRect rect;

      gsk_rounded_rect_init_from_rect (&rect, &GRAPHENE_RECT_INIT (x, (height - bar) / 2, BAR_WIDTH, bar),
                                       BAR_WIDTH / 2);
      gtk_snapshot_push_rounded_clip (snapshot, &rect);
      gtk_snapshot_append_color (snapshot, self->live || (i + 0.5) / n <= self->fraction ? &full : &rest, &rect.bounds);
      gtk_snapshot_pop (snapshot);
    }
}

static void
ww_waveform_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                     int *minimum_baseline, int *natural_baseline)
{
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = WIDTH / 3;
      *natural = WIDTH;
    }
  else
    *minimum = *natural = HEIGHT;
}

static void
seek (WwWaveform *self, double fraction)
{
  if (self->seekable)
    g_signal_emit (self, signals[SEEK], 0, CLAMP (fraction, 0, 1));
}

static void
pressed_cb (WwWaveform *self, int n_press, double x)
{
  double width = MAX (gtk_widget_get_width (GTK_WIDGET (self)), 1);
  double fraction = x / width;

  seek (self, fraction);
}

static gboolean
key_cb (WwWaveform *self, guint key)
{
  if (!self->seekable)
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_Left || key == GDK_KEY_KP_Left)
    seek (self, self->fraction - STEP);
  else if (key == GDK_KEY_Right || key == GDK_KEY_KP_Right)
    seek (self, self->fraction + STEP);
  else if (key == GDK_KEY_Home || key == GDK_KEY_KP_Home)
    seek (self, 0);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
ww_waveform_finalize (GObject *object)
{
  g_byte_array_unref (WW_WAVEFORM (object)->levels);
  G_OBJECT_CLASS (ww_waveform_parent_class)->finalize (object);
}

static void
ww_waveform_class_init (WwWaveformClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ww_waveform_finalize;
  widget_class->snapshot = ww_waveform_snapshot;
  widget_class->measure = ww_waveform_measure;
  signals[SEEK] = g_signal_new ("seek", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, G_TYPE_DOUBLE);
  gtk_widget_class_set_css_name (widget_class, "waveform");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SLIDER);
}

static void
ww_waveform_init (WwWaveform *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->levels = g_byte_array_new ();
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.0,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, 100.0, GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, 0.0, -1);
}

/**
 * ww_waveform_set_levels:
 * @levels: (nullable): from silence (0) to the loudest (255), over the whole time; %NULL shows a plain line
 */
void
ww_waveform_set_levels (WwWaveform *self, const guint8 *levels, gsize n_levels)
{
  self->live = FALSE;
  g_byte_array_set_size (self->levels, 0);
  if (levels != NULL)
    g_byte_array_append (self->levels, levels, (guint) n_levels);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* One more while it is recorded; what is older moves on. */
void
ww_waveform_append (WwWaveform *self, double level)
{
  guint8 byte = (guint8) (CLAMP (level, 0, 1) * 255);

  self->live = TRUE;
  if (self->levels->len >= 4096)
    g_byte_array_remove_range (self->levels, 0, 2048);
  g_byte_array_append (self->levels, &byte, 1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ww_waveform_set_fraction (WwWaveform *self, double fraction)
{
  if (self->fraction == fraction)
    return;
  self->fraction = fraction;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, fraction * 100, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

double
ww_waveform_get_fraction (WwWaveform *self)
{
  return self->fraction;
}

/**
 * ww_waveform_set_text:
 * @text: where one is, for people, as in “0:12 of 0:40”
 */
void
ww_waveform_set_text (WwWaveform *self, const char *text)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
}

/**
 * ww_waveform_set_seekable:
 * @seekable: whether one can go to another place, with the pointer and the keys
 */
void
ww_waveform_set_seekable (WwWaveform *self, gboolean seekable)
{
  self->seekable = seekable;
  gtk_widget_set_focusable (GTK_WIDGET (self), seekable);
}
