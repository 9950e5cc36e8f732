/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-file-type"

#include "ww-file-type.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * What another program would run rather than show. A desktop's opener may hand a file of these kinds to an interpreter, an
 * installer or a loader; there is no click that does this.
 */
static const char *const never_types[] = {
  "application/x-desktop",
  "application/x-executable",
  "application/x-pie-executable",
  "application/x-sharedlib",
  "application/x-shellscript",
  "application/x-csh",
  "application/x-perl",
  "application/x-python",
  "text/x-python",
  "text/x-python3",
  "application/x-ruby",
  "application/x-php",
  "application/javascript",
  "text/javascript",
  "application/x-ms-dos-executable",
  "application/x-msdownload",
  "application/x-msdos-program",
  "application/vnd.microsoft.portable-executable",
  "application/x-msi",
  "application/x-ms-shortcut",
  "application/x-bat",
  "application/x-java-archive",
  "application/java-archive",
  "application/x-java",
  "application/x-java-jnlp-file",
  "application/vnd.appimage",
  "application/x-iso9660-appimage",
  "application/vnd.debian.binary-package",
  "application/x-deb",
  "application/x-rpm",
  "application/vnd.flatpak",
  "application/vnd.flatpak.ref",
  "application/vnd.flatpak.repo",
  "application/vnd.snap",
  "application/x-xpinstall",
  "application/xhtml+xml",
  "text/html",
  "image/svg+xml",
  "image/svg+xml-compressed",
  "application/x-theme",
  "application/x-gnome-theme-package",
  "application/x-mswinurl",
  "application/x-elf",
  "application/x-object",
  "application/x-core",
  "application/x-awk",
  "application/x-tcl",
  "text/x-tcl",
  "text/x-lua",
  "application/x-lua",
  "application/x-powershell",
  "application/vnd.android.package-archive",
  "application/x-virtualbox-vbox-extpack",
  "application/x-mozilla-bookmarks",
};

/* Endings that say the same, whatever the type claims to be. */
static const char *const never_endings[] = {
  ".desktop", ".sh",    ".bash",      ".zsh",        ".csh",         ".fish", ".py",      ".pyw",     ".pyz",
  ".pyzw",    ".pyc",   ".pl",        ".rb",         ".php",         ".js",   ".mjs",     ".jar",     ".jnlp",
  ".exe",     ".com",   ".bat",       ".cmd",        ".ps1",         ".vbs",  ".wsf",     ".msi",     ".scr",
  ".lnk",     ".url",   ".pif",       ".hta",        ".html",        ".htm",  ".xhtml",   ".svg",     ".svgz",
  ".run",     ".bin",   ".appimage",  ".flatpakref", ".flatpakrepo", ".deb",  ".rpm",     ".flatpak", ".snap",
  ".apk",     ".so",    ".elf",       ".out",        ".tcl",         ".lua",  ".awk",     ".xpi",     ".theme",
  ".mht",     ".mhtml", ".directory", ".service",    ".kdesktop",    ".slob", ".command",
};

static const char *const photo_types[] = {
  "image/png",  "image/apng", "image/jpeg", "image/gif", "image/webp",
  "image/avif", "image/heif", "image/heic", "image/jxl",
};

/**
 * ww_file_type_may_be_photo:
 *
 * Returns: whether it is worth asking the picture decoder
 */
gboolean
ww_file_type_may_be_photo (const char *content_type)
{
  for (gsize i = 0; i < G_N_ELEMENTS (photo_types); i++)
    if (g_strcmp0 (content_type, photo_types[i]) == 0)
      return TRUE;
  return FALSE;
}

/* By the desktop's own notion of types: whatever descends from one that runs, runs. */
static gboolean
runs (const char *content_type)
{
  for (gsize i = 0; i < G_N_ELEMENTS (never_types); i++)
    {
      g_autofree char *never = g_content_type_from_mime_type (never_types[i]);

      if (never != NULL && g_content_type_is_a (content_type, never))
        return TRUE;
    }
  return FALSE;
}

static gboolean
ends_badly (const char *name)
{
  g_autofree char *folded = g_utf8_strdown (name, -1);

  /* Some systems ignore what stands behind the ending. */
  for (gsize end = strlen (folded); end > 0 && (folded[end - 1] == '.' || g_ascii_isspace (folded[end - 1])); end--)
    folded[end - 1] = '\0';
  for (gsize i = 0; i < G_N_ELEMENTS (never_endings); i++)
    if (g_str_has_suffix (folded, never_endings[i]))
      return TRUE;
  return FALSE;
}

/**
 * ww_file_type_may_open:
 * @media_type: as it was shown
 * @name: as it was shown
 * @start: how the file begins
 *
 * Whether a file may be handed to another program. It must be what it was shown as: what its name and its beginning say
 * has to be the type that the person saw; and it must not be something that runs.
 */
gboolean
ww_file_type_may_open (const char *media_type, const char *name, const guint8 *start, gsize size)
{
  g_autofree char *shown = g_content_type_from_mime_type (media_type);
  g_autofree char *by_name = g_content_type_guess (name, NULL, 0, NULL);
  g_autofree char *by_bytes = g_content_type_guess (NULL, start, size, NULL);
  gboolean certain_name = !g_content_type_is_unknown (by_name);

  if (!g_utf8_validate (name, -1, NULL) || ends_badly (name))
    return FALSE;
  if (size >= 2 && memcmp (start, "#!", 2) == 0)
    return FALSE;
  if (size >= 4 && (memcmp (start,
                            "\x7f"
                            "ELF",
                            4) == 0 ||
                    memcmp (start, "MZ", 2) == 0))
    return FALSE;
  if (runs (by_bytes) || runs (by_name) || (shown != NULL && runs (shown)))
    return FALSE;
  /* The program that opens it goes by the name. */
  return !certain_name || shown == NULL || g_content_type_is_a (by_name, shown) || g_content_type_is_a (shown, by_name);
}

/* What a name says counts where it says something; else what the sender says. */
static char *
content_type_for (const char *media_type, const char *name)
{
  g_autofree char *by_name = g_content_type_guess (name, NULL, 0, NULL);

  if (!g_content_type_is_unknown (by_name) || media_type == NULL || *media_type == '\0')
    return g_steal_pointer (&by_name);
  return g_content_type_from_mime_type (media_type);
}

/**
 * ww_file_type_describe:
 *
 * Returns: (transfer full): as in “PDF document”
 */
char *
ww_file_type_describe (const char *media_type, const char *name)
{
  g_autofree char *type = content_type_for (media_type, name);

  if (type == NULL || g_content_type_is_unknown (type))
    return g_strdup (_ ("File"));
  return g_content_type_get_description (type);
}

GIcon *
ww_file_type_icon (const char *media_type, const char *name)
{
  g_autofree char *type = content_type_for (media_type, name);

  return g_content_type_get_symbolic_icon (type != NULL ? type : "application/octet-stream");
}

/**
 * ww_file_type_display_name:
 * @name: of a file on this machine, in whatever encoding
 *
 * Returns: (transfer full): what a person reads, without what turns the direction of text or cannot be seen
 */
char *
ww_file_type_display_name (const char *name)
{
  g_autofree char *utf8 = g_filename_display_name (name);
  GString *shown = g_string_new (NULL);

  for (const char *p = utf8; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_iscntrl (c) || c == 0x061c || (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
          (c >= 0x2066 && c <= 0x2069))
        g_string_append (shown, "\xef\xbf\xbd");
      else
        g_string_append_unichar (shown, c);
    }
  return g_string_free (shown, FALSE);
}
