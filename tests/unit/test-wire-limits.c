/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every field of every message at its limit and one past it. The table below is the whole of what may
 * travel: a field of the schema that isn't in it fails the test, so that none can be forgotten.
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "ww-fixture.h"
#include "ww-frame.h"

typedef struct
{
  const char *field; /* Message.field; with [] what is in a list of bytes or strings */
  size_t min;        /* bytes, of a string or a bytes field; elements, of a list */
  size_t max;
  gboolean optional; /* may be empty though min isn't 0 */
} Limit;

static const Limit limits[] = {
  { "AccountRecord.account_id", 16, 16 },
  { "AccountRecord.previous", 32, 32, TRUE },
  { "AccountRecord.handles", 0, WW_MAX_HANDLES },
  { "AccountRecord.handles[]", 0, WW_MAX_HANDLE },
  { "AccountRecord.account_key", 65, 65 },
  { "AccountRecord.devices", 0, WW_MAX_DEVICES },
  { "AccountRecord.wiped", 0, WW_MAX_DEVICES },
  { "AccountRecord.wiped[]", 16, 16 },
  { "Acknowledge.sequences", 0, WW_MAX_ACKNOWLEDGED },
  { "Activity.devices", 0, WW_MAX_DEVICES },
  { "ApprovalBegun.approver_id", 16, 16 },
  { "ApprovalBegun.nonce", 32, 32 },
  { "ApprovalEnded.device_id", 16, 16 },
  { "ApprovalGranted.chain", 0, WW_MAX_CHAIN },
  { "ApprovalGranted.sealed_account_key", 1, WW_MAX_SEALED_KEY },
  { "ApprovalRevealed.device_id", 16, 16 },
  { "ApprovalRevealed.nonce", 32, 32 },
  { "ArchiveChunk.account_id", 16, 16 },
  { "ArchiveChunk.archive_id", 16, 16 },
  { "ArchiveChunk.entries", 0, WW_MAX_ARCHIVE_ENTRIES },
  { "ArchiveChunk.entries[]", 1, WW_MAX_ARCHIVE_ENTRY },
  { "ArchiveContact.name", 0, WW_MAX_DISPLAY_NAME },
  { "ArchiveConversation.conversation_id", 16, 16 },
  { "ArchiveConversation.peer_id", 16, 16 },
  { "ArchiveDelivery.account_id", 16, 16 },
  { "ArchiveEdit.message_id", 16, 16 },
  { "ArchiveEdit.body", 1, WW_MAX_TEXT },
  { "ArchiveMessage.message_id", 16, 16 },
  { "ArchiveMessage.conversation_id", 16, 16 },
  { "ArchiveMessage.account_id", 16, 16 },
  { "ArchiveMessage.device_id", 16, 16 },
  { "ArchiveMessage.payload", 0, WW_MAX_BODY },
  { "ArchiveMessage.content_hash", 32, 32, TRUE },
  { "ArchiveMessage.notice", 0, WW_MAX_NOTICE },
  { "ArchiveMessage.notice_text", 0, WW_MAX_TEXT },
  { "ArchiveMessage.edits", 0, WW_MAX_EDITS },
  { "ArchiveMessage.tapbacks", 0, WW_MAX_PARTICIPANTS },
  { "ArchiveMessage.deliveries", 0, WW_MAX_PARTICIPANTS },
  { "ArchiveTapback.message_id", 16, 16 },
  { "ArchiveTapback.account_id", 16, 16 },
  { "ArchiveTapback.emoji", 0, WW_MAX_EMOJI },
  { "Attachment.attachment_id", 16, 16 },
  { "Attachment.download_token", 32, 32 },
  { "Attachment.key", 32, 32 },
  { "Attachment.hash", 32, 32 },
  { "Attachment.name", 0, WW_MAX_FILE_NAME },
  { "Attachment.media_type", 0, WW_MAX_MEDIA_TYPE },
  { "Attachment.levels", 0, WW_MAX_SOUND_LEVELS },
  { "Attachments.attachments", 1, WW_MAX_ATTACHMENTS },
  { "Attachments.text", 0, WW_MAX_TEXT },
  { "Authenticate.device_id", 16, 16 },
  { "Authenticate.signature", 64, 64 },
  { "Authenticate.authority", 0, WW_MAX_AUTHORITY },
  { "Authenticated.account_id", 16, 16 },
  { "BeginApproval.device_id", 16, 16 },
  { "BeginApproval.nonce", 32, 32 },
  { "CancelJoin.device_id", 16, 16 },
  { "Card.vcard", 1, WW_MAX_CARD },
  { "Claim.claim_id", 16, 16 },
  { "Claim.handle", 0, WW_MAX_HANDLE },
  { "Claim.account_id", 16, 16, TRUE },
  { "ConfirmVerification.token", 32, 32 },
  { "ConfirmVerification.code", 0, WW_MAX_CODE },
  { "ContactState.account_id", 16, 16 },
  { "ContactState.trusted_key", 65, 65, TRUE },
  { "ContactStates.states", 1, WW_MAX_CONTACT_STATES },
  { "Content.conversation_id", 16, 16 },
  { "Content.participants", 1, WW_MAX_PARTICIPANTS },
  { "Content.payload", 0, WW_MAX_BODY - 200 },
  { "Content.sender_name", 0, WW_MAX_DISPLAY_NAME },
  { "Content.group_heads", 0, WW_MAX_GROUP_PARENTS },
  { "Content.group_heads[]", 32, 32 },
  { "CreateAccount.token", 32, 32 },
  { "DeleteAttachment.attachment_id", 16, 16 },
  { "Deletion.conversation_id", 16, 16, TRUE },
  { "Deletion.message_ids", 0, WW_MAX_DELETION_IDS },
  { "Deletion.message_ids[]", 16, 16 },
  { "Delivery.header", 122, 122 },
  { "Delivery.body", 1, WW_MAX_BODY },
  { "Device.device", 1, WW_MAX_DEVICE_KEYS },
  { "Device.signature", 64, 64 },
  { "Device.sealed_name", 0, WW_MAX_SEALED_NAME },
  { "DeviceActivity.device_id", 16, 16 },
  { "DeviceKeys.device_id", 16, 16 },
  { "DeviceKeys.signing_key", 65, 65 },
  { "DeviceKeys.p256_key", 65, 65, TRUE },
  { "DeviceKeys.rsa_key", 0, WW_MAX_RSA_KEY },
  { "DeviceKeys.suites", 0, WW_MAX_SUITES },
  { "DeviceKeys.push_address", 32, 32 },
  { "DevicePending.device", 1, WW_MAX_DEVICE_KEYS },
  { "DevicePending.signature", 64, 64 },
  { "DevicePending.commitment", 32, 32 },
  { "DevicePending.sealed_name", 0, WW_MAX_SEALED_NAME },
  { "DevicePending.handle", 0, WW_MAX_HANDLE },
  { "DevicePrepared.push_address", 32, 32 },
  { "DevicePrepared.chain", 0, WW_MAX_CHAIN },
  { "Edit.message_id", 16, 16 },
  { "Edit.body", 1, WW_MAX_TEXT },
  { "Envelope.header", 122, 122 },
  { "Envelope.body", 1, WW_MAX_BODY },
  { "Envelope.wraps", 1, WW_MAX_WRAPS },
  { "Error.code", 0, WW_MAX_ERROR_CODE },
  { "Error.message", 0, WW_MAX_ERROR_MESSAGE },
  { "GrantApproval.device_id", 16, 16 },
  { "GrantApproval.sealed_account_key", 1, WW_MAX_SEALED_KEY },
  { "GroupChanges.group_id", 16, 16 },
  { "GroupChanges.changes", 0, WW_MAX_GROUP_LOG_CHANGES },
  { "GroupChanges.picture", 0, WW_MAX_GROUP_PICTURE },
  { "GroupChanges.heads", 0, WW_MAX_GROUP_PARENTS },
  { "GroupChanges.heads[]", 32, 32 },
  { "GroupChanges.asked_device", 16, 16, TRUE },
  { "HandleMoved.handle", 0, WW_MAX_HANDLE },
  { "HandleMoved.account_id", 16, 16 },
  { "Hello.challenge", 32, 32 },
  { "Hello.server", 0, WW_MAX_SERVER_NAME },
  { "Hello.verifies", 0, WW_MAX_VERIFIES },
  { "Hello.verifies[]", 0, WW_MAX_CODE },
  { "HistoryChunk.device_id", 16, 16 },
  { "HistoryChunk.archive_id", 16, 16 },
  { "HistoryEnd.device_id", 16, 16 },
  { "HistoryEnd.archive_id", 16, 16 },
  { "HistoryOffer.device_id", 16, 16 },
  { "HistoryOffer.archive_id", 16, 16 },
  { "HistoryRequest.device_id", 16, 16 },
  { "HistoryRequest.archive_id", 16, 16 },
  { "JoinAccount.token", 32, 32 },
  { "JoinAccount.account_id", 16, 16 },
  { "JoinAccount.device", 1, WW_MAX_DEVICE_KEYS },
  { "JoinAccount.signature", 64, 64 },
  { "JoinAccount.commitment", 32, 32 },
  { "JoinAccount.names", 0, WW_MAX_DEVICES },
  { "LinkPreview.url", 1, WW_MAX_URL },
  { "LinkPreview.title", 0, WW_MAX_LINK_TITLE },
  { "LinkPreview.description", 0, WW_MAX_LINK_TEXT },
  { "LinkPreview.image", 0, WW_MAX_LINK_IMAGE },
  { "Location.name", 0, WW_MAX_PLACE_NAME },
  { "LookUp.handle", 0, WW_MAX_HANDLE },
  { "LookUp.account_id", 16, 16 },
  { "LookUpResult.chain", 0, WW_MAX_CHAIN },
  { "LookUpResult.account_id", 16, 16, TRUE },
  { "Participant.account_id", 16, 16 },
  { "Participant.record_hash", 32, 32 },
  { "Participant.handle", 0, WW_MAX_HANDLE },
  { "Payload.reply_to", 16, 16, TRUE },
  { "Picture.preview", 0, WW_MAX_PREVIEW },
  { "PrepareDevice.token", 32, 32 },
  { "PublishRecord.token", 32, 32, TRUE },
  { "ReadState.message_id", 16, 16 },
  { "Receipt.message_ids", 1, WW_MAX_RECEIPT_IDS },
  { "Receipt.message_ids[]", 16, 16 },
  { "Recipient.account_id", 16, 16 },
  { "RecordChanged.account_id", 16, 16 },
  { "RefuseApproval.device_id", 16, 16 },
  { "RefuseClaim.claim_id", 16, 16 },
  { "ResetAccount.token", 32, 32 },
  { "RevealNonce.device_id", 16, 16 },
  { "RevealNonce.nonce", 32, 32 },
  { "SealedName.device_id", 16, 16 },
  { "SealedName.sealed", 1, WW_MAX_SEALED_NAME },
  { "Send.recipients", 0, WW_MAX_PARTICIPANTS },
  { "Setting.conversation_id", 16, 16, TRUE },
  { "Setting.key", 1, WW_MAX_SETTING_KEY },
  { "Setting.text", 0, WW_MAX_TEXT },
  { "Settings.settings", 1, WW_MAX_SETTINGS },
  { "SignedChange.change", 1, WW_MAX_GROUP_CHANGE },
  { "SignedChange.signature", 64, 64 },
  { "SignedRecord.record", 1, WW_MAX_RECORD },
  { "SignedRecord.signature", 64, 64 },
  { "StartVerification.handle", 0, WW_MAX_HANDLE },
  { "StartVerification.language", 0, WW_MAX_LANGUAGE },
  { "StartVerification.token", 32, 32, TRUE },
  { "Tapback.message_id", 16, 16 },
  { "Tapback.emoji", 0, WW_MAX_EMOJI },
  { "Text.body", 0, WW_MAX_TEXT },
  { "Unsend.message_id", 16, 16 },
  { "UploadPrepared.attachment_id", 16, 16 },
  { "UploadPrepared.upload_token", 32, 32 },
  { "UploadPrepared.download_token", 32, 32 },
  { "VerificationState.token", 32, 32 },
  { "VerificationState.send_to", 0, WW_MAX_SEND_TO },
  { "VerificationState.send_text", 0, WW_MAX_SEND_TEXT },
  { "WatchVerification.token", 32, 32 },
  { "Wrap.device_id", 16, 16 },
  { "Wrap.sealed_key", 1, WW_MAX_SEALED_KEY },
};

/* One message to be built: which member of each `oneof` it takes, and the one field that differs. */
typedef struct
{
  const char *const *choices;
  const char *target; /* Message.field */
  size_t size;        /* of that field */
  gboolean omit;      /* leave it out, a sub-message */
  GHashTable *seen;   /* every Message.field that there was */
  GPtrArray *allocated;
} Build;

static ProtobufCMessage *build_message (Build *self, const ProtobufCMessageDescriptor *descriptor, size_t index);

static void *
take (Build *self, size_t size)
{
  void *memory = g_malloc0 (MAX (size, 1));

  g_ptr_array_add (self->allocated, memory);

  return memory;
}

static const Limit *
find_limit (const char *field)
{
  for (size_t i = 0; i < G_N_ELEMENTS (limits); i++)
    if (strcmp (limits[i].field, field) == 0)
      return &limits[i];
  g_error ("the table has no limit for %s", field);
}

static gboolean
has_limit (const ProtobufCFieldDescriptor *field)
{
  return field->label == PROTOBUF_C_LABEL_REPEATED || field->type == PROTOBUF_C_TYPE_BYTES ||
         field->type == PROTOBUF_C_TYPE_STRING;
}

/* Of each element of a list, which is a field of its own in the table unless it is a message or a number. */
static size_t
element_size (Build *self, const ProtobufCFieldDescriptor *field, const char *name)
{
  g_autofree char *element = g_strconcat (name, "[]", NULL);

  if (field->type != PROTOBUF_C_TYPE_BYTES && field->type != PROTOBUF_C_TYPE_STRING)
    return 0;

  g_hash_table_add (self->seen, g_strdup (element));
  return g_strcmp0 (element, self->target) == 0 ? self->size : find_limit (element)->min;
}

static char *
make_text (Build *self, const char *name, size_t size, size_t index)
{
  char *text = take (self, size + 1);

  memset (text, 'a', size);
  /* A participant's handle has to be one; this is one up to the longest. */
  if (strcmp (name, "Participant.handle") == 0 && size > 0)
    {
      g_assert_cmpuint (size, >, 7 + 64 + 1 + 64 + 64);
      memcpy (text, "mailto:", 7);
      text[7 + 64] = '@';
      text[7 + 64 + 1 + 63] = '.';
      text[7 + 64 + 1 + 64 + 63] = '.';
    }

  return text;
}

static ProtobufCBinaryData
make_bytes (Build *self, size_t size, size_t index)
{
  ProtobufCBinaryData bytes = { .len = size, .data = take (self, size) };

  /* Ascending, for the lists that have to be. */
  if (size >= 2)
    {
      bytes.data[0] = (uint8_t) (index >> 8);
      bytes.data[1] = (uint8_t) index;
    }

  return bytes;
}

static void
build_element (Build *self, const ProtobufCFieldDescriptor *field, const char *name, void *at, size_t size,
               size_t index)
{
  if (field->type == PROTOBUF_C_TYPE_MESSAGE)
    *(ProtobufCMessage **) at = build_message (self, field->descriptor, index);
  else if (field->type == PROTOBUF_C_TYPE_BYTES)
    *(ProtobufCBinaryData *) at = make_bytes (self, size, index);
  else if (field->type == PROTOBUF_C_TYPE_STRING)
    *(char **) at = make_text (self, name, size, index);
  else if (field->type == PROTOBUF_C_TYPE_UINT32)
    *(uint32_t *) at = (uint32_t) index + 1;
  else if (field->type == PROTOBUF_C_TYPE_UINT64)
    *(uint64_t *) at = index + 1;
  else
    g_error ("%s: a list of what?", name);
}

static size_t
element_width (const ProtobufCFieldDescriptor *field)
{
  if (field->type == PROTOBUF_C_TYPE_BYTES)
    return sizeof (ProtobufCBinaryData);
  return field->type == PROTOBUF_C_TYPE_UINT32 ? sizeof (uint32_t) : sizeof (void *);
}

static void
build_field (Build *self, ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, const char *name,
             size_t index)
{
  uint8_t *at = (uint8_t *) message + field->offset;
  gboolean is_target = g_strcmp0 (name, self->target) == 0;
  size_t size = 0;

  if (has_limit (field))
    size = is_target ? self->size : find_limit (name)->min;

  if (field->label == PROTOBUF_C_LABEL_REPEATED)
    {
      size_t width = element_width (field);
      uint8_t *elements;

      /* Every list has an element at least, so that what is in it is seen. */
      if (!is_target && size == 0)
        size = 1;
      elements = take (self, size * width);
      for (size_t i = 0; i < size; i++)
        build_element (self, field, name, elements + i * width, element_size (self, field, name), i);
      *(void **) at = elements;
      *(size_t *) ((uint8_t *) message + field->quantifier_offset) = size;
    }
  else if (has_limit (field) || (field->type == PROTOBUF_C_TYPE_MESSAGE && !(is_target && self->omit)))
    {
      build_element (self, field, name, at, size, index);
    }
}

/* Whether this field is there: of a `oneof`, only the member that is asked for. */
static gboolean
is_chosen (Build *self, ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
  if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0)
    return TRUE;
  if (self->choices[0] == NULL || strcmp (self->choices[0], field->name) != 0)
    return FALSE;

  *(uint32_t *) ((uint8_t *) message + field->quantifier_offset) = field->id;

  return TRUE;
}

static ProtobufCMessage *
build_message (Build *self, const ProtobufCMessageDescriptor *descriptor, size_t index)
{
  ProtobufCMessage *message = take (self, descriptor->sizeof_message);
  const char *const *choices = self->choices;

  protobuf_c_message_init (descriptor, message);
  for (unsigned int i = 0; i < descriptor->n_fields; i++)
    {
      const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
      g_autofree char *name = g_strdup_printf ("%s.%s", descriptor->short_name, field->name);
      gboolean of_oneof = (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;

      if (!is_chosen (self, message, field))
        continue;
      g_hash_table_add (self->seen, g_strdup (name));
      if (of_oneof)
        self->choices++;
      build_field (self, message, field, name, index);
      self->choices = choices;
    }

  return message;
}

typedef gboolean (*Accepts) (const uint8_t *data, size_t len);

static gboolean
accepts_frame (const uint8_t *data, size_t len)
{
  Waxwing__Frame *frame = ww_frame_parse (data, len);

  waxwing__frame__free_unpacked (frame, NULL);

  return frame != NULL;
}

static gboolean
accepts_record (const uint8_t *data, size_t len)
{
  Waxwing__AccountRecord *record = ww_record_bytes_parse (data, len);

  waxwing__account_record__free_unpacked (record, NULL);

  return record != NULL;
}

static gboolean
accepts_device (const uint8_t *data, size_t len)
{
  Waxwing__DeviceKeys *keys = ww_device_bytes_parse (data, len);

  waxwing__device_keys__free_unpacked (keys, NULL);

  return keys != NULL;
}

static gboolean
accepts_content (const uint8_t *data, size_t len)
{
  Waxwing__Content *content = ww_content_parse (data, len);

  waxwing__content__free_unpacked (content, NULL);

  return content != NULL;
}

static gboolean
accepts_payload (const uint8_t *data, size_t len)
{
  Waxwing__Payload *payload = ww_payload_parse (data, len);

  waxwing__payload__free_unpacked (payload, NULL);

  return payload != NULL;
}

static gboolean
accepts_chunk (const uint8_t *data, size_t len)
{
  Waxwing__ArchiveChunk *chunk = ww_archive_chunk_parse (data, len);

  waxwing__archive_chunk__free_unpacked (chunk, NULL);

  return chunk != NULL;
}

static gboolean
accepts_entry (const uint8_t *data, size_t len)
{
  Waxwing__ArchiveEntry *entry = ww_archive_entry_parse (data, len);

  waxwing__archive_entry__free_unpacked (entry, NULL);

  return entry != NULL;
}

typedef struct
{
  const ProtobufCMessageDescriptor *descriptor;
  Accepts accepts;
} Root;

/* Serialised, with one field differing. */
static GByteArray *
build_bytes (const Root *root, const char *const *choices, const char *target, size_t size, gboolean omit,
             GHashTable *seen)
{
  g_autoptr (GPtrArray) allocated = g_ptr_array_new_with_free_func (g_free);
  Build build = { choices, target, size, omit, seen, allocated };
  ProtobufCMessage *message = build_message (&build, root->descriptor, 0);
  GByteArray *array = g_byte_array_new ();
  uint8_t *bytes;
  size_t len;

  if (root->descriptor == &waxwing__frame__descriptor)
    ((Waxwing__Frame *) message)->id = choices[0] != NULL && (strcmp (choices[0], "request") == 0 ||
                                                              strcmp (choices[0], "response") == 0)
                                           ? 1
                                           : 0;
  bytes = ww_message_pack (message, &len);
  g_assert_nonnull (bytes);
  g_byte_array_append (array, bytes, (guint) len);
  free (bytes);

  return array;
}

static gboolean
try (const Root *root, const char *const *choices, const char *target, size_t size, gboolean omit, GHashTable *seen)
{
  g_autoptr (GByteArray) bytes = build_bytes (root, choices, target, size, omit, seen);

  return root->accepts (bytes->data, bytes->len);
}

static void
expect (const Root *root, const char *const *choices, const char *target, size_t size, gboolean accepted)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (try (root, choices, target, size, FALSE, seen) != accepted)
    g_error ("%s of %zu should be %s", target, size, accepted ? "accepted" : "refused");
}

static void
check_limit (const Root *root, const char *const *choices, const Limit *limit)
{
  expect (root, choices, limit->field, limit->max, TRUE);
  if (strcmp (limit->field, "Content.payload") != 0)
    expect (root, choices, limit->field, limit->max + 1, FALSE);
  expect (root, choices, limit->field, limit->min, TRUE);
  if (limit->min > 0)
    expect (root, choices, limit->field, limit->min - 1, FALSE);
  if (limit->min > 0)
    expect (root, choices, limit->field, 0, limit->optional);
}

/* Sub-messages that aren't a member of a `oneof` have to be there. */
static void
check_needed (const Root *root, const char *const *choices, const char *name)
{
  static const char *const needed[] = { "CreateAccount.record", "PublishRecord.record",    "GrantApproval.record",
                                        "Send.envelope",        "Delivery.wrap",           "ApprovalBegun.record",
                                        "ResetAccount.record",  "HistoryChunk.attachment", "ArchiveContact.state" };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (needed); i++)
    if (strcmp (needed[i], name) == 0)
      g_assert_false (try (root, choices, name, 0, TRUE, seen));
}

static void
check_choices (const Root *root, const char *const *choices, GHashTable *covered)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *path = g_strjoinv (".", (char **) choices);
  GHashTableIter iter;
  gpointer key;

  g_test_message ("%s %s", root->descriptor->short_name, path);
  g_assert_true (try (root, choices, NULL, 0, FALSE, seen));
  g_hash_table_iter_init (&iter, seen);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      for (size_t i = 0; i < G_N_ELEMENTS (limits); i++)
        if (strcmp (limits[i].field, key) == 0)
          {
            check_limit (root, choices, &limits[i]);
            g_hash_table_add (covered, (gpointer) limits[i].field);
          }
      check_needed (root, choices, key);
    }
}

/* Every way through the `oneof`s below here. */
static void
check_all (const Root *root, const ProtobufCMessageDescriptor *descriptor, GPtrArray *choices, GHashTable *covered)
{
  gboolean has_choice = FALSE;

  for (unsigned int i = 0; i < descriptor->n_fields; i++)
    {
      const ProtobufCFieldDescriptor *field = &descriptor->fields[i];

      if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0)
        continue;
      has_choice = TRUE;
      g_ptr_array_add (choices, (gpointer) field->name);
      if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        {
          check_all (root, field->descriptor, choices, covered);
        }
      else
        {
          g_ptr_array_add (choices, NULL);
          check_choices (root, (const char *const *) choices->pdata, covered);
          g_ptr_array_remove_index (choices, choices->len - 1);
        }
      g_ptr_array_remove_index (choices, choices->len - 1);
    }
  if (!has_choice)
    {
      g_ptr_array_add (choices, NULL);
      check_choices (root, (const char *const *) choices->pdata, covered);
      g_ptr_array_remove_index (choices, choices->len - 1);
    }
}

static void
test_limits (void)
{
  static const Root roots[] = {
    { &waxwing__frame__descriptor, accepts_frame },         { &waxwing__account_record__descriptor, accepts_record },
    { &waxwing__device_keys__descriptor, accepts_device },  { &waxwing__content__descriptor, accepts_content },
    { &waxwing__payload__descriptor, accepts_payload },     { &waxwing__archive_chunk__descriptor, accepts_chunk },
    { &waxwing__archive_entry__descriptor, accepts_entry },
  };
  g_autoptr (GHashTable) covered = g_hash_table_new (g_str_hash, g_str_equal);

  for (size_t i = 0; i < G_N_ELEMENTS (roots); i++)
    {
      g_autoptr (GPtrArray) choices = g_ptr_array_new ();

      check_all (&roots[i], roots[i].descriptor, choices, covered);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (limits); i++)
    if (!g_hash_table_contains (covered, limits[i].field))
      g_error ("nothing in the schema has %s", limits[i].field);
}

/* Appends an unknown field that makes the whole `size` bytes long: a key of two bytes, a length of three. */
static void
fill_up (GByteArray *bytes, size_t size)
{
  size_t content = size - bytes->len - 5;
  const uint8_t head[] = { 0xa2, 0x06, (uint8_t) (0x80 | (content & 0x7f)), (uint8_t) (0x80 | (content >> 7 & 0x7f)),
                           (uint8_t) (content >> 14) };
  guint at;

  g_byte_array_append (bytes, head, sizeof head);
  at = bytes->len;
  g_byte_array_set_size (bytes, (guint) size);
  memset (bytes->data + at, 'u', content);
}

/* The whole, whatever is in it. */
static void
test_whole (void)
{
  static const struct
  {
    Root root;
    const char *choices[3];
    size_t max;
  } wholes[] = {
    { { &waxwing__frame__descriptor, accepts_frame }, { "event", "displaced" }, WW_MAX_FRAME },
    { { &waxwing__account_record__descriptor, accepts_record }, { NULL }, WW_MAX_RECORD },
    { { &waxwing__device_keys__descriptor, accepts_device }, { NULL }, WW_MAX_DEVICE_KEYS },
    { { &waxwing__content__descriptor, accepts_content }, { NULL }, WW_MAX_BODY },
    { { &waxwing__payload__descriptor, accepts_payload }, { "text" }, WW_MAX_BODY },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (wholes); i++)
    for (size_t more = 0; more <= 1; more++)
      {
        g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
        g_autoptr (GByteArray) bytes = build_bytes (&wholes[i].root, wholes[i].choices, NULL, 0, FALSE, seen);

        g_assert_true (wholes[i].root.accepts (bytes->data, bytes->len));
        fill_up (bytes, wholes[i].max + more);
        g_assert_true (wholes[i].root.accepts (bytes->data, bytes->len) == (more == 0));
      }
}

/* Without any bytes: a frame or payload of a newer version's kind, but nothing that has to hold something. */
static void
test_nothing (void)
{
  g_assert_true (accepts_frame ((const uint8_t *) "", 0));
  g_assert_true (accepts_payload ((const uint8_t *) "", 0));
  g_assert_false (accepts_record ((const uint8_t *) "", 0));
  g_assert_false (accepts_device ((const uint8_t *) "", 0));
  g_assert_false (accepts_content ((const uint8_t *) "", 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/limits/fields", test_limits);
  g_test_add_func ("/wire/limits/whole", test_whole);
  g_test_add_func ("/wire/limits/nothing", test_nothing);

  return g_test_run ();
}
