/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-archive"

#include "ww-archive.h"

#include <gio/gio.h>

#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-limits.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwAttachmentSealer, ww_attachment_sealer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwAttachmentOpener, ww_attachment_opener_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwAttachmentDigest, ww_attachment_digest_free)

#define VERSION   1
#define HEAD_SIZE 5
#define LEVEL     3 /* texts shrink to a third either way, and somebody waits */

/* Texts leave no copy behind in memory that is given back. */
static void
wiped_free (gpointer data)
{
  WwBuffer *buffer = data;

  ww_buffer_clear (buffer);
  g_free (buffer);
}

static WwBuffer *
wiped_new (gsize len)
{
  WwBuffer *buffer = g_new0 (WwBuffer, 1);

  if (!ww_buffer_alloc (buffer, len))
    g_error ("There is no memory");
  return buffer;
}

/* The first `len` bytes of it; takes it over. */
static GBytes *
wiped_steal (WwBuffer *buffer, gsize len)
{
  return g_bytes_new_with_free_func (buffer->data, len, wiped_free, buffer);
}

/* All of `in`, to its end, into at most `out_len` bytes. FALSE: it does not fit, or is none. */
static gboolean
convert (GConverter *converter, const guint8 *in, gsize in_len, guint8 *out, gsize out_len, gsize *written)
{
  *written = 0;
  while (TRUE)
    {
      g_autoptr (GError) error = NULL;
      gsize consumed = 0, produced = 0;
      GConverterResult result = g_converter_convert (converter, in, in_len, out + *written, out_len - *written,
                                                     G_CONVERTER_INPUT_AT_END, &consumed, &produced, &error);

      if (result == G_CONVERTER_ERROR)
        return FALSE;
      in += consumed;
      in_len -= consumed;
      *written += produced;
      if (result == G_CONVERTER_FINISHED)
        return in_len == 0;
      /* With room and without progress it would go round for ever. */
      if (*written == out_len || (consumed == 0 && produced == 0))
        return FALSE;
    }
}

/**
 * ww_archive_pack:
 * @chunk: a serialised ArchiveChunk, of at most WW_MAX_ARCHIVE_CHUNK bytes
 *
 * Returns: (transfer full) (nullable): version (1) | length of @chunk (4, big-endian) | @chunk, deflated (RFC 1951)
 */
GBytes *
ww_archive_pack (GBytes *chunk, GError **error)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW, LEVEL);
  WwBuffer *buffer = wiped_new (WW_MAX_PACKED_CHUNK);
  gsize len, written;
  const guint8 *data = g_bytes_get_data (chunk, &len);

  if (len > 0 && len <= WW_MAX_ARCHIVE_CHUNK &&
      convert (G_CONVERTER (compressor), data, len, buffer->data + HEAD_SIZE, buffer->len - HEAD_SIZE, &written))
    {
      buffer->data[0] = VERSION;
      for (guint i = 0; i < 4; i++)
        buffer->data[1 + i] = (guint8) (len >> (24 - 8 * i));
      return wiped_steal (buffer, HEAD_SIZE + written);
    }
  wiped_free (buffer);
  ww_error_set (error, WW_ERROR_FAILED);
  return NULL;
}

static gboolean
read_head (const guint8 *data, gsize len, gsize *size)
{
  if (len <= HEAD_SIZE || len > WW_MAX_PACKED_CHUNK || data[0] != VERSION)
    return FALSE;
  *size = (gsize) data[1] << 24 | (gsize) data[2] << 16 | (gsize) data[3] << 8 | data[4];
  return *size > 0 && *size <= WW_MAX_ARCHIVE_CHUNK;
}

/**
 * ww_archive_unpack:
 *
 * No more memory than the head says is ever used, and no more than a chunk may have, whatever the rest would become.
 *
 * Returns: (transfer full) (nullable): the serialised chunk
 */
GBytes *
ww_archive_unpack (GBytes *packed, GError **error)
{
  g_autoptr (GZlibDecompressor) decompressor = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW);
  gsize len, size, written;
  const guint8 *data = g_bytes_get_data (packed, &len);
  WwBuffer *buffer;

  if (!read_head (data, len, &size))
    {
      ww_error_set (error, WW_ERROR_MESSAGE_MALFORMED);
      return NULL;
    }
  /* One byte more, so that a stream that would be longer shows. */
  buffer = wiped_new (size + 1);
  if (convert (G_CONVERTER (decompressor), data + HEAD_SIZE, len - HEAD_SIZE, buffer->data, buffer->len, &written) &&
      written == size)
    return wiped_steal (buffer, size);
  wiped_free (buffer);
  ww_error_set (error, WW_ERROR_MESSAGE_MALFORMED);
  return NULL;
}

void
ww_sealed_chunk_clear (WwSealedChunk *self)
{
  g_clear_pointer (&self->sealed, g_bytes_unref);
  ww_wipe (self, sizeof *self);
}

static gboolean
hash_of (const guint8 *data, gsize len, guint8 out[WW_ATTACHMENT_HASH_SIZE])
{
  g_autoptr (WwAttachmentDigest) digest = NULL;

  return ww_attachment_digest_new (&digest) == WW_CRYPTO_OK &&
         ww_attachment_digest_update (digest, WW_BYTES (data, len)) == WW_CRYPTO_OK &&
         ww_attachment_digest_finish (digest, out) == WW_CRYPTO_OK;
}

static gboolean
seal_segments (WwAttachmentSealer *sealer, const guint8 *data, guint8 *out)
{
  while (!ww_attachment_sealer_is_done (sealer))
    {
      gsize wants = ww_attachment_sealer_wants (sealer), len;

      if (ww_attachment_sealer_next (sealer, WW_BYTES (data, wants), out, &len) != WW_CRYPTO_OK)
        return FALSE;
      data += wants;
      out += len;
    }
  return TRUE;
}

/* See the header. */
gboolean
ww_archive_seal (GBytes *packed, WwSealedChunk *out, GError **error)
{
  g_autoptr (WwAttachmentSealer) sealer = NULL;
  g_autofree guint8 *sealed = NULL;
  gsize len;
  const guint8 *data = g_bytes_get_data (packed, &len);
  guint64 sealed_len;

  *out = (WwSealedChunk) { 0 };
  if (len > WW_MAX_PACKED_CHUNK || ww_attachment_sealer_new (len, &sealer) != WW_CRYPTO_OK)
    {
      ww_error_set (error, WW_ERROR_FAILED);
      return FALSE;
    }
  sealed_len = ww_attachment_sealer_get_layout (sealer)->sealed;
  sealed = g_malloc (sealed_len);
  if (!seal_segments (sealer, data, sealed) || !hash_of (sealed, sealed_len, out->hash))
    {
      ww_error_set (error, WW_ERROR_FAILED);
      return FALSE;
    }
  memcpy (out->key, ww_attachment_sealer_get_key (sealer), sizeof out->key);
  out->size = len;
  out->sealed = g_bytes_new_take (g_steal_pointer (&sealed), sealed_len);
  return TRUE;
}

static gboolean
open_segments (WwAttachmentOpener *opener, const guint8 *data, guint8 *out)
{
  const WwAttachmentLayout *layout = ww_attachment_opener_get_layout (opener);

  for (guint64 i = 0; i < layout->segments; i++)
    {
      gsize len = ww_attachment_layout_sealed_bytes (layout, i), opened;

      if (ww_attachment_opener_open (opener, i, WW_BYTES (data, len), out, &opened) != WW_CRYPTO_OK)
        return FALSE;
      data += len;
      out += opened;
    }
  return TRUE;
}

/* See the header: the hash of the whole first, then segment by segment. */
GBytes *
ww_archive_open (const WwSealedChunk *sealed, GError **error)
{
  g_autoptr (WwAttachmentOpener) opener = NULL;
  WwAttachmentLayout layout;
  guint8 found[WW_ATTACHMENT_HASH_SIZE];
  gsize len;
  const guint8 *data = g_bytes_get_data (sealed->sealed, &len);

  if (sealed->size > 0 && sealed->size <= WW_MAX_PACKED_CHUNK &&
      ww_attachment_layout_init (&layout, sealed->size) == WW_CRYPTO_OK && layout.sealed == len &&
      hash_of (data, len, found) && ww_bytes_equal (WW_BYTES_OF (found), WW_BYTES_OF (sealed->hash)) &&
      ww_attachment_opener_new (sealed->key, sealed->size, &opener) == WW_CRYPTO_OK)
    {
      /* Room for all of each segment, whether file or padding. */
      WwBuffer *plain = wiped_new (layout.segments * WW_ATTACHMENT_PLAIN_SIZE);

      if (open_segments (opener, data, plain->data))
        return wiped_steal (plain, sealed->size);
      wiped_free (plain);
    }
  ww_error_set (error, WW_ERROR_MESSAGE_ALTERED);
  return NULL;
}

Waxwing__ArchiveChunk *
ww_archive_parse (GBytes *chunk, GError **error)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (chunk, &len);
  Waxwing__ArchiveChunk *parsed = ww_archive_chunk_parse (data, len);

  if (parsed == NULL)
    ww_error_set (error, WW_ERROR_MESSAGE_MALFORMED);
  return parsed;
}
