/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-archive"

#include "ww-store-archive.h"

#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-limits.h"
#include "ww-store-messages-private.h"

/* Of one chunk, before it is compressed: small enough that one is soon there, and large enough that it is worth its way. */
#define TARGET       (256 * 1024)
#define AT_ONCE      500 /* rows that a section reads without looking at the size */
#define DELETION_IDS WW_MAX_DELETION_IDS

typedef enum
{
  SECTION_CONTACTS,
  SECTION_CONVERSATIONS,
  SECTION_SETTINGS,
  SECTION_DELETIONS,
  SECTION_MESSAGES,
  SECTION_END,
} Section;

/* One chunk while it is put together. */
typedef struct
{
  WwDatabase *database;
  const WwArchiveOrder *order;
  WwArchiveCursor *cursor;
  GPtrArray *entries; /* of GBytes */
  gsize size;
  guint64 messages;
  gboolean full;
} Writing;

/* FALSE, and the chunk is full, when it has no room for it. An entry that no chunk has room for is left out. */
static gboolean
add_entry (Writing *self, const Waxwing__ArchiveEntry *entry)
{
  gsize len = waxwing__archive_entry__get_packed_size (entry);
  guint8 *packed;

  if (len > WW_MAX_ARCHIVE_ENTRY)
    return TRUE;
  if (self->entries->len == WW_MAX_ARCHIVE_ENTRIES || (self->entries->len > 0 && self->size + len > TARGET))
    {
      self->full = TRUE;
      return FALSE;
    }
  packed = g_malloc (len);
  waxwing__archive_entry__pack (entry, packed);
  g_ptr_array_add (self->entries, g_bytes_new_take (packed, len));
  self->size += len;
  return TRUE;
}

static ProtobufCBinaryData
bytes_of (const guint8 *data, gsize len)
{
  return (ProtobufCBinaryData) { len, (guint8 *) data };
}

static ProtobufCBinaryData
blob_of (WwStatement *statement, int column)
{
  gsize len;
  const guint8 *data = ww_statement_blob (statement, column, &len);

  return bytes_of (data, len);
}

static char *
text_of (WwStatement *statement, int column)
{
  const char *text = ww_statement_text (statement, column);

  return (char *) (text != NULL ? text : "");
}

static guint64
time_of (WwStatement *statement, int column)
{
  return (guint64) MAX (ww_statement_int (statement, column), 0);
}

static void
remember (Writing *self, const guint8 *after, gsize len)
{
  g_assert (len <= sizeof self->cursor->after);
  memcpy (self->cursor->after, after, len);
  self->cursor->after_len = len;
}

static void
remember_blob (Writing *self, WwStatement *statement, int column)
{
  const ProtobufCBinaryData blob = blob_of (statement, column);

  if (blob.len == WW_ID_SIZE)
    remember (self, blob.data, blob.len);
}

/* A statement that goes on after what was read last. */
static WwStatement *
go_on (Writing *self, const char *sql, GError **error)
{
  WwStatement *statement = ww_database_prepare (self->database, sql, error);

  if (statement == NULL)
    return NULL;
  ww_statement_bind_blob (statement, 1, self->cursor->after, self->cursor->after_len);
  ww_statement_bind_int (statement, 2, AT_ONCE);
  return statement;
}

/* --- What messages stand in ---------------------------------------------------------------- */

static gboolean
add_contact (Writing *self, WwStatement *statement)
{
  g_autoptr (WwContactRow) row = ww_store_read_contact_row (statement, 0);
  Waxwing__ArchiveEntry entry = WAXWING__ARCHIVE_ENTRY__INIT;
  Waxwing__ArchiveContact contact = WAXWING__ARCHIVE_CONTACT__INIT;
  Waxwing__ContactState state = WAXWING__CONTACT_STATE__INIT;

  state.account_id = bytes_of (row->account, WW_ID_SIZE);
  state.standing = (Waxwing__ContactState__Standing) row->standing;
  if (row->has_trusted_key)
    state.trusted_key = bytes_of (row->trusted_key, WW_POINT_SIZE);
  state.verified = row->verified;
  state.changed_ms = (guint64) MAX (row->changed_ms, 0);
  contact.state = &state;
  contact.name = row->name;
  entry.kind_case = WAXWING__ARCHIVE_ENTRY__KIND_CONTACT;
  entry.contact = &contact;
  return add_entry (self, &entry);
}

static gboolean
add_conversation (Writing *self, WwStatement *statement)
{
  Waxwing__ArchiveEntry entry = WAXWING__ARCHIVE_ENTRY__INIT;
  Waxwing__ArchiveConversation conversation = WAXWING__ARCHIVE_CONVERSATION__INIT;

  conversation.conversation_id = blob_of (statement, 0);
  conversation.peer_id = blob_of (statement, 1);
  conversation.created_ms = time_of (statement, 2);
  conversation.read_ms = time_of (statement, 3);
  entry.kind_case = WAXWING__ARCHIVE_ENTRY__KIND_CONVERSATION;
  entry.conversation = &conversation;
  return add_entry (self, &entry);
}

typedef gboolean (*AddRow) (Writing *self, WwStatement *statement);

/* Rows named by an id, in its order. *end: there are no more. */
static gboolean
add_by_id (Writing *self, const char *sql, AddRow add, gboolean *end, GError **error)
{
  g_autoptr (WwStatement) statement = go_on (self, sql, error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      if (!add (self, statement))
        return TRUE;
      remember_blob (self, statement, 0);
      *end = FALSE;
    }
  return step != WW_STEP_ERROR;
}

/* A setting is named by its conversation, if it has one, and its key. */
static void
remember_setting (Writing *self, const Waxwing__Setting *setting)
{
  guint8 after[sizeof self->cursor->after];
  gsize key_len = strlen (setting->key), len = setting->conversation_id.len;

  if (1 + len + key_len > sizeof after)
    return;
  after[0] = (guint8) len;
  if (len > 0)
    memcpy (after + 1, setting->conversation_id.data, len);
  memcpy (after + 1 + len, setting->key, key_len);
  remember (self, after, 1 + len + key_len);
}

static WwStatement *
go_on_with_settings (Writing *self, GError **error)
{
  const WwArchiveCursor *cursor = self->cursor;
  gsize len = cursor->after_len > 0 ? MIN (cursor->after[0], cursor->after_len - 1) : 0;
  g_autofree char *key = NULL;
  WwStatement *statement = ww_database_prepare (self->database,
                                                "SELECT conversation, key, number, text, changed_ms FROM settings"
                                                " WHERE (conversation, key)>(?1, ?2) ORDER BY conversation, key"
                                                " LIMIT ?3",
                                                error);

  if (statement == NULL)
    return NULL;
  if (cursor->after_len > 0)
    key = g_strndup ((const char *) cursor->after + 1 + len, cursor->after_len - 1 - len);
  ww_statement_bind_blob (statement, 1, cursor->after + 1, len);
  ww_statement_bind_text (statement, 2, key != NULL ? key : "");
  ww_statement_bind_int (statement, 3, AT_ONCE);
  return statement;
}

static gboolean
add_settings (Writing *self, gboolean *end, GError **error)
{
  g_autoptr (WwStatement) statement = go_on_with_settings (self, error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      Waxwing__ArchiveEntry entry = WAXWING__ARCHIVE_ENTRY__INIT;
      Waxwing__Setting setting = WAXWING__SETTING__INIT;

      setting.conversation_id = blob_of (statement, 0);
      setting.key = text_of (statement, 1);
      setting.number = ww_statement_int (statement, 2);
      setting.text = text_of (statement, 3);
      setting.changed_ms = time_of (statement, 4);
      entry.kind_case = WAXWING__ARCHIVE_ENTRY__KIND_SETTING;
      entry.setting = &setting;
      if (!add_entry (self, &entry))
        return TRUE;
      remember_setting (self, &setting);
      *end = FALSE;
    }
  return step != WW_STEP_ERROR;
}

static gboolean
add_deletions (Writing *self, gboolean *end, GError **error)
{
  g_autoptr (WwStatement) statement = go_on (self, "SELECT id FROM deleted WHERE id>?1 ORDER BY id LIMIT ?2", error);
  g_autoptr (GByteArray) ids = g_byte_array_new ();
  ProtobufCBinaryData list[AT_ONCE];
  Waxwing__ArchiveEntry entry = WAXWING__ARCHIVE_ENTRY__INIT;
  Waxwing__Deletion deletion = WAXWING__DELETION__INIT;
  WwStep step;

  G_STATIC_ASSERT (AT_ONCE <= DELETION_IDS);
  if (statement == NULL)
    return FALSE;
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      const ProtobufCBinaryData id = blob_of (statement, 0);

      if (id.len == WW_ID_SIZE)
        g_byte_array_append (ids, id.data, WW_ID_SIZE);
    }
  if (step == WW_STEP_ERROR)
    return FALSE;
  deletion.n_message_ids = ids->len / WW_ID_SIZE;
  if (deletion.n_message_ids == 0)
    return TRUE;
  for (gsize i = 0; i < deletion.n_message_ids; i++)
    list[i] = bytes_of (ids->data + i * WW_ID_SIZE, WW_ID_SIZE);
  deletion.message_ids = list;
  entry.kind_case = WAXWING__ARCHIVE_ENTRY__KIND_DELETION;
  entry.deletion = &deletion;
  *end = FALSE;
  if (add_entry (self, &entry))
    remember (self, ids->data + ids->len - WW_ID_SIZE, WW_ID_SIZE);
  return TRUE;
}

/* --- Messages ------------------------------------------------------------------------------ */

/* A message with what was said about it, which has to live until it is packed. */
typedef struct
{
  Waxwing__ArchiveMessage message;
  GPtrArray *parts; /* freed with it */
} Packing;

static gpointer
take_part (Packing *self, gsize size)
{
  gpointer part = g_malloc0 (size);

  g_ptr_array_add (self->parts, part);
  return part;
}

static ProtobufCBinaryData
take_blob (Packing *self, WwStatement *statement, int column)
{
  const ProtobufCBinaryData blob = blob_of (statement, column);
  guint8 *copy = take_part (self, MAX (blob.len, 1));

  if (blob.len > 0)
    memcpy (copy, blob.data, blob.len);
  return bytes_of (copy, blob.len);
}

static char *
take_text (Packing *self, WwStatement *statement, int column)
{
  char *copy = g_strdup (text_of (statement, column));

  g_ptr_array_add (self->parts, copy);
  return copy;
}

/* One of a list of parts. */
typedef gpointer (*ReadPart) (Packing *self, WwStatement *statement);

static gpointer
read_edit (Packing *self, WwStatement *statement)
{
  Waxwing__ArchiveEdit *edit = take_part (self, sizeof *edit);

  waxwing__archive_edit__init (edit);
  edit->message_id = take_blob (self, statement, 0);
  edit->created_ms = time_of (statement, 1);
  edit->body = take_text (self, statement, 2);
  return edit;
}

static gpointer
read_tapback (Packing *self, WwStatement *statement)
{
  Waxwing__ArchiveTapback *tapback = take_part (self, sizeof *tapback);

  waxwing__archive_tapback__init (tapback);
  tapback->message_id = take_blob (self, statement, 0);
  tapback->account_id = take_blob (self, statement, 1);
  tapback->created_ms = time_of (statement, 2);
  tapback->emoji = take_text (self, statement, 3);
  return tapback;
}

static gpointer
read_delivery (Packing *self, WwStatement *statement)
{
  Waxwing__ArchiveDelivery *delivery = take_part (self, sizeof *delivery);

  waxwing__archive_delivery__init (delivery);
  delivery->account_id = take_blob (self, statement, 0);
  delivery->state = ww_statement_int (statement, 1) == WW_MESSAGE_STATE_READ ? WAXWING__RECEIPT__STATE__READ
                                                                             : WAXWING__RECEIPT__STATE__DELIVERED;
  delivery->at_ms = time_of (statement, 2);
  return delivery;
}

static gboolean
read_parts (Writing *self, Packing *packing, const char *sql, guint most, ReadPart read, gpointer *list, size_t *n,
            GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (self->database, sql, error);
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  WwStep step = WW_STEP_ERROR;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, packing->message.message_id.data, packing->message.message_id.len);
  ww_statement_bind_int (statement, 2, most);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    g_ptr_array_add (found, read (packing, statement));
  if (step == WW_STEP_ERROR)
    return FALSE;
  *n = found->len;
  *list = take_part (packing, MAX (found->len, 1) * sizeof (gpointer));
  if (found->len > 0)
    memcpy (*list, found->pdata, found->len * sizeof (gpointer));
  return TRUE;
}

static gboolean
read_said (Writing *self, Packing *packing, gboolean edited, GError **error)
{
  Waxwing__ArchiveMessage *message = &packing->message;
  gpointer list;

  if (!read_parts (self, packing, "SELECT id, account, at_ms, emoji FROM tapbacks WHERE message=?1 LIMIT ?2",
                   WW_MAX_PARTICIPANTS, read_tapback, &list, &message->n_tapbacks, error))
    return FALSE;
  message->tapbacks = list;
  if (message->state != WAXWING__ARCHIVE_MESSAGE__STATE__UNKNOWN)
    {
      if (!read_parts (self, packing, "SELECT account, state, at_ms FROM deliveries WHERE message=?1 LIMIT ?2",
                       WW_MAX_PARTICIPANTS, read_delivery, &list, &message->n_deliveries, error))
        return FALSE;
      message->deliveries = list;
    }
  if (!edited)
    return TRUE;
  /* The first wording is the message's own, in its payload. */
  if (!read_parts (self, packing,
                   "SELECT id, at_ms, text FROM wordings WHERE message=?1 AND id<>?1 ORDER BY at_ms, id LIMIT ?2",
                   WW_MAX_EDITS, read_edit, &list, &message->n_edits, error))
    return FALSE;
  message->edits = list;
  return TRUE;
}

static Waxwing__ArchiveMessage__State
state_of (WwMessageState state)
{
  switch (state)
    {
    case WW_MESSAGE_STATE_SENT:
      return WAXWING__ARCHIVE_MESSAGE__STATE__SENT;
    case WW_MESSAGE_STATE_DELIVERED:
      return WAXWING__ARCHIVE_MESSAGE__STATE__DELIVERED;
    case WW_MESSAGE_STATE_READ:
      return WAXWING__ARCHIVE_MESSAGE__STATE__READ;
    case WW_MESSAGE_STATE_WAITING:
    case WW_MESSAGE_STATE_FAILED:
      return WAXWING__ARCHIVE_MESSAGE__STATE__FAILED;
    case WW_MESSAGE_STATE_RECEIVED:
      break;
    }
  return WAXWING__ARCHIVE_MESSAGE__STATE__UNKNOWN;
}

#define SELECT_MESSAGES                                                                              \
  "SELECT row, id, conversation, account, device, created_ms, position, state, suite, kind, payload" \
  ", content_hash, notice, text, edited_ms FROM messages WHERE row<?1 ORDER BY row DESC"

/* What the columns say. The pointers are the statement's. */
static void
fill_message (WwStatement *statement, Waxwing__ArchiveMessage *message)
{
  WwMessageKind kind = (WwMessageKind) ww_statement_int (statement, 9);

  message->message_id = blob_of (statement, 1);
  message->conversation_id = blob_of (statement, 2);
  message->account_id = blob_of (statement, 3);
  message->device_id = blob_of (statement, 4);
  message->created_ms = time_of (statement, 5);
  message->arrived_ms = time_of (statement, 6);
  message->state = state_of ((WwMessageState) ww_statement_int (statement, 7));
  message->suite = (guint32) ww_statement_int (statement, 8);
  message->unsent = kind == WW_MESSAGE_KIND_UNSENT;
  if (kind == WW_MESSAGE_KIND_NOTICE || kind == WW_MESSAGE_KIND_GROUP_EVENT)
    {
      message->notice = text_of (statement, 12);
      message->notice_text = text_of (statement, 13);
      message->group_event = kind == WW_MESSAGE_KIND_GROUP_EVENT;
      message->state = WAXWING__ARCHIVE_MESSAGE__STATE__UNKNOWN;
    }
  else if (!message->unsent)
    {
      message->payload = blob_of (statement, 10);
      message->content_hash = blob_of (statement, 11);
    }
}

/* *added FALSE: there was no room for it. */
static gboolean
add_message (Writing *self, WwStatement *statement, gboolean *added, GError **error)
{
  Waxwing__ArchiveEntry entry = WAXWING__ARCHIVE_ENTRY__INIT;
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  Packing packing = { .parts = parts };

  *added = TRUE;
  waxwing__archive_message__init (&packing.message);
  fill_message (statement, &packing.message);
  /* Whatever has not gone out comes to the other device as a copy when it does. */
  if (packing.message.state == WAXWING__ARCHIVE_MESSAGE__STATE__FAILED && !self->order->backup)
    return TRUE;
  if (!read_said (self, &packing, ww_statement_int (statement, 14) != 0, error))
    return FALSE;
  entry.kind_case = WAXWING__ARCHIVE_ENTRY__KIND_MESSAGE;
  entry.message = &packing.message;
  *added = add_entry (self, &entry);
  if (*added)
    self->messages++;
  return TRUE;
}

/* Newest first, in the order in which they came here. */
static gboolean
add_messages (Writing *self, gboolean *end, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (self->database, SELECT_MESSAGES, error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_int (statement, 1, self->cursor->row);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      gboolean added;

      if (!add_message (self, statement, &added, error))
        return FALSE;
      if (!added)
        {
          *end = FALSE;
          return TRUE;
        }
      self->cursor->row = ww_statement_int (statement, 0);
    }
  return step != WW_STEP_ERROR;
}

/* --- Chunks -------------------------------------------------------------------------------- */

/* *end: there is no more of the section. */
static gboolean
write_section (Writing *self, gboolean *end, GError **error)
{
  *end = TRUE;
  switch ((Section) self->cursor->section)
    {
    case SECTION_CONTACTS:
      return add_by_id (self,
                        "SELECT " WW_CONTACT_COLUMNS " FROM contacts p WHERE p.account>?1 ORDER BY p.account LIMIT ?2",
                        add_contact, end, error);
    case SECTION_CONVERSATIONS:
      return add_by_id (self,
                        "SELECT id, peer, created_ms, read_position FROM conversations WHERE id>?1 ORDER BY id"
                        " LIMIT ?2",
                        add_conversation, end, error);
    case SECTION_SETTINGS:
      return add_settings (self, end, error);
    case SECTION_DELETIONS:
      return add_deletions (self, end, error);
    case SECTION_MESSAGES:
      return add_messages (self, end, error);
    case SECTION_END:
      break;
    }
  return TRUE;
}

static gboolean
write_sections (Writing *self, GError **error)
{
  while (self->cursor->section < SECTION_END && !self->full)
    {
      gboolean end;

      if (!write_section (self, &end, error))
        return FALSE;
      if (end && !self->full)
        {
          self->cursor->section++;
          self->cursor->after_len = 0;
        }
    }
  return TRUE;
}

static GBytes *
pack_chunk (const Writing *self)
{
  Waxwing__ArchiveChunk chunk = WAXWING__ARCHIVE_CHUNK__INIT;
  g_autofree ProtobufCBinaryData *entries = g_new0 (ProtobufCBinaryData, MAX (self->entries->len, 1));
  guint8 *packed;
  gsize len;

  for (guint i = 0; i < self->entries->len; i++)
    entries[i].data = (guint8 *) g_bytes_get_data (self->entries->pdata[i], &entries[i].len);
  chunk.account_id = bytes_of (self->order->account, WW_ID_SIZE);
  chunk.archive_id = bytes_of (self->order->archive, WW_ID_SIZE);
  chunk.index = self->order->index;
  chunk.last = self->cursor->section == SECTION_END;
  chunk.entries = entries;
  chunk.n_entries = self->entries->len;
  len = waxwing__archive_chunk__get_packed_size (&chunk);
  packed = g_malloc (len);
  waxwing__archive_chunk__pack (&chunk, packed);
  return g_bytes_new_take (packed, len);
}

gboolean
ww_store_read_archive (WwDatabase *database, const WwArchiveOrder *order, WwArchiveCursor *cursor,
                       WwArchivePiece *piece, GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  Writing writing = { database, order, cursor, entries, 0, 0, FALSE };

  *piece = (WwArchivePiece) { 0 };
  if (!write_sections (&writing, error))
    return FALSE;
  piece->chunk = pack_chunk (&writing);
  piece->messages = writing.messages;
  piece->last = cursor->section == SECTION_END;
  return TRUE;
}

gboolean
ww_store_begin_archive (WwDatabase *database, WwArchiveCursor *cursor, guint64 *messages, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "SELECT coalesce (max (row), 0), count(*) FROM messages", error);

  *cursor = (WwArchiveCursor) { 0 };
  if (statement == NULL || ww_statement_step (statement, error) != WW_STEP_ROW)
    return FALSE;
  cursor->row = ww_statement_int (statement, 0) + 1;
  *messages = (guint64) ww_statement_int (statement, 1);
  return TRUE;
}
