/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-sidebar-row"

#include "ww-sidebar-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ww-clock.h"
#include "ww-face.h"
#include "ww-message-words.h"
#include "ww-mute.h"
#include "ww-person-actions.h"
#include "ww-question.h"
#include "ww-time.h"
#include "ww-transcript-item.h"
#include "ww-typing-row.h"
#include "ww-widget.h"

struct _WwSidebarRow
{
  GtkWidget parent_instance;
  WwFace *face;
  GtkLabel *title;
  GtkLabel *time;
  GtkLabel *preview;
  GtkWidget *pinned;
  GtkWidget *muted;
  GtkWidget *typing;
  GtkWidget *problem;
  GtkImage *state;
  GtkLabel *unread;
  GMenuModel *row_menu;

  GtkWidget *popover;
  GSignalGroup *conversation_signals;
  GSignalGroup *message_signals;
  WwConversation *conversation;
  char *sentence;
};

G_DEFINE_FINAL_TYPE (WwSidebarRow, ww_sidebar_row, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_SENTENCE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* A draft has the first claim: it is what the person has still to do. */
static char *
dup_preview (WwConversation *conversation, gboolean *is_draft)
{
  const char *draft = ww_conversation_get_draft (conversation);
  WwMessage *last = ww_conversation_get_last_message (conversation);
  g_autofree char *line = NULL;

  *is_draft = *draft != '\0';
  if (*is_draft)
    {
      line = g_strdelimit (g_strdup (draft), "\n\r\t", ' ');
      /* Translators: %s is what was written and not sent yet. */
      return g_strdup_printf (_ ("Draft: %s"), line);
    }
  if (last == NULL)
    return g_strdup (_ ("No messages yet"));
  return ww_message_dup_preview (last, ww_conversation_get_kind (conversation) == WW_CONVERSATION_KIND_GROUP);
}

/* A stranger does not move anything on the screen by writing. */
static char *
dup_typing (WwConversation *conversation)
{
  if (ww_conversation_get_standing (conversation) != WW_STANDING_ACCEPTED)
    return NULL;
  return ww_typing_dup_words (ww_conversation_get_typing (conversation));
}

static void
update_state (WwSidebarRow *self, gboolean is_draft)
{
  WwMessage *last = ww_conversation_get_last_message (self->conversation);
  gboolean own = last != NULL && ww_message_get_outgoing (last) && !is_draft;
  WwMessageState state = own ? ww_message_get_state (last) : WW_MESSAGE_STATE_RECEIVED;

  g_signal_group_set_target (self->message_signals, last);
  gtk_widget_set_visible (GTK_WIDGET (self->state), own);
  gtk_image_set_from_icon_name (self->state, ww_message_state_icon (state));
  ww_widget_set_css_class (GTK_WIDGET (self->state), "error", state == WW_MESSAGE_STATE_FAILED);
  ww_widget_set_css_class (GTK_WIDGET (self->state), "accent", state == WW_MESSAGE_STATE_READ);
  ww_widget_set_css_class (GTK_WIDGET (self->state), "dimmed",
                           state != WW_MESSAGE_STATE_FAILED && state != WW_MESSAGE_STATE_READ);
}

/* Puts one more fact behind a sentence. */
static void
add_fact (char **sentence, const char *fact)
{
  g_autofree char *before = g_steal_pointer (sentence);

  /* Translators: joins two parts of what a screen reader says about a conversation. */
  *sentence = g_strdup_printf (_ ("%1$s, %2$s"), before, fact);
}

/* Its name, how many unread messages, the last one, when, and how it is kept. */
static void
update_sentence (WwSidebarRow *self, const char *preview, GDateTime *now)
{
  guint unread = ww_conversation_get_unread (self->conversation);
  g_autofree char *when = ww_time_format_absolute (ww_conversation_get_last_ms (self->conversation), now);
  g_autofree char *waiting = g_strdup_printf (ngettext ("%u unread message", "%u unread messages", unread), unread);

  g_set_str (&self->sentence, ww_conversation_get_title (self->conversation));
  if (unread > 0)
    add_fact (&self->sentence, waiting);
  add_fact (&self->sentence, preview);
  add_fact (&self->sentence, when);
  if (ww_conversation_get_pinned (self->conversation))
    add_fact (&self->sentence, _ ("pinned"));
  if (ww_conversation_get_muted (self->conversation))
    add_fact (&self->sentence, _ ("muted"));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SENTENCE]);
}

static void
update_actions (WwSidebarRow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean accepted = ww_conversation_get_standing (self->conversation) == WW_STANDING_ACCEPTED;
  gboolean pinned = ww_conversation_get_pinned (self->conversation);
  gboolean muted = ww_conversation_get_muted (self->conversation);

  gtk_widget_action_set_enabled (widget, "row.mark-read", ww_conversation_get_unread (self->conversation) > 0);
  gtk_widget_action_set_enabled (widget, "row.pin", accepted && !pinned);
  gtk_widget_action_set_enabled (widget, "row.unpin", pinned);
  gtk_widget_action_set_enabled (widget, "row.mute", accepted);
  gtk_widget_action_set_enabled (widget, "row.unmute", muted);
  gtk_widget_action_set_enabled (widget, "row.block",
                                 ww_conversation_get_kind (self->conversation) == WW_CONVERSATION_KIND_PERSON);
}

static void
update (WwSidebarRow *self)
{
  g_autoptr (GDateTime) now = ww_clock_dup_now (ww_clock_get_default ());
  g_autofree char *time = NULL;
  g_autofree char *preview = NULL;
  g_autofree char *typing = NULL;
  g_autofree char *count = NULL;
  gboolean is_draft;
  guint unread;

  if (self->conversation == NULL)
    return;

  unread = ww_conversation_get_unread (self->conversation);
  preview = dup_preview (self->conversation, &is_draft);
  typing = dup_typing (self->conversation);
  time = ww_time_format_short (ww_conversation_get_last_ms (self->conversation), now);
  count = g_strdup_printf (unread > 99 ? "99+" : "%u", unread);

  gtk_label_set_text (self->title, ww_conversation_get_title (self->conversation));
  gtk_label_set_text (self->time, time);
  gtk_label_set_text (self->preview, preview);
  gtk_widget_set_visible (GTK_WIDGET (self->preview), typing == NULL);
  gtk_widget_set_visible (self->typing, typing != NULL);
  gtk_widget_set_visible (self->pinned, ww_conversation_get_pinned (self->conversation));
  gtk_widget_set_visible (self->muted, ww_conversation_get_muted (self->conversation));
  gtk_label_set_text (self->unread, count);
  gtk_widget_set_visible (GTK_WIDGET (self->unread), unread > 0);
  gtk_widget_set_visible (self->problem, ww_conversation_get_problem (self->conversation) != NULL);
  ww_widget_set_css_class (GTK_WIDGET (self), "unread", unread > 0);
  ww_widget_set_css_class (GTK_WIDGET (self->preview), "draft", is_draft);
  update_actions (self);
  update_state (self, is_draft);
  update_sentence (self, typing != NULL ? typing : preview, now);
}

/**
 * ww_sidebar_row_set_conversation:
 * @conversation: (nullable): what the row shows from now on
 */
void
ww_sidebar_row_set_conversation (WwSidebarRow *self, WwConversation *conversation)
{
  /* A menu is about the conversation that it was opened for. */
  if (g_set_object (&self->conversation, conversation) && self->popover != NULL)
    gtk_popover_popdown (GTK_POPOVER (self->popover));
  ww_face_set_conversation (self->face, conversation);
  g_signal_group_set_target (self->conversation_signals, conversation);
  if (conversation == NULL)
    g_signal_group_set_target (self->message_signals, NULL);
  update (self);
}

/* What the template can't have: the choices are those of the details. */
static void
add_mute_menu (WwSidebarRow *self)
{
  g_autoptr (GMenuModel) section = g_menu_model_get_item_link (self->row_menu, 0, G_MENU_LINK_SECTION);
  g_autoptr (GMenu) terms = ww_mute_menu_new ("row.mute");
  g_autoptr (GMenuItem) item = g_menu_item_new_submenu (_ ("_Mute"), G_MENU_MODEL (terms));

  /* It does nothing itself; it is there when its choices are. */
  g_menu_item_set_action_and_target (item, "row.mute", "i", WW_MUTE_ALWAYS);
  g_menu_item_set_attribute (item, "hidden-when", "s", "action-disabled");
  g_menu_append_item (G_MENU (section), item);
}

static void
show_menu_at (WwSidebarRow *self, double x, double y)
{
  if (self->conversation == NULL)
    return;
  if (self->popover == NULL)
    {
      add_mute_menu (self);
      self->popover = gtk_popover_menu_new_from_model (self->row_menu);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
      gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
      gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
    }
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static void
menu_pressed_cb (WwSidebarRow *self, int n_press, double x, double y, GtkGesture *gesture)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  show_menu_at (self, x, y);
}

static void
menu_long_pressed_cb (WwSidebarRow *self, double x, double y, GtkGesture *gesture)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  show_menu_at (self, x, y);
}

/* What can be done with the conversation, from the keyboard. */
void
ww_sidebar_row_show_menu (WwSidebarRow *self)
{
  show_menu_at (self, gtk_widget_get_width (GTK_WIDGET (self)) / 2.0, gtk_widget_get_height (GTK_WIDGET (self)) / 2.0);
}

static void
mark_read_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ww_question_report (ww_conversation_mark_read (WW_SIDEBAR_ROW (widget)->conversation),
                      _ ("Couldn't Mark the Conversation as Read"), GTK_WIDGET (gtk_widget_get_root (widget)));
}

static void
pin_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwSidebarRow *self = WW_SIDEBAR_ROW (widget);

  ww_question_report (ww_conversation_set_pinned (self->conversation, g_str_equal (name, "row.pin")),
                      _ ("Couldn't Pin the Conversation"), GTK_WIDGET (gtk_widget_get_root (widget)));
}

static void
mute_action (GtkWidget *widget, const char *name, GVariant *term)
{
  ww_mute_apply (WW_SIDEBAR_ROW (widget)->conversation, (WwMuteTerm) g_variant_get_int32 (term),
                 GTK_WIDGET (gtk_widget_get_root (widget)));
}

static void
unmute_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ww_mute_end (WW_SIDEBAR_ROW (widget)->conversation, GTK_WIDGET (gtk_widget_get_root (widget)));
}

/* The row may show another conversation by the time when the person has answered: the window asks. */
static void
delete_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ww_person_actions_ask_delete (WW_SIDEBAR_ROW (widget)->conversation, GTK_WIDGET (gtk_widget_get_root (widget)));
}

static void
block_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ww_person_actions_ask_block (WW_SIDEBAR_ROW (widget)->conversation, GTK_WIDGET (gtk_widget_get_root (widget)));
}

static void
ww_sidebar_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WwSidebarRow *self = WW_SIDEBAR_ROW (object);

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
ww_sidebar_row_dispose (GObject *object)
{
  WwSidebarRow *self = WW_SIDEBAR_ROW (object);

  g_clear_object (&self->conversation_signals);
  g_clear_object (&self->message_signals);
  g_clear_object (&self->conversation);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_pointer (&self->sentence, g_free);
  ww_widget_dispose_children (GTK_WIDGET (self), WW_TYPE_SIDEBAR_ROW);
  G_OBJECT_CLASS (ww_sidebar_row_parent_class)->dispose (object);
}

static void
ww_sidebar_row_class_init (WwSidebarRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ww_sidebar_row_get_property;
  object_class->dispose = ww_sidebar_row_dispose;
  properties[PROP_SENTENCE] = g_param_spec_string ("sentence", NULL, NULL, NULL,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_install_action (widget_class, "row.mark-read", NULL, mark_read_action);
  gtk_widget_class_install_action (widget_class, "row.pin", NULL, pin_action);
  gtk_widget_class_install_action (widget_class, "row.unpin", NULL, pin_action);
  gtk_widget_class_install_action (widget_class, "row.mute", "i", mute_action);
  gtk_widget_class_install_action (widget_class, "row.unmute", NULL, unmute_action);
  gtk_widget_class_install_action (widget_class, "row.delete", NULL, delete_action);
  gtk_widget_class_install_action (widget_class, "row.block", NULL, block_action);
  g_type_ensure (WW_TYPE_FACE);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-sidebar-row.ui");
  gtk_widget_class_bind_template_child (widget_class, WwSidebarRow, face);
  gtk_widget_class_bind_template_child (widget_class, WwSidebarRow, title);
  gtk_widget_class_bind_template_child (widget_class, WwSidebarRow, time);
  gtk_widget_class_bind_template_child (widget_class, WwSidebarRow, preview);
  gtk_widget_class_bind_template_child (widget_class, WwSidebarRow, pinned);
  gtk_widget_class_bind_template_child (widget_class, WwSidebarRow, muted);
  gtk_widget_class_bind_template_child (widget_class, WwSidebarRow, typing);
  gtk_widget_class_bind_template_child (widget_class, WwSidebarRow, problem);
  gtk_widget_class_bind_template_child (widget_class, WwSidebarRow, state);
  gtk_widget_class_bind_template_child (widget_class, WwSidebarRow, unread);
  gtk_widget_class_bind_template_child (widget_class, WwSidebarRow, row_menu);
  gtk_widget_class_bind_template_callback (widget_class, menu_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, menu_long_pressed_cb);
}

static void
ww_sidebar_row_init (WwSidebarRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->conversation_signals = g_signal_group_new (WW_TYPE_CONVERSATION);
  g_signal_group_connect_swapped (self->conversation_signals, "notify", G_CALLBACK (update), self);
  self->message_signals = g_signal_group_new (WW_TYPE_MESSAGE);
  g_signal_group_connect_swapped (self->message_signals, "notify", G_CALLBACK (update), self);
  g_signal_connect_object (ww_clock_get_default (), "day-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

GtkWidget *
ww_sidebar_row_new (void)
{
  return g_object_new (WW_TYPE_SIDEBAR_ROW, NULL);
}
