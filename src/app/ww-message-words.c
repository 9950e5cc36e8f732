/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-message-words"

#include "ww-message-words.h"

#include <glib/gi18n.h>

#include "ww-attachment-text.h"
#include "ww-place.h"

/* More of a message than fits into a line of a list or a notification. */
#define LINE_CHARS 200

/**
 * ww_message_kind_for_people:
 *
 * Returns: what a message of that kind is, when it has no words of its own
 */
const char *
ww_message_kind_for_people (WwMessageKind kind)
{
  switch (kind)
    {
    case WW_MESSAGE_KIND_ATTACHMENTS:
      return _ ("Attachment");
    case WW_MESSAGE_KIND_CONTACT:
      return _ ("Contact");
    case WW_MESSAGE_KIND_LOCATION:
      return _ ("Location");
    case WW_MESSAGE_KIND_UNSENT:
      return _ ("Unsent message");
    case WW_MESSAGE_KIND_UNKNOWN:
      return _ ("A message that needs a newer version of Waxwing");
    case WW_MESSAGE_KIND_TEXT:
    case WW_MESSAGE_KIND_NOTICE:
    case WW_MESSAGE_KIND_GROUP_EVENT:
      return _ ("Message");
    }
  return _ ("Message");
}

static char *
attachment_words (WwMessage *message)
{
  GListModel *attachments = ww_message_get_attachments (message);
  const char *text = ww_message_get_text (message);
  g_autofree char *summary = attachments != NULL ? ww_attachment_text_summary (attachments)
                                                 : g_strdup (_ ("Attachment"));

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
 * Returns: (transfer full): what a message says, in words: its text, else what it is
 */
char *
ww_message_dup_words (WwMessage *message)
{
  const char *text = ww_message_get_text (message);

  if (ww_message_get_kind (message) == WW_MESSAGE_KIND_ATTACHMENTS)
    return attachment_words (message);
  if (ww_message_get_kind (message) == WW_MESSAGE_KIND_LOCATION)
    return location_words (message);
  if (ww_message_get_kind (message) == WW_MESSAGE_KIND_CONTACT)
    return g_strdup (ww_message_get_summary (message));
  if (ww_message_get_kind (message) == WW_MESSAGE_KIND_UNSENT)
    return ww_message_get_outgoing (message)
               ? g_strdup (_ ("You unsent a message"))
               /* Translators: %s is a person's name. */
               : g_strdup_printf (_ ("%s unsent a message"), ww_message_get_sender_name (message));
  return g_strdup (*text != '\0' ? text : ww_message_kind_for_people (ww_message_get_kind (message)));
}

/* In one line, and no longer than one can be: what is shown of a message need not be laid out whole. */
static char *
dup_line (WwMessage *message)
{
  char *line = ww_message_dup_words (message);
  char *write = line;
  gboolean space = FALSE;
  guint n = 0;

  for (const char *read = line; *read != '\0' && n < LINE_CHARS; read = g_utf8_next_char (read))
    {
      gsize size = (gsize) (g_utf8_next_char (read) - read);
      gunichar c = g_utf8_get_char (read);

      if (g_unichar_isspace (c) || g_unichar_iscntrl (c))
        {
          space = write > line;
          continue;
        }
      if (space)
        *write++ = ' ';
      memmove (write, read, size);
      write += size;
      space = FALSE;
      n++;
    }
  *write = '\0';
  return line;
}

/**
 * ww_message_dup_preview:
 * @group: whether it was said in a group, where it has to be told who said it
 *
 * Returns: (transfer full): one line of a message, for a list of conversations and for notifications
 */
char *
ww_message_dup_preview (WwMessage *message, gboolean group)
{
  WwMessageKind kind = ww_message_get_kind (message);
  g_autofree char *line = dup_line (message);

  if (kind == WW_MESSAGE_KIND_UNSENT || kind == WW_MESSAGE_KIND_NOTICE || kind == WW_MESSAGE_KIND_GROUP_EVENT)
    return g_steal_pointer (&line);
  if (ww_message_get_outgoing (message))
    /* Translators: %s is a message that the person wrote. */
    return g_strdup_printf (_ ("You: %s"), line);
  if (group)
    /* Translators: who, what. */
    return g_strdup_printf (_ ("%1$s: %2$s"), ww_message_get_sender_name (message), line);
  return g_steal_pointer (&line);
}
