/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-attachment-text"

#include "ww-attachment-text.h"

#include <glib/gi18n.h>

#include "ww-file-type.h"

static char *
describe_voice (WwAttachment *attachment)
{
  guint seconds = (guint) MIN ((ww_attachment_get_duration_ms (attachment) + 500) / 1000, G_MAXINT);

  if (seconds == 0)
    return g_strdup (_ ("Voice message"));
  if (seconds >= 120)
    return g_strdup_printf (ngettext ("Voice message, %u minute", "Voice message, %u minutes", seconds / 60),
                            seconds / 60);
  return g_strdup_printf (ngettext ("Voice message, %u second", "Voice message, %u seconds", seconds), seconds);
}

/**
 * ww_attachment_text_describe:
 * @with_name: whether the name of a photo or a film is said too; a file's is always
 *
 * Returns: (transfer full): what it is
 */
char *
ww_attachment_text_describe (WwAttachment *attachment, gboolean with_name)
{
  const char *name = ww_attachment_get_name (attachment);

  switch (ww_attachment_get_kind (attachment))
    {
    case WW_ATTACHMENT_KIND_PHOTO:
      /* Translators: the name of a photo. */
      return with_name ? g_strdup_printf (_ ("Photo: %s"), name) : g_strdup (_ ("Photo"));
    case WW_ATTACHMENT_KIND_VIDEO:
      /* Translators: the name of a film. */
      return with_name ? g_strdup_printf (_ ("Video: %s"), name) : g_strdup (_ ("Video"));
    case WW_ATTACHMENT_KIND_AUDIO:
      if (ww_attachment_get_voice (attachment))
        return describe_voice (attachment);
      /* Translators: the name of a piece of music, or the like. */
      return g_strdup_printf (_ ("Audio: %s"), name);
    case WW_ATTACHMENT_KIND_FILE:
      /* Translators: the name of a file. */
      return g_strdup_printf (_ ("File: %s"), name);
    }
  return g_strdup (name);
}

static char *
count (WwAttachmentKind kind, guint n)
{
  switch (kind)
    {
    case WW_ATTACHMENT_KIND_PHOTO:
      return g_strdup_printf (ngettext ("%u photo", "%u photos", n), n);
    case WW_ATTACHMENT_KIND_VIDEO:
      return g_strdup_printf (ngettext ("%u video", "%u videos", n), n);
    case WW_ATTACHMENT_KIND_AUDIO:
    case WW_ATTACHMENT_KIND_FILE:
      break;
    }
  return g_strdup_printf (ngettext ("%u file", "%u files", n), n);
}

/**
 * ww_attachment_text_summary:
 * @attachments: of #WwAttachment, all of one message
 *
 * Returns: (transfer full): what they are together, as in “3 photos”
 */
char *
ww_attachment_text_summary (GListModel *attachments)
{
  guint n = g_list_model_get_n_items (attachments);
  WwAttachmentKind kind = WW_ATTACHMENT_KIND_FILE;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WwAttachment) attachment = g_list_model_get_item (attachments, i);

      if (n == 1)
        return ww_attachment_text_describe (attachment, FALSE);
      if (i == 0)
        kind = ww_attachment_get_kind (attachment);
      else if (ww_attachment_get_kind (attachment) != kind)
        kind = WW_ATTACHMENT_KIND_FILE;
    }
  return count (kind, n);
}

/**
 * ww_attachment_text_subtitle:
 *
 * Returns: (transfer full): its size and type, or why it isn't here
 */
char *
ww_attachment_text_subtitle (WwAttachment *attachment)
{
  g_autofree char *size = g_format_size (ww_attachment_get_size (attachment));
  g_autofree char *type = ww_file_type_describe (ww_attachment_get_media_type (attachment),
                                                 ww_attachment_get_name (attachment));
  WwAttachmentState state = ww_attachment_get_state (attachment);

  if (state == WW_ATTACHMENT_STATE_GONE)
    return g_strdup (_ ("Not on the server any more"));
  if (state == WW_ATTACHMENT_STATE_FAILED)
    return g_strdup (_ ("Didn't come through"));
  if (state == WW_ATTACHMENT_STATE_LOADING || state == WW_ATTACHMENT_STATE_UPLOADING)
    {
      guint64 total = ww_attachment_get_total (attachment);
      double part = total > 0 ? (double) ww_attachment_get_done (attachment) / (double) total : 0;
      g_autofree char *done = g_format_size ((guint64) (part * (double) ww_attachment_get_size (attachment)));

      /* Translators: how much of a file is there, and how large it is. */
      return g_strdup_printf (_ ("%1$s of %2$s"), done, size);
    }
  /* Translators: the size of a file, and what kind of file it is. */
  return g_strdup_printf (_ ("%1$s · %2$s"), size, type);
}
