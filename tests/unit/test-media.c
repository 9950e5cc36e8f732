/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures: what is taken out of their files, what is made of them, and what bad ones do. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ww-media-decode.h"
#include "ww-media-picture.h"
#include "ww-media-pixels.h"
#include "ww-media-strip-private.h"
#include "ww-media-strip.h"
#include "ww-media-write.h"

/* Stands where cameras and programs put what they know. */
#define SECRET "48.8584N 2.2945E"

#define WEBP                                                                                             \
  "UklGRkwAAABXRUJQVlA4IEAAAAAwAgCdASoDAAIAAgA0JagCdLoAyQDJAAe6AAD+8MSv6MJPxff+2k6djW9pOmZL/8L7QE//ID//" \
  "C+0BP/jyAAAA"
#define GIF                                                                                              \
  "R0lGODlhBAADAPAAAP8AAAAAACH/C05FVFNDQVBFMi4wAwEAAAAh+QQACgAAACwAAAAABAADAAACA4SPVgAh+QQACgAAACwAAAAA" \
  "BAADAIAAAP8AAAACA4SPVgA7"

/* --- Files --------------------------------------------------------------------------------- */

/* Red at its left, blue at its right. */
static GBytes *
make_picture (const char *type, int width, int height)
{
  g_autoptr (GdkPixbuf) pixels = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  char *data;
  gsize size;

  gdk_pixbuf_fill (pixels, 0xff0000ff);
  for (int y = 0; y < height; y++)
    for (int x = width / 2; x < width; x++)
      memcpy (gdk_pixbuf_get_pixels (pixels) + y * gdk_pixbuf_get_rowstride (pixels) + 3 * x, "\0\0\xff", 3);
  g_assert_true (gdk_pixbuf_save_to_buffer (pixels, &data, &size, type, NULL, NULL));
  return g_bytes_new_take (data, size);
}

static GBytes *
insert (GBytes *file, gsize at, const void *piece, gsize size)
{
  GByteArray *out = g_byte_array_new ();
  const guint8 *data = g_bytes_get_data (file, NULL);

  g_byte_array_append (out, data, (guint) at);
  g_byte_array_append (out, piece, (guint) size);
  g_byte_array_append (out, data + at, (guint) (g_bytes_get_size (file) - at));
  return g_byte_array_free_to_bytes (out);
}

static GBytes *
insert_segment (GBytes *file, gsize at, guint8 marker, const void *body, gsize size)
{
  g_autofree guint8 *segment = g_malloc (size + 4);

  segment[0] = 0xff;
  segment[1] = marker;
  segment[2] = (guint8) ((size + 2) >> 8);
  segment[3] = (guint8) (size + 2);
  memcpy (segment + 4, body, size);
  return insert (file, at, segment, size + 4);
}

/* Exif data that turns the picture by a quarter, with a note behind it. */
static GBytes *
make_exif (const char *head)
{
  GByteArray *exif = g_byte_array_new ();
  guint8 tiff[WW_MEDIA_EXIF_SIZE];

  ww_media_exif_write (tiff, 6);
  g_byte_array_append (exif, (const guint8 *) head, head[0] != '\0' ? 6 : 0);
  g_byte_array_append (exif, tiff, sizeof tiff);
  g_byte_array_append (exif, (const guint8 *) SECRET, sizeof SECRET);
  return g_byte_array_free_to_bytes (exif);
}

static void
replace (GBytes **file, GBytes *by)
{
  g_bytes_unref (*file);
  *file = by;
}

static gboolean
holds (GBytes *file, const char *text)
{
  return memmem (g_bytes_get_data (file, NULL), g_bytes_get_size (file), text, strlen (text)) != NULL;
}

/* A JPEG with all that a camera writes, and a smaller picture behind its end. */
static GBytes *
make_jpeg (void)
{
  GBytes *file = make_picture ("jpeg", 32, 16);
  g_autoptr (GBytes) exif = make_exif ("Exif\0\0");

  /* Behind the mark of the beginning and the JFIF segment. */
  replace (&file, insert_segment (file, 20, 0xfe, SECRET, sizeof SECRET));
  replace (&file, insert_segment (file, 20, 0xed, "Photoshop 3.0\0" SECRET, 14 + sizeof SECRET));
  replace (&file, insert_segment (file, 20, 0xe1, "http://ns.adobe.com/xap/1.0/\0" SECRET, 29 + sizeof SECRET));
  replace (&file, insert_segment (file, 20, 0xe2, "MPF\0" SECRET, 4 + sizeof SECRET));
  replace (&file, insert_segment (file, 20, 0xe0, "JFXX\0\x10" SECRET, 6 + sizeof SECRET));
  replace (&file, insert_segment (file, 20, 0xe1, g_bytes_get_data (exif, NULL), g_bytes_get_size (exif)));
  replace (&file, insert (file, g_bytes_get_size (file), SECRET, sizeof SECRET));
  return file;
}

/* CRC of the chunk that `data` begins with its name. */
static guint32
crc_of (const guint8 *data, gsize size)
{
  guint32 crc = G_MAXUINT32;

  for (gsize i = 0; i < size; i++)
    {
      crc ^= data[i];
      for (int bit = 0; bit < 8; bit++)
        crc = (crc & 1) != 0 ? 0xedb88320u ^ (crc >> 1) : crc >> 1;
    }
  return ~crc;
}

static GBytes *
make_png (int width, int height)
{
  GBytes *file = make_picture ("png", width, height);
  guint8 text[] = "\0\0\0\x19tEXtComment\0" SECRET "\0crcc";
  guint32 crc = GUINT32_TO_BE (crc_of (text + 4, 4 + 0x19));

  memcpy (text + 8 + 0x19, &crc, sizeof crc);
  replace (&file, insert (file, 33, text, 12 + 0x19));
  replace (&file, insert (file, g_bytes_get_size (file), SECRET, sizeof SECRET));
  return file;
}

/* --- Taking out ---------------------------------------------------------------------------- */

static WwMediaDecoded *
decode (GBytes *file)
{
  g_autoptr (GError) error = NULL;
  WwMediaDecoded *decoded = ww_media_decode (file, NULL, &error);

  g_assert_no_error (error);
  return decoded;
}

static void
assert_same_pixels (GBytes *a, GBytes *b)
{
  g_autoptr (WwMediaDecoded) one = decode (a);
  g_autoptr (WwMediaDecoded) other = decode (b);
  g_autoptr (GBytes) pixels = gdk_pixbuf_read_pixel_bytes (one->pixels);
  g_autoptr (GBytes) others = gdk_pixbuf_read_pixel_bytes (other->pixels);

  g_assert_cmpint (gdk_pixbuf_get_width (one->pixels), ==, gdk_pixbuf_get_width (other->pixels));
  g_assert_cmpint (one->animated, ==, other->animated);
  g_assert_true (g_bytes_equal (pixels, others));
}

static void
assert_stripped (GBytes *file)
{
  g_autoptr (GBytes) stripped = ww_media_strip (file);
  g_autoptr (GBytes) twice = NULL;

  g_assert_true (holds (file, SECRET));
  g_assert_nonnull (stripped);
  g_assert_false (holds (stripped, SECRET));
  assert_same_pixels (file, stripped);
  twice = ww_media_strip (stripped);
  g_assert_true (g_bytes_equal (stripped, twice));
}

static void
test_strip_jpeg (void)
{
  g_autoptr (GBytes) file = make_jpeg ();
  g_autoptr (WwMediaDecoded) decoded = decode (file);

  /* It lay on its side, and that is not forgotten: see assert_same_pixels(). */
  g_assert_cmpint (gdk_pixbuf_get_width (decoded->pixels), ==, 16);
  assert_stripped (file);
}

/* A thumbnail in the JFIF segment shows what was cut off. */
static void
test_strip_thumbnail (void)
{
  g_autoptr (GBytes) plain = make_picture ("jpeg", 8, 8);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GBytes) file = NULL;
  guint8 head[20 + 18];

  memcpy (head, g_bytes_get_data (plain, NULL), 20);
  head[5] += 18; /* of the segment, for 2 × 3 pixels */
  head[18] = 2;
  head[19] = 3;
  memcpy (head + 20, SECRET "  ", 18);
  g_byte_array_append (out, head, sizeof head);
  g_byte_array_append (out, (const guint8 *) g_bytes_get_data (plain, NULL) + 20,
                       (guint) g_bytes_get_size (plain) - 20);
  file = g_byte_array_free_to_bytes (g_steal_pointer (&out));
  assert_stripped (file);
}

static void
test_strip_png (void)
{
  g_autoptr (GBytes) file = make_png (32, 16);

  assert_stripped (file);
}

static void
test_strip_gif (void)
{
  gsize size;
  g_autofree guchar *data = g_base64_decode (GIF, &size);
  GBytes *file = g_bytes_new (data, size);
  static const guint8 comment[] = "\x21\xfe\x11" SECRET "\0";
  static const guint8 xmp[] = "\x21\xff\x0bXMP DataXMP\x11" SECRET "\0";

  /* Behind the table of colours. */
  replace (&file, insert (file, 19, comment, 3 + 17 + 1));
  replace (&file, insert (file, 19, xmp, 3 + 11 + 1 + 17 + 1));
  replace (&file, insert (file, g_bytes_get_size (file), SECRET, sizeof SECRET));
  assert_stripped (file);
  g_bytes_unref (file);
}

static GBytes *
make_webp (void)
{
  gsize size;
  g_autofree guchar *data = g_base64_decode (WEBP, &size);
  GBytes *file = g_bytes_new (data, size);
  guint8 vp8x[18] = { 'V', 'P', '8', 'X', 10, 0, 0, 0, 0x08, 0, 0, 0, 2, 0, 0, 1, 0, 0 };
  g_autoptr (GBytes) exif = make_exif ("");
  guint8 head[8] = { 'E', 'X', 'I', 'F', (guint8) g_bytes_get_size (exif) };
  guint8 riff[4];

  replace (&file, insert (file, 12, vp8x, sizeof vp8x));
  replace (&file, insert (file, g_bytes_get_size (file), head, sizeof head));
  replace (&file, insert (file, g_bytes_get_size (file), g_bytes_get_data (exif, NULL), g_bytes_get_size (exif)));
  if (g_bytes_get_size (exif) % 2 != 0)
    replace (&file, insert (file, g_bytes_get_size (file), "", 1));
  size = g_bytes_get_size (file) - 8;
  for (guint i = 0; i < 4; i++)
    riff[i] = (guint8) (size >> (8 * i));
  memcpy ((guint8 *) g_bytes_get_data (file, NULL) + 4, riff, 4);
  return file;
}

static void
test_strip_webp (void)
{
  g_autoptr (GBytes) file = make_webp ();

  assert_stripped (file);
}

/* Whatever is cut off, or turned over, nothing is read that isn't there (the sanitizers see that), and what comes out is whole. */
static void
test_strip_damaged (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  gsize size;
  g_autofree guchar *gif = g_base64_decode (GIF, &size);
  GBytes *files[] = { make_jpeg (), make_png (8, 8), make_webp (), g_bytes_new (gif, size) };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      for (gsize len = 0; len < g_bytes_get_size (files[i]); len++)
        {
          g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (files[i], NULL), MAX (len, 1));
          g_autoptr (GBytes) cut = g_bytes_new_static (copy, len);
          g_autoptr (GBytes) stripped = ww_media_strip (cut);

          g_assert_true (stripped == NULL || !holds (stripped, SECRET));
        }
      for (guint round = 0; round < 5000; round++)
        {
          gsize len = g_bytes_get_size (files[i]);
          g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (files[i], NULL), len);
          g_autoptr (GBytes) turned = g_bytes_new_static (copy, len);
          g_autoptr (GBytes) stripped = NULL;

          for (guint n = 0; n < 3; n++)
            copy[g_rand_int_range (rand, 0, (gint32) len)] = (guint8) g_rand_int (rand);
          stripped = ww_media_strip (turned);
        }
      g_bytes_unref (files[i]);
    }
}

/* --- Making -------------------------------------------------------------------------------- */

static WwMediaPicture *
prepare (GBytes *file, WwMediaPictureFlags flags)
{
  g_autoptr (GError) error = NULL;
  WwMediaPicture *picture = ww_media_picture_prepare (file, flags, 4096, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (picture->preview);
  g_assert_cmpuint (g_bytes_get_size (picture->preview), <=, 4096);
  return picture;
}

static void
test_prepare (void)
{
  g_autoptr (GBytes) file = make_jpeg ();
  g_autoptr (WwMediaPicture) clean = prepare (file, WW_MEDIA_PICTURE_DEFAULT);
  g_autoptr (WwMediaPicture) kept = prepare (file, WW_MEDIA_PICTURE_KEEP_METADATA);
  g_autoptr (WwMediaPicture) small = prepare (file, WW_MEDIA_PICTURE_SMALLER);

  g_assert_cmpuint (clean->width, ==, 16);
  g_assert_cmpuint (clean->height, ==, 32);
  g_assert_cmpstr (clean->media_type, ==, "image/jpeg");
  g_assert_false (holds (clean->bytes, SECRET));
  g_assert_true (g_bytes_equal (kept->bytes, file));
  /* It is small already. */
  g_assert_true (g_bytes_equal (small->bytes, clean->bytes));
}

static void
test_smaller (void)
{
  g_autoptr (GBytes) file = make_png (2 * WW_MEDIA_SMALL_SIDE, WW_MEDIA_SMALL_SIDE / 2);
  g_autoptr (WwMediaPicture) small = prepare (file, WW_MEDIA_PICTURE_SMALLER);
  g_autoptr (WwMediaDecoded) decoded = decode (small->bytes);
  const guint8 *pixels = gdk_pixbuf_read_pixels (decoded->pixels);

  g_assert_cmpuint (small->width, ==, WW_MEDIA_SMALL_SIDE);
  g_assert_cmpuint (small->height, ==, WW_MEDIA_SMALL_SIDE / 4);
  g_assert_cmpstr (small->media_type, ==, "image/jpeg");
  g_assert_cmpint (gdk_pixbuf_get_width (decoded->pixels), ==, WW_MEDIA_SMALL_SIDE);
  /* Red stays red. */
  g_assert_cmpuint (pixels[0], >, 240);
  g_assert_cmpuint (pixels[2], <, 16);
}

static void
test_animated (void)
{
  gsize size;
  g_autofree guchar *data = g_base64_decode (GIF, &size);
  g_autoptr (GBytes) file = g_bytes_new (data, size);
  g_autoptr (WwMediaPicture) picture = prepare (file, WW_MEDIA_PICTURE_SMALLER);

  g_assert_true (picture->animated);
  g_assert_cmpstr (picture->media_type, ==, "image/gif");
}

static void
test_transparent (void)
{
  g_autoptr (GdkPixbuf) pixels = gdk_pixbuf_new (GDK_COLORSPACE_RGB, TRUE, 8, 4, 4);
  g_autoptr (GBytes) glass = NULL;
  g_autoptr (GBytes) wall = NULL;
  WwMediaFormat format;

  gdk_pixbuf_fill (pixels, 0xff000080);
  glass = ww_media_write (pixels, &format, NULL);
  g_assert_cmpint (format, ==, WW_MEDIA_FORMAT_PNG);
  gdk_pixbuf_fill (pixels, 0xff0000ff);
  wall = ww_media_write (pixels, &format, NULL);
  g_assert_cmpint (format, ==, WW_MEDIA_FORMAT_JPEG);
}

/* One pixel of each form, and what it is in the one that is written. */
static void
test_pixels (void)
{
  static const struct
  {
    GlyMemoryFormat format;
    const char *pixel;
    gsize size;
    const char *expected;
    gsize n;
  } table[] = {
    { GLY_MEMORY_R8G8B8, "\x01\x02\x03", 3, "\x01\x02\x03", 3 },
    { GLY_MEMORY_B8G8R8, "\x03\x02\x01", 3, "\x01\x02\x03", 3 },
    { GLY_MEMORY_A8B8G8R8, "\x04\x03\x02\x01", 4, "\x01\x02\x03\x04", 4 },
    { GLY_MEMORY_B8G8R8A8_PREMULTIPLIED, "\x00\x40\x80\x80", 4, "\xff\x80\x00\x80", 4 },
    { GLY_MEMORY_R8G8B8A8_PREMULTIPLIED, "\x00\x00\x00\x00", 4, "\x00\x00\x00\x00", 4 },
    { GLY_MEMORY_G8, "\x07", 1, "\x07\x07\x07", 3 },
    { GLY_MEMORY_G8A8, "\x07\x09", 2, "\x07\x07\x07\x09", 4 },
    { GLY_MEMORY_G16, "\xff\x12", 2, "\x12\x12\x12", 3 },
    { GLY_MEMORY_R16G16B16, "\xff\x01\xff\x02\xff\x03", 6, "\x01\x02\x03", 3 },
    /* 1, 0.5 and -1 */
    { GLY_MEMORY_R16G16B16_FLOAT, "\x00\x3c\x00\x38\x00\xbc", 6, "\xff\x80\x00", 3 },
    /* not a number, infinity, and a half */
    { GLY_MEMORY_R32G32B32_FLOAT, "\x00\x00\xc0\x7f\x00\x00\x80\x7f\x00\x00\x00\x3f", 12, "\x00\xff\x80", 3 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (table[i].pixel, table[i].size);
      g_autoptr (GdkPixbuf) pixels = ww_media_pixels_new (bytes, table[i].format, 1, 1, table[i].size);

      g_assert_nonnull (pixels);
      g_assert_cmpmem (gdk_pixbuf_read_pixels (pixels), table[i].n, table[i].expected, table[i].n);
      g_assert_null (ww_media_pixels_new (bytes, table[i].format, 2, 1, table[i].size));
      g_assert_null (ww_media_pixels_new (bytes, table[i].format, 1, 2, table[i].size));
      g_assert_null (ww_media_pixels_new (bytes, table[i].format, 1, 1, table[i].size - 1));
    }
}

/* --- Bad ones ------------------------------------------------------------------------------ */

static void
assert_refused (GBytes *file, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ww_media_decode (file, NULL, &error));
  g_assert_error (error, WW_MEDIA_ERROR, code);
}

/* A few bytes that declare 100,000 × 100,000 pixels: refused for that, before anything is decoded. */
static void
test_bomb (void)
{
  g_autoptr (GBytes) small = make_picture ("png", 1, 1);
  g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (small, NULL), g_bytes_get_size (small));
  const guint32 side = GUINT32_TO_BE (100000);
  g_autoptr (GBytes) bomb = g_bytes_new_static (data, g_bytes_get_size (small));
  guint32 crc;

  memcpy (data + 16, &side, 4);
  memcpy (data + 20, &side, 4);
  crc = GUINT32_TO_BE (crc_of (data + 12, 17));
  memcpy (data + 29, &crc, 4);
  assert_refused (bomb, WW_MEDIA_ERROR_TOO_LARGE);
}

static void
test_unknown (void)
{
  static const char *const texts[] = {
    "",
    "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
    "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
    "%PDF-1.7 not a picture",
    "BM not a picture either",
  };
  g_autoptr (GBytes) large = g_bytes_new_take (g_malloc0 (WW_MEDIA_MAX_BYTES + 1), WW_MEDIA_MAX_BYTES + 1);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GBytes) file = g_bytes_new_static (texts[i], strlen (texts[i]));

      assert_refused (file, WW_MEDIA_ERROR_UNKNOWN);
    }
  assert_refused (large, WW_MEDIA_ERROR_TOO_LARGE);
}

/* Files that are damaged anywhere end in an answer, not in the end of this process. */
static void
test_damaged (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  GBytes *files[] = { make_jpeg (), make_png (64, 64), make_webp () };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      gsize len = g_bytes_get_size (files[i]);
      g_autoptr (GBytes) half = g_bytes_new_from_bytes (files[i], 0, len / 2);
      g_autoptr (WwMediaDecoded) decoded = ww_media_decode (half, NULL, NULL);

      for (guint round = 0; round < 4; round++)
        {
          g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (files[i], NULL), len);
          g_autoptr (GBytes) turned = g_bytes_new_static (copy, len);
          g_autoptr (WwMediaDecoded) other = NULL;

          for (guint n = 0; n < 8; n++)
            copy[g_rand_int_range (rand, 12, (gint32) len)] = (guint8) g_rand_int (rand);
          other = ww_media_decode (turned, NULL, NULL);
        }
      g_bytes_unref (files[i]);
    }
}

static void
test_cancelled (void)
{
  g_autoptr (GBytes) file = make_png (8, 8);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (ww_media_decode (file, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Whether a process is a decoder, and a descendant of this one. */
static gboolean
is_own_decoder (pid_t pid)
{
  g_autofree char *comm = NULL;
  pid_t at = pid;

  for (guint depth = 0; depth < 8 && at > 1; depth++)
    {
      g_autofree char *path = g_strdup_printf ("/proc/%d/stat", at);
      g_autofree char *stat = NULL;
      const char *end;
      int parent;

      if (at == getpid ())
        return comm != NULL;
      if (!g_file_get_contents (path, &stat, NULL, NULL) || (end = strrchr (stat, ')')) == NULL)
        return FALSE;
      if (depth == 0 && strstr (stat, "(glycin-") == NULL)
        return FALSE;
      if (depth == 0)
        comm = g_strndup (stat, (gsize) (end - stat));
      if (sscanf (end + 1, " %*c %d", &parent) != 1)
        return FALSE;
      at = parent;
    }
  return FALSE;
}

static guint
kill_decoders (void)
{
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *name;
  guint killed = 0;

  while ((name = g_dir_read_name (proc)) != NULL)
    {
      pid_t pid = (pid_t) g_ascii_strtoll (name, NULL, 10);

      if (pid > 1 && pid != getpid () && is_own_decoder (pid) && kill (pid, SIGKILL) == 0)
        killed++;
    }
  return killed;
}

static gpointer
decode_thread (gpointer data)
{
  GError *error = NULL;

  g_assert_null (ww_media_decode (data, NULL, &error));
  return error;
}

static GBytes *
make_noise (int side)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  g_autoptr (GdkPixbuf) pixels = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, side, side);
  guint8 *data = gdk_pixbuf_get_pixels (pixels);
  gsize n = (gsize) gdk_pixbuf_get_rowstride (pixels) * (gsize) (side - 1);
  char *file;
  gsize size;

  for (gsize i = 0; i + 4 <= n; i += 4)
    {
      guint32 noise = g_rand_int (rand);

      memcpy (data + i, &noise, 4);
    }
  g_assert_true (gdk_pixbuf_save_to_buffer (pixels, &file, &size, "png", NULL, "compression", "1", NULL));
  return g_bytes_new_take (file, size);
}

/* A decoder that dies at its work takes nobody with it. */
static void
test_killed (void)
{
  g_autoptr (GBytes) file = make_noise (3000);
  GThread *thread = g_thread_new ("decode", decode_thread, file);
  g_autoptr (GError) error = NULL;
  gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (kill_decoders () == 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_usleep (1000);
    }
  error = g_thread_join (thread);
  g_assert_error (error, WW_MEDIA_ERROR, WW_MEDIA_ERROR_BROKEN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/strip/jpeg", test_strip_jpeg);
  g_test_add_func ("/media/strip/thumbnail", test_strip_thumbnail);
  g_test_add_func ("/media/strip/png", test_strip_png);
  g_test_add_func ("/media/strip/gif", test_strip_gif);
  g_test_add_func ("/media/strip/webp", test_strip_webp);
  g_test_add_func ("/media/strip/damaged", test_strip_damaged);
  g_test_add_func ("/media/prepare", test_prepare);
  g_test_add_func ("/media/smaller", test_smaller);
  g_test_add_func ("/media/animated", test_animated);
  g_test_add_func ("/media/transparent", test_transparent);
  g_test_add_func ("/media/pixels", test_pixels);
  g_test_add_func ("/media/bomb", test_bomb);
  g_test_add_func ("/media/unknown", test_unknown);
  g_test_add_func ("/media/damaged", test_damaged);
  g_test_add_func ("/media/cancelled", test_cancelled);
  g_test_add_func ("/media/killed", test_killed);
  return g_test_run ();
}
