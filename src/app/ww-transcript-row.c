/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transcript-row"

#include "ww-transcript-row-private.h"

#include <glib/gi18n.h>

#include "ww-clock.h"
#include "ww-message-content.h"
#include "ww-time.h"
#include "ww-widget.h"

/* An own message comes up from where it was written. */
#define RISE_MS     120
#define RISE_PIXELS 28
#define FLASH_MS    1400

G_DEFINE_FINAL_TYPE (WwTranscriptRow, ww_transcript_row, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_SENTENCE,
  N_PROPS
};

enum
{
  RETRY,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
update_state (WwTranscriptRow *self, WwMessage *message, WwPlace place)
{
  WwMessageState state = ww_message_get_state (message);
  gboolean failed = state == WW_MESSAGE_STATE_FAILED;
  gboolean unsent = ww_message_get_kind (message) == WW_MESSAGE_KIND_UNSENT;
  gboolean shown = !unsent && (failed || (place & WW_PLACE_LAST_OWN) != 0);
  gboolean edited = !unsent && ww_message_get_edited_ms (message) > 0;
  g_autofree char *clock = NULL;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->edited_button, edited);
  gtk_widget_set_visible (self->foot, shown || edited);
  gtk_widget_set_visible (self->state_box, shown);
  gtk_widget_set_visible (self->retry_button, failed);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.retry", failed);
  if (!shown)
    return;

  clock = ww_time_format_clock (ww_transcript_item_get_shown_ms (self->item));
  /* Translators: the state of a message and the time it was written, as in “Delivered 10:32”. */
  text = failed ? g_strdup (_ ("Not sent"))
                : g_strdup_printf (_ ("%1$s %2$s"), ww_message_state_for_people (state), clock);
  gtk_label_set_text (self->state_label, text);
  gtk_image_set_from_icon_name (self->state_icon, ww_message_state_icon (state));
  gtk_widget_set_tooltip_text (self->state_box, ww_message_get_error (message));
  ww_widget_set_css_class (self->state_box, "error", failed);
  ww_widget_set_css_class (self->state_box, "accent", state == WW_MESSAGE_STATE_READ);
  ww_widget_set_css_class (self->state_box, "quiet", !failed && state != WW_MESSAGE_STATE_READ);
}

static void
update_quote (WwTranscriptRow *self, WwMessage *message)
{
  WwQuote *quote = ww_message_get_quote (message);

  if (quote != NULL && self->quote == NULL)
    {
      self->quote = WW_QUOTE_VIEW (ww_quote_view_new ());
      gtk_box_prepend (self->bubble, GTK_WIDGET (self->quote));
    }
  if (self->quote != NULL)
    gtk_widget_set_visible (GTK_WIDGET (self->quote), quote != NULL);
  if (quote != NULL)
    ww_quote_view_set_quote (self->quote, quote);
}

static void
update_content (WwTranscriptRow *self, WwMessage *message)
{
  WwMessageKind kind = ww_message_get_kind (message);

  if (self->content != NULL && !ww_message_content_shows (WW_MESSAGE_CONTENT (self->content), kind))
    {
      gtk_box_remove (self->bubble, self->content);
      self->content = NULL;
    }
  if (self->content == NULL)
    {
      self->content = GTK_WIDGET (ww_message_content_new (kind));
      gtk_box_append (self->bubble, self->content);
    }
  ww_message_content_set_message (WW_MESSAGE_CONTENT (self->content), message, self->plain);
  ww_message_content_set_highlight (WW_MESSAGE_CONTENT (self->content), self->highlight);
  update_quote (self, message);
  ww_widget_set_css_class (GTK_WIDGET (self->bubble), "bare",
                           ww_message_content_is_bare (WW_MESSAGE_CONTENT (self->content)));
  ww_widget_set_css_class (GTK_WIDGET (self->bubble), "unsent", kind == WW_MESSAGE_KIND_UNSENT);
  self->revision = ww_transcript_item_get_revision (self->item);
}

/* What depends on the date: it is refreshed at midnight too. */
static void
update_dates (WwTranscriptRow *self)
{
  g_autoptr (GDateTime) now = NULL;
  g_autofree char *day = NULL;

  if (self->item == NULL)
    return;
  now = ww_clock_dup_now (ww_clock_get_default ());
  day = ww_time_format_day (ww_transcript_item_get_shown_ms (self->item), now);
  gtk_label_set_text (self->day, day);

  g_free (self->sentence);
  self->sentence = ww_transcript_item_dup_sentence (self->item, now);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SENTENCE]);
}

/* What this device, or a group, has to say stands between the messages, without a bubble. */
static void
update_notice (WwTranscriptRow *self, WwMessage *message)
{
  gboolean notice = ww_transcript_item_is_notice (self->item);
  gboolean quiet = ww_message_get_kind (message) == WW_MESSAGE_KIND_GROUP_EVENT;

  gtk_widget_set_visible (self->notice, notice);
  gtk_widget_set_visible (self->line, !notice);
  gtk_widget_set_visible (self->notice_icon, !quiet);
  ww_widget_set_css_class (self->notice, "group-event", quiet);
  gtk_label_set_xalign (self->notice_label, quiet ? 0.5f : 0);
  gtk_label_set_justify (self->notice_label, quiet ? GTK_JUSTIFY_CENTER : GTK_JUSTIFY_LEFT);
  gtk_label_set_text (self->notice_label, notice ? ww_message_get_text (message) : "");
}

static void
update_place (WwTranscriptRow *self, WwMessage *message, WwPlace place)
{
  gboolean own = ww_message_get_outgoing (message);
  gboolean ends = (place & WW_PLACE_ENDS_GROUP) != 0;
  gboolean starts = (place & WW_PLACE_STARTS_GROUP) != 0;
  gboolean named = (place & WW_PLACE_GROUP) != 0 && starts && !own && !ww_transcript_item_is_notice (self->item);

  gtk_widget_set_visible (GTK_WIDGET (self->day), (place & WW_PLACE_STARTS_DAY) != 0);
  gtk_widget_set_visible (self->divider, (place & WW_PLACE_FIRST_UNREAD) != 0);
  gtk_widget_set_visible (GTK_WIDGET (self->sender), named);
  gtk_label_set_text (self->sender, named ? ww_message_get_sender_name (message) : "");

  ww_bubble_layout_set_own (self->layout, own);
  adw_avatar_set_text (self->picture, ww_message_get_sender_name (message));
  gtk_widget_set_opacity (GTK_WIDGET (self->picture), !own && ends ? 1 : 0);
  gtk_widget_set_halign (self->foot, own ? GTK_ALIGN_END : GTK_ALIGN_START);
  ww_widget_set_css_class (GTK_WIDGET (self), "own", own);
  ww_widget_set_css_class (GTK_WIDGET (self), "starts-group", starts);
  ww_widget_set_css_class (GTK_WIDGET (self), "ends-group", ends);
}

/* Returns: whether what the row shows may take more or less room than before */
static void
update (WwTranscriptRow *self, gboolean first)
{
  WwMessage *message = ww_transcript_item_get_message (self->item);
  WwPlace place = ww_transcript_item_get_place (self->item);
  gboolean plain = (place & WW_PLACE_PLAIN) != 0;
  g_autofree char *clock = ww_time_format_clock (ww_transcript_item_get_shown_ms (self->item));

  if (first || plain != self->plain || self->revision != ww_transcript_item_get_revision (self->item))
    {
      self->plain = plain;
      update_content (self, message);
    }
  update_notice (self, message);
  update_place (self, message, place);
  gtk_label_set_text (self->time, clock);
  ww_tapback_pills_set (self->tapbacks, ww_message_get_tapbacks (message),
                        !first && gtk_widget_get_mapped (GTK_WIDGET (self)));
  update_state (self, message, place);
  update_dates (self);
  ww_transcript_row_update_actions (self);
}

static void
changed_cb (WwTranscriptRow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "transcript.hold", NULL);
  update (self, FALSE);
}

static gboolean
flash_over_cb (gpointer user_data)
{
  WwTranscriptRow *self = user_data;

  self->flash_source = 0;
  gtk_widget_remove_css_class (GTK_WIDGET (self), "flash");
  return G_SOURCE_REMOVE;
}

static void
end_flash (WwTranscriptRow *self)
{
  if (self->flash_source == 0)
    return;
  g_clear_handle_id (&self->flash_source, g_source_remove);
  gtk_widget_remove_css_class (GTK_WIDGET (self), "flash");
}

/**
 * ww_transcript_row_flash:
 *
 * Draws the eye to the row for a moment.
 */
void
ww_transcript_row_flash (WwTranscriptRow *self)
{
  end_flash (self);
  gtk_widget_add_css_class (GTK_WIDGET (self), "flash");
  self->flash_source = g_timeout_add (FLASH_MS, flash_over_cb, self);
}

/**
 * ww_transcript_row_set_item:
 * @item: (nullable): what the row shows from now on
 */
void
ww_transcript_row_set_item (WwTranscriptRow *self, WwTranscriptItem *item)
{
  if (!g_set_object (&self->item, item))
    return;
  g_signal_group_set_target (self->item_signals, item);
  dex_clear (&self->edits);
  ww_transcript_row_dismiss (self);
  end_flash (self);
  self->rises = FALSE;
  if (self->rise != NULL)
    adw_animation_skip (self->rise);
  if (item != NULL)
    update (self, TRUE);
}

/**
 * ww_transcript_row_get_item:
 *
 * Returns: (transfer none) (nullable): what the row shows
 */
WwTranscriptItem *
ww_transcript_row_get_item (WwTranscriptRow *self)
{
  return self->item;
}

GtkWidget *
ww_transcript_row_get_bubble (WwTranscriptRow *self)
{
  return GTK_WIDGET (self->bubble);
}

/**
 * ww_transcript_row_set_highlight:
 * @text: (nullable): what is marked wherever it stands in the message
 */
void
ww_transcript_row_set_highlight (WwTranscriptRow *self, const char *text)
{
  if (g_set_str (&self->highlight, text) && self->content != NULL)
    ww_message_content_set_highlight (WW_MESSAGE_CONTENT (self->content), text);
}

static void
risen_cb (double value, gpointer user_data)
{
  WwTranscriptRow *self = user_data;

  self->risen = value;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * ww_transcript_row_rise:
 *
 * The message comes up from where it was written. Nothing moves when animations are off.
 */
void
ww_transcript_row_rise (WwTranscriptRow *self)
{
  if (self->rise == NULL)
    {
      self->rise = adw_timed_animation_new (GTK_WIDGET (self), 0, 1, RISE_MS,
                                            adw_callback_animation_target_new (risen_cb, self, NULL));
      adw_timed_animation_set_easing (ADW_TIMED_ANIMATION (self->rise), ADW_EASE_OUT_CUBIC);
    }
  self->rises = !gtk_widget_get_mapped (GTK_WIDGET (self));
  if (!self->rises)
    adw_animation_play (self->rise);
}

/* What is not on the screen yet can't move there: an animation would be over at once. */
static void
ww_transcript_row_map (GtkWidget *widget)
{
  WwTranscriptRow *self = WW_TRANSCRIPT_ROW (widget);

  GTK_WIDGET_CLASS (ww_transcript_row_parent_class)->map (widget);
  if (!self->rises)
    return;
  self->rises = FALSE;
  adw_animation_play (self->rise);
}

static void
ww_transcript_row_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WwTranscriptRow *self = WW_TRANSCRIPT_ROW (widget);

  if (self->risen >= 1)
    {
      GTK_WIDGET_CLASS (ww_transcript_row_parent_class)->snapshot (widget, snapshot);
      return;
    }
  gtk_snapshot_push_opacity (snapshot, self->risen);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (0, (float) ((1 - self->risen) * RISE_PIXELS)));
  GTK_WIDGET_CLASS (ww_transcript_row_parent_class)->snapshot (widget, snapshot);
  gtk_snapshot_restore (snapshot);
  gtk_snapshot_pop (snapshot);
}

static void
menu_pressed_cb (WwTranscriptRow *self, int n_press, double x, double y, GtkGesture *gesture)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  ww_transcript_row_show_menu_at (self, x, y);
}

static void
menu_long_pressed_cb (WwTranscriptRow *self, double x, double y, GtkGesture *gesture)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  ww_transcript_row_show_menu_at (self, x, y);
}

static void
tapbacks_chosen_cb (WwTranscriptRow *self)
{
  ww_transcript_row_show_who (self);
}

static void
retry_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwTranscriptRow *self = WW_TRANSCRIPT_ROW (widget);

  g_signal_emit (self, signals[RETRY], 0, ww_transcript_item_get_message (self->item));
}

static void
ww_transcript_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WwTranscriptRow *self = WW_TRANSCRIPT_ROW (object);

  switch (id)
    {
    case PROP_SENTENCE:
      g_value_set_string (value, self->sentence);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ww_transcript_row_dispose (GObject *object)
{
  WwTranscriptRow *self = WW_TRANSCRIPT_ROW (object);

  end_flash (self);
  dex_clear (&self->edits);
  g_clear_object (&self->item_signals);
  g_clear_object (&self->item);
  g_clear_object (&self->rise);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_pointer (&self->sentence, g_free);
  g_clear_pointer (&self->highlight, g_free);
  ww_widget_dispose_children (GTK_WIDGET (self), WW_TYPE_TRANSCRIPT_ROW);
  G_OBJECT_CLASS (ww_transcript_row_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-transcript-row.ui");
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, day);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, divider);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, notice);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, notice_icon);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, notice_label);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, sender);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, line);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, picture);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, bubble);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, time);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, tapbacks);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, foot);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, edited_button);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, state_box);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, state_icon);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, state_label);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, retry_button);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, message_menu);
  gtk_widget_class_bind_template_callback (widget_class, menu_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, menu_long_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, tapbacks_chosen_cb);
}

static void
ww_transcript_row_class_init (WwTranscriptRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ww_transcript_row_get_property;
  object_class->dispose = ww_transcript_row_dispose;
  widget_class->map = ww_transcript_row_map;
  widget_class->snapshot = ww_transcript_row_snapshot;

  properties[PROP_SENTENCE] = g_param_spec_string ("sentence", NULL, NULL, NULL,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[RETRY] = g_signal_new ("retry", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, WW_TYPE_MESSAGE);

  g_type_ensure (WW_TYPE_TAPBACK_PILLS);
  gtk_widget_class_install_action (widget_class, "message.retry", NULL, retry_action);
  ww_transcript_row_install_actions (widget_class);
  bind_template (widget_class);
}

static void
ww_transcript_row_init (WwTranscriptRow *self)
{
  self->risen = 1;
  gtk_widget_init_template (GTK_WIDGET (self));

  self->layout = g_object_new (WW_TYPE_BUBBLE_LAYOUT, NULL);
  gtk_widget_set_layout_manager (self->line, GTK_LAYOUT_MANAGER (self->layout));

  self->item_signals = g_signal_group_new (WW_TYPE_TRANSCRIPT_ITEM);
  g_signal_group_connect_swapped (self->item_signals, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_object (ww_clock_get_default (), "day-changed", G_CALLBACK (update_dates), self, G_CONNECT_SWAPPED);
}

GtkWidget *
ww_transcript_row_new (void)
{
  return g_object_new (WW_TYPE_TRANSCRIPT_ROW, NULL);
}
