/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-backup-file"

#include "ww-backup-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ww-archive.h"
#include "ww-backup.h"
#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-limits.h"

struct _WwBackupFile
{
  char *path;
  char *passphrase; /* NULL once there is a key */
  int fd;
  gboolean created;
  guint8 key[WW_BACKUP_KEY_SIZE];
  guint8 header[WW_BACKUP_HEADER_SIZE];
  guint32 index; /* of the next chunk */
};

WwBackupFile *
ww_backup_file_new (const char *path, const char *passphrase)
{
  WwBackupFile *self = g_atomic_rc_box_new0 (WwBackupFile);

  self->path = g_strdup (path);
  self->passphrase = g_strdup (passphrase);
  self->fd = -1;
  return self;
}

WwBackupFile *
ww_backup_file_ref (WwBackupFile *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
forget_passphrase (WwBackupFile *self)
{
  if (self->passphrase != NULL)
    ww_wipe (self->passphrase, strlen (self->passphrase));
  g_clear_pointer (&self->passphrase, g_free);
}

static void
file_clear (gpointer data)
{
  WwBackupFile *self = data;

  g_clear_fd (&self->fd, NULL);
  forget_passphrase (self);
  ww_wipe (self->key, sizeof self->key);
  g_free (self->path);
}

void
ww_backup_file_unref (WwBackupFile *self)
{
  g_atomic_rc_box_release_full (self, file_clear);
}

/* How it is typed makes no difference: one letter can be two characters. */
static gboolean
derive (WwBackupFile *self, const WwBackupCost *cost, GError **error)
{
  g_autofree char *normal = g_utf8_normalize (self->passphrase, -1, G_NORMALIZE_NFC);
  gsize len = normal != NULL ? strlen (normal) : 0;
  WwCryptoStatus status = WW_CRYPTO_INTERNAL;

  if (len > 0)
    status = ww_backup_derive_key (cost, WW_BYTES ((const guint8 *) normal, len), self->key);
  if (normal != NULL)
    ww_wipe (normal, len);
  forget_passphrase (self);
  if (status == WW_CRYPTO_OK)
    return TRUE;
  ww_error_set (error, WW_ERROR_FAILED);
  return FALSE;
}

/* --- Writing ------------------------------------------------------------------------------- */

static gboolean
write_all (WwBackupFile *self, const guint8 *data, gsize len, GError **error)
{
  while (len > 0)
    {
      gssize written = write (self->fd, data, len);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        {
          ww_error_set (error, errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? WW_ERROR_STORE_FULL
                                                                                    : WW_ERROR_STORE_FAILED);
          return FALSE;
        }
      data += written;
      len -= (gsize) written;
    }
  return TRUE;
}

gboolean
ww_backup_file_create (WwBackupFile *self, GError **error)
{
  WwBackupCost cost = { .passes = WW_BACKUP_PASSES, .memory_kib = WW_BACKUP_MEMORY_KIB, .lanes = WW_BACKUP_LANES };

  self->fd = g_open (self->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (self->fd < 0)
    {
      g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
                           errno == EEXIST ? _ ("There is a file of this name already. Choose another name.")
                                           : _ ("No file can be made there. Choose another place."));
      return FALSE;
    }
  self->created = TRUE;
  ww_random_bytes (cost.salt, sizeof cost.salt);
  ww_backup_header_write (&cost, self->header);
  return derive (self, &cost, error) && write_all (self, self->header, sizeof self->header, error);
}

void
ww_backup_file_discard (WwBackupFile *self)
{
  if (self->created)
    g_unlink (self->path);
}

gboolean
ww_backup_file_write (WwBackupFile *self, GBytes *chunk, gboolean last, GError **error)
{
  g_autoptr (GBytes) packed = ww_archive_pack (chunk, error);
  g_auto (WwSealedChunk) sealed = { 0 };
  WwBackupEntry entry = { 0 };
  guint8 head[WW_BACKUP_ENTRY_SIZE];
  WwCryptoStatus status;
  gsize len;
  const guint8 *data;

  if (packed == NULL || !ww_archive_seal (packed, &sealed, error))
    return FALSE;
  memcpy (entry.key, sealed.key, sizeof entry.key);
  memcpy (entry.hash, sealed.hash, sizeof entry.hash);
  entry.size = sealed.size;
  status = ww_backup_entry_seal (self->key, self->header, self->index++, last, &entry, head);
  ww_wipe (&entry, sizeof entry);
  if (status != WW_CRYPTO_OK)
    {
      ww_error_set (error, WW_ERROR_FAILED);
      return FALSE;
    }
  data = g_bytes_get_data (sealed.sealed, &len);
  if (!write_all (self, head, sizeof head, error) || !write_all (self, data, len, error))
    return FALSE;
  if (!last || fsync (self->fd) == 0)
    return TRUE;
  ww_error_set (error, errno == ENOSPC ? WW_ERROR_STORE_FULL : WW_ERROR_STORE_FAILED);
  return FALSE;
}

/* --- Reading ------------------------------------------------------------------------------- */

/* As many as there are, up to `len`; -1 when they cannot be read. */
static gssize
read_all (WwBackupFile *self, guint8 *out, gsize len)
{
  gsize total = 0;

  while (total < len)
    {
      gssize got = read (self->fd, out + total, len - total);

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
set_damaged (GError **error)
{
  ww_error_set (error, WW_ERROR_BACKUP_DAMAGED);
  return FALSE;
}

gboolean
ww_backup_file_open (WwBackupFile *self, GError **error)
{
  struct stat info;
  WwBackupCost cost;

  self->fd = g_open (self->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
  if (self->fd < 0 || fstat (self->fd, &info) != 0 || !S_ISREG (info.st_mode))
    {
      g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
                           _ ("This file cannot be read. Check that it is there and that you may open it."));
      return FALSE;
    }
  if (read_all (self, self->header, sizeof self->header) != sizeof self->header ||
      ww_backup_header_read (self->header, &cost) != WW_CRYPTO_OK)
    {
      g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
                           _ ("This file is not a backup that this Waxwing can read."));
      return FALSE;
    }
  return derive (self, &cost, error);
}

static gboolean
read_entry (WwBackupFile *self, WwBackupEntry *entry, gboolean *last, GError **error)
{
  guint8 head[WW_BACKUP_ENTRY_SIZE];
  WwCryptoStatus status;

  if (read_all (self, head, sizeof head) != sizeof head)
    return set_damaged (error);
  *last = FALSE;
  status = ww_backup_entry_open (self->key, self->header, self->index, FALSE, head, entry);
  if (status != WW_CRYPTO_OK)
    {
      *last = TRUE;
      status = ww_backup_entry_open (self->key, self->header, self->index, TRUE, head, entry);
    }
  if (status != WW_CRYPTO_OK)
    {
      ww_error_set (error, self->index == 0 ? WW_ERROR_WRONG_PASSPHRASE : WW_ERROR_BACKUP_DAMAGED);
      return FALSE;
    }
  return entry->size <= WW_MAX_PACKED_CHUNK || set_damaged (error);
}

static GBytes *
read_sealed (WwBackupFile *self, guint64 size, GError **error)
{
  WwAttachmentLayout layout;
  g_autofree guint8 *data = NULL;

  if (ww_attachment_layout_init (&layout, size) != WW_CRYPTO_OK)
    {
      set_damaged (error);
      return NULL;
    }
  data = g_malloc (layout.sealed);
  if (read_all (self, data, layout.sealed) == (gssize) layout.sealed)
    return g_bytes_new_take (g_steal_pointer (&data), layout.sealed);
  set_damaged (error);
  return NULL;
}

/* Behind the last chunk there is nothing. */
static gboolean
check_end (WwBackupFile *self, gboolean last, GError **error)
{
  guint8 more;

  self->index++;
  if (last ? read_all (self, &more, 1) == 0 : self->index < WW_MAX_ARCHIVE_CHUNKS)
    return TRUE;
  return set_damaged (error);
}

GBytes *
ww_backup_file_read (WwBackupFile *self, gboolean *last, GError **error)
{
  WwBackupEntry entry;
  g_auto (WwSealedChunk) sealed = { 0 };
  g_autoptr (GBytes) packed = NULL;
  g_autoptr (GBytes) chunk = NULL;

  if (!read_entry (self, &entry, last, error))
    return NULL;
  memcpy (sealed.key, entry.key, sizeof sealed.key);
  memcpy (sealed.hash, entry.hash, sizeof sealed.hash);
  sealed.size = entry.size;
  ww_wipe (&entry, sizeof entry);
  sealed.sealed = read_sealed (self, sealed.size, error);
  if (sealed.sealed == NULL)
    return NULL;
  packed = ww_archive_open (&sealed, NULL);
  chunk = packed != NULL ? ww_archive_unpack (packed, NULL) : NULL;
  if (chunk == NULL)
    {
      set_damaged (error);
      return NULL;
    }
  return check_end (self, *last, error) ? g_steal_pointer (&chunk) : NULL;
}
