/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-opened-copies"

#include "ww-opened-copies.h"

#include <glib/gstdio.h>

/* Each profile is an application of its own, and none takes away what another one has opened. */
static char *
dup_directory (void)
{
  GApplication *application = g_application_get_default ();
  const char *id = application != NULL ? g_application_get_application_id (application) : NULL;

  return g_build_filename (g_get_user_runtime_dir (), "waxwing-opened", id != NULL ? id : "none", NULL);
}

GFile *
ww_opened_copies_make_place (const char *message)
{
  g_autofree char *directory = dup_directory ();
  g_autofree char *name = g_strconcat (message, "-XXXXXX", NULL);
  g_autofree char *template = g_build_filename (directory, name, NULL);

  if (g_mkdir_with_parents (directory, 0700) == 0 && g_mkdtemp (template) != NULL)
    return g_file_new_for_path (template);
  return NULL;
}

/* A place and what is in it: files, and nothing below. */
static void
remove_place (const char *path)
{
  g_autoptr (GDir) place = g_dir_open (path, 0, NULL);
  const char *name;

  while (place != NULL && (name = g_dir_read_name (place)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_unlink (file);
    }
  g_rmdir (path);
}

/* Links to elsewhere are not followed: whatever is no directory of ours is only unlinked. */
static void
remove_places (const char *directory, const char *prefix)
{
  g_autoptr (GDir) places = g_dir_open (directory, 0, NULL);
  const char *name;

  while (places != NULL && (name = g_dir_read_name (places)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      if (!g_str_has_prefix (name, prefix))
        continue;
      if (g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        g_unlink (path);
      else
        remove_place (path);
    }
}

static void
forget_thread (GTask *task, gpointer source, gpointer message, GCancellable *cancellable)
{
  g_autofree char *directory = dup_directory ();

  remove_places (directory, message);
  g_task_return_boolean (task, TRUE);
}

void
ww_opened_copies_forget (const char *message)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  g_task_set_source_tag (task, ww_opened_copies_forget);
  g_task_set_task_data (task, g_strdup (message), g_free);
  g_task_run_in_thread (task, forget_thread);
}

void
ww_opened_copies_forget_all (void)
{
  g_autofree char *directory = dup_directory ();

  remove_places (directory, "");
  g_rmdir (directory);
}
