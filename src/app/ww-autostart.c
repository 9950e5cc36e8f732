/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-autostart"

#include "ww-autostart.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#define DIRECTORY_MODE 0700

typedef struct
{
  char *path;
  char *contents; /* NULL: it is not to be there */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->path);
  g_free (job->contents);
  g_free (job);
}

static char *
dup_path (const char *application_id)
{
  g_autofree char *name = g_strconcat (application_id, ".desktop", NULL);

  return g_build_filename (g_get_user_config_dir (), "autostart", name, NULL);
}

/* The name, as in the program's own desktop file, where that leads here; else where this very program is. */
static char *
dup_program (void)
{
  g_autofree char *found = g_find_program_in_path ("waxwing");
  char *self = NULL;

  if (found != NULL)
    return g_strdup ("waxwing");
  self = g_file_read_link ("/proc/self/exe", NULL);
  return self != NULL ? self : g_strdup ("waxwing");
}

GStrv
ww_autostart_dup_command (const char *profile)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_take (builder, dup_program ());
  if (!g_str_equal (profile, "default"))
    g_strv_builder_add_many (builder, "--profile", profile, NULL);
  g_strv_builder_add (builder, "--gapplication-service");
  return g_strv_builder_end (builder);
}

/* An argument as the Desktop Entry Specification wants it in Exec. */
static void
append_quoted (GString *line, const char *argument)
{
  g_string_append_c (line, '"');
  for (const char *c = argument; *c != '\0'; c++)
    {
      if (strchr ("\"`$\\", *c) != NULL)
        g_string_append_c (line, '\\');
      if (*c == '%')
        g_string_append_c (line, '%');
      g_string_append_c (line, *c);
    }
  g_string_append_c (line, '"');
}

static char *
dup_exec (const char *profile)
{
  g_auto (GStrv) command = ww_autostart_dup_command (profile);
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; command[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (line, ' ');
      if (i == 0 || command[i + 1] == NULL || g_str_has_prefix (command[i], "--"))
        g_string_append (line, command[i]);
      else
        append_quoted (line, command[i]);
    }
  return g_string_free (g_steal_pointer (&line), FALSE);
}

static char *
dup_contents (const char *profile)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *exec = dup_exec (profile);

  g_key_file_set_string (file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_TYPE, G_KEY_FILE_DESKTOP_TYPE_APPLICATION);
  g_key_file_set_string (file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_NAME, _ ("Waxwing"));
  g_key_file_set_string (file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_EXEC, exec);
  g_key_file_set_string (file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_ICON, APPLICATION_ID);
  g_key_file_set_boolean (file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_NO_DISPLAY, TRUE);
  g_key_file_set_boolean (file, G_KEY_FILE_DESKTOP_GROUP, "X-GNOME-UsesNotifications", TRUE);
  return g_key_file_to_data (file, NULL, NULL);
}

static void
set_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  g_autofree char *directory = g_path_get_dirname (job->path);
  GError *error = NULL;

  if (job->contents == NULL)
    {
      if (g_unlink (job->path) != 0 && errno != ENOENT)
        g_task_return_new_error (task, G_IO_ERROR, g_io_error_from_errno (errno), "%s", g_strerror (errno));
      else
        g_task_return_boolean (task, TRUE);
      return;
    }
  if (g_mkdir_with_parents (directory, DIRECTORY_MODE) != 0)
    g_task_return_new_error (task, G_IO_ERROR, g_io_error_from_errno (errno), "%s", g_strerror (errno));
  else if (!g_file_set_contents (job->path, job->contents, -1, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * ww_autostart_set_async:
 * @application_id: names the file
 * @profile: what is started
 */
void
ww_autostart_set_async (const char *application_id, const char *profile, gboolean wanted, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  Job *job = g_new0 (Job, 1);

  job->path = dup_path (application_id);
  job->contents = wanted ? dup_contents (profile) : NULL;
  g_task_set_source_tag (task, ww_autostart_set_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, set_thread);
}

gboolean
ww_autostart_set_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
look_thread (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  GError *error = NULL;
  gboolean hidden, enabled;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error))
    {
      if (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_task_return_boolean (task, FALSE);
      else
        g_task_return_error (task, g_steal_pointer (&error));
      g_clear_error (&error);
      return;
    }
  hidden = g_key_file_get_boolean (file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_HIDDEN, NULL);
  enabled = g_key_file_get_boolean (file, G_KEY_FILE_DESKTOP_GROUP, "X-GNOME-Autostart-enabled", &error);
  g_task_return_boolean (task, !hidden && (enabled || error != NULL));
  g_clear_error (&error);
}

void
ww_autostart_look_async (const char *application_id, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_source_tag (task, ww_autostart_look_async);
  g_task_set_task_data (task, dup_path (application_id), g_free);
  g_task_run_in_thread (task, look_thread);
}

gboolean
ww_autostart_look_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
