/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-profile"

#include "ww-profile-wipe.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "ww-attachment-file.h"
#include "ww-error-private.h"

#define BEGUN_FILE "profile.wipe"  /* a wipe is under way */
#define ENDED_FILE "profile.wiped" /* it has ended, and the person is to be told why */

static const char *const words[] = {
  [WW_FAREWELL_NONE] = "",
  [WW_FAREWELL_SIGNED_OUT] = "signed-out",
  [WW_FAREWELL_REMOVED] = "removed",
};

typedef struct
{
  char *directory;
  char *store_path;
  WwFarewell farewell;
} Task;

static void
task_free (gpointer data)
{
  Task *self = data;

  g_free (self->directory);
  g_free (self->store_path);
  g_free (self);
}

/* The disk is touched on a thread of the pool. */
static DexFuture *
spawn (WwProfile *profile, DexFiberFunc fiber, WwFarewell farewell)
{
  Task *task = g_new0 (Task, 1);

  task->directory = g_strdup (ww_profile_get_directory (profile));
  task->store_path = g_strdup (ww_profile_get_store_path (profile));
  task->farewell = farewell;
  return dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), 0, fiber, task, task_free);
}

/* What a mark that cannot be understood says is that there is one: SIGNED_OUT. */
static WwFarewell
read_mark (Task *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->directory, name, NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return g_file_test (path, G_FILE_TEST_EXISTS) ? WW_FAREWELL_SIGNED_OUT : WW_FAREWELL_NONE;
  g_strstrip (text);
  return g_str_equal (text, words[WW_FAREWELL_REMOVED]) ? WW_FAREWELL_REMOVED : WW_FAREWELL_SIGNED_OUT;
}

static gboolean
write_mark (Task *self, const char *name, WwFarewell farewell)
{
  g_autofree char *path = g_build_filename (self->directory, name, NULL);

  return g_file_set_contents_full (path, words[farewell], -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, NULL);
}

static gboolean
delete_file (const char *path)
{
  return g_unlink (path) == 0 || errno == ENOENT;
}

static gboolean
delete_mark (Task *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->directory, name, NULL);

  return delete_file (path);
}

/* What was deleted stays deleted when the power goes. */
static gboolean
sync_directory (Task *self)
{
  int fd = g_open (self->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  gboolean synced = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    g_close (fd, NULL);
  return synced;
}

static DexFuture *
answer (gboolean done)
{
  return done ? dex_future_new_true () : ww_error_reject (WW_ERROR_STORE_FAILED);
}

static DexFuture *
begin_fiber (gpointer data)
{
  Task *self = data;

  return answer (read_mark (self, BEGUN_FILE) != WW_FAREWELL_NONE ||
                 (write_mark (self, BEGUN_FILE, self->farewell) && sync_directory (self)));
}

DexFuture *
ww_profile_begin_wipe (WwProfile *self, WwFarewell farewell)
{
  g_return_val_if_fail (farewell != WW_FAREWELL_NONE, ww_error_reject (WW_ERROR_FAILED));

  return spawn (self, begin_fiber, farewell);
}

static DexFuture *
load_wipe_fiber (gpointer data)
{
  return dex_future_new_for_int ((int) read_mark (data, BEGUN_FILE));
}

DexFuture *
ww_profile_load_wipe (WwProfile *self)
{
  return spawn (self, load_wipe_fiber, WW_FAREWELL_NONE);
}

static DexFuture *
delete_store_fiber (gpointer data)
{
  static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };
  Task *self = data;
  gboolean done = TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = g_strconcat (self->store_path, suffixes[i], NULL);

      done = delete_file (path) && done;
    }
  done = ww_attachment_files_remove (self->directory) && done;
  return answer (done && sync_directory (self));
}

DexFuture *
ww_profile_delete_store (WwProfile *self)
{
  return spawn (self, delete_store_fiber, WW_FAREWELL_NONE);
}

static DexFuture *
end_fiber (gpointer data)
{
  Task *self = data;
  WwFarewell farewell = read_mark (self, BEGUN_FILE);

  if (farewell == WW_FAREWELL_REMOVED && !write_mark (self, ENDED_FILE, farewell))
    return answer (FALSE);
  return answer (delete_mark (self, BEGUN_FILE) && sync_directory (self));
}

DexFuture *
ww_profile_end_wipe (WwProfile *self)
{
  return spawn (self, end_fiber, WW_FAREWELL_NONE);
}

static DexFuture *
load_farewell_fiber (gpointer data)
{
  return dex_future_new_for_int ((int) read_mark (data, ENDED_FILE));
}

DexFuture *
ww_profile_load_farewell (WwProfile *self)
{
  return spawn (self, load_farewell_fiber, WW_FAREWELL_NONE);
}

static DexFuture *
forget_fiber (gpointer data)
{
  return answer (delete_mark (data, ENDED_FILE));
}

DexFuture *
ww_profile_forget_farewell (WwProfile *self)
{
  return spawn (self, forget_fiber, WW_FAREWELL_NONE);
}
