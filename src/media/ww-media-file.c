/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-media-file"

#include "ww-media-file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

struct _WwMediaFile
{
  grefcount references;
  int fd;
  GFile *file;
};

static gboolean
write_all (int fd, GBytes *bytes)
{
  gsize left;
  const char *data = g_bytes_get_data (bytes, &left);

  while (left > 0)
    {
      ssize_t written = write (fd, data, left);

      if (written < 0 && errno != EINTR)
        return FALSE;
      if (written > 0)
        {
          data += written;
          left -= (gsize) written;
        }
    }
  return TRUE;
}

/**
 * ww_media_file_new:
 *
 * Copies @bytes, so a large file belongs on a thread of its own. Nobody can change what is in it afterwards.
 *
 * Returns: (transfer full) (nullable): the file, which is there as long as somebody holds this
 */
WwMediaFile *
ww_media_file_new (GBytes *bytes, GError **error)
{
  int fd = memfd_create ("picture", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  g_autofree char *path = NULL;
  WwMediaFile *self;

  if (fd < 0 || !write_all (fd, bytes) ||
      fcntl (fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
      if (fd >= 0)
        close (fd);
      return NULL;
    }
  path = g_strdup_printf ("/proc/self/fd/%d", fd);
  self = g_new0 (WwMediaFile, 1);
  g_ref_count_init (&self->references);
  self->fd = fd;
  self->file = g_file_new_for_path (path);
  return self;
}

WwMediaFile *
ww_media_file_ref (WwMediaFile *self)
{
  g_ref_count_inc (&self->references);
  return self;
}

void
ww_media_file_unref (WwMediaFile *self)
{
  if (!g_ref_count_dec (&self->references))
    return;
  close (self->fd);
  g_object_unref (self->file);
  g_free (self);
}

GFile *
ww_media_file_get_file (WwMediaFile *self)
{
  return self->file;
}
