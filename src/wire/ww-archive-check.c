/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-check-private.h"
#include "ww-frame.h"
#include "ww-scan-private.h"

/* Sizes of what archives are made of. What of it may come in is for client/ to say. */

static bool
check_conversation (const Waxwing__ArchiveConversation *conversation)
{
  return ww_is_size (&conversation->conversation_id, WW_ID_SIZE) && ww_is_size (&conversation->peer_id, WW_ID_SIZE);
}

static bool
check_contact (const Waxwing__ArchiveContact *contact)
{
  return contact->state != NULL && ww_check_contact_state (contact->state) &&
         ww_is_text (contact->name, WW_MAX_DISPLAY_NAME);
}

static bool
check_edits (const Waxwing__ArchiveMessage *message)
{
  if (message->n_edits > WW_MAX_EDITS)
    return false;
  for (size_t i = 0; i < message->n_edits; i++)
    if (!ww_is_size (&message->edits[i]->message_id, WW_ID_SIZE) || message->edits[i]->body[0] == '\0' ||
        !ww_is_text (message->edits[i]->body, WW_MAX_TEXT))
      return false;

  return true;
}

static bool
check_tapbacks (const Waxwing__ArchiveMessage *message)
{
  if (message->n_tapbacks > WW_MAX_PARTICIPANTS)
    return false;
  for (size_t i = 0; i < message->n_tapbacks; i++)
    if (!ww_is_size (&message->tapbacks[i]->message_id, WW_ID_SIZE) ||
        !ww_is_size (&message->tapbacks[i]->account_id, WW_ID_SIZE) ||
        !ww_is_text (message->tapbacks[i]->emoji, WW_MAX_EMOJI))
      return false;

  return true;
}

static bool
check_deliveries (const Waxwing__ArchiveMessage *message)
{
  if (message->n_deliveries > WW_MAX_PARTICIPANTS)
    return false;
  for (size_t i = 0; i < message->n_deliveries; i++)
    if (!ww_is_size (&message->deliveries[i]->account_id, WW_ID_SIZE))
      return false;

  return true;
}

static bool
check_message (const Waxwing__ArchiveMessage *message)
{
  return ww_is_size (&message->message_id, WW_ID_SIZE) && ww_is_size (&message->conversation_id, WW_ID_SIZE) &&
         ww_is_size (&message->account_id, WW_ID_SIZE) && ww_is_size (&message->device_id, WW_ID_SIZE) &&
         message->payload.len <= WW_MAX_BODY && ww_is_size_or_empty (&message->content_hash, WW_HASH_SIZE) &&
         ww_is_text (message->notice, WW_MAX_NOTICE) && ww_is_text (message->notice_text, WW_MAX_TEXT) &&
         check_edits (message) && check_tapbacks (message) && check_deliveries (message);
}

static bool
check_entry (const Waxwing__ArchiveEntry *entry)
{
  switch (entry->kind_case)
    {
    case WAXWING__ARCHIVE_ENTRY__KIND_CONTACT:
      return check_contact (entry->contact);
    case WAXWING__ARCHIVE_ENTRY__KIND_CONVERSATION:
      return check_conversation (entry->conversation);
    case WAXWING__ARCHIVE_ENTRY__KIND_SETTING:
      return ww_check_setting (entry->setting);
    case WAXWING__ARCHIVE_ENTRY__KIND_DELETION:
      return ww_check_deletion (entry->deletion);
    case WAXWING__ARCHIVE_ENTRY__KIND_MESSAGE:
      return check_message (entry->message);
    case WAXWING__ARCHIVE_ENTRY__KIND__NOT_SET:
    case _WAXWING__ARCHIVE_ENTRY__KIND__CASE_IS_INT_SIZE:
      /* A kind of a newer version: left out. */
      return true;
    }

  return true;
}

/*
 * ww_archive_entry_parse:
 *
 * One thing of an archive. Its kind is not set when it is one of a newer version.
 *
 * Returns: (nullable): free with waxwing__archive_entry__free_unpacked()
 */
Waxwing__ArchiveEntry *
ww_archive_entry_parse (const uint8_t *data, size_t len)
{
  Waxwing__ArchiveEntry *entry;

  if (len == 0 || len > WW_MAX_ARCHIVE_ENTRY || !ww_scan (&waxwing__archive_entry__descriptor, data, len))
    return NULL;

  entry = waxwing__archive_entry__unpack (NULL, len, data);
  if (entry != NULL && !check_entry (entry))
    {
      waxwing__archive_entry__free_unpacked (entry, NULL);
      entry = NULL;
    }

  return entry;
}

static bool
check_chunk (const Waxwing__ArchiveChunk *chunk)
{
  if (!ww_is_size (&chunk->account_id, WW_ID_SIZE) || !ww_is_size (&chunk->archive_id, WW_ID_SIZE) ||
      chunk->index >= WW_MAX_ARCHIVE_CHUNKS || chunk->n_entries > WW_MAX_ARCHIVE_ENTRIES)
    return false;
  for (size_t i = 0; i < chunk->n_entries; i++)
    if (!ww_is_within (&chunk->entries[i], WW_MAX_ARCHIVE_ENTRY))
      return false;

  return true;
}

/*
 * ww_archive_chunk_parse:
 *
 * A piece of an archive, decompressed. Its entries have not been looked at.
 *
 * Returns: (nullable): free with waxwing__archive_chunk__free_unpacked()
 */
Waxwing__ArchiveChunk *
ww_archive_chunk_parse (const uint8_t *data, size_t len)
{
  Waxwing__ArchiveChunk *chunk;

  if (len == 0 || len > WW_MAX_ARCHIVE_CHUNK || !ww_scan (&waxwing__archive_chunk__descriptor, data, len))
    return NULL;

  chunk = waxwing__archive_chunk__unpack (NULL, len, data);
  if (chunk != NULL && !check_chunk (chunk))
    {
      waxwing__archive_chunk__free_unpacked (chunk, NULL);
      chunk = NULL;
    }

  return chunk;
}
