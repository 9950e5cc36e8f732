/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-check-private.h"
#include "ww-frame.h"
#include "ww-handle.h"
#include "ww-scan-private.h"

/* Sizes of what is signed or sealed, and so passes through the link as bytes. */

static bool
check_device_keys (const Waxwing__DeviceKeys *keys)
{
  if (!ww_is_size (&keys->device_id, WW_ID_SIZE) || !ww_is_size (&keys->signing_key, WW_POINT_SIZE) ||
      !ww_is_size_or_empty (&keys->p256_key, WW_POINT_SIZE) || keys->rsa_key.len > WW_MAX_RSA_KEY ||
      !ww_is_size (&keys->push_address, WW_PUSH_ADDRESS_SIZE) || keys->n_suites > WW_MAX_SUITES)
    return false;

  for (size_t i = 1; i < keys->n_suites; i++)
    if (keys->suites[i - 1] >= keys->suites[i])
      return false;

  return true;
}

static bool
check_account_record (const Waxwing__AccountRecord *record)
{
  if (!ww_is_size (&record->account_id, WW_ID_SIZE) || !ww_is_size_or_empty (&record->previous, WW_HASH_SIZE) ||
      !ww_is_size (&record->account_key, WW_POINT_SIZE) || record->n_handles > WW_MAX_HANDLES ||
      record->n_devices > WW_MAX_DEVICES || record->n_wiped > WW_MAX_DEVICES)
    return false;

  for (size_t i = 0; i < record->n_handles; i++)
    if (!ww_is_text (record->handles[i], WW_MAX_HANDLE))
      return false;
  for (size_t i = 0; i < record->n_devices; i++)
    if (!ww_is_within (&record->devices[i]->device, WW_MAX_DEVICE_KEYS) ||
        !ww_is_size (&record->devices[i]->signature, WW_SIGNATURE_SIZE) ||
        record->devices[i]->sealed_name.len > WW_MAX_SEALED_NAME)
      return false;
  for (size_t i = 0; i < record->n_wiped; i++)
    if (!ww_is_size (&record->wiped[i], WW_ID_SIZE))
      return false;

  return true;
}

static bool
check_content (const Waxwing__Content *content)
{
  if (!ww_is_size (&content->conversation_id, WW_ID_SIZE) || content->n_participants == 0 ||
      content->n_participants > WW_MAX_PARTICIPANTS || !ww_is_text (content->sender_name, WW_MAX_DISPLAY_NAME) ||
      !ww_check_ascending (content->group_heads, content->n_group_heads, WW_HASH_SIZE, WW_MAX_GROUP_PARENTS))
    return false;

  for (size_t i = 0; i < content->n_participants; i++)
    {
      const Waxwing__Participant *participant = content->participants[i];

      if (!ww_is_size (&participant->account_id, WW_ID_SIZE) || !ww_is_size (&participant->record_hash, WW_HASH_SIZE) ||
          (participant->handle[0] != '\0' && ww_handle_kind (participant->handle) == WW_HANDLE_INVALID))
        return false;
      /* Ascending, and so nobody twice. */
      if (i > 0 &&
          memcmp (content->participants[i - 1]->account_id.data, participant->account_id.data, WW_ID_SIZE) >= 0)
        return false;
    }

  return true;
}

static bool
check_picture (const Waxwing__Picture *picture)
{
  return picture->width <= WW_MAX_PICTURE_SIDE && picture->height <= WW_MAX_PICTURE_SIDE &&
         picture->preview.len <= WW_MAX_PREVIEW;
}

static bool
check_attachment (const Waxwing__Attachment *attachment)
{
  return ww_is_size (&attachment->attachment_id, WW_ID_SIZE) &&
         ww_is_size (&attachment->download_token, WW_TOKEN_SIZE) && ww_is_size (&attachment->key, WW_HASH_SIZE) &&
         ww_is_size (&attachment->hash, WW_HASH_SIZE) && attachment->size <= WW_MAX_ATTACHMENT_SIZE &&
         ww_is_text (attachment->name, WW_MAX_FILE_NAME) && ww_is_text (attachment->media_type, WW_MAX_MEDIA_TYPE) &&
         attachment->levels.len <= WW_MAX_SOUND_LEVELS &&
         (attachment->picture == NULL || check_picture (attachment->picture));
}

static bool
check_attachments (const Waxwing__Attachments *attachments)
{
  if (attachments->n_attachments == 0 || attachments->n_attachments > WW_MAX_ATTACHMENTS ||
      !ww_is_text (attachments->text, WW_MAX_TEXT))
    return false;
  for (size_t i = 0; i < attachments->n_attachments; i++)
    if (!check_attachment (attachments->attachments[i]))
      return false;

  return true;
}

static bool
check_link (const Waxwing__LinkPreview *link)
{
  return ww_is_text (link->url, WW_MAX_URL) && link->url[0] != '\0' && ww_is_text (link->title, WW_MAX_LINK_TITLE) &&
         ww_is_text (link->description, WW_MAX_LINK_TEXT) && link->image.len <= WW_MAX_LINK_IMAGE;
}

/* NaN is within nothing. */
static bool
is_between (double value, double least, double most)
{
  return value >= least && value <= most;
}

static bool
check_location (const Waxwing__Location *location)
{
  return is_between (location->latitude, -90, 90) && is_between (location->longitude, -180, 180) &&
         is_between (location->accuracy_m, 0, WW_MAX_ACCURACY_M) && ww_is_text (location->name, WW_MAX_PLACE_NAME);
}

bool
ww_check_setting (const Waxwing__Setting *setting)
{
  return ww_is_size_or_empty (&setting->conversation_id, WW_ID_SIZE) && setting->key[0] != '\0' &&
         ww_is_text (setting->key, WW_MAX_SETTING_KEY) && ww_is_text (setting->text, WW_MAX_TEXT);
}

static bool
check_settings (const Waxwing__Settings *settings)
{
  if (settings->n_settings == 0 || settings->n_settings > WW_MAX_SETTINGS)
    return false;
  for (size_t i = 0; i < settings->n_settings; i++)
    if (!ww_check_setting (settings->settings[i]))
      return false;

  return true;
}

bool
ww_check_deletion (const Waxwing__Deletion *deletion)
{
  if (deletion->n_message_ids > WW_MAX_DELETION_IDS || !ww_is_size_or_empty (&deletion->conversation_id, WW_ID_SIZE) ||
      (deletion->n_message_ids == 0 && deletion->conversation_id.len == 0))
    return false;
  for (size_t i = 0; i < deletion->n_message_ids; i++)
    if (!ww_is_size (&deletion->message_ids[i], WW_ID_SIZE))
      return false;

  return true;
}

bool
ww_check_contact_state (const Waxwing__ContactState *state)
{
  return ww_is_size (&state->account_id, WW_ID_SIZE) && ww_is_size_or_empty (&state->trusted_key, WW_POINT_SIZE);
}

static bool
is_for_device (const ProtobufCBinaryData *device_id, const ProtobufCBinaryData *archive_id)
{
  return ww_is_size (device_id, WW_ID_SIZE) && ww_is_size (archive_id, WW_ID_SIZE);
}

static bool
check_history_chunk (const Waxwing__HistoryChunk *chunk)
{
  return is_for_device (&chunk->device_id, &chunk->archive_id) && chunk->index < WW_MAX_ARCHIVE_CHUNKS &&
         chunk->attachment != NULL && check_attachment (chunk->attachment);
}

static bool
check_payload (const Waxwing__Payload *payload)
{
  if (!ww_is_size_or_empty (&payload->reply_to, WW_ID_SIZE))
    return false;

  switch (payload->kind_case)
    {
    case WAXWING__PAYLOAD__KIND_TEXT:
      return ww_is_text (payload->text->body, WW_MAX_TEXT) &&
             (payload->text->link == NULL || check_link (payload->text->link));
    case WAXWING__PAYLOAD__KIND_RECEIPT:
      if (payload->receipt->n_message_ids == 0 || payload->receipt->n_message_ids > WW_MAX_RECEIPT_IDS)
        return false;
      for (size_t i = 0; i < payload->receipt->n_message_ids; i++)
        if (!ww_is_size (&payload->receipt->message_ids[i], WW_ID_SIZE))
          return false;
      return true;
    case WAXWING__PAYLOAD__KIND_CONTACT_STATES:
      if (payload->contact_states->n_states == 0 || payload->contact_states->n_states > WW_MAX_CONTACT_STATES)
        return false;
      for (size_t i = 0; i < payload->contact_states->n_states; i++)
        if (!ww_check_contact_state (payload->contact_states->states[i]))
          return false;
      return true;
    case WAXWING__PAYLOAD__KIND_READ_STATE:
      return ww_is_size (&payload->read_state->message_id, WW_ID_SIZE);
    case WAXWING__PAYLOAD__KIND_ATTACHMENTS:
      return check_attachments (payload->attachments);
    case WAXWING__PAYLOAD__KIND_CARD:
      return ww_is_within (&payload->card->vcard, WW_MAX_CARD);
    case WAXWING__PAYLOAD__KIND_LOCATION:
      return check_location (payload->location);
    case WAXWING__PAYLOAD__KIND_TAPBACK:
      return ww_is_size (&payload->tapback->message_id, WW_ID_SIZE) &&
             ww_is_text (payload->tapback->emoji, WW_MAX_EMOJI);
    case WAXWING__PAYLOAD__KIND_EDIT:
      return ww_is_size (&payload->edit->message_id, WW_ID_SIZE) && payload->edit->body[0] != '\0' &&
             ww_is_text (payload->edit->body, WW_MAX_TEXT);
    case WAXWING__PAYLOAD__KIND_UNSEND:
      return ww_is_size (&payload->unsend->message_id, WW_ID_SIZE);
    case WAXWING__PAYLOAD__KIND_TYPING:
      return true;
    case WAXWING__PAYLOAD__KIND_GROUP_CHANGE:
      return ww_check_group_changes (payload->group_change);
    case WAXWING__PAYLOAD__KIND_SETTINGS:
      return check_settings (payload->settings);
    case WAXWING__PAYLOAD__KIND_DELETION:
      return ww_check_deletion (payload->deletion);
    case WAXWING__PAYLOAD__KIND_HISTORY_OFFER:
      return is_for_device (&payload->history_offer->device_id, &payload->history_offer->archive_id);
    case WAXWING__PAYLOAD__KIND_HISTORY_REQUEST:
      return is_for_device (&payload->history_request->device_id, &payload->history_request->archive_id) &&
             payload->history_request->chunks <= WW_MAX_ARCHIVE_CHUNKS;
    case WAXWING__PAYLOAD__KIND_HISTORY_CHUNK:
      return check_history_chunk (payload->history_chunk);
    case WAXWING__PAYLOAD__KIND_HISTORY_END:
      return is_for_device (&payload->history_end->device_id, &payload->history_end->archive_id);
    case WAXWING__PAYLOAD__KIND__NOT_SET:
    case _WAXWING__PAYLOAD__KIND__CASE_IS_INT_SIZE:
      /* A kind that a newer version sends: kept and shown as such. */
      return true;
    }

  return true;
}

/*
 * ww_record_bytes_parse:
 *
 * The AccountRecord inside a SignedRecord. Only sizes: whether it is a record
 * that anyone should believe is for record/ to say.
 *
 * Returns: (nullable): free with waxwing__account_record__free_unpacked()
 */
Waxwing__AccountRecord *
ww_record_bytes_parse (const uint8_t *data, size_t len)
{
  Waxwing__AccountRecord *record;

  if (len == 0 || len > WW_MAX_RECORD || !ww_scan (&waxwing__account_record__descriptor, data, len))
    return NULL;

  record = waxwing__account_record__unpack (NULL, len, data);
  if (record != NULL && !check_account_record (record))
    {
      waxwing__account_record__free_unpacked (record, NULL);
      record = NULL;
    }

  return record;
}

/*
 * ww_device_bytes_parse:
 *
 * The DeviceKeys inside a Device. Only sizes and the order of the suites, not
 * whether the keys are keys.
 *
 * Returns: (nullable): free with waxwing__device_keys__free_unpacked()
 */
Waxwing__DeviceKeys *
ww_device_bytes_parse (const uint8_t *data, size_t len)
{
  Waxwing__DeviceKeys *keys;

  if (len == 0 || len > WW_MAX_DEVICE_KEYS || !ww_scan (&waxwing__device_keys__descriptor, data, len))
    return NULL;

  keys = waxwing__device_keys__unpack (NULL, len, data);
  if (keys != NULL && !check_device_keys (keys))
    {
      waxwing__device_keys__free_unpacked (keys, NULL);
      keys = NULL;
    }

  return keys;
}

/*
 * ww_content_parse:
 *
 * What ww_opened_verify() gave. The participants are ascending by account id,
 * nobody is there twice, and their handles are normalised or empty. The payload
 * has not been looked at.
 *
 * Returns: (nullable): free with waxwing__content__free_unpacked()
 */
Waxwing__Content *
ww_content_parse (const uint8_t *data, size_t len)
{
  Waxwing__Content *content;

  if (len == 0 || len > WW_MAX_BODY || !ww_scan (&waxwing__content__descriptor, data, len))
    return NULL;

  content = waxwing__content__unpack (NULL, len, data);
  if (content != NULL && !check_content (content))
    {
      waxwing__content__free_unpacked (content, NULL);
      content = NULL;
    }

  return content;
}

/*
 * ww_payload_parse:
 *
 * The payload of a Content, for after every other check. Its kind is not set when
 * it is one that this version does not know. The value of an enum may be one that
 * the schema does not name.
 *
 * Returns: (nullable): free with waxwing__payload__free_unpacked()
 */
Waxwing__Payload *
ww_payload_parse (const uint8_t *data, size_t len)
{
  Waxwing__Payload *payload;

  if (len > WW_MAX_BODY || !ww_scan (&waxwing__payload__descriptor, data, len))
    return NULL;

  payload = waxwing__payload__unpack (NULL, len, data);
  if (payload != NULL && !check_payload (payload))
    {
      waxwing__payload__free_unpacked (payload, NULL);
      payload = NULL;
    }

  return payload;
}
