/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-voice-bar"

#include "ww-voice-bar.h"

#include <glib/gi18n.h>

#include "ww-time.h"
#include "ww-waveform.h"
#include "ww-widget.h"

/* What is shorter was a slip of the finger. */
#define SHORTEST_MS 400

struct _WwVoiceBar
{
  GtkWidget parent_instance;
  WwWaveform *waveform;
  GtkLabel *time_label;
  GtkWidget *send_button;

  WwVoiceRecorder *recorder;
};

G_DEFINE_FINAL_TYPE (WwVoiceBar, ww_voice_bar, GTK_TYPE_WIDGET)

enum
{
  DONE,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
level_cb (WwVoiceBar *self)
{
  g_autofree char *time = ww_time_format_duration (ww_voice_recorder_get_duration_ms (self->recorder));

  ww_waveform_append (self->waveform, ww_voice_recorder_get_level (self->recorder));
  gtk_label_set_text (self->time_label, time);
}

static void
end (WwVoiceBar *self, WwVoiceRecorder *recorder)
{
  ww_waveform_set_levels (self->waveform, NULL, 0);
  g_signal_emit (self, signals[DONE], 0, recorder);
}

static void
finished_cb (WwVoiceBar *self)
{
  g_autoptr (WwVoiceRecorder) recorder = g_steal_pointer (&self->recorder);

  end (self, ww_voice_recorder_get_duration_ms (recorder) >= SHORTEST_MS ? recorder : NULL);
}

static void
failed_cb (WwVoiceBar *self, const char *sentence)
{
  g_autoptr (WwVoiceRecorder) recorder = g_steal_pointer (&self->recorder);

  g_signal_emit (self, signals[FAILED], 0, sentence);
  end (self, NULL);
}

static void
send_cb (WwVoiceBar *self)
{
  if (self->recorder == NULL)
    return;
  gtk_widget_set_sensitive (self->send_button, FALSE);
  ww_voice_recorder_finish (self->recorder);
}

static void
cancel_cb (WwVoiceBar *self)
{
  ww_voice_bar_cancel (self);
}

static gboolean
escape_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  ww_voice_bar_cancel (WW_VOICE_BAR (widget));
  return TRUE;
}

/* Listens from now on. */
void
ww_voice_bar_start (WwVoiceBar *self)
{
  if (self->recorder != NULL)
    return;
  self->recorder = ww_voice_recorder_new ();
  g_signal_connect_object (self->recorder, "notify::level", G_CALLBACK (level_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->recorder, "finished", G_CALLBACK (finished_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->recorder, "failed", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);
  gtk_label_set_text (self->time_label, "0:00");
  gtk_widget_set_sensitive (self->send_button, TRUE);
  gtk_widget_grab_focus (self->send_button);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), _ ("Recording"), GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  ww_voice_recorder_start (self->recorder);
}

/* Forgets what was said. */
void
ww_voice_bar_cancel (WwVoiceBar *self)
{
  g_autoptr (WwVoiceRecorder) recorder = g_steal_pointer (&self->recorder);

  if (recorder == NULL)
    return;
  g_signal_handlers_disconnect_by_data (recorder, self);
  ww_voice_recorder_cancel (recorder);
  end (self, NULL);
}

gboolean
ww_voice_bar_get_active (WwVoiceBar *self)
{
  return self->recorder != NULL;
}

static void
ww_voice_bar_dispose (GObject *object)
{
  WwVoiceBar *self = WW_VOICE_BAR (object);

  g_clear_object (&self->recorder);
  ww_widget_dispose_children (GTK_WIDGET (self), WW_TYPE_VOICE_BAR);
  G_OBJECT_CLASS (ww_voice_bar_parent_class)->dispose (object);
}

static void
ww_voice_bar_class_init (WwVoiceBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_voice_bar_dispose;
  g_type_ensure (WW_TYPE_WAVEFORM);
  signals[DONE] = g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, WW_TYPE_VOICE_RECORDER);
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_css_name (widget_class, "voicebar");
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-voice-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, WwVoiceBar, waveform);
  gtk_widget_class_bind_template_child (widget_class, WwVoiceBar, time_label);
  gtk_widget_class_bind_template_child (widget_class, WwVoiceBar, send_button);
  gtk_widget_class_bind_template_callback (widget_class, send_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
}

static void
ww_voice_bar_init (WwVoiceBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
