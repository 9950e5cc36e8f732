/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-memory-file"

#include "ww-memory-file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

struct _WwMemoryFile
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
 * ww_memory_file_new:
 *
 * Copies @bytes, so a large file belongs on a thread of its own. Nobody can change what is in it afterwards.
 *
 * Returns: (transfer full) (nullable): the file, which is there as long as somebody holds this
 */
WwMemoryFile *
ww_memory_file_new (GBytes *bytes, GError **error)
{
  int fd = memfd_create ("picture", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  g_autofree char *path = NULL;
  WwMemoryFile *self;

  if (fd < 0 || !write_all (fd, bytes) ||
      fcntl (fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
      if (fd >= 0)
        close (fd);
      return NULL;
    }
  path = g_strdup_printf ("/proc/self/fd/%d", fd);
  self = g_new0 (WwMemoryFile, 1);
  g_ref_count_init (&self->references);
  self->fd = fd;
  self->file = g_file_new_for_path (path);
  return self;
}

WwMemoryFile *
ww_memory_file_ref (WwMemoryFile *self)
{
  g_ref_count_inc (&self->references);
  return self;
}

void
ww_memory_file_unref (WwMemoryFile *self)
{
  if (!g_ref_count_dec (&self->references))
    return;
  close (self->fd);
  g_object_unref (self->file);
  g_free (self);
}

GFile *
ww_memory_file_get_file (WwMemoryFile *self)
{
  return self->file;
}
