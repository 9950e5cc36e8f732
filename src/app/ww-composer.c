/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-composer"

#include "ww-composer.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ww-attach-button.h"
#include "ww-attach-drop.h"
#include "ww-attach-strip.h"
#include "ww-card.h"
#include "ww-compose-bar.h"
#include "ww-emoji-completion.h"
#include "ww-future.h"
#include "ww-link-bar.h"
#include "ww-voice-bar.h"
#include "ww-widget.h"

#define LINES_MAX 8
/* A draft is kept once the person pauses for so long, and whenever another conversation is opened. */
#define DRAFT_MS 600

struct _WwComposer
{
  GtkWidget parent_instance;
  GtkScrolledWindow *scrolled;
  GtkTextView *view;
  GtkTextBuffer *buffer;
  GtkWidget *hint;
  GtkWidget *send_button;
  WwComposeBar *compose_bar;
  GtkWidget *row;
  WwLinkBar *link_bar;
  WwAttachStrip *strip;
  WwAttachButton *attach_button;
  WwVoiceBar *voice_bar;

  WwEmojiCompletion *completion;
  GSettings *settings;
  WwClient *client;
  WwConversation *conversation;
  char *held;       /* why nothing may be sent now; NULL when it may */
  WwMessage *about; /* what is answered or edited; NULL: neither */
  char *set_aside;  /* what was being written before a message was edited */
  guint draft_source;
  gboolean drops;   /* onto what this stands in */
  gboolean editing; /* `about` is being edited, not answered */
  gboolean filling; /* the text is being put in by this code, not by the person */
};

G_DEFINE_FINAL_TYPE (WwComposer, ww_composer, GTK_TYPE_WIDGET)

enum
{
  FAILED,
  EDIT_LAST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static char *
dup_text (WwComposer *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
}

static gboolean
is_blank (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (!g_unichar_isspace (g_utf8_get_char (text)) && !g_unichar_iszerowidth (g_utf8_get_char (text)))
      return FALSE;
  return TRUE;
}

static void
fill (WwComposer *self, const char *text)
{
  GtkTextIter end;

  self->filling = TRUE;
  gtk_text_buffer_set_text (self->buffer, text, -1);
  self->filling = FALSE;
  /* One goes on where the text ends. */
  gtk_text_buffer_get_end_iter (self->buffer, &end);
  gtk_text_buffer_place_cursor (self->buffer, &end);
}

static void
draft_kept_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  if (error != NULL)
    g_warning ("a draft was not kept: %s", error->message);
}

static void
keep_draft (WwComposer *self)
{
  g_autofree char *text = NULL;

  g_clear_handle_id (&self->draft_source, g_source_remove);
  if (self->conversation == NULL)
    return;
  /* Another wording of something that was sent is no draft. */
  text = self->editing ? g_strdup (self->set_aside) : dup_text (self);
  if (is_blank (text))
    *text = '\0';
  if (!g_str_equal (text, ww_conversation_get_draft (self->conversation)))
    ww_future_report (ww_conversation_set_draft (self->conversation, text), self, draft_kept_cb, NULL);
}

static gboolean
draft_cb (gpointer user_data)
{
  WwComposer *self = user_data;

  self->draft_source = 0;
  keep_draft (self);
  return G_SOURCE_REMOVE;
}

static void update_send (WwComposer *self);

static void
set_about (WwComposer *self, WwMessage *message, gboolean editing)
{
  g_set_object (&self->about, message);
  self->editing = editing;
  ww_compose_bar_set (self->compose_bar, message, editing);
  gtk_button_set_icon_name (GTK_BUTTON (self->send_button),
                            editing ? "object-select-symbolic" : "waxwing-send-symbolic");
  gtk_widget_set_tooltip_text (self->send_button, editing ? _ ("Save") : _ ("Send"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->send_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  editing ? _ ("Save") : _ ("Send"), -1);
  update_send (self);
}

/* Back to what was being written before. */
static void
stop_editing (WwComposer *self)
{
  g_autofree char *before = g_steal_pointer (&self->set_aside);
  gboolean editing = self->editing;

  set_about (self, NULL, FALSE);
  if (editing)
    fill (self, before != NULL ? before : "");
}

/**
 * ww_composer_reply:
 * @message: what the next message answers
 */
void
ww_composer_reply (WwComposer *self, WwMessage *message)
{
  if (self->editing)
    stop_editing (self);
  set_about (self, message, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/**
 * ww_composer_edit:
 * @message: what is worded anew; what was being written is set aside meanwhile
 */
void
ww_composer_edit (WwComposer *self, WwMessage *message)
{
  if (!self->editing)
    {
      g_free (self->set_aside);
      self->set_aside = dup_text (self);
    }
  set_about (self, message, TRUE);
  fill (self, ww_message_get_text (message));
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/**
 * ww_composer_cancel:
 *
 * Returns: whether a message was being answered or edited, and isn't any more
 */
gboolean
ww_composer_cancel (WwComposer *self)
{
  if (self->about == NULL)
    return FALSE;
  stop_editing (self);
  return TRUE;
}

static void
cancel_cb (WwComposer *self)
{
  ww_composer_cancel (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/* Whether there is something to send, all of it known; files wait while a message is worded anew. */
static gboolean
has_something (WwComposer *self, const char *text)
{
  if (self->editing)
    return !is_blank (text) || ww_message_get_kind (self->about) == WW_MESSAGE_KIND_ATTACHMENTS;
  return (!is_blank (text) || !ww_attach_strip_is_empty (self->strip)) && ww_attach_strip_is_ready (self->strip);
}

/* Nothing is asked for that the person doesn't want, did not just write, or that would not go out. */
static void
update_link (WwComposer *self, const char *text)
{
  gboolean wanted = self->client != NULL && ww_client_get_make_previews (self->client) && !self->editing &&
                    !self->filling && self->held == NULL && ww_attach_strip_is_empty (self->strip);

  ww_link_bar_set_text (self->link_bar, wanted ? text : "");
}

static void
update_send (WwComposer *self)
{
  g_autofree char *text = dup_text (self);

  gtk_widget_set_visible (self->hint, *text == '\0');
  gtk_widget_set_sensitive (self->send_button,
                            self->conversation != NULL && self->held == NULL && has_something (self, text));
  update_link (self, text);
}

/* The engine tells the others rarely, and only whom it may tell. */
static void
tell_typing (WwComposer *self)
{
  g_autofree char *text = dup_text (self);

  if (self->conversation != NULL)
    ww_conversation_set_typing (self->conversation, !is_blank (text));
}

static void
changed_cb (WwComposer *self)
{
  update_send (self);
  if (self->filling)
    return;
  tell_typing (self);
  if (self->editing)
    return;
  g_clear_handle_id (&self->draft_source, g_source_remove);
  self->draft_source = g_timeout_add (DRAFT_MS, draft_cb, self);
}

typedef struct
{
  GWeakRef composer;
  WwConversation *conversation;
  WwMessage *about;
  char *text;
  GPtrArray *files; /* of WwPendingFile; NULL: none */
  gboolean editing;
} Sending;

static void
sending_free (Sending *sending)
{
  g_weak_ref_clear (&sending->composer);
  g_object_unref (sending->conversation);
  g_clear_object (&sending->about);
  g_clear_pointer (&sending->files, g_ptr_array_unref);
  g_free (sending->text);
  g_free (sending);
}

/* A message that could not be stored goes back to where it was written. */
static void
give_back (WwComposer *self, Sending *sending)
{
  g_autofree char *since = dup_text (self);
  g_autofree char *both = *since == '\0' ? g_strdup (sending->text) : g_strconcat (sending->text, "\n", since, NULL);

  if (sending->editing && self->about == NULL)
    ww_composer_edit (self, sending->about);
  else if (sending->about != NULL && self->about == NULL)
    set_about (self, sending->about, FALSE);
  fill (self, sending->editing ? sending->text : both);
  keep_draft (self);
}

static DexFuture *
not_stored_cb (DexFuture *future, gpointer user_data)
{
  Sending *sending = user_data;
  g_autoptr (WwComposer) self = g_weak_ref_get (&sending->composer);
  g_autoptr (GError) error = NULL;

  dex_future_get_value (future, &error);
  if (self != NULL && sending->files != NULL)
    ww_attach_strip_give_back (self->strip, ww_conversation_get_id (sending->conversation), sending->files);
  if (self != NULL && self->conversation == sending->conversation)
    give_back (self, sending);
  else if (!sending->editing)
    dex_future_disown (ww_conversation_set_draft (sending->conversation, sending->text));
  if (self != NULL)
    g_signal_emit (self, signals[FAILED], 0, error->message);
  return NULL;
}

static Sending *
sending_new (WwComposer *self, const char *text)
{
  Sending *sending = g_new0 (Sending, 1);

  g_weak_ref_init (&sending->composer, self);
  sending->conversation = g_object_ref (self->conversation);
  g_set_object (&sending->about, self->about);
  sending->editing = self->editing;
  sending->text = g_strdup (text);
  return sending;
}

static DexFuture *
store (WwComposer *self, const char *text, Sending *sending)
{
  g_autoptr (WwLinkPreview) link = ww_link_bar_take (self->link_bar);
  g_autoptr (WwOutgoing) outgoing = NULL;

  if (self->editing && g_str_equal (text, ww_message_get_text (self->about)))
    return dex_future_new_true ();
  if (self->editing)
    return ww_conversation_edit (self->conversation, self->about, text);
  outgoing = ww_outgoing_new ();
  ww_outgoing_set_text (outgoing, text);
  if (link != NULL)
    ww_outgoing_set_link (outgoing, link);
  if (!ww_attach_strip_is_empty (self->strip))
    sending->files = ww_attach_strip_take (self->strip, outgoing);
  if (self->about != NULL)
    ww_outgoing_set_reply_to (outgoing, ww_message_get_id (self->about));
  return ww_conversation_send (self->conversation, outgoing);
}

static void
send_cb (WwComposer *self)
{
  g_autofree char *text = dup_text (self);
  DexFuture *future;
  Sending *sending;

  if (self->conversation == NULL || !has_something (self, text))
    return;
  if (self->held != NULL)
    {
      gtk_accessible_announce (GTK_ACCESSIBLE (self), self->held, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
      return;
    }

  g_strstrip (text);
  sending = sending_new (self, text);
  future = store (self, text, sending);
  if (!self->editing)
    fill (self, "");
  stop_editing (self);
  dex_future_disown (dex_future_catch (future, not_stored_cb, sending, (GDestroyNotify) sending_free));
  keep_draft (self);
  tell_typing (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
strip_changed_cb (WwComposer *self)
{
  update_send (self);
}

/* --- What goes out by itself, without words ------------------------------------------------- */

static void
sent_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  if (error != NULL)
    g_signal_emit (owner, signals[FAILED], 0, error->message);
}

static void
send_now (WwComposer *self, WwOutgoing *outgoing)
{
  if (self->held != NULL)
    g_signal_emit (self, signals[FAILED], 0, self->held);
  else if (self->conversation != NULL)
    {
      if (self->about != NULL && !self->editing)
        ww_outgoing_set_reply_to (outgoing, ww_message_get_id (self->about));
      ww_future_report (ww_conversation_send (self->conversation, outgoing), self, sent_cb, NULL);
      if (!self->editing)
        set_about (self, NULL, FALSE);
    }
}

static void
show_voice (WwComposer *self, gboolean speaking)
{
  gtk_widget_set_visible (self->row, !speaking);
  gtk_widget_set_visible (GTK_WIDGET (self->voice_bar), speaking);
}

static void
voice_cb (WwComposer *self)
{
  show_voice (self, TRUE);
  ww_voice_bar_start (self->voice_bar);
}

static void
voice_done_cb (WwComposer *self, WwVoiceRecorder *recorder)
{
  show_voice (self, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  if (recorder != NULL)
    {
      g_autoptr (WwOutgoing) outgoing = ww_outgoing_new ();
      g_autoptr (GBytes) levels = ww_voice_recorder_dup_levels (recorder);

      ww_outgoing_add_bytes (outgoing, ww_voice_recorder_get_bytes (recorder), "voice.ogg", "audio/ogg");
      ww_outgoing_set_sound (outgoing, ww_voice_recorder_get_duration_ms (recorder), TRUE);
      ww_outgoing_set_levels (outgoing, levels);
      send_now (self, outgoing);
    }
}

static void
voice_failed_cb (WwComposer *self, const char *sentence)
{
  g_signal_emit (self, signals[FAILED], 0, sentence);
}

/* For the conversation in which it was chosen, whichever is open by now. */
static void
card_prepared_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwComposer *self = owner;
  g_autoptr (WwOutgoing) outgoing = ww_outgoing_new ();

  if (error != NULL)
    {
      g_signal_emit (self, signals[FAILED], 0, _ ("There's no contact in this file, or it can't be read."));
      return;
    }
  ww_outgoing_set_card (outgoing, g_value_get_boxed (value));
  if (self->conversation != NULL && data == g_intern_string (ww_conversation_get_id (self->conversation)))
    send_now (self, outgoing);
}

static void
contact_cb (WwComposer *self, GBytes *vcard)
{
  if (self->conversation != NULL)
    ww_future_report (ww_card_prepare (vcard), self, card_prepared_cb,
                      (gpointer) g_intern_string (ww_conversation_get_id (self->conversation)));
}

static void
location_cb (WwComposer *self, double latitude, double longitude, double accuracy, const char *name)
{
  g_autoptr (WwOutgoing) outgoing = ww_outgoing_new ();

  ww_outgoing_set_location (outgoing, latitude, longitude, accuracy, name);
  send_now (self, outgoing);
}

static void
emoji_cb (WwComposer *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  g_signal_emit_by_name (self->view, "insert-emoji");
}

static gboolean
is_empty (WwComposer *self)
{
  return self->about == NULL && gtk_text_buffer_get_char_count (self->buffer) == 0 &&
         ww_attach_strip_is_empty (self->strip);
}

static gboolean
key_pressed_cb (WwComposer *self, guint key, guint code, GdkModifierType modifiers, GtkEventController *controller)
{
  gboolean enter_sends = g_settings_get_boolean (self->settings, "enter-sends");
  gboolean control = (modifiers & GDK_CONTROL_MASK) != 0;
  GdkEvent *event = gtk_event_controller_get_current_event (controller);

  if (key == GDK_KEY_Up && (modifiers & gtk_accelerator_get_default_mod_mask ()) == 0 && is_empty (self))
    {
      g_signal_emit (self, signals[EDIT_LAST], 0);
      return GDK_EVENT_STOP;
    }
  if (key != GDK_KEY_Return && key != GDK_KEY_KP_Enter && key != GDK_KEY_ISO_Enter)
    return GDK_EVENT_PROPAGATE;
  if ((modifiers & (GDK_SHIFT_MASK | GDK_ALT_MASK)) != 0 || (!enter_sends && !control))
    return GDK_EVENT_PROPAGATE;
  /* An input method that is composing a word has the first claim on Enter. */
  if (gtk_text_view_im_context_filter_keypress (self->view, event))
    return GDK_EVENT_STOP;
  send_cb (self);
  return GDK_EVENT_STOP;
}

/* Whose preferences hold. */
void
ww_composer_set_client (WwComposer *self, WwClient *client)
{
  g_set_object (&self->client, client);
  ww_attach_strip_set_client (self->strip, client);
}

/**
 * ww_composer_set_conversation:
 * @conversation: (nullable): for whom one writes; its draft is put in
 */
void
ww_composer_set_conversation (WwComposer *self, WwConversation *conversation)
{
  if (self->conversation == conversation)
    return;
  keep_draft (self);
  if (self->conversation != NULL)
    ww_conversation_set_typing (self->conversation, FALSE);
  stop_editing (self);
  g_set_object (&self->conversation, conversation);
  ww_voice_bar_cancel (self->voice_bar);
  ww_attach_strip_set_owner (self->strip, conversation != NULL ? ww_conversation_get_id (conversation) : "");
  fill (self, conversation != NULL ? ww_conversation_get_draft (conversation) : "");
}

/**
 * ww_composer_set_held:
 * @why: (nullable): why nothing may be sent now, as a sentence. One can write on meanwhile: that is kept as a draft.
 */
void
ww_composer_set_held (WwComposer *self, const char *why)
{
  if (g_set_str (&self->held, why))
    update_send (self);
}

/* One can drop files onto all of the conversation: what this stands in. */
static void
ww_composer_root (GtkWidget *widget)
{
  WwComposer *self = WW_COMPOSER (widget);

  GTK_WIDGET_CLASS (ww_composer_parent_class)->root (widget);
  if (!self->drops)
    ww_attach_drop_install (gtk_widget_get_parent (widget), self->strip);
  self->drops = TRUE;
}

static gboolean
ww_composer_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (WW_COMPOSER (widget)->view));
}

/* Eight lines of whatever font and size the person has. */
static void
ww_composer_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  WwComposer *self = WW_COMPOSER (widget);
  PangoContext *context;
  PangoFontMetrics *metrics;
  int line;

  GTK_WIDGET_CLASS (ww_composer_parent_class)->css_changed (widget, change);
  if (self->view == NULL)
    return;
  context = gtk_widget_get_pango_context (GTK_WIDGET (self->view));
  metrics = pango_context_get_metrics (context, NULL, NULL);
  line = PANGO_PIXELS_CEIL (pango_font_metrics_get_height (metrics));
  pango_font_metrics_unref (metrics);
  gtk_scrolled_window_set_max_content_height (self->scrolled, line * LINES_MAX + 16);
}

static void
ww_composer_dispose (GObject *object)
{
  WwComposer *self = WW_COMPOSER (object);

  if (self->conversation != NULL)
    keep_draft (self);
  g_clear_handle_id (&self->draft_source, g_source_remove);
  g_clear_object (&self->conversation);
  g_clear_object (&self->client);
  g_clear_object (&self->settings);
  g_clear_object (&self->about);
  g_clear_pointer (&self->held, g_free);
  g_clear_pointer (&self->set_aside, g_free);
  if (self->completion != NULL)
    ww_emoji_completion_dispose (self->completion);
  g_clear_object (&self->completion);
  ww_widget_dispose_children (GTK_WIDGET (self), WW_TYPE_COMPOSER);
  G_OBJECT_CLASS (ww_composer_parent_class)->dispose (object);
}

static void
ww_composer_class_init (WwComposerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_composer_dispose;
  g_type_ensure (WW_TYPE_ATTACH_BUTTON);
  g_type_ensure (WW_TYPE_ATTACH_STRIP);
  g_type_ensure (WW_TYPE_LINK_BAR);
  g_type_ensure (WW_TYPE_VOICE_BAR);
  widget_class->root = ww_composer_root;
  widget_class->grab_focus = ww_composer_grab_focus;
  widget_class->css_changed = ww_composer_css_changed;
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[EDIT_LAST] = g_signal_new ("edit-last", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);

  g_type_ensure (WW_TYPE_COMPOSE_BAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, WwComposer, scrolled);
  gtk_widget_class_bind_template_child (widget_class, WwComposer, view);
  gtk_widget_class_bind_template_child (widget_class, WwComposer, buffer);
  gtk_widget_class_bind_template_child (widget_class, WwComposer, hint);
  gtk_widget_class_bind_template_child (widget_class, WwComposer, send_button);
  gtk_widget_class_bind_template_child (widget_class, WwComposer, compose_bar);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_bind_template_child (widget_class, WwComposer, row);
  gtk_widget_class_bind_template_child (widget_class, WwComposer, strip);
  gtk_widget_class_bind_template_child (widget_class, WwComposer, link_bar);
  gtk_widget_class_bind_template_child (widget_class, WwComposer, attach_button);
  gtk_widget_class_bind_template_child (widget_class, WwComposer, voice_bar);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, emoji_cb);
  gtk_widget_class_bind_template_callback (widget_class, send_cb);
  gtk_widget_class_bind_template_callback (widget_class, strip_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, voice_cb);
  gtk_widget_class_bind_template_callback (widget_class, voice_done_cb);
  gtk_widget_class_bind_template_callback (widget_class, voice_failed_cb);
  gtk_widget_class_bind_template_callback (widget_class, contact_cb);
  gtk_widget_class_bind_template_callback (widget_class, location_cb);
}

static void
ww_composer_init (WwComposer *self)
{
  GtkEventController *keys;

  self->settings = g_settings_new (APPLICATION_ID);
  gtk_widget_init_template (GTK_WIDGET (self));
  ww_attach_button_set_strip (self->attach_button, self->strip);
  ww_attach_paste_install (self->view, self->strip);

  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->view), keys);
  /* After this one's, so that what it offers has the first claim on a key. */
  self->completion = ww_emoji_completion_new (self->view, GTK_WIDGET (self));
}
