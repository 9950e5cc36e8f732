/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transcript-row"

#include "ww-transcript-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ww-bubble-layout.h"
#include "ww-clock.h"
#include "ww-message-content.h"
#include "ww-message-info-dialog.h"
#include "ww-time.h"
#include "ww-widget.h"

struct _WwTranscriptRow
{
  GtkWidget parent_instance;
  GtkLabel *day;
  GtkWidget *divider;
  GtkWidget *notice;
  GtkLabel *notice_label;
  GtkWidget *line;
  AdwAvatar *picture;
  AdwBin *bubble;
  GtkLabel *time;
  GtkWidget *state_box;
  GtkImage *state_icon;
  GtkLabel *state_label;
  GtkWidget *retry_button;
  GMenuModel *message_menu;

  GtkWidget *popover;
  WwBubbleLayout *layout; /* unowned: the line's */
  GSignalGroup *item_signals;
  WwTranscriptItem *item;
  char *sentence;
  gboolean plain; /* whether the content shows letters only */
};

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
  gboolean shown = failed || (place & WW_PLACE_LAST_OWN) != 0;
  g_autofree char *clock = NULL;
  g_autofree char *text = NULL;

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
update_content (WwTranscriptRow *self, WwMessage *message)
{
  GtkWidget *content = adw_bin_get_child (self->bubble);

  if (content == NULL || !ww_message_content_shows (WW_MESSAGE_CONTENT (content), ww_message_get_kind (message)))
    {
      content = GTK_WIDGET (ww_message_content_new (ww_message_get_kind (message)));
      adw_bin_set_child (self->bubble, content);
    }
  ww_message_content_set_message (WW_MESSAGE_CONTENT (content), message, self->plain);
  ww_widget_set_css_class (GTK_WIDGET (self->bubble), "bare",
                           ww_message_content_is_bare (WW_MESSAGE_CONTENT (content)));
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

/* What this device has to say stands between the messages, without a bubble. */
static void
update_notice (WwTranscriptRow *self, WwMessage *message)
{
  gboolean notice = ww_message_get_kind (message) == WW_MESSAGE_KIND_NOTICE;

  gtk_widget_set_visible (self->notice, notice);
  gtk_widget_set_visible (self->line, !notice);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.info", !notice);
  gtk_label_set_text (self->notice_label, notice ? ww_message_get_text (message) : "");
}

static void
update (WwTranscriptRow *self)
{
  WwMessage *message = ww_transcript_item_get_message (self->item);
  WwPlace place = ww_transcript_item_get_place (self->item);
  gboolean plain = (place & WW_PLACE_PLAIN) != 0;
  gboolean own = ww_message_get_outgoing (message);
  gboolean ends = (place & WW_PLACE_ENDS_GROUP) != 0;
  g_autofree char *clock = ww_time_format_clock (ww_transcript_item_get_shown_ms (self->item));

  if (plain != self->plain)
    {
      self->plain = plain;
      update_content (self, message);
    }
  update_notice (self, message);
  gtk_widget_set_visible (GTK_WIDGET (self->day), (place & WW_PLACE_STARTS_DAY) != 0);
  gtk_widget_set_visible (self->divider, (place & WW_PLACE_FIRST_UNREAD) != 0);
  gtk_label_set_text (self->time, clock);

  ww_bubble_layout_set_own (self->layout, own);
  adw_avatar_set_text (self->picture, ww_message_get_sender_name (message));
  gtk_widget_set_opacity (GTK_WIDGET (self->picture), !own && ends ? 1 : 0);
  ww_widget_set_css_class (GTK_WIDGET (self), "own", own);
  ww_widget_set_css_class (GTK_WIDGET (self), "starts-group", (place & WW_PLACE_STARTS_GROUP) != 0);
  ww_widget_set_css_class (GTK_WIDGET (self), "ends-group", ends);
  update_state (self, message, place);
  update_dates (self);
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
  if (item == NULL)
    return;
  self->plain = (ww_transcript_item_get_place (item) & WW_PLACE_PLAIN) != 0;
  update_content (self, ww_transcript_item_get_message (item));
  update (self);
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

static void
show_menu (WwTranscriptRow *self, double x, double y)
{
  if (self->popover == NULL)
    {
      self->popover = gtk_popover_menu_new_from_model (self->message_menu);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
      gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
      gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
    }
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static void
menu_pressed_cb (WwTranscriptRow *self, int n_press, double x, double y, GtkGesture *gesture)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  show_menu (self, x, y);
}

static void
menu_long_pressed_cb (WwTranscriptRow *self, double x, double y, GtkGesture *gesture)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  show_menu (self, x, y);
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  show_menu (WW_TRANSCRIPT_ROW (widget), gtk_widget_get_width (widget) / 2.0, gtk_widget_get_height (widget) / 2.0);
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwTranscriptRow *self = WW_TRANSCRIPT_ROW (widget);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget),
                          ww_message_get_text (ww_transcript_item_get_message (self->item)));
}

static void
info_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwTranscriptRow *self = WW_TRANSCRIPT_ROW (widget);
  AdwDialog *dialog = ww_message_info_dialog_new (self->item);

  adw_dialog_present (dialog, widget);
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

  g_clear_object (&self->item_signals);
  g_clear_object (&self->item);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_pointer (&self->sentence, g_free);
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
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, notice_label);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, line);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, picture);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, bubble);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, time);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, state_box);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, state_icon);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, state_label);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, retry_button);
  gtk_widget_class_bind_template_child (widget_class, WwTranscriptRow, message_menu);
  gtk_widget_class_bind_template_callback (widget_class, menu_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, menu_long_pressed_cb);
}

static void
ww_transcript_row_class_init (WwTranscriptRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ww_transcript_row_get_property;
  object_class->dispose = ww_transcript_row_dispose;

  properties[PROP_SENTENCE] = g_param_spec_string ("sentence", NULL, NULL, NULL,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[RETRY] = g_signal_new ("retry", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, WW_TYPE_MESSAGE);

  gtk_widget_class_install_action (widget_class, "message.menu", NULL, menu_action);
  gtk_widget_class_install_action (widget_class, "message.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "message.info", NULL, info_action);
  gtk_widget_class_install_action (widget_class, "message.retry", NULL, retry_action);
  bind_template (widget_class);
}

static void
ww_transcript_row_init (WwTranscriptRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->layout = g_object_new (WW_TYPE_BUBBLE_LAYOUT, NULL);
  gtk_widget_set_layout_manager (self->line, GTK_LAYOUT_MANAGER (self->layout));

  self->item_signals = g_signal_group_new (WW_TYPE_TRANSCRIPT_ITEM);
  g_signal_group_connect_swapped (self->item_signals, "changed", G_CALLBACK (update), self);
  g_signal_connect_object (ww_clock_get_default (), "day-changed", G_CALLBACK (update_dates), self, G_CONNECT_SWAPPED);
}

GtkWidget *
ww_transcript_row_new (void)
{
  return g_object_new (WW_TYPE_TRANSCRIPT_ROW, NULL);
}
