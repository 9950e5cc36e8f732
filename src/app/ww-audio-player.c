/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-audio-player"

#include "ww-audio-player.h"

#include <glib/gi18n.h>

#include "ww-attachment-actions.h"
#include "ww-attachment-text.h"
#include "ww-future.h"
#include "ww-media-source.h"
#include "ww-time.h"
#include "ww-transfer-button.h"
#include "ww-waveform.h"
#include "ww-widget.h"

struct _WwAudioPlayer
{
  GtkWidget parent_instance;
  GtkLabel *name_label;
  GtkWidget *controls;
  GtkStack *stack;
  GtkWidget *play_button;
  GtkBox *transfer_place;
  WwWaveform *waveform;
  GtkLabel *time_label;

  WwAttachment *attachment;
  gboolean plain;
  DexFuture *opening;
  GtkMediaStream *media;
};

G_DEFINE_FINAL_TYPE (WwAudioPlayer, ww_audio_player, GTK_TYPE_WIDGET)

/* The one that is heard now; unowned. */
static WwAudioPlayer *playing;

static gint64
get_duration_ms (WwAudioPlayer *self)
{
  gint64 known = self->media != NULL ? gtk_media_stream_get_duration (self->media) / 1000 : 0;

  return known > 0 ? known : ww_attachment_get_duration_ms (self->attachment);
}

static void
update_time (WwAudioPlayer *self)
{
  gint64 duration = get_duration_ms (self);
  gint64 at = self->media != NULL ? gtk_media_stream_get_timestamp (self->media) / 1000 : 0;
  gboolean begun = at > 0 && self->media != NULL && !gtk_media_stream_get_ended (self->media);
  g_autofree char *shown = ww_time_format_duration (begun ? at : duration);
  g_autofree char *now = ww_time_format_duration (at);
  g_autofree char *all = ww_time_format_duration (duration);
  /* Translators: where one is in something that is heard, and how long it is, as in “0:12 of 0:40”. */
  g_autofree char *text = g_strdup_printf (_ ("%1$s of %2$s"), now, all);

  gtk_label_set_text (self->time_label, duration > 0 || begun ? shown : "");
  ww_waveform_set_fraction (self->waveform, duration > 0 && begun ? (double) at / (double) duration : 0);
  ww_waveform_set_text (self->waveform, text);
}

static void
update_playing (WwAudioPlayer *self)
{
  gboolean plays = self->media != NULL && gtk_media_stream_get_playing (self->media);
  g_autofree char *what = ww_attachment_text_describe (self->attachment, TRUE);
  /* Translators: a button; what will be heard, as in “Voice message, 12 seconds”. */
  g_autofree char *play = g_strdup_printf (_ ("Play: %s"), what);
  /* Translators: a button; what is heard, as in “Voice message, 12 seconds”. */
  g_autofree char *pause = g_strdup_printf (_ ("Pause: %s"), what);

  gtk_button_set_icon_name (GTK_BUTTON (self->play_button),
                            plays ? "media-playback-pause-symbolic" : "media-playback-start-symbolic");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->play_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  plays ? pause : play, -1);
  gtk_widget_set_tooltip_text (self->play_button, plays ? _ ("Pause") : _ ("Play"));
  ww_waveform_set_seekable (self->waveform, self->media != NULL);
  update_time (self);
}

static void
failed_cb (WwAudioPlayer *self)
{
  if (gtk_media_stream_get_error (self->media) == NULL)
    return;
  g_message ("this can't be played: %s", gtk_media_stream_get_error (self->media)->message);
  ww_attachment_actions_toast (GTK_WIDGET (self),
                               _ ("This can't be played here. Save it, and open it with another program."));
}

static void
start (WwAudioPlayer *self)
{
  if (playing != NULL && playing != self && playing->media != NULL)
    gtk_media_stream_pause (playing->media);
  playing = self;
  gtk_media_stream_play (self->media);
}

static void
opened_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwAudioPlayer *self = owner;

  dex_clear (&self->opening);
  if (error != NULL)
    {
      ww_attachment_actions_toast (GTK_WIDGET (self), error->message);
      return;
    }
  self->media = ww_media_source_play (g_value_get_object (value));
  g_signal_connect_object (self->media, "notify::playing", G_CALLBACK (update_playing), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->media, "notify::timestamp", G_CALLBACK (update_time), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->media, "notify::duration", G_CALLBACK (update_time), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->media, "notify::ended", G_CALLBACK (update_playing), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->media, "notify::error", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);
  start (self);
}

static void
play_cb (WwAudioPlayer *self)
{
  if (self->media != NULL && gtk_media_stream_get_playing (self->media))
    gtk_media_stream_pause (self->media);
  else if (self->media != NULL)
    start (self);
  else if (self->opening == NULL)
    self->opening = ww_future_watch (ww_attachment_open (self->attachment), self, opened_cb, NULL);
}

static void
seek_cb (WwAudioPlayer *self, double fraction)
{
  if (self->media != NULL && gtk_media_stream_is_seekable (self->media))
    gtk_media_stream_seek (self->media, (gint64) (fraction * (double) gtk_media_stream_get_duration (self->media)));
}

static void
update (WwAudioPlayer *self)
{
  gtk_stack_set_visible_child_name (self->stack,
                                    self->plain || ww_attachment_get_readable (self->attachment) ? "play" : "transfer");
  gtk_widget_set_sensitive (self->play_button, !self->plain);
  update_playing (self);
}

static void
ww_audio_player_dispose (GObject *object)
{
  WwAudioPlayer *self = WW_AUDIO_PLAYER (object);

  if (playing == self)
    playing = NULL;
  dex_clear (&self->opening);
  if (self->media != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->media, self);
      gtk_media_stream_pause (self->media);
    }
  g_clear_object (&self->media);
  g_clear_object (&self->attachment);
  ww_widget_dispose_children (GTK_WIDGET (self), WW_TYPE_AUDIO_PLAYER);
  G_OBJECT_CLASS (ww_audio_player_parent_class)->dispose (object);
}

static void
ww_audio_player_class_init (WwAudioPlayerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_audio_player_dispose;
  g_type_ensure (WW_TYPE_WAVEFORM);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-audio-player.ui");
  gtk_widget_class_bind_template_child (widget_class, WwAudioPlayer, name_label);
  gtk_widget_class_bind_template_child (widget_class, WwAudioPlayer, controls);
  gtk_widget_class_bind_template_child (widget_class, WwAudioPlayer, stack);
  gtk_widget_class_bind_template_child (widget_class, WwAudioPlayer, play_button);
  gtk_widget_class_bind_template_child (widget_class, WwAudioPlayer, transfer_place);
  gtk_widget_class_bind_template_child (widget_class, WwAudioPlayer, waveform);
  gtk_widget_class_bind_template_child (widget_class, WwAudioPlayer, time_label);
  gtk_widget_class_bind_template_callback (widget_class, play_cb);
  gtk_widget_class_bind_template_callback (widget_class, seek_cb);
}

static void
ww_audio_player_init (WwAudioPlayer *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* Sound runs from left to right in every script. */
  gtk_widget_set_direction (self->controls, GTK_TEXT_DIR_LTR);
}

/**
 * ww_audio_player_new:
 * @plain: whether it is a stranger's: nothing of it is loaded
 */
GtkWidget *
ww_audio_player_new (WwAttachment *attachment, gboolean plain)
{
  WwAudioPlayer *self = g_object_new (WW_TYPE_AUDIO_PLAYER, NULL);
  GBytes *levels = ww_attachment_get_levels (attachment);

  self->attachment = g_object_ref (attachment);
  self->plain = plain;
  gtk_label_set_text (self->name_label, ww_attachment_get_name (attachment));
  gtk_widget_set_visible (GTK_WIDGET (self->name_label), !ww_attachment_get_voice (attachment));
  if (levels != NULL)
    ww_waveform_set_levels (self->waveform, g_bytes_get_data (levels, NULL), g_bytes_get_size (levels));
  gtk_box_append (self->transfer_place, ww_transfer_button_new (attachment));
  g_signal_connect_object (attachment, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
