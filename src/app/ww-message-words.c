/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-message-words"

#include "ww-message-words.h"

#include <glib/gi18n.h>

#include "ww-attachment-text.h"
#include "ww-place.h"

static char *
attachment_words (WwMessage *message)
{
  GListModel *attachments = ww_message_get_attachments (message);
  const char *text = ww_message_get_text (message);
  g_autofree char *summary = attachments != NULL ? ww_attachment_text_summary (attachments) : g_strdup (_ ("Files"));

  if (*text == '\0')
    return g_steal_pointer (&summary);
  /* Translators: files, and what was written with them, as in “2 photos: At the lake”. */
  return g_strdup_printf (_ ("%1$s: %2$s"), summary, text);
}

static char *
location_words (WwMessage *message)
{
  WwLocation *location = ww_message_get_location (message);
  g_autofree char *place = NULL;

  if (location == NULL)
    return g_strdup (_ ("Location"));
  if (*ww_location_get_name (location) != '\0')
    place = g_strdup (ww_location_get_name (location));
  else
    place = ww_place_format (ww_location_get_latitude (location), ww_location_get_longitude (location));
  /* Translators: a place: its name, or its latitude and longitude. */
  return g_strdup_printf (_ ("Location: %s"), place);
}

/**
 * ww_message_dup_words:
 *
 * Returns: (transfer full): its text, or what it carries
 */
char *
ww_message_dup_words (WwMessage *message)
{
  switch (ww_message_get_kind (message))
    {
    case WW_MESSAGE_KIND_TEXT:
    case WW_MESSAGE_KIND_NOTICE:
    case WW_MESSAGE_KIND_GROUP_EVENT:
      return g_strdup (ww_message_get_text (message));
    case WW_MESSAGE_KIND_ATTACHMENTS:
      return attachment_words (message);
    case WW_MESSAGE_KIND_LOCATION:
      return location_words (message);
    case WW_MESSAGE_KIND_CONTACT:
      return g_strdup (_ ("Contact"));
    case WW_MESSAGE_KIND_UNSENT:
      return g_strdup (_ ("Unsent message"));
    case WW_MESSAGE_KIND_UNKNOWN:
      break;
    }
  return g_strdup (_ ("a message that needs a newer version of Waxwing"));
}
