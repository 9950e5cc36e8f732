/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-composer"

#include "ww-composer.h"

#include <adwaita.h>

#include "ww-attach-button.h"
#include "ww-attach-drop.h"
#include "ww-attach-strip.h"
#include "ww-future.h"
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
  GtkWidget *row;
  WwAttachStrip *strip;
  WwAttachButton *attach_button;
  WwVoiceBar *voice_bar;

  GSettings *settings;
  WwConversation *conversation;
  char *held; /* why nothing may be sent now; NULL when it may */
  guint draft_source;
  gboolean drops;   /* onto what this stands in */
  gboolean filling; /* the text is being put in by this code, not by the person */
};

G_DEFINE_FINAL_TYPE (WwComposer, ww_composer, GTK_TYPE_WIDGET)

enum
{
  FAILED,
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
  self->filling = TRUE;
  gtk_text_buffer_set_text (self->buffer, text, -1);
  self->filling = FALSE;
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
  text = dup_text (self);
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

static void
update_send (WwComposer *self)
{
  g_autofree char *text = dup_text (self);

  gtk_widget_set_visible (self->hint, *text == '\0');
  gtk_widget_set_sensitive (self->send_button, self->conversation != NULL && self->held == NULL &&
                                                   (!is_blank (text) || !ww_attach_strip_is_empty (self->strip)) &&
                                                   ww_attach_strip_is_ready (self->strip));
}

static void
changed_cb (WwComposer *self)
{
  update_send (self);
  if (self->filling)
    return;
  g_clear_handle_id (&self->draft_source, g_source_remove);
  self->draft_source = g_timeout_add (DRAFT_MS, draft_cb, self);
}

typedef struct
{
  GWeakRef composer;
  WwConversation *conversation;
  char *text;
} Sending;

static void
sending_free (Sending *sending)
{
  g_weak_ref_clear (&sending->composer);
  g_object_unref (sending->conversation);
  g_free (sending->text);
  g_free (sending);
}

/* A message that could not be stored goes back to where it was written. */
static DexFuture *
not_stored_cb (DexFuture *future, gpointer user_data)
{
  Sending *sending = user_data;
  g_autoptr (WwComposer) self = g_weak_ref_get (&sending->composer);
  g_autoptr (GError) error = NULL;

  dex_future_get_value (future, &error);
  if (self != NULL && self->conversation == sending->conversation)
    {
      g_autofree char *since = dup_text (self);
      g_autofree char *both = *since == '\0' ? g_strdup (sending->text)
                                             : g_strconcat (sending->text, "\n", since, NULL);

      fill (self, both);
      keep_draft (self);
    }
  else
    dex_future_disown (ww_conversation_set_draft (sending->conversation, sending->text));
  if (self != NULL)
    g_signal_emit (self, signals[FAILED], 0, error->message);
  return NULL;
}

static void
send_cb (WwComposer *self)
{
  g_autofree char *text = dup_text (self);
  g_autoptr (WwOutgoing) outgoing = NULL;
  Sending *sending;

  if (self->conversation == NULL || (is_blank (text) && ww_attach_strip_is_empty (self->strip)) ||
      !ww_attach_strip_is_ready (self->strip))
    return;
  if (self->held != NULL)
    {
      gtk_accessible_announce (GTK_ACCESSIBLE (self), self->held, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
      return;
    }

  g_strstrip (text);
  sending = g_new0 (Sending, 1);
  g_weak_ref_init (&sending->composer, self);
  sending->conversation = g_object_ref (self->conversation);
  sending->text = g_strdup (text);

  outgoing = ww_outgoing_new ();
  ww_outgoing_set_text (outgoing, text);
  ww_attach_strip_take (self->strip, outgoing);

  fill (self, "");
  dex_future_disown (dex_future_catch (ww_conversation_send (self->conversation, outgoing), not_stored_cb, sending,
                                       (GDestroyNotify) sending_free));
  keep_draft (self);
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
    ww_future_report (ww_conversation_send (self->conversation, outgoing), self, sent_cb, NULL);
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

      ww_outgoing_add_bytes (outgoing, ww_voice_recorder_get_bytes (recorder), "voice.ogg", "audio/ogg");
      ww_outgoing_set_sound (outgoing, ww_voice_recorder_get_duration_ms (recorder), TRUE);
      send_now (self, outgoing);
    }
}

static void
voice_failed_cb (WwComposer *self, const char *sentence)
{
  g_signal_emit (self, signals[FAILED], 0, sentence);
}

static void
contact_cb (WwComposer *self, GBytes *vcard)
{
  g_autoptr (WwOutgoing) outgoing = ww_outgoing_new ();

  ww_outgoing_set_card (outgoing, vcard);
  send_now (self, outgoing);
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
key_pressed_cb (WwComposer *self, guint key, guint code, GdkModifierType modifiers, GtkEventController *controller)
{
  gboolean enter_sends = g_settings_get_boolean (self->settings, "enter-sends");
  gboolean control = (modifiers & GDK_CONTROL_MASK) != 0;
  GdkEvent *event = gtk_event_controller_get_current_event (controller);

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
  g_clear_object (&self->settings);
  g_clear_pointer (&self->held, g_free);
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
  g_type_ensure (WW_TYPE_VOICE_BAR);
  widget_class->root = ww_composer_root;
  widget_class->grab_focus = ww_composer_grab_focus;
  widget_class->css_changed = ww_composer_css_changed;
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, WwComposer, scrolled);
  gtk_widget_class_bind_template_child (widget_class, WwComposer, view);
  gtk_widget_class_bind_template_child (widget_class, WwComposer, buffer);
  gtk_widget_class_bind_template_child (widget_class, WwComposer, hint);
  gtk_widget_class_bind_template_child (widget_class, WwComposer, send_button);
  gtk_widget_class_bind_template_child (widget_class, WwComposer, row);
  gtk_widget_class_bind_template_child (widget_class, WwComposer, strip);
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
}
