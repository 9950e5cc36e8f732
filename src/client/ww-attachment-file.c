/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-attachment-file"

#include "ww-attachment-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ww-answer.h"
#include "ww-error-private.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwAttachmentSealer, ww_attachment_sealer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwAttachmentOpener, ww_attachment_opener_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwAttachmentDigest, ww_attachment_digest_free)

typedef int FileDescriptor;

static void
clear_descriptor (FileDescriptor *fd)
{
  if (*fd >= 0)
    close (*fd);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FileDescriptor, clear_descriptor)

/* --- A thread of its own ------------------------------------------------------------------- */

typedef struct
{
  WwAttachmentWork work;
  gpointer data;
  GDestroyNotify destroy;
  WwAnswer *answer;
} Work;

static gpointer
work_thread (gpointer data)
{
  Work *self = data;
  GError *error = NULL;
  GValue value = G_VALUE_INIT;
  gboolean done = self->work (self->data, &error);

  if (self->destroy != NULL)
    self->destroy (self->data);
  if (done)
    {
      g_value_init (&value, G_TYPE_BOOLEAN);
      g_value_set_boolean (&value, TRUE);
      ww_answer_resolve (self->answer, &value);
    }
  else
    ww_answer_reject (self->answer, error);
  g_free (self);
  return NULL;
}

/* Not in the engine's pool: a large file would keep a message from being sealed. */
DexFuture *
ww_attachment_work (WwAttachmentWork work, gpointer data, GDestroyNotify destroy)
{
  Work *self = g_new0 (Work, 1);
  DexFuture *future;

  self->work = work;
  self->data = data;
  self->destroy = destroy;
  self->answer = ww_answer_new (&future);
  g_thread_unref (g_thread_new ("attachment", work_thread, self));
  return future;
}

/* --- The disk ------------------------------------------------------------------------------ */

static void
set_system_error (GError **error, int number)
{
  ww_error_set (error,
                number == ENOSPC || number == EDQUOT || number == EFBIG ? WW_ERROR_STORE_FULL : WW_ERROR_STORE_FAILED);
}

static gboolean
write_all (int fd, const guint8 *data, gsize len, GError **error)
{
  while (len > 0)
    {
      gssize written = write (fd, data, len);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        {
          set_system_error (error, errno);
          return FALSE;
        }
      data += written;
      len -= (gsize) written;
    }
  return TRUE;
}

/* As many as there are, up to `len`; -1 with errno. */
static gssize
read_all (int fd, guint8 *out, gsize len, guint64 offset)
{
  gsize total = 0;

  while (total < len)
    {
      gssize got = pread (fd, out + total, len - total, (off_t) (offset + total));

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return -1;
      if (got == 0)
        break;
      total += (gsize) got;
    }
  return (gssize) total;
}

static gboolean
read_exactly (int fd, guint8 *out, gsize len, guint64 offset, GError **error)
{
  if (read_all (fd, out, len, offset) == (gssize) len)
    return TRUE;
  ww_error_set (error, WW_ERROR_STORE_FAILED);
  return FALSE;
}

static int
open_sealed (const char *path, int flags, GError **error)
{
  int fd = g_open (path, flags | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd < 0)
    set_system_error (error, errno);
  return fd;
}

static gboolean
is_cancelled (GCancellable *cancellable, GError **error)
{
  if (!g_cancellable_is_cancelled (cancellable))
    return FALSE;
  ww_error_set (error, WW_ERROR_CANCELLED);
  return TRUE;
}

static void
set_damaged (GError **error)
{
  ww_error_set (error, WW_ERROR_MESSAGE_ALTERED);
}

/* --- Sealing ------------------------------------------------------------------------------- */

static void
set_unreadable (GError **error)
{
  g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
                       _ ("This file cannot be read. Check that it is there and that you may open it."));
}

static int
open_source (const char *source, guint64 *size, GError **error)
{
  g_auto (FileDescriptor) fd = g_open (source, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
  struct stat info;
  int opened;

  if (fd < 0 || fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    {
      set_unreadable (error);
      return -1;
    }
  *size = (guint64) info.st_size;
  opened = fd;
  fd = -1;
  return opened;
}

static gboolean
start_sealing (guint64 size, guint64 max_sealed, WwAttachmentSealer **sealer, GError **error)
{
  WwAttachmentLayout layout;

  if (ww_attachment_layout_init (&layout, size) != WW_CRYPTO_OK || layout.sealed > max_sealed)
    {
      g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
                           _ ("This file is larger than the server takes. Send a smaller one."));
      return FALSE;
    }
  if (ww_attachment_sealer_new (size, sealer) == WW_CRYPTO_OK)
    return TRUE;
  ww_error_set (error, WW_ERROR_FAILED);
  return FALSE;
}

typedef struct
{
  int from;
  int to;
  WwAttachmentSealer *sealer;
  WwAttachmentDigest *digest;
  guint8 *plain;
  guint8 *sealed;
} Sealing;

static gboolean
seal_segment (Sealing *self, guint64 offset, GError **error)
{
  gsize wants = ww_attachment_sealer_wants (self->sealer), len;
  gssize got = read_all (self->from, self->plain, wants, offset);

  if (got < 0)
    {
      set_unreadable (error);
      return FALSE;
    }
  if ((gsize) got < wants)
    {
      g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
                           _ ("This file was changed while it was read. Try again when nothing writes to it."));
      return FALSE;
    }
  if (ww_attachment_sealer_next (self->sealer, WW_BYTES (self->plain, wants), self->sealed, &len) != WW_CRYPTO_OK ||
      ww_attachment_digest_update (self->digest, WW_BYTES (self->sealed, len)) != WW_CRYPTO_OK)
    {
      ww_error_set (error, WW_ERROR_FAILED);
      return FALSE;
    }
  return write_all (self->to, self->sealed, len, error);
}

static gboolean
seal_all (Sealing *self, guint64 size, gint *progress_mib, GCancellable *cancellable, GError **error)
{
  guint64 offset = 0;
  guint8 more;

  while (!ww_attachment_sealer_is_done (self->sealer))
    {
      gsize wants = ww_attachment_sealer_wants (self->sealer);

      if (is_cancelled (cancellable, error) || !seal_segment (self, offset, error))
        return FALSE;
      offset += wants;
      if (progress_mib != NULL)
        g_atomic_int_set (progress_mib, (gint) (offset >> 20));
    }
  if (read_all (self->from, &more, 1, size) != 0)
    {
      g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
                           _ ("This file was changed while it was read. Try again when nothing writes to it."));
      return FALSE;
    }
  if (fsync (self->to) == 0)
    return TRUE;
  set_system_error (error, errno);
  return FALSE;
}

/* See the header. What was written of a file that could not be sealed is removed. */
gboolean
ww_attachment_file_seal (const char *source, const char *path, guint64 max_sealed, gint *progress_mib,
                         GCancellable *cancellable, WwSealedFile *out, GError **error)
{
  g_autoptr (WwAttachmentSealer) sealer = NULL;
  g_autoptr (WwAttachmentDigest) digest = NULL;
  g_autofree guint8 *plain = g_malloc (WW_ATTACHMENT_PLAIN_SIZE);
  g_autofree guint8 *sealed = g_malloc (WW_ATTACHMENT_SEALED_SIZE);
  guint64 size = 0;
  g_auto (FileDescriptor) from = open_source (source, &size, error);
  g_auto (FileDescriptor) to = -1;
  gboolean done;

  if (from < 0 || !start_sealing (size, max_sealed, &sealer, error))
    return FALSE;
  if (ww_attachment_digest_new (&digest) != WW_CRYPTO_OK)
    {
      ww_error_set (error, WW_ERROR_FAILED);
      return FALSE;
    }
  to = open_sealed (path, O_WRONLY | O_CREAT | O_EXCL, error);
  if (to < 0)
    return FALSE;
  done = seal_all (&(Sealing) { from, to, sealer, digest, plain, sealed }, size, progress_mib, cancellable, error);
  ww_wipe (plain, WW_ATTACHMENT_PLAIN_SIZE);
  if (done && ww_attachment_digest_finish (digest, out->hash) != WW_CRYPTO_OK)
    {
      ww_error_set (error, WW_ERROR_FAILED);
      done = FALSE;
    }
  if (!done)
    {
      g_unlink (path);
      return FALSE;
    }
  memcpy (out->key, ww_attachment_sealer_get_key (sealer), sizeof out->key);
  out->size = size;
  out->sealed = ww_attachment_sealer_get_layout (sealer)->sealed;
  return TRUE;
}

/* --- Reading and writing sealed bytes ------------------------------------------------------ */

/* See the header. Exactly `len` bytes. */
GBytes *
ww_attachment_file_read (const char *path, guint64 offset, gsize len, GError **error)
{
  g_auto (FileDescriptor) fd = open_sealed (path, O_RDONLY, error);
  g_autofree guint8 *data = NULL;

  if (fd < 0)
    return NULL;
  data = g_malloc (len);
  if (!read_exactly (fd, data, len, offset, error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&data), len);
}

/* See the header. */
gboolean
ww_attachment_file_measure (const char *path, const WwAttachmentLayout *layout, guint64 *done, GError **error)
{
  g_auto (FileDescriptor) fd = open_sealed (path, O_RDWR | O_CREAT, error);
  struct stat info;

  *done = 0;
  if (fd < 0)
    return FALSE;
  if (fstat (fd, &info) == 0)
    {
      guint64 there = MIN ((guint64) info.st_size, layout->sealed);

      *done = there == layout->sealed ? there : there / WW_ATTACHMENT_SEALED_SIZE * WW_ATTACHMENT_SEALED_SIZE;
      if (ftruncate (fd, (off_t) *done) == 0)
        return TRUE;
    }
  set_system_error (error, errno);
  return FALSE;
}

/* How many of these bytes are segments that verify, from the first one on. */
static gsize
count_good (WwAttachmentOpener *opener, guint64 first, const guint8 *data, gsize len)
{
  const WwAttachmentLayout *layout = ww_attachment_opener_get_layout (opener);
  g_autofree guint8 *plain = g_malloc (WW_ATTACHMENT_PLAIN_SIZE);
  gsize good = 0, plain_len;

  for (guint64 i = first; good < len; i++)
    {
      gsize size = ww_attachment_layout_sealed_bytes (layout, i);

      if (size == 0 || size > len - good ||
          ww_attachment_opener_open (opener, i, WW_BYTES (data + good, size), plain, &plain_len) != WW_CRYPTO_OK)
        break;
      good += size;
    }
  ww_wipe (plain, WW_ATTACHMENT_PLAIN_SIZE);
  return good;
}

/* See the header. */
gboolean
ww_attachment_file_append (const char *path, WwAttachmentOpener *opener, guint64 offset, GBytes *segments,
                           GError **error)
{
  g_auto (FileDescriptor) fd = open_sealed (path, O_WRONLY, error);
  gsize len, good;
  const guint8 *data = g_bytes_get_data (segments, &len);

  if (fd < 0)
    return FALSE;
  good = count_good (opener, offset / WW_ATTACHMENT_SEALED_SIZE, data, len);
  if (lseek (fd, (off_t) offset, SEEK_SET) < 0)
    {
      set_system_error (error, errno);
      return FALSE;
    }
  if (!write_all (fd, data, good, error))
    return FALSE;
  if (good == len)
    return TRUE;
  set_damaged (error);
  return FALSE;
}

/* See the header. */
gboolean
ww_attachment_file_check (const char *path, const WwAttachmentLayout *layout,
                          const guint8 hash[WW_ATTACHMENT_HASH_SIZE], GCancellable *cancellable, GError **error)
{
  g_auto (FileDescriptor) fd = open_sealed (path, O_RDWR, error);
  g_autoptr (WwAttachmentDigest) digest = NULL;
  g_autofree guint8 *data = g_malloc (WW_ATTACHMENT_SEALED_SIZE);
  guint8 found[WW_ATTACHMENT_HASH_SIZE] = { 0 };
  guint64 offset = 0;
  gboolean good = ww_attachment_digest_new (&digest) == WW_CRYPTO_OK;

  if (fd < 0)
    return FALSE;
  for (guint64 i = 0; good && i < layout->segments; i++)
    {
      gsize len = ww_attachment_layout_sealed_bytes (layout, i);

      if (is_cancelled (cancellable, error) || !read_exactly (fd, data, len, offset, error))
        return FALSE;
      good = ww_attachment_digest_update (digest, WW_BYTES (data, len)) == WW_CRYPTO_OK;
      offset += len;
    }
  if (!good || ww_attachment_digest_finish (digest, found) != WW_CRYPTO_OK ||
      !ww_bytes_equal (WW_BYTES_OF (found), WW_BYTES (hash, sizeof found)))
    {
      set_damaged (error);
      return FALSE;
    }
  if (fsync (fd) == 0)
    return TRUE;
  set_system_error (error, errno);
  return FALSE;
}

/* --- Opening ------------------------------------------------------------------------------- */

static gboolean
open_all (int from, int to, WwAttachmentOpener *opener, GCancellable *cancellable, GError **error)
{
  const WwAttachmentLayout *layout = ww_attachment_opener_get_layout (opener);
  g_autofree guint8 *sealed = g_malloc (WW_ATTACHMENT_SEALED_SIZE);
  g_autofree guint8 *plain = g_malloc (WW_ATTACHMENT_PLAIN_SIZE);
  guint64 offset = 0;

  for (guint64 i = 0; i < layout->segments; i++)
    {
      gsize len = ww_attachment_layout_sealed_bytes (layout, i), plain_len;

      if (is_cancelled (cancellable, error) || !read_exactly (from, sealed, len, offset, error))
        return FALSE;
      if (ww_attachment_opener_open (opener, i, WW_BYTES (sealed, len), plain, &plain_len) != WW_CRYPTO_OK)
        {
          set_damaged (error);
          return FALSE;
        }
      if (!write_all (to, plain, plain_len, error))
        return FALSE;
      offset += len;
    }
  if (fsync (to) == 0)
    return TRUE;
  set_system_error (error, errno);
  return FALSE;
}

/* See the header. What was written of a file that could not be opened is removed. */
gboolean
ww_attachment_file_open (const char *path, const guint8 key[WW_ATTACHMENT_KEY_SIZE], guint64 size,
                         const char *destination, GCancellable *cancellable, GError **error)
{
  g_auto (FileDescriptor) from = open_sealed (path, O_RDONLY, error);
  g_auto (FileDescriptor) to = -1;
  g_autoptr (WwAttachmentOpener) opener = NULL;

  if (from < 0)
    return FALSE;
  if (ww_attachment_opener_new (key, size, &opener) != WW_CRYPTO_OK)
    {
      ww_error_set (error, WW_ERROR_FAILED);
      return FALSE;
    }
  to = open_sealed (destination, O_WRONLY | O_CREAT | O_EXCL, error);
  if (to < 0)
    return FALSE;
  if (open_all (from, to, opener, cancellable, error))
    return TRUE;
  g_unlink (destination);
  return FALSE;
}

static void
set_unwritable (GError **error, int number)
{
  if (number == ENOSPC || number == EDQUOT || number == EFBIG)
    set_system_error (error, number);
  else
    g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
                         _ ("The file can't be saved there. Choose another place."));
}

static gboolean
copy_all (int to, GInputStream *stream, guint64 size, GError **error)
{
  g_autofree guint8 *plain = g_malloc (WW_ATTACHMENT_PLAIN_SIZE);
  gboolean good = TRUE;
  gsize len;

  for (guint64 done = 0; good && done < size; done += len)
    {
      gsize wants = (gsize) MIN (size - done, (guint64) WW_ATTACHMENT_PLAIN_SIZE);

      good = g_input_stream_read_all (stream, plain, wants, &len, NULL, error);
      if (good && len < wants)
        {
          set_damaged (error);
          good = FALSE;
        }
      good = good && write_all (to, plain, len, error);
    }
  ww_wipe (plain, WW_ATTACHMENT_PLAIN_SIZE);
  if (!good || fsync (to) == 0)
    return good;
  set_system_error (error, errno);
  return FALSE;
}

/* See the header. What was written of a file that could not be written to its end is removed. */
gboolean
ww_attachment_file_write (const char *destination, GInputStream *stream, guint64 size, gboolean *taken, GError **error)
{
  g_auto (FileDescriptor) to = g_open (destination, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

  *taken = to < 0 && errno == EEXIST;
  if (to < 0)
    {
      set_unwritable (error, errno);
      return FALSE;
    }
  if (copy_all (to, stream, size, error))
    return TRUE;
  g_unlink (destination);
  return FALSE;
}

/* --- Removing ------------------------------------------------------------------------------ */

/* See the header. Their keys were in the store; without the files nothing shows that there was anything either. */
gboolean
ww_attachment_files_remove (const char *profile_directory)
{
  g_autofree char *path = g_build_filename (profile_directory, WW_ATTACHMENT_DIRECTORY, NULL);
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_unlink (file);
    }
  return g_rmdir (path) == 0 || errno == ENOENT;
}
