/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-attachment-store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <glib.h>

/*
 * One file for each attachment, named by its id, in one of 256 directories named by the id's first byte. The names come
 * from nobody but us; links are not followed all the same, and only regular files are opened. The work is done on libuv's
 * threads: who calls has one job under way at a time, so that their queue is bounded by the number of transfers.
 */
typedef struct
{
  WwAttachmentStore base;
  uv_loop_t *loop;
  int root;
  uint64_t reserve; /* bytes of the disk that are for others */
} WwAttachmentDirectory;

typedef struct _Job Job;
struct _Job
{
  uv_work_t work;
  WwAttachmentDirectory *self;
  WwAttachmentStoreStatus (*run) (Job *job);
  WwAttachmentStoreStatus status;
  WwAttachmentStoreFunc func;
  WwAttachmentListFunc list_func;
  void *data;

  uint8_t id[WW_ID_SIZE];
  uint64_t offset;
  WwBytes bytes;
  bool durable;
  uint8_t *out;
  size_t out_len;
  unsigned shard;
  GByteArray *ids; /* what is to be removed, or was found */
};

typedef struct
{
  char directory[3];
  char file[WW_ATTACHMENT_NAME_SIZE];
} Name;

static Name
make_name (const uint8_t id[WW_ID_SIZE])
{
  Name name;

  ww_attachment_id_format (id, name.file);
  memcpy (name.directory, name.file, 2);
  name.directory[2] = '\0';
  return name;
}

static WwAttachmentStoreStatus
status_of (int number)
{
  switch (number)
    {
    case ENOENT:
      return WW_ATTACHMENT_STORE_NOT_FOUND;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return WW_ATTACHMENT_STORE_FULL;
    default:
      return WW_ATTACHMENT_STORE_FAILED;
    }
}

static int
open_shard (WwAttachmentDirectory *self, const char *name)
{
  return openat (self->root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* -1 with errno, for what is not a regular file too. */
static int
open_file (int shard, const char *name, int flags)
{
  int fd = openat (shard, name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
  struct stat stat;

  if (fd >= 0 && (fstat (fd, &stat) != 0 || !S_ISREG (stat.st_mode)))
    {
      close (fd);
      errno = EINVAL;
      return -1;
    }
  return fd;
}

/* --- Writing ------------------------------------------------------------------------------- */

/* A new, empty file whose name is durable. What is there under the name already was never acknowledged. */
static int
create_file (int shard, const char *name)
{
  int fd = open_file (shard, name, O_WRONLY | O_CREAT | O_EXCL);

  if (fd < 0 && errno == EEXIST)
    fd = open_file (shard, name, O_WRONLY | O_TRUNC);
  if (fd >= 0 && fsync (shard) != 0)
    {
      int number = errno;

      close (fd);
      errno = number;
      return -1;
    }
  return fd;
}

static int
make_shard (WwAttachmentDirectory *self, const char *name)
{
  if (mkdirat (self->root, name, 0700) == 0)
    {
      if (fsync (self->root) != 0)
        return -1;
    }
  else if (errno != EEXIST)
    return -1;
  return open_shard (self, name);
}

static bool
write_all (int fd, WwBytes bytes, uint64_t offset)
{
  while (bytes.len > 0)
    {
      ssize_t written = pwrite (fd, bytes.data, bytes.len, (off_t) offset);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return false;
      bytes.data += written;
      bytes.len -= (size_t) written;
      offset += (uint64_t) written;
    }
  return true;
}

/* A disk that says nothing about itself is written to until it is full. */
static bool
has_room (const Job *job, int fd)
{
  struct statvfs disk;

  return fstatvfs (fd, &disk) != 0 || disk.f_bavail >= (job->bytes.len + job->self->reserve) / MAX (disk.f_frsize, 1);
}

static WwAttachmentStoreStatus
write_and_sync (const Job *job, int fd)
{
  WwAttachmentStoreStatus status = WW_ATTACHMENT_STORE_OK;

  if (job->bytes.len > 0 && !has_room (job, fd))
    return WW_ATTACHMENT_STORE_FULL;
  if (!write_all (fd, job->bytes, job->offset) || (job->durable && fdatasync (fd) != 0))
    {
      status = status_of (errno);
      /* On a full disk half of a piece is of no use to anybody. */
      if (ftruncate (fd, (off_t) job->offset) != 0)
        status = WW_ATTACHMENT_STORE_FAILED;
    }
  return status;
}

static WwAttachmentStoreStatus
run_write (Job *job)
{
  Name name = make_name (job->id);
  bool begin = job->offset == 0;
  int shard = begin ? make_shard (job->self, name.directory) : open_shard (job->self, name.directory);
  int fd = shard < 0 ? -1 : begin ? create_file (shard, name.file) : open_file (shard, name.file, O_WRONLY);
  WwAttachmentStoreStatus status = fd < 0 ? status_of (errno) : write_and_sync (job, fd);

  if (fd >= 0 && close (fd) != 0 && status == WW_ATTACHMENT_STORE_OK)
    status = status_of (errno);
  if (shard >= 0)
    close (shard);
  return status;
}

/* --- Reading ------------------------------------------------------------------------------- */

static bool
read_all (int fd, uint8_t *out, size_t len, uint64_t offset)
{
  while (len > 0)
    {
      ssize_t got = pread (fd, out, len, (off_t) offset);

      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        return false;
      out += got;
      len -= (size_t) got;
      offset += (uint64_t) got;
    }
  return true;
}

static WwAttachmentStoreStatus
run_read (Job *job)
{
  Name name = make_name (job->id);
  int shard = open_shard (job->self, name.directory);
  int fd = shard < 0 ? -1 : open_file (shard, name.file, O_RDONLY);
  WwAttachmentStoreStatus status = fd < 0 ? status_of (errno) : WW_ATTACHMENT_STORE_OK;

  if (fd >= 0)
    {
      if (!read_all (fd, job->out, job->out_len, job->offset))
        status = WW_ATTACHMENT_STORE_FAILED;
      close (fd);
    }
  if (shard >= 0)
    close (shard);
  return status;
}

/* --- Removing and listing ------------------------------------------------------------------ */

static WwAttachmentStoreStatus
run_remove (Job *job)
{
  WwAttachmentStoreStatus status = WW_ATTACHMENT_STORE_OK;

  for (guint i = 0; i < job->ids->len; i += WW_ID_SIZE)
    {
      Name name = make_name (job->ids->data + i);
      int shard = open_shard (job->self, name.directory);

      if (shard < 0 || unlinkat (shard, name.file, 0) != 0)
        if (errno != ENOENT)
          status = WW_ATTACHMENT_STORE_FAILED;
      if (shard >= 0)
        close (shard);
    }
  return status;
}

static WwAttachmentStoreStatus
run_list (Job *job)
{
  char directory[3];
  struct dirent *entry;
  DIR *entries;
  int shard;

  g_snprintf (directory, sizeof directory, "%02x", job->shard);
  shard = open_shard (job->self, directory);
  if (shard < 0)
    return errno == ENOENT ? WW_ATTACHMENT_STORE_OK : WW_ATTACHMENT_STORE_FAILED;
  entries = fdopendir (shard);
  if (entries == NULL)
    {
      close (shard);
      return WW_ATTACHMENT_STORE_FAILED;
    }
  /* What has another kind of name is not ours to judge. */
  while ((entry = readdir (entries)) != NULL)
    {
      uint8_t id[WW_ID_SIZE];

      if (ww_attachment_parse_hex (entry->d_name, id, sizeof id) && id[0] == job->shard)
        g_byte_array_append (job->ids, id, sizeof id);
    }
  closedir (entries);
  return WW_ATTACHMENT_STORE_OK;
}

/* --- Jobs ---------------------------------------------------------------------------------- */

static void
work_cb (uv_work_t *work)
{
  Job *job = work->data;

  job->status = job->run (job);
}

static void
done_cb (uv_work_t *work, int status)
{
  Job *job = work->data;

  if (status != 0)
    job->status = WW_ATTACHMENT_STORE_FAILED;
  if (job->list_func != NULL)
    job->list_func (job->status, (const uint8_t (*)[WW_ID_SIZE]) job->ids->data, job->ids->len / WW_ID_SIZE, job->data);
  else
    job->func (job->status, job->data);
  g_clear_pointer (&job->ids, g_byte_array_unref);
  g_free (job);
}

static Job *
job_new (WwAttachmentStore *store, WwAttachmentStoreStatus (*run) (Job *job), void *data)
{
  Job *job = g_new0 (Job, 1);

  job->self = (WwAttachmentDirectory *) store;
  job->work.data = job;
  job->run = run;
  job->data = data;
  return job;
}

static void
submit (Job *job)
{
  /* Fails only without a function to run. */
  uv_queue_work (job->self->loop, &job->work, work_cb, done_cb);
}

static void
directory_write (WwAttachmentStore *store, const uint8_t id[WW_ID_SIZE], uint64_t offset, WwBytes bytes, bool durable,
                 WwAttachmentStoreFunc func, void *data)
{
  Job *job = job_new (store, run_write, data);

  memcpy (job->id, id, WW_ID_SIZE);
  job->offset = offset;
  job->bytes = bytes;
  job->durable = durable;
  job->func = func;
  submit (job);
}

static void
directory_read (WwAttachmentStore *store, const uint8_t id[WW_ID_SIZE], uint64_t offset, uint8_t *out, size_t len,
                WwAttachmentStoreFunc func, void *data)
{
  Job *job = job_new (store, run_read, data);

  memcpy (job->id, id, WW_ID_SIZE);
  job->offset = offset;
  job->out = out;
  job->out_len = len;
  job->func = func;
  submit (job);
}

static void
directory_remove (WwAttachmentStore *store, const uint8_t (*ids)[WW_ID_SIZE], size_t n, WwAttachmentStoreFunc func,
                  void *data)
{
  Job *job = job_new (store, run_remove, data);

  job->ids = g_byte_array_append (g_byte_array_new (), (const guint8 *) ids, (guint) (n * WW_ID_SIZE));
  job->func = func;
  submit (job);
}

static void
directory_list (WwAttachmentStore *store, unsigned shard, WwAttachmentListFunc func, void *data)
{
  Job *job = job_new (store, run_list, data);

  job->shard = shard;
  job->ids = g_byte_array_new ();
  job->list_func = func;
  submit (job);
}

static void
directory_close (WwAttachmentStore *store)
{
  WwAttachmentDirectory *self = (WwAttachmentDirectory *) store;

  close (self->root);
  g_free (self);
}

static const WwAttachmentStoreEngine directory_engine = {
  .name = "directory",
  .close = directory_close,
  .write = directory_write,
  .read = directory_read,
  .remove = directory_remove,
  .list = directory_list,
};

/* See the header. `error` is to be freed by the caller. */
WwAttachmentStore *
ww_attachment_directory_open (const char *path, uint64_t reserve, uv_loop_t *loop, char **error)
{
  WwAttachmentDirectory *self;
  int root;

  if (mkdir (path, 0700) != 0 && errno != EEXIST)
    {
      *error = g_strdup_printf ("cannot create %s: %s", path, g_strerror (errno));
      return NULL;
    }
  root = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (root < 0)
    {
      *error = g_strdup_printf ("cannot open %s: %s", path, g_strerror (errno));
      return NULL;
    }
  self = g_new0 (WwAttachmentDirectory, 1);
  self->base.engine = &directory_engine;
  self->loop = loop;
  self->root = root;
  self->reserve = reserve;
  return &self->base;
}
