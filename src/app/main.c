/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "waxwing"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

#include "ww-application.h"
#include "ww-client.h"

/* The profile decides the name on the bus, so it has to be known before there is an application. */
static const char *
find_profile (int argc, char **argv)
{
  for (int i = 1; i < argc && !g_str_equal (argv[i], "--"); i++)
    {
      if (g_str_has_prefix (argv[i], "--profile="))
        return argv[i] + strlen ("--profile=");
      if ((g_str_equal (argv[i], "--profile") || g_str_equal (argv[i], "-p")) && i + 1 < argc)
        return argv[i + 1];
    }
  return "default";
}

int
main (int argc, char **argv)
{
  g_autoptr (WwApplication) application = NULL;
  /* Programs that run from the build directory have their languages there. */
  const char *languages = g_getenv ("WAXWING_LOCALE_DIR");
  const char *profile;

  ww_client_prepare_process ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, languages != NULL ? languages : LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname (APPLICATION_ID);

  profile = find_profile (argc, argv);
  if (*profile == '\0')
    profile = "default";
  application = ww_application_new (profile);
  g_set_application_name (_ ("Waxwing"));
  return g_application_run (G_APPLICATION (application), argc, argv);
}
