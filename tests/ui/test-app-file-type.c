/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "ww-file-type.h"

static void
check (const char *type, const char *name, const char *start, gboolean may_open)
{
  gboolean answer = ww_file_type_may_open (type, name, (const guint8 *) start, strlen (start));

  if (answer != may_open)
    g_error ("%s as %s (“%s”): may be opened: %d", name, type, start, answer);
}

#define PDF "%PDF-1.7\n1 0 obj\n"
#define PNG "\x89PNG\r\n\x1a\n"
#define ELF_ \
  "\x7f"     \
  "ELF\2\1\1"
#define TEXT "Dear all,\nthe minutes of yesterday.\n"

static void
test_open (void)
{
  check ("application/pdf", "minutes.pdf", PDF, TRUE);
  check ("image/png", "lake.png", PNG, TRUE);
  check ("text/plain", "minutes.txt", TEXT, TRUE);
  check ("text/csv", "list.csv", "a,b\n1,2\n", TRUE);
  check ("text/vcard", "bob.vcf", "BEGIN:VCARD\nVERSION:4.0\n", TRUE);
  check ("application/zip", "photos.zip", "PK\3\4aaaaaaaaaaaaaa", TRUE);
  check ("application/octet-stream", "something", "aaaa\1\2\3", TRUE);
}

/* What runs is never handed over, whatever it is said to be. */
static void
test_never (void)
{
  static const char *const names[] = {
    "a.desktop",
    "a.sh",
    "a.py",
    "a.pyzw",
    "a.exe",
    "a.jar",
    "a.AppImage",
    "a.deb",
    "a.html",
    "a.svg",
    "a.js",
    "a.flatpakref",
    "a.DESKTOP",
    "a.sh ",
    "a.sh.",
    "a.exe. . ",
    "photo.png.desktop",
    "a.lnk",
    "a.url",
    "a.bat",
    "a.ps1",
    "a.msi",
    "a.run",
  };
  static const char *const types[] = {
    "application/octet-stream", "image/png", "text/plain", "application/pdf", "application/x-desktop", "",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (types); j++)
      check (types[j], names[i], TEXT, FALSE);
  check ("text/plain", "notes.txt", "#!/bin/sh\nrm -rf ~\n", FALSE);
  check ("application/octet-stream", "notes", ELF_, FALSE);
  check ("image/png", "notes.png", ELF_, FALSE);
  check ("application/octet-stream", "setup", "MZ\x90", FALSE);
  check ("text/plain", "notes.txt", "[Desktop Entry]\nType=Application\nExec=xterm\n", FALSE);
  check ("application/x-shellscript", "notes", TEXT, FALSE);
  check ("text/html", "notes", TEXT, FALSE);
}

/* What is opened is what was shown. */
static void
test_shown (void)
{
  check ("image/png", "lake.pdf", PDF, FALSE);
  check ("text/plain", "lake.pdf", PDF, FALSE);
  check ("application/pdf", "lake.png", PNG, FALSE);
}

static void
test_names (void)
{
  static const char *const table[][2] = {
    { "lake.png", "lake.png" },
    { "gpj.\xe2\x80\xaexe\xe2\x80\xac", "gpj.\xef\xbf\xbdxe\xef\xbf\xbd" },
    { "a\nb.txt", "a\xef\xbf\xbd"
                  "b.txt" },
    { "\xe2\x81\xa7x\xe2\x81\xa9", "\xef\xbf\xbdx\xef\xbf\xbd" },
    { "\xd8\xb5\xd9\x88\xd8\xb1\xd8\xa9.png", "\xd8\xb5\xd9\x88\xd8\xb1\xd8\xa9.png" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *shown = ww_file_type_display_name (table[i][0]);

      g_assert_cmpstr (shown, ==, table[i][1]);
    }
}

static void
test_describe (void)
{
  g_autofree char *pdf = ww_file_type_describe ("application/pdf", "a.pdf");
  g_autofree char *odd = ww_file_type_describe ("image/png", "a.pdf");
  g_autofree char *none = ww_file_type_describe ("application/octet-stream", "a");
  g_autoptr (GIcon) icon = ww_file_type_icon ("application/pdf", "a.pdf");

  g_assert_nonnull (pdf);
  g_assert_cmpstr (pdf, ==, odd);
  g_assert_cmpstr (none, ==, "File");
  g_assert_nonnull (icon);
  g_assert_true (ww_file_type_may_be_photo ("image/webp"));
  g_assert_false (ww_file_type_may_be_photo ("image/svg+xml"));
  g_assert_false (ww_file_type_may_be_photo (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/file-type/open", test_open);
  g_test_add_func ("/app/file-type/never", test_never);
  g_test_add_func ("/app/file-type/shown", test_shown);
  g_test_add_func ("/app/file-type/names", test_names);
  g_test_add_func ("/app/file-type/describe", test_describe);
  return g_test_run ();
}
