/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-tapback-pills"

#include "ww-tapback-pills.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ww-tapbacks.h"
#include "ww-widget.h"

/* More than this would be wider than many a bubble; the last one then counts the rest. */
#define PILLS_MAX 5
#define POP_MS    100
#define POP_FROM  0.4

struct _WwTapbackPills
{
  GtkWidget parent_instance;
  AdwAnimation *pop;
  char *newest; /* what pops; NULL when nothing does */
  double scale;
};

G_DEFINE_FINAL_TYPE (WwTapbackPills, ww_tapback_pills, GTK_TYPE_WIDGET)

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
clicked_cb (WwTapbackPills *self)
{
  g_signal_emit (self, signals[CHOSEN], 0);
}

static GtkWidget *
add_pill (WwTapbackPills *self, const char *text, const char *names, gboolean own)
{
  GtkWidget *pill = gtk_button_new ();

  /* A child, not a label: that would be the button's name. */
  gtk_button_set_child (GTK_BUTTON (pill), gtk_label_new (text));
  gtk_widget_add_css_class (pill, "tapback");
  ww_widget_set_css_class (pill, "own-tapback", own);
  gtk_widget_set_tooltip_text (pill, names);
  gtk_accessible_update_property (GTK_ACCESSIBLE (pill), GTK_ACCESSIBLE_PROPERTY_LABEL, names, -1);
  g_signal_connect_object (pill, "clicked", G_CALLBACK (clicked_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_set_parent (pill, GTK_WIDGET (self));
  return pill;
}

static void
add_group (WwTapbackPills *self, GListModel *tapbacks, WwTapbackGroup *group)
{
  g_autofree char *people = ww_tapbacks_dup_names (tapbacks, group->emoji);
  /* Translators: an emoji, and who tapped back with it. */
  g_autofree char *names = g_strdup_printf (_ ("%1$s from %2$s"), group->emoji, people);
  g_autofree char *text = group->count > 1 ? g_strdup_printf ("%s %u", group->emoji, group->count)
                                           : g_strdup (group->emoji);
  GtkWidget *pill = add_pill (self, text, names, group->own);

  g_object_set_data_full (G_OBJECT (pill), "emoji", g_strdup (group->emoji), g_free);
}

static void
remove_all (WwTapbackPills *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
}

static gboolean
has (WwTapbackPills *self, const char *emoji)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (g_strcmp0 (g_object_get_data (G_OBJECT (child), "emoji"), emoji) == 0)
      return TRUE;
  return FALSE;
}

/**
 * ww_tapback_pills_set:
 * @tapbacks: of WwTapback
 * @pop: whether what is new pops, rather than being there
 */
void
ww_tapback_pills_set (WwTapbackPills *self, GListModel *tapbacks, gboolean pop)
{
  g_autoptr (GPtrArray) groups = ww_tapbacks_group (tapbacks);
  guint shown = groups->len > PILLS_MAX ? PILLS_MAX - 1 : groups->len;
  g_autofree char *newest = NULL;

  for (guint i = 0; i < shown && pop && newest == NULL; i++)
    {
      WwTapbackGroup *group = g_ptr_array_index (groups, i);

      if (!has (self, group->emoji))
        newest = g_strdup (group->emoji);
    }
  remove_all (self);
  for (guint i = 0; i < shown; i++)
    add_group (self, tapbacks, g_ptr_array_index (groups, i));
  if (shown < groups->len)
    {
      /* Translators: how many more kinds of tapbacks there are than fit. */
      g_autofree char *text = g_strdup_printf (_ ("+%u"), groups->len - shown);
      g_autofree char *words = ww_tapbacks_dup_words (tapbacks);

      add_pill (self, text, words, FALSE);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), groups->len > 0);

  g_set_str (&self->newest, newest);
  if (newest != NULL)
    adw_animation_play (self->pop);
}

static void
ww_tapback_pills_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WwTapbackPills *self = WW_TAPBACK_PILLS (widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      graphene_rect_t bounds;
      graphene_point_t centre;

      if (g_strcmp0 (g_object_get_data (G_OBJECT (child), "emoji"), self->newest) != 0 ||
          !gtk_widget_compute_bounds (child, widget, &bounds))
        {
          gtk_widget_snapshot_child (widget, child, snapshot);
          continue;
        }
      centre = GRAPHENE_POINT_INIT (bounds.origin.x + bounds.size.width / 2, bounds.origin.y + bounds.size.height / 2);
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &centre);
      gtk_snapshot_scale (snapshot, (float) self->scale, (float) self->scale);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (-centre.x, -centre.y));
      gtk_widget_snapshot_child (widget, child, snapshot);
      gtk_snapshot_restore (snapshot);
    }
}

static void
scale_cb (double value, gpointer user_data)
{
  WwTapbackPills *self = user_data;

  self->scale = value;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
ww_tapback_pills_dispose (GObject *object)
{
  WwTapbackPills *self = WW_TAPBACK_PILLS (object);

  g_clear_object (&self->pop);
  remove_all (self);
  G_OBJECT_CLASS (ww_tapback_pills_parent_class)->dispose (object);
}

static void
ww_tapback_pills_finalize (GObject *object)
{
  g_free (WW_TAPBACK_PILLS (object)->newest);
  G_OBJECT_CLASS (ww_tapback_pills_parent_class)->finalize (object);
}

static void
ww_tapback_pills_class_init (WwTapbackPillsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ww_tapback_pills_dispose;
  object_class->finalize = ww_tapback_pills_finalize;
  widget_class->snapshot = ww_tapback_pills_snapshot;
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "tapbacks");
}

static void
ww_tapback_pills_init (WwTapbackPills *self)
{
  self->scale = 1;
  self->pop = adw_timed_animation_new (GTK_WIDGET (self), POP_FROM, 1, POP_MS,
                                       adw_callback_animation_target_new (scale_cb, self, NULL));
  adw_timed_animation_set_easing (ADW_TIMED_ANIMATION (self->pop), ADW_EASE_OUT_BACK);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
ww_tapback_pills_new (void)
{
  return g_object_new (WW_TYPE_TAPBACK_PILLS, NULL);
}
