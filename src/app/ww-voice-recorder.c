/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-voice-recorder"

#include "ww-voice-recorder.h"

#include <glib/gi18n.h>
#include <gst/gst.h>
#include <math.h>

#define LEVEL_MS 50
/* What is quieter than this counts as silence, in decibels below the loudest. */
#define SILENCE_DB 50.0

struct _WwVoiceRecorder
{
  GObject parent_instance;
  GstElement *pipeline;
  GOutputStream *output;
  guint watch;
  GByteArray *levels; /* one for every LEVEL_MS */
  double level;
  guint duration_ms;
  GBytes *bytes; /* once it is finished */
};

G_DEFINE_FINAL_TYPE (WwVoiceRecorder, ww_voice_recorder, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_LEVEL,
  PROP_DURATION_MS,
  N_PROPS
};

enum
{
  FINISHED,
  FAILED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
stop (WwVoiceRecorder *self)
{
  g_clear_handle_id (&self->watch, g_source_remove);
  if (self->pipeline != NULL)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_clear_object (&self->pipeline);
}

static void
fail (WwVoiceRecorder *self, const char *why)
{
  g_warning ("nothing can be recorded: %s", why);
  stop (self);
  g_clear_object (&self->output);
  g_signal_emit (self, signals[FAILED], 0,
                 _ ("Couldn't record. Check that a microphone is connected and that Waxwing may use it."));
}

static void
add_level (WwVoiceRecorder *self, const GstStructure *structure)
{
  const GValue *values = gst_structure_get_value (structure, "rms");
  const GValueArray *array = values != NULL ? g_value_get_boxed (values) : NULL;
  const GValue *first = array != NULL && array->n_values > 0 ? &array->values[0] : NULL;
  guint8 level;

  if (first == NULL)
    return;
  self->level = CLAMP (1 + g_value_get_double (first) / SILENCE_DB, 0, 1);
  level = (guint8) (self->level * 255);
  g_byte_array_append (self->levels, &level, 1);
  self->duration_ms = self->levels->len * LEVEL_MS;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LEVEL]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DURATION_MS]);
  if (self->duration_ms >= WW_VOICE_MAX_MS)
    ww_voice_recorder_finish (self);
}

static void
finished (WwVoiceRecorder *self)
{
  stop (self);
  g_output_stream_close (self->output, NULL, NULL);
  self->bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (self->output));
  g_clear_object (&self->output);
  g_signal_emit (self, signals[FINISHED], 0);
}

static gboolean
message_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  g_autoptr (WwVoiceRecorder) self = g_object_ref (user_data);
  const GstStructure *structure = gst_message_get_structure (message);

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT && gst_structure_has_name (structure, "level"))
    add_level (self, structure);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    finished (self);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    {
      g_autoptr (GError) error = NULL;

      gst_message_parse_error (message, &error, NULL);
      fail (self, error->message);
    }
  return self->watch != 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* A source that could run ahead of the clock is told that this is about time. */
static void
source_added_cb (GstBin *bin, GstElement *element)
{
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), "is-live") != NULL)
    g_object_set (element, "is-live", TRUE, NULL);
}

static GstElement *
make_pipeline (WwVoiceRecorder *self, GError **error)
{
  GstElement *pipeline = gst_parse_launch (
      "autoaudiosrc name=source ! queue ! audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=1 ! "
      "level name=level post-messages=true ! opusenc audio-type=voice bitrate=32000 ! oggmux ! "
      "giostreamsink name=sink",
      error);
  g_autoptr (GstElement) source = NULL;
  g_autoptr (GstElement) level = NULL;
  g_autoptr (GstElement) sink = NULL;

  if (pipeline == NULL || *error != NULL)
    {
      g_clear_object (&pipeline);
      return NULL;
    }
  source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  level = gst_bin_get_by_name (GST_BIN (pipeline), "level");
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_signal_connect (source, "element-added", G_CALLBACK (source_added_cb), NULL);
  g_object_set (level, "interval", (guint64) LEVEL_MS * GST_MSECOND, NULL);
  g_object_set (sink, "stream", self->output, NULL);
  return pipeline;
}

/**
 * ww_voice_recorder_start:
 *
 * Begins to listen. A recorder is for one recording.
 */
void
ww_voice_recorder_start (WwVoiceRecorder *self)
{
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (self->pipeline == NULL && self->bytes == NULL);
  if (!gst_init_check (NULL, NULL, &error))
    {
      fail (self, error->message);
      return;
    }
  self->output = g_memory_output_stream_new_resizable ();
  self->pipeline = make_pipeline (self, &error);
  if (self->pipeline == NULL)
    {
      fail (self, error->message);
      return;
    }
  bus = gst_element_get_bus (self->pipeline);
  self->watch = gst_bus_add_watch (bus, message_cb, self);
  if (gst_element_set_state (self->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    fail (self, "the source does not start");
}

/**
 * ww_voice_recorder_finish:
 *
 * Stops listening. "finished" comes when what was said is complete.
 */
void
ww_voice_recorder_finish (WwVoiceRecorder *self)
{
  if (self->pipeline != NULL)
    gst_element_send_event (self->pipeline, gst_event_new_eos ());
}

/* Stops listening and forgets what was said. */
void
ww_voice_recorder_cancel (WwVoiceRecorder *self)
{
  stop (self);
  g_clear_object (&self->output);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_byte_array_set_size (self->levels, 0);
}

double
ww_voice_recorder_get_level (WwVoiceRecorder *self)
{
  return self->level;
}

guint
ww_voice_recorder_get_duration_ms (WwVoiceRecorder *self)
{
  return self->duration_ms;
}

/**
 * ww_voice_recorder_get_bytes:
 *
 * Returns: (transfer none) (nullable): the finished recording
 */
GBytes *
ww_voice_recorder_get_bytes (WwVoiceRecorder *self)
{
  return self->bytes;
}

/**
 * ww_voice_levels_reduce:
 *
 * Tells a course in fewer steps: each is the loudest of what it stands for.
 */
void
ww_voice_levels_reduce (const guint8 *levels, gsize n_levels, guint8 *reduced, gsize n_reduced)
{
  for (gsize i = 0; i < n_reduced; i++)
    {
      gsize from = i * n_levels / n_reduced;
      gsize to = MAX ((i + 1) * n_levels / n_reduced, from + 1);

      reduced[i] = 0;
      for (gsize j = from; j < to && j < n_levels; j++)
        reduced[i] = MAX (reduced[i], levels[j]);
    }
}

/**
 * ww_voice_recorder_dup_levels:
 *
 * Returns: (transfer full): how loud it was, in %WW_VOICE_LEVELS steps of a byte
 */
GBytes *
ww_voice_recorder_dup_levels (WwVoiceRecorder *self)
{
  guint8 reduced[WW_VOICE_LEVELS];

  ww_voice_levels_reduce (self->levels->data, self->levels->len, reduced, WW_VOICE_LEVELS);
  return g_bytes_new (reduced, sizeof reduced);
}

static void
ww_voice_recorder_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WwVoiceRecorder *self = WW_VOICE_RECORDER (object);

  switch (id)
    {
    case PROP_LEVEL:
      g_value_set_double (value, self->level);
      break;
    case PROP_DURATION_MS:
      g_value_set_uint (value, self->duration_ms);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ww_voice_recorder_finalize (GObject *object)
{
  WwVoiceRecorder *self = WW_VOICE_RECORDER (object);

  ww_voice_recorder_cancel (self);
  g_byte_array_unref (self->levels);
  G_OBJECT_CLASS (ww_voice_recorder_parent_class)->finalize (object);
}

static void
ww_voice_recorder_class_init (WwVoiceRecorderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ww_voice_recorder_get_property;
  object_class->finalize = ww_voice_recorder_finalize;
  properties[PROP_LEVEL] = g_param_spec_double ("level", NULL, NULL, 0, 1, 0,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_DURATION_MS] = g_param_spec_uint ("duration-ms", NULL, NULL, 0, G_MAXUINT, 0,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[FINISHED] = g_signal_new ("finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ww_voice_recorder_init (WwVoiceRecorder *self)
{
  self->levels = g_byte_array_new ();
}

WwVoiceRecorder *
ww_voice_recorder_new (void)
{
  return g_object_new (WW_TYPE_VOICE_RECORDER, NULL);
}
