/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>
#include <glib/gstdio.h>
#include <gst/gst.h>
#include <string.h>

#include "ww-animation.h"
#include "ww-client.h"
#include "ww-group-picture.h"
#include "ww-media-probe.h"
#include "ww-media-source.h"
#include "ww-media-write.h"
#include "ww-photo.h"
#include "ww-picture.h"
#include "ww-texture.h"
#include "ww-voice-recorder.h"

static void
append_be32 (GByteArray *array, guint32 value)
{
  guint32 swapped = GUINT32_TO_BE (value);

  g_byte_array_append (array, (const guint8 *) &swapped, 4);
}

/* A PNG that says what it likes of its size; its checksum is right, its pixels are not there. */
static GBytes *
make_png_header (guint32 width, guint32 height)
{
  GByteArray *png = g_byte_array_new ();
  static const guint8 rest[] = { 8, 2, 0, 0, 0 };
  guint32 crc = 0xffffffff;

  g_byte_array_append (png, (const guint8 *) "\x89PNG\r\n\x1a\n", 8);
  append_be32 (png, 13);
  g_byte_array_append (png, (const guint8 *) "IHDR", 4);
  append_be32 (png, width);
  append_be32 (png, height);
  g_byte_array_append (png, rest, sizeof rest);
  for (guint i = png->len - 17; i < png->len; i++)
    {
      crc ^= png->data[i];
      for (int bit = 0; bit < 8; bit++)
        crc = crc & 1 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
    }
  append_be32 (png, crc ^ 0xffffffff);
  append_be32 (png, 0);
  g_byte_array_append (png, (const guint8 *) "IDAT\x35\xaf\x06\x1e", 8);
  return g_byte_array_free_to_bytes (png);
}

static GBytes *
make_png (int width, int height)
{
  gsize stride = (gsize) width * 4;
  g_autofree guint8 *data = g_malloc (stride * (gsize) height);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  for (gsize i = 0; i < stride * (gsize) height; i++)
    data[i] = i % 4 == 3 ? 255 : (guint8) (i / 4);
  bytes = g_bytes_new (data, stride * (gsize) height);
  texture = gdk_memory_texture_new (width, height, GDK_MEMORY_R8G8B8A8, bytes, stride);
  return gdk_texture_save_to_png_bytes (texture);
}

/* Two frames of 2 × 2 pixels, 50 ms each. */
static const guint8 moving_gif[] = {
  'G', 'I', 'F',  '8',  '9', 'a', 2,   0,   2,   0,   0x80, 0, 0, 255, 0,    0,    0,    0,    255,  0x21, 0xff, 11,
  'N', 'E', 'T',  'S',  'C', 'A', 'P', 'E', '2', '.', '0',  3, 1, 0,   0,    0,    0x21, 0xf9, 4,    0,    5,    0,
  0,   0,   0x2c, 0,    0,   0,   0,   2,   0,   2,   0,    0, 2, 2,   0x84, 0x51, 0,    0x21, 0xf9, 4,    0,    5,
  0,   0,   0,    0x2c, 0,   0,   0,   0,   2,   0,   2,    0, 0, 2,   2,    0x8c, 0x53, 0,    0x3b,
};

typedef struct
{
  GMainLoop *loop;
  GdkPaintable *paintable;
  GError *error;
} Outcome;

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->paintable = ww_picture_load_finish (result, &outcome->error);
  g_main_loop_quit (outcome->loop);
}

static GdkPaintable *
load (GBytes *bytes, int side, WwPictureMode mode, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Outcome outcome = { .loop = loop };

  ww_picture_load_async (bytes, side, side, mode, NULL, loaded_cb, &outcome);
  g_main_loop_run (loop);
  if (outcome.error != NULL)
    g_propagate_error (error, outcome.error);
  return outcome.paintable;
}

static void
test_decode (void)
{
  g_autoptr (GBytes) png = make_png (300, 200);
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPaintable) small = load (png, 50, WW_PICTURE_MOVING, &error);
  g_autoptr (GdkPaintable) whole = NULL;

  g_assert_no_error (error);
  g_assert_true (GDK_IS_TEXTURE (small));
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (small), ==, 75);
  g_assert_cmpint (gdk_paintable_get_intrinsic_height (small), ==, 50);
  whole = load (png, 4000, WW_PICTURE_STILL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (whole), ==, 300);
}

static void
test_too_large (void)
{
  static const guint32 sizes[][2] = { { 100000, 100000 }, { WW_MEDIA_MAX_SIDE + 1, 1 }, { 16000, 16000 } };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) png = make_png_header (sizes[i][0], sizes[i][1]);
      g_autoptr (GError) error = NULL;

      g_assert_null (load (png, 320, WW_PICTURE_MOVING, &error));
      g_assert_nonnull (error);
      g_test_message ("%u × %u: %s", sizes[i][0], sizes[i][1], error->message);
      g_assert_false (ww_media_size_is_sane (sizes[i][0], sizes[i][1]));
    }
  /* The decoder has limits of its own, so that this one is seen at work only where they allow more. */
  {
    g_autoptr (GBytes) png = make_png_header (16000, 6000);
    g_autoptr (GError) error = NULL;

    g_assert_null (load (png, 320, WW_PICTURE_MOVING, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  }
}

static void
test_not_a_picture (void)
{
  static const char *const texts[] = {
    "",
    "GIF",
    "<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>",
    "<?xml version='1.0'?><svg/>",
    "%PDF-1.7\n%aaaaaaaaaaaaaaaaaaa",
    "BM aaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "II*\0aaaaaaaaaaaaaaaa",
    "P6 1 1 255 aaaaaa",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (texts[i], strlen (texts[i]));
      g_autoptr (GError) error = NULL;

      g_assert_null (load (bytes, 320, WW_PICTURE_STILL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

/* Rubbish behind a good beginning ends the decoder at most. */
static void
test_broken (void)
{
  for (guint seed = 0; seed < 12; seed++)
    {
      g_autoptr (GBytes) good = make_png (64, 64);
      gsize size;
      g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (good, &size), g_bytes_get_size (good));
      g_autoptr (GRand) random = g_rand_new_with_seed (seed);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GdkPaintable) paintable = NULL;

      for (guint i = 0; i < 20; i++)
        data[g_rand_int_range (random, 8, (gint32) size)] = (guint8) g_rand_int (random);
      bytes = g_bytes_new (data, size - seed * 3);
      paintable = load (bytes, 64, WW_PICTURE_MOVING, NULL);
    }
}

static gboolean
timeout_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
iterate_for (guint ms)
{
  gboolean over = FALSE;

  g_timeout_add (ms, timeout_cb, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_moving (void)
{
  g_autoptr (GBytes) gif = g_bytes_new_static (moving_gif, sizeof moving_gif);
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPaintable) still = load (gif, 10, WW_PICTURE_STILL, &error);
  g_autoptr (GdkPaintable) moving = NULL;
  guint frames = 0, seen;

  g_assert_no_error (error);
  g_assert_true (GDK_IS_TEXTURE (still));
  moving = load (gif, 10, WW_PICTURE_MOVING, &error);
  g_assert_no_error (error);
  g_assert_true (WW_IS_ANIMATION (moving));

  g_signal_connect_swapped (moving, "invalidate-contents", G_CALLBACK (count_cb), &frames);
  iterate_for (200);
  g_assert_cmpuint (frames, ==, 0);
  ww_animation_set_playing (WW_ANIMATION (moving), TRUE);
  while (frames < 4)
    g_main_context_iteration (NULL, TRUE);
  ww_animation_set_playing (WW_ANIMATION (moving), FALSE);
  /* One may be on its way. */
  iterate_for (200);
  seen = frames;
  iterate_for (300);
  g_assert_cmpuint (frames, ==, seen);
}

static void
test_cache (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (1000 * 1000 * 4), 1000 * 1000 * 4);

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *key = g_strdup_printf ("picture-%u", i);
      g_autoptr (GdkTexture) texture = gdk_memory_texture_new (1000, 1000, GDK_MEMORY_R8G8B8A8, bytes, 4000);

      ww_texture_cache_insert (key, texture);
      g_assert_nonnull (ww_texture_cache_lookup ("picture-0"));
      g_assert_true (ww_texture_cache_lookup (key) == texture);
      g_assert_cmpuint (ww_texture_cache_get_bytes (), <=, WW_TEXTURE_CACHE_BYTES);
    }
  g_assert_null (ww_texture_cache_lookup ("picture-1"));
  ww_texture_cache_clear ();
  g_assert_cmpuint (ww_texture_cache_get_bytes (), ==, 0);
  g_assert_null (ww_texture_cache_lookup ("picture-0"));
}

static void
test_fit (void)
{
  static const struct
  {
    guint width, height;
    int fitted_width, fitted_height;
  } table[] = {
    { 4000, 3000, 320, 240 }, { 3000, 4000, 300, 400 }, { 200, 100, 200, 100 }, { 0, 0, 240, 180 },
    { 65535, 1, 320, 72 },    { 1, 65535, 72, 400 },    { 1, 1, 72, 72 },       { 65535, 65535, 320, 320 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GtkWidget) photo = g_object_ref_sink (ww_photo_new ());
      int width, height, natural;

      ww_photo_fit (table[i].width, table[i].height, &width, &height);
      g_assert_cmpint (width, ==, table[i].fitted_width);
      g_assert_cmpint (height, ==, table[i].fitted_height);

      /* The place does not depend on whether the picture is there. */
      ww_photo_set_size (WW_PHOTO (photo), table[i].width, table[i].height);
      gtk_widget_measure (photo, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
      g_assert_cmpint (natural, ==, width);
      gtk_widget_measure (photo, GTK_ORIENTATION_VERTICAL, width, NULL, &natural, NULL, NULL);
      g_assert_cmpint (natural, ==, height);
      {
        g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (64), 64);
        g_autoptr (GdkTexture) texture = gdk_memory_texture_new (4, 4, GDK_MEMORY_R8G8B8A8, bytes, 16);

        ww_photo_set_paintable (WW_PHOTO (photo), GDK_PAINTABLE (texture));
        gtk_widget_measure (photo, GTK_ORIENTATION_VERTICAL, width, NULL, &natural, NULL, NULL);
        g_assert_cmpint (natural, ==, height);
      }
    }
}

static void
finished_cb (GMainLoop *loop)
{
  g_main_loop_quit (loop);
}

static void
failed_cb (GMainLoop *loop, const char *sentence)
{
  g_error ("nothing was recorded: %s", sentence);
}

static void
level_cb (WwVoiceRecorder *recorder)
{
  if (ww_voice_recorder_get_duration_ms (recorder) >= 1000)
    ww_voice_recorder_finish (recorder);
}

/* What is said is recorded, and what was recorded can be heard, out of memory. */
static void
test_voice (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (WwVoiceRecorder) recorder = ww_voice_recorder_new ();
  g_autoptr (GBytes) levels = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GtkMediaStream) media = NULL;
  GBytes *bytes;

  g_signal_connect_swapped (recorder, "finished", G_CALLBACK (finished_cb), loop);
  g_signal_connect_swapped (recorder, "failed", G_CALLBACK (failed_cb), loop);
  g_signal_connect (recorder, "notify::level", G_CALLBACK (level_cb), NULL);
  ww_voice_recorder_start (recorder);
  g_main_loop_run (loop);

  bytes = ww_voice_recorder_get_bytes (recorder);
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), 4, "OggS", 4);
  levels = ww_voice_recorder_dup_levels (recorder);
  g_assert_cmpuint (g_bytes_get_size (levels), ==, WW_VOICE_LEVELS);
  g_assert_cmpuint (((const guint8 *) g_bytes_get_data (levels, NULL))[WW_VOICE_LEVELS / 2], >, 100);

  stream = g_memory_input_stream_new_from_bytes (bytes);
  media = ww_media_source_play (stream);
  gtk_media_stream_play (media);
  while (gtk_media_stream_get_error (media) == NULL && !gtk_media_stream_get_ended (media))
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (gtk_media_stream_get_error (media));
  g_assert_cmpint (gtk_media_stream_get_duration (media), >=, 900 * 1000);
  g_assert_cmpint (gtk_media_stream_get_duration (media), <=, 1500 * 1000);
}

static void
test_voice_cancelled (void)
{
  g_autoptr (WwVoiceRecorder) recorder = ww_voice_recorder_new ();

  ww_voice_recorder_start (recorder);
  while (ww_voice_recorder_get_duration_ms (recorder) < 100)
    g_main_context_iteration (NULL, TRUE);
  ww_voice_recorder_cancel (recorder);
  g_assert_null (ww_voice_recorder_get_bytes (recorder));
}

/* Two seconds of a film, made here. */
static void
make_film (const char *path)
{
  g_autofree char *description = g_strdup_printf (
      "videotestsrc num-buffers=30 ! video/x-raw,width=322,height=180,framerate=15/1 ! vp8enc deadline=1 ! webmmux ! "
      "filesink location=%s",
      path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (description, &error);
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) message = NULL;

  g_assert_no_error (error);
  bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 30 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_assert_nonnull (message);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
}

static void
probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static WwMediaProbe *
probe (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;

  ww_media_probe_async (file, NULL, probed_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return ww_media_probe_finish (result, error);
}

/* How long a film is, and a picture of it that a message has room for. */
static void
test_probe (void)
{
  g_autofree char *directory = g_dir_make_tmp ("waxwing-probe-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "film.webm", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (WwMediaProbe) film = NULL, text = NULL;
  g_autoptr (GBytes) poster = NULL;
  g_autoptr (GBytes) preview = NULL;

  gst_init (NULL, NULL);
  make_film (path);
  film = probe (path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (film->duration_ms, >, 1800);
  g_assert_cmpint (film->duration_ms, <, 2200);
  g_assert_nonnull (film->poster);
  g_assert_cmpint (gdk_pixbuf_get_width (film->poster), ==, 322);
  g_assert_cmpint (gdk_pixbuf_get_height (film->poster), ==, 180);

  poster = ww_media_write_poster (film->poster, 4096);
  preview = ww_media_write_preview (film->poster, 4096);
  g_assert_nonnull (poster);
  g_assert_cmpuint (g_bytes_get_size (poster), <=, 4096);
  g_assert_cmpuint (g_bytes_get_size (poster), >, g_bytes_get_size (preview));

  g_assert_true (g_file_set_contents (path, "Nothing to be seen", -1, NULL));
  text = probe (path, &error);
  g_assert_null (text);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_remove (path);
  g_rmdir (directory);
}

static void
test_levels (void)
{
  static const guint8 levels[] = { 1, 9, 2, 8, 3, 7 };
  guint8 three[3], twelve[12];

  ww_voice_levels_reduce (levels, 6, three, 3);
  g_assert_cmpmem (three, 3, ((const guint8[]) { 9, 8, 7 }), 3);
  ww_voice_levels_reduce (levels, 6, twelve, 12);
  g_assert_cmpuint (twelve[0], ==, 1);
  g_assert_cmpuint (twelve[11], ==, 7);
  ww_voice_levels_reduce (NULL, 0, three, 3);
  g_assert_cmpmem (three, 3, ((const guint8[]) { 0, 0, 0 }), 3);
}

/* A stream is played by its own address only. */
static void
test_media_gone (void)
{
  g_autoptr (GFile) file = g_file_new_for_uri ("waxwing-media:///4711");
  g_autoptr (GtkMediaStream) media = gtk_media_file_new_for_file (file);

  gtk_media_stream_play (media);
  while (gtk_media_stream_get_error (media) == NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* Whatever was chosen, a group's picture is a small square JPEG, and what is none is said in words. */
static void
test_group_picture (void)
{
  g_autoptr (GBytes) wide = make_png (400, 300), noise = g_bytes_new_static ("no picture", 10);
  g_autoptr (GBytes) huge = make_png_header (100000, 100000);
  g_autoptr (GError) no_picture = NULL, too_large = NULL, never_small = NULL;
  g_autoptr (GBytes) made = ww_group_picture_make (wide, WW_GROUP_MAX_PICTURE, NULL, NULL);
  g_autoptr (GdkTexture) texture = NULL;

  g_assert_nonnull (made);
  g_assert_cmpuint (g_bytes_get_size (made), <=, WW_GROUP_MAX_PICTURE);
  g_assert_cmpmem (g_bytes_get_data (made, NULL), 2, "\xff\xd8", 2);
  texture = GDK_TEXTURE (load (made, 512, WW_PICTURE_STILL, NULL));
  g_assert_cmpint (gdk_texture_get_width (texture), ==, 256);
  g_assert_cmpint (gdk_texture_get_height (texture), ==, 256);

  g_assert_null (ww_group_picture_make (noise, WW_GROUP_MAX_PICTURE, NULL, &no_picture));
  g_assert_error (no_picture, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_null (ww_group_picture_make (huge, WW_GROUP_MAX_PICTURE, NULL, &too_large));
  g_assert_error (too_large, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_null (ww_group_picture_make (wide, 64, NULL, &never_small));
  g_assert_error (never_small, G_IO_ERROR, G_IO_ERROR_FAILED);
}

int
main (int argc, char **argv)
{
  /* Nobody speaks here: a tone stands in for the microphone. */
  g_setenv ("GST_PLUGIN_FEATURE_RANK", "audiotestsrc:512", TRUE);
  gtk_test_init (&argc, &argv);
  adw_init ();
  g_test_add_func ("/app/media/decode", test_decode);
  g_test_add_func ("/app/media/too-large", test_too_large);
  g_test_add_func ("/app/media/not-a-picture", test_not_a_picture);
  g_test_add_func ("/app/media/broken", test_broken);
  g_test_add_func ("/app/media/moving", test_moving);
  g_test_add_func ("/app/media/cache", test_cache);
  g_test_add_func ("/app/media/group-picture", test_group_picture);
  g_test_add_func ("/app/media/fit", test_fit);
  g_test_add_func ("/app/media/probe", test_probe);
  g_test_add_func ("/app/media/levels", test_levels);
  g_test_add_func ("/app/media/voice", test_voice);
  g_test_add_func ("/app/media/voice-cancelled", test_voice_cancelled);
  g_test_add_func ("/app/media/gone", test_media_gone);
  return g_test_run ();
}
