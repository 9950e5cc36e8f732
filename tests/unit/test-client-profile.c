/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-client-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ww-error.h"
#include "ww-profile.h"

#define HOLDER "--holder"

static WwProfile *
open_profile (const char *name)
{
  return g_value_dup_object (test_await (ww_profile_open (name)));
}

static guint
mode_of (const char *path)
{
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  return info.st_mode & 0777;
}

static void
close_profile (WwProfile *profile)
{
  /* The thread that opened it may be just about to let it go. */
  g_object_add_weak_pointer (G_OBJECT (profile), (gpointer *) &profile);
  test_forget_futures ();
  g_object_unref (profile);
  test_wait_for (profile == NULL);
}

static void
test_names (void)
{
  static const char *const bad[] = { "", ".", "..", ".hidden", "a b", "a\nb", "ü", "a\\b", "$HOME" };
  g_autofree char *too_long = g_strnfill (65, 'a');

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    test_await_error (ww_profile_open (bad[i]), WW_ERROR_INVALID_ARGUMENT);
  test_await_error (ww_profile_open (too_long), WW_ERROR_INVALID_ARGUMENT);
}

/* Where it is, who may look in, and that it is the same the next time. */
static void
test_directory (void)
{
  g_autofree char *expected = g_build_filename (g_get_user_data_dir (), "waxwing", "default", NULL);
  g_autofree char *id_path = g_build_filename (expected, "profile.id", NULL);
  WwProfile *profile = open_profile (NULL), *other = open_profile ("work");
  g_autofree char *id = g_strdup (ww_profile_get_id (profile));

  g_assert_cmpstr (ww_profile_get_directory (profile), ==, expected);
  g_assert_cmpuint (mode_of (expected), ==, 0700);
  g_assert_cmpuint (mode_of (id_path), ==, 0600);
  g_assert_cmpuint (strlen (id), ==, 32);
  g_assert_cmpstr (ww_profile_get_id (other), !=, id);
  g_assert_false (ww_profile_has_store (profile));
  g_assert_true (g_file_set_contents (ww_profile_get_store_path (profile), "", 0, NULL));
  g_assert_false (ww_profile_has_store (profile));
  g_assert_true (g_file_set_contents (ww_profile_get_store_path (profile), "x", 1, NULL));
  g_assert_true (ww_profile_has_store (profile));
  close_profile (profile);
  close_profile (other);

  profile = open_profile ("default");
  g_assert_cmpstr (ww_profile_get_id (profile), ==, id);
  close_profile (profile);
}

/* An id that is damaged, or gone while there is a store, is never replaced: the keys hang on it. */
static void
test_lost_id (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autofree char *path = g_build_filename (directory, "p/", NULL);
  g_autofree char *id_path = g_build_filename (directory, "p", "profile.id", NULL);
  g_autofree char *store_path = g_build_filename (directory, "p", "store.db", NULL);

  close_profile (open_profile (path));
  g_assert_true (g_file_set_contents (id_path, "0123", -1, NULL));
  test_await_error (ww_profile_open (path), WW_ERROR_KEYS_MISSING);
  g_assert_true (g_file_set_contents (store_path, "x", 1, NULL));
  g_assert_cmpint (g_remove (id_path), ==, 0);
  test_await_error (ww_profile_open (path), WW_ERROR_KEYS_MISSING);
  g_assert_cmpint (g_remove (store_path), ==, 0);
  close_profile (open_profile (path));
}

/* Somebody's open directory is not made a profile, an empty one is closed. */
static void
test_foreign_directory (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autofree char *path = g_build_filename (directory, "p", NULL);
  g_autofree char *file = g_build_filename (path, "letter.txt", NULL);

  g_assert_cmpint (g_mkdir (path, 0755), ==, 0);
  g_assert_cmpint (g_chmod (path, 0755), ==, 0);
  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  test_await_error (ww_profile_open (path), WW_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (mode_of (path), ==, 0755);
  g_assert_cmpint (g_remove (file), ==, 0);
  close_profile (open_profile (path));
  g_assert_cmpuint (mode_of (path), ==, 0700);
}

static const char *program;

/* One process at a time; the sentence says which; a killed one leaves nothing behind. */
static void
test_lock (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autofree char *path = g_build_filename (directory, "p", NULL);
  const char *argv[] = { program, HOLDER, path, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *number = NULL;
  WwProfile *profile;
  DexFuture *refused;
  char ready;
  GPid pid;
  int out;

  profile = open_profile (path);
  test_await_error (ww_profile_open (path), WW_ERROR_PROFILE_IN_USE);
  ww_profile_close (profile);

  g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL, &out, NULL,
                            &error);
  g_assert_no_error (error);
  g_assert_cmpint (read (out, &ready, 1), ==, 1);

  refused = ww_profile_open (path);
  test_await_error (dex_ref (refused), WW_ERROR_PROFILE_IN_USE);
  g_assert_null (dex_future_get_value (refused, &error));
  number = g_strdup_printf ("process %d)", (int) pid);
  g_assert_nonnull (strstr (error->message, number));
  dex_unref (refused);

  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
  close (out);
  close_profile (open_profile (path));
  close_profile (profile);
}

G_NORETURN static void
hold (const char *path)
{
  g_autoptr (WwProfile) profile = open_profile (path);

  g_assert_cmpint (write (STDOUT_FILENO, "x", 1), ==, 1);
  while (TRUE)
    pause ();
}

int
main (int argc, char **argv)
{
  dex_init ();
  if (argc == 3 && strcmp (argv[1], HOLDER) == 0)
    hold (argv[2]);

  program = argv[0];
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/profile/names", test_names);
  g_test_add_func ("/profile/directory", test_directory);
  g_test_add_func ("/profile/lost-id", test_lost_id);
  g_test_add_func ("/profile/foreign-directory", test_foreign_directory);
  g_test_add_func ("/profile/lock", test_lock);
  return g_test_run ();
}
