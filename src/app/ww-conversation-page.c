/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-conversation-page"

#include "ww-conversation-page-private.h"

#include <glib/gi18n.h>

#include "ww-future.h"
#include "ww-person-actions.h"
#include "ww-safety-number-page.h"

G_DEFINE_FINAL_TYPE (WwConversationPage, ww_conversation_page, ADW_TYPE_NAVIGATION_PAGE)

enum
{
  ACCEPTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/**
 * ww_conversation_page_toast:
 * @text: a sentence, shown for a moment and announced
 */
void
ww_conversation_page_toast (WwConversationPage *self, const char *text)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_overlay_add_toast (self->toasts, toast);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static void
failed_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  if (error != NULL)
    ww_conversation_page_toast (owner, error->message);
}

static void
retry_cb (WwConversationPage *self, WwMessage *message)
{
  ww_future_report (ww_conversation_retry (self->conversation, message), self, failed_cb, NULL);
}

static void
send_failed_cb (WwConversationPage *self, const char *sentence)
{
  ww_conversation_page_toast (self, sentence);
}

static void
read_marked_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  if (error != NULL)
    g_warning ("messages were not marked as read: %s", error->message);
}

static void
compare_cb (WwConversationPage *self)
{
  adw_dialog_present (ww_safety_number_dialog_new (self->conversation), GTK_WIDGET (self));
}

static void
sent_anyway_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  if (error != NULL)
    ww_conversation_page_toast (owner, error->message);
  else
    ww_conversation_page_focus_composer (owner);
}

static void
send_anyway_cb (WwConversationPage *self)
{
  ww_future_report (ww_conversation_accept_identity (self->conversation), self, sent_anyway_cb, NULL);
}

static void
accepted_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwConversationPage *self = owner;

  if (error != NULL)
    {
      ww_conversation_page_toast (self, error->message);
      return;
    }
  if (self->conversation != NULL)
    g_signal_emit (self, signals[ACCEPTED], 0, self->conversation);
  ww_conversation_page_focus_composer (self);
}

static void
accept_cb (WwConversationPage *self)
{
  ww_future_report (ww_conversation_accept (self->conversation), self, accepted_cb, NULL);
}

static void
delete_cb (WwConversationPage *self)
{
  ww_person_actions_ask_delete (self->conversation, GTK_WIDGET (self));
}

static void
block_cb (WwConversationPage *self)
{
  ww_person_actions_ask_block (self->conversation, GTK_WIDGET (self));
}

/* Read is what was on the screen of a window that the person looked at, its end included. */
static void
mark_read (WwConversationPage *self)
{
  if (self->in_view && !self->read_only && self->conversation != NULL &&
      ww_conversation_get_unread (self->conversation) > 0 && ww_transcript_get_at_end (self->transcript))
    ww_future_report (ww_conversation_mark_read (self->conversation), self, read_marked_cb, NULL);
}

static void
mark_read_cb (WwConversationPage *self)
{
  mark_read (self);
}

/* How many are in a group; of one without a name the title says who. */
static char *
dup_number (WwConversation *conversation)
{
  guint n = g_list_model_get_n_items (ww_conversation_get_members (conversation));

  if (ww_conversation_get_kind (conversation) != WW_CONVERSATION_KIND_GROUP ||
      ww_conversation_get_left (conversation) || *ww_conversation_get_name (conversation) == '\0')
    return NULL;
  return g_strdup_printf (ngettext ("%u person", "%u people", n), n);
}

/* Only what is out of the ordinary: that it is encrypted goes without saying, and is said in the details. */
static const char *
subtitle_for (WwConversation *conversation)
{
  switch (ww_conversation_get_trust (conversation))
    {
    case WW_TRUST_CHANGED:
    case WW_TRUST_VERIFIED_CHANGED:
      return _ ("Safety number changed");
    case WW_TRUST_VERIFIED:
      return ww_conversation_get_weak (conversation) ? _ ("Verified · older encryption") : _ ("Verified");
    case WW_TRUST_UNVERIFIED:
      return ww_conversation_get_weak (conversation) ? _ ("Older encryption") : NULL;
    }
  return NULL;
}

static void
update_heading (WwConversationPage *self)
{
  const char *title = ww_conversation_get_title (self->conversation);
  g_autofree char *number = dup_number (self->conversation);
  const char *subtitle = subtitle_for (self->conversation);

  if (subtitle == NULL)
    subtitle = number;
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), title);
  gtk_label_set_text (self->title_label, title);
  gtk_label_set_text (self->subtitle_label, subtitle != NULL ? subtitle : "");
  gtk_widget_set_visible (GTK_WIDGET (self->subtitle_label), subtitle != NULL);
  gtk_widget_set_visible (self->verified_icon, ww_conversation_get_trust (self->conversation) == WW_TRUST_VERIFIED);
}

/* Why nothing can be written: this account is out, or it is the last one in. */
static const char *
words_for_left (WwConversation *conversation)
{
  if (g_list_model_get_n_items (ww_conversation_get_members (conversation)) == 1)
    return _ ("Nobody else is in this group any more.");
  return _ ("You aren't in this group any more. Only somebody in it can add you again.");
}

/* What stands below the messages: where one writes, or what has to be decided before that. */
void
ww_conversation_page_update_bars (WwConversationPage *self)
{
  gboolean request = ww_conversation_get_standing (self->conversation) == WW_STANDING_REQUEST;
  gboolean blocked = ww_conversation_get_standing (self->conversation) == WW_STANDING_BLOCKED;
  gboolean left = ww_conversation_get_left (self->conversation);
  gboolean group = ww_conversation_get_kind (self->conversation) == WW_CONVERSATION_KIND_GROUP;
  WwTrust trust = ww_conversation_get_trust (self->conversation);
  gboolean changed = trust == WW_TRUST_CHANGED || trust == WW_TRUST_VERIFIED_CHANGED;
  gboolean selecting;

  g_object_get (self->transcript, "selecting", &selecting, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->selection_bar), selecting);
  gtk_widget_set_visible (GTK_WIDGET (self->composer), !request && !blocked && !left && !self->read_only && !selecting);
  gtk_widget_set_visible (GTK_WIDGET (self->left_label), left && !request && !self->read_only && !selecting);
  gtk_label_set_text (self->left_label, words_for_left (self->conversation));
  gtk_widget_set_visible (GTK_WIDGET (self->request_bar), request && !self->read_only);
  if (request)
    ww_request_bar_set_conversation (self->request_bar, self->conversation);
  /* In a group it is the member's own conversation where that is decided. */
  ww_identity_bar_set_conversation (self->identity_bar,
                                    request || group || self->read_only ? NULL : self->conversation);
  ww_composer_set_held (
      self->composer, changed ? _ ("Nothing is sent before you have decided about the changed safety number.") : NULL);
}

static void
update (WwConversationPage *self)
{
  const char *problem;

  if (self->conversation == NULL)
    return;
  problem = ww_conversation_get_problem (self->conversation);
  update_heading (self);
  ww_conversation_page_update_bars (self);
  if (problem != NULL)
    adw_banner_set_title (self->problem_banner, problem);
  adw_banner_set_revealed (self->problem_banner, problem != NULL);
  mark_read (self);
}

/**
 * ww_conversation_page_set_read_only:
 * @read_only: whether this device is out of the account, and shows what it has
 */
void
ww_conversation_page_set_read_only (WwConversationPage *self, gboolean read_only)
{
  self->read_only = read_only;
  update (self);
}

/**
 * ww_conversation_page_set_conversation:
 * @conversation: (nullable): what is open
 */
void
ww_conversation_page_set_conversation (WwConversationPage *self, WwConversation *conversation)
{
  if (!g_set_object (&self->conversation, conversation))
    return;
  g_signal_group_set_target (self->conversation_signals, conversation);
  ww_face_set_conversation (self->face, conversation);
  ww_transcript_set_conversation (self->transcript, conversation);
  ww_composer_set_conversation (self->composer, conversation);
  ww_find_bar_set_conversation (self->find_bar, conversation);
  ww_details_sheet_follow (self->sheet, conversation);
  gtk_stack_set_visible_child_name (self->stack, conversation != NULL ? "messages" : "none");
  gtk_widget_set_visible (self->heading, conversation != NULL);
  gtk_widget_set_visible (self->details_button, conversation != NULL);
  if (conversation == NULL)
    {
      adw_banner_set_revealed (self->problem_banner, FALSE);
      adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), _ ("Conversation"));
    }
  update (self);
}

WwConversation *
ww_conversation_page_get_conversation (WwConversationPage *self)
{
  return self->conversation;
}

static void
show_banner (AdwBanner *banner, const char *text)
{
  if (text != NULL)
    adw_banner_set_title (banner, text);
  adw_banner_set_revealed (banner, text != NULL);
}

/**
 * ww_conversation_page_set_banner:
 * @text: (nullable): what is said about the connection
 */
void
ww_conversation_page_set_banner (WwConversationPage *self, const char *text)
{
  show_banner (self->banner, text);
}

/**
 * ww_conversation_page_set_notice:
 * @text: (nullable): what the person must see about the account, when the page hides the list that says it
 */
void
ww_conversation_page_set_notice (WwConversationPage *self, const char *text)
{
  show_banner (self->notice_banner, text);
}

/**
 * ww_conversation_page_set_in_view:
 * @in_view: whether the person can be looking at this page: its window is the active one
 */
void
ww_conversation_page_set_in_view (WwConversationPage *self, gboolean in_view)
{
  self->in_view = in_view;
  mark_read (self);
}

/* Opens the details, or closes them. */
void
ww_conversation_page_toggle_details (WwConversationPage *self)
{
  if (self->conversation != NULL)
    ww_details_sheet_toggle (self->sheet, self->client, self->conversation);
}

/* Returns whether the keyboard was in the details, which are closed now. */
gboolean
ww_conversation_page_leave_details (WwConversationPage *self)
{
  return ww_details_sheet_has_focus (self->sheet) && ww_details_sheet_close (self->sheet);
}

void
ww_conversation_page_focus_composer (WwConversationPage *self)
{
  if (self->conversation == NULL)
    return;
  if (gtk_widget_get_visible (GTK_WIDGET (self->request_bar)))
    gtk_widget_grab_focus (GTK_WIDGET (self->request_bar));
  else if (gtk_widget_get_visible (GTK_WIDGET (self->composer)))
    gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

gboolean
ww_conversation_page_focus_messages (WwConversationPage *self)
{
  return self->conversation != NULL && ww_transcript_focus_last (self->transcript);
}

gboolean
ww_conversation_page_focus_header (WwConversationPage *self)
{
  if (self->conversation == NULL)
    return FALSE;
  /* The way back is first in it, where there is one. */
  gtk_widget_set_focus_child (self->header_bar, NULL);
  return gtk_widget_child_focus (self->header_bar, GTK_DIR_TAB_FORWARD);
}

gboolean
ww_conversation_page_in_messages (WwConversationPage *self, GtkWidget *widget)
{
  return gtk_widget_is_ancestor (widget, GTK_WIDGET (self->transcript));
}

gboolean
ww_conversation_page_in_header (WwConversationPage *self, GtkWidget *widget)
{
  return !gtk_widget_is_ancestor (widget, GTK_WIDGET (self->stack)) && !ww_conversation_page_in_details (self);
}

gboolean
ww_conversation_page_in_details (WwConversationPage *self)
{
  return ww_details_sheet_has_focus (self->sheet);
}

void
ww_conversation_page_set_client (WwConversationPage *self, WwClient *client)
{
  g_set_object (&self->client, client);
  ww_composer_set_client (self->composer, client);
}

static void
ww_conversation_page_dispose (GObject *object)
{
  WwConversationPage *self = WW_CONVERSATION_PAGE (object);

  g_clear_object (&self->conversation_signals);
  g_clear_object (&self->conversation);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (ww_conversation_page_parent_class)->dispose (object);
}

static void
ww_conversation_page_class_init (WwConversationPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_conversation_page_dispose;
  g_type_ensure (WW_TYPE_DETAILS_SHEET);
  g_type_ensure (WW_TYPE_FACE);
  g_type_ensure (WW_TYPE_TRANSCRIPT);
  g_type_ensure (WW_TYPE_COMPOSER);
  g_type_ensure (WW_TYPE_FIND_BAR);
  g_type_ensure (WW_TYPE_IDENTITY_BAR);
  g_type_ensure (WW_TYPE_REQUEST_BAR);
  g_type_ensure (WW_TYPE_SELECTION_BAR);
  signals[ACCEPTED] = g_signal_new ("accepted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, WW_TYPE_CONVERSATION);
  ww_conversation_page_install_actions (widget_class);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-conversation-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WwConversationPage, sheet);
  gtk_widget_class_bind_template_child (widget_class, WwConversationPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, WwConversationPage, header_bar);
  gtk_widget_class_bind_template_child (widget_class, WwConversationPage, heading);
  gtk_widget_class_bind_template_child (widget_class, WwConversationPage, face);
  gtk_widget_class_bind_template_child (widget_class, WwConversationPage, title_label);
  gtk_widget_class_bind_template_child (widget_class, WwConversationPage, left_label);
  gtk_widget_class_bind_template_child (widget_class, WwConversationPage, verified_icon);
  gtk_widget_class_bind_template_child (widget_class, WwConversationPage, subtitle_label);
  gtk_widget_class_bind_template_child (widget_class, WwConversationPage, details_button);
  gtk_widget_class_bind_template_child (widget_class, WwConversationPage, banner);
  gtk_widget_class_bind_template_child (widget_class, WwConversationPage, notice_banner);
  gtk_widget_class_bind_template_child (widget_class, WwConversationPage, problem_banner);
  gtk_widget_class_bind_template_child (widget_class, WwConversationPage, stack);
  gtk_widget_class_bind_template_child (widget_class, WwConversationPage, transcript);
  gtk_widget_class_bind_template_child (widget_class, WwConversationPage, identity_bar);
  gtk_widget_class_bind_template_child (widget_class, WwConversationPage, composer);
  gtk_widget_class_bind_template_child (widget_class, WwConversationPage, request_bar);
  gtk_widget_class_bind_template_child (widget_class, WwConversationPage, find_bar);
  gtk_widget_class_bind_template_child (widget_class, WwConversationPage, selection_bar);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, send_failed_cb);
  gtk_widget_class_bind_template_callback (widget_class, mark_read_cb);
  gtk_widget_class_bind_template_callback (widget_class, compare_cb);
  gtk_widget_class_bind_template_callback (widget_class, send_anyway_cb);
  gtk_widget_class_bind_template_callback (widget_class, accept_cb);
  gtk_widget_class_bind_template_callback (widget_class, delete_cb);
  gtk_widget_class_bind_template_callback (widget_class, block_cb);
  ww_conversation_page_bind_actions (widget_class);
}

static void
ww_conversation_page_init (WwConversationPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (self->heading, FALSE);
  gtk_widget_set_visible (self->details_button, FALSE);
  self->conversation_signals = g_signal_group_new (WW_TYPE_CONVERSATION);
  g_signal_group_connect_swapped (self->conversation_signals, "notify", G_CALLBACK (update), self);
}
