/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-profile"

#include "ww-profile.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <openssl/rand.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ww-answer.h"
#include "ww-error-private.h"
#include "ww-hex.h"

#define ID_FILE    "profile.id"
#define LOCK_FILE  "profile.lock"
#define STORE_FILE "store.db"
#define ID_DIGITS  32
#define MAX_NAME   64

struct _WwProfile
{
  GObject parent_instance;

  char *directory;
  char *store_path;
  char *id;
  int lock; /* -1 once given back */
};

G_DEFINE_FINAL_TYPE (WwProfile, ww_profile, G_TYPE_OBJECT)

static void
ww_profile_finalize (GObject *object)
{
  WwProfile *self = WW_PROFILE (object);

  ww_profile_close (self);
  g_free (self->directory);
  g_free (self->store_path);
  g_free (self->id);

  G_OBJECT_CLASS (ww_profile_parent_class)->finalize (object);
}

static void
ww_profile_class_init (WwProfileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ww_profile_finalize;
}

static void
ww_profile_init (WwProfile *self)
{
  self->lock = -1;
}

static void
set_system_error (GError **error, int system_errno)
{
  gboolean full = system_errno == ENOSPC || system_errno == EDQUOT;

  ww_error_set (error, full ? WW_ERROR_STORE_FULL : WW_ERROR_STORE_FAILED);
  g_debug ("A profile cannot be used: %s", g_strerror (system_errno));
}

/* A name is one component of a path that needs no quoting anywhere; a path has a slash. */
static char *
resolve_directory (const char *name, GError **error)
{
  if (name == NULL)
    name = "default";
  if (strchr (name, '/') != NULL)
    return g_canonicalize_filename (name, NULL);

  if (*name == '\0' || *name == '.' || strlen (name) > MAX_NAME ||
      strspn (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-") != strlen (name))
    {
      g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
                           _ ("The name of a profile has letters, digits, “.”, “_” and “-” only. A path has a “/”."));
      return NULL;
    }

  return g_build_filename (g_get_user_data_dir (), "waxwing", name, NULL);
}

static gboolean
is_empty (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);

  return dir != NULL && g_dir_read_name (dir) == NULL;
}

/* Nobody else may look in. A directory that is not ours, and that others can read, is left as it is and refused. */
static gboolean
prepare_directory (const char *directory, GError **error)
{
  g_autofree char *id_path = g_build_filename (directory, ID_FILE, NULL);
  GStatBuf info;

  if (g_mkdir_with_parents (directory, 0700) != 0 || g_stat (directory, &info) != 0)
    {
      set_system_error (error, errno);
      return FALSE;
    }
  if ((info.st_mode & 0077) == 0)
    return TRUE;

  if (!is_empty (directory) && !g_file_test (id_path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
                           _ ("This directory is not a profile: other files are in it, and others can read it."));
      return FALSE;
    }
  if (g_chmod (directory, 0700) != 0)
    {
      set_system_error (error, errno);
      return FALSE;
    }

  return TRUE;
}

static void
set_in_use (int fd, GError **error)
{
  char text[32] = "";
  ssize_t len = pread (fd, text, sizeof text - 1, 0);
  gint64 pid = len > 0 ? g_ascii_strtoll (text, NULL, 10) : 0;

  if (pid > 0)
    g_set_error (error, WW_ERROR, WW_ERROR_PROFILE_IN_USE,
                 _ ("Another program (process %lld) is using this profile. Close it, then try again."),
                 (long long) pid);
  else
    ww_error_set (error, WW_ERROR_PROFILE_IN_USE);
}

/* flock(2): goes with the process, however that ends. The number in the file is for people. */
static int
take_lock (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, LOCK_FILE, NULL);
  g_autofree char *text = g_strdup_printf ("%d\n", (int) getpid ());
  int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    {
      set_system_error (error, errno);
      return -1;
    }

  if (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      if (errno == EWOULDBLOCK)
        set_in_use (fd, error);
      else
        set_system_error (error, errno);
      g_close (fd, NULL);
      return -1;
    }

  /* A disk without room for the number does not keep anyone from reading what is there. */
  if (ftruncate (fd, 0) != 0 || pwrite (fd, text, strlen (text), 0) < 0)
    g_debug ("The process id could not be noted");

  return fd;
}

static char *
make_id (const char *path, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *id = NULL;
  guint8 bytes[ID_DIGITS / 2];

  if (RAND_bytes (bytes, sizeof bytes) != 1)
    {
      ww_error_set (error, WW_ERROR_FAILED);
      return NULL;
    }

  id = ww_hex_encode (bytes, sizeof bytes);
  if (!g_file_set_contents_full (path, id, ID_DIGITS, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                 0600, &local))
    {
      set_system_error (error, g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOSPC) ? ENOSPC : EIO);
      return NULL;
    }

  return g_steal_pointer (&id);
}

/* The id leads to the keys: one that is damaged, or gone while a store is there, is never replaced by another. */
static char *
read_id (const char *directory, const char *store_path, GError **error)
{
  g_autofree char *path = g_build_filename (directory, ID_FILE, NULL);
  g_autoptr (GError) local = NULL;
  g_autofree char *text = NULL;
  guint8 bytes[ID_DIGITS / 2];

  if (g_file_get_contents (path, &text, NULL, &local))
    {
      g_strchomp (text);
      if (ww_hex_decode (text, bytes, sizeof bytes))
        return ww_hex_encode (bytes, sizeof bytes);

      ww_error_set (error, WW_ERROR_KEYS_MISSING);
      return NULL;
    }

  if (!g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      set_system_error (error, EIO);
      return NULL;
    }
  if (g_file_test (store_path, G_FILE_TEST_EXISTS))
    {
      ww_error_set (error, WW_ERROR_KEYS_MISSING);
      return NULL;
    }

  return make_id (path, error);
}

static WwProfile *
open_profile (const char *name, GError **error)
{
  g_autoptr (WwProfile) self = g_object_new (WW_TYPE_PROFILE, NULL);

  self->directory = resolve_directory (name, error);
  if (self->directory == NULL || !prepare_directory (self->directory, error))
    return NULL;

  self->store_path = g_build_filename (self->directory, STORE_FILE, NULL);
  self->lock = take_lock (self->directory, error);
  if (self->lock < 0)
    return NULL;

  self->id = read_id (self->directory, self->store_path, error);
  if (self->id == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

typedef struct
{
  char *name;
  WwAnswer *answer;
} Opening;

static void
open_on_thread (gpointer data)
{
  Opening *opening = data;
  GError *error = NULL;
  WwProfile *self = open_profile (opening->name, &error);

  if (self == NULL)
    ww_answer_reject (opening->answer, error);
  else
    ww_answer_resolve_object (opening->answer, self);

  g_free (opening->name);
  g_free (opening);
}

/**
 * ww_profile_open:
 * @name: (nullable): see the header
 *
 * The disk is touched on a thread of the pool.
 */
DexFuture *
ww_profile_open (const char *name)
{
  Opening *opening = g_new0 (Opening, 1);
  DexFuture *future;

  opening->name = g_strdup (name);
  opening->answer = ww_answer_new (&future);
  dex_scheduler_push (dex_thread_pool_scheduler_get_default (), open_on_thread, opening);
  return future;
}

void
ww_profile_close (WwProfile *self)
{
  g_return_if_fail (WW_IS_PROFILE (self));

  if (self->lock >= 0)
    g_close (g_steal_fd (&self->lock), NULL);
}

const char *
ww_profile_get_id (WwProfile *self)
{
  g_return_val_if_fail (WW_IS_PROFILE (self), NULL);

  return self->id;
}

const char *
ww_profile_get_directory (WwProfile *self)
{
  g_return_val_if_fail (WW_IS_PROFILE (self), NULL);

  return self->directory;
}

const char *
ww_profile_get_store_path (WwProfile *self)
{
  g_return_val_if_fail (WW_IS_PROFILE (self), NULL);

  return self->store_path;
}

/**
 * ww_profile_has_store:
 *
 * A file without a byte is what a program leaves behind that was killed before it wrote anything.
 */
gboolean
ww_profile_has_store (WwProfile *self)
{
  GStatBuf info;

  g_return_val_if_fail (WW_IS_PROFILE (self), FALSE);

  return g_stat (self->store_path, &info) == 0 && info.st_size > 0;
}
