/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Archives of a compromised own device, or of a backup that somebody made: compressed, as a chunk, and as an entry that goes into
 * a store. The first byte says which of them the rest is.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "ww-archive.h"
#include "ww-client-fixture.h"
#include "ww-conversation-id.h"
#include "ww-frame.h"
#include "ww-limits.h"
#include "ww-store-archive.h"

#define NOW_MS 1767225600000

unsigned long fuzz_accepted;

static uint8_t archive_id[16];

static void
check_packed (const uint8_t *data, size_t len)
{
  g_autoptr (GBytes) packed = g_bytes_new_static (data, len);
  g_autoptr (GBytes) chunk = ww_archive_unpack (packed, NULL);

  if (chunk == NULL)
    return;
  fuzz_accepted++;
  FUZZ_PROMISE (g_bytes_get_size (chunk) > 0 && g_bytes_get_size (chunk) <= WW_MAX_ARCHIVE_CHUNK);
}

static void
check_chunk (const uint8_t *data, size_t len)
{
  Waxwing__ArchiveChunk *chunk = ww_archive_chunk_parse (data, len);

  if (chunk == NULL)
    return;
  fuzz_accepted++;
  FUZZ_PROMISE (chunk->n_entries <= WW_MAX_ARCHIVE_ENTRIES && chunk->index < WW_MAX_ARCHIVE_CHUNKS);
  for (size_t i = 0; i < chunk->n_entries; i++)
    FUZZ_PROMISE (chunk->entries[i].len > 0 && chunk->entries[i].len <= WW_MAX_ARCHIVE_ENTRY);
  waxwing__archive_chunk__free_unpacked (chunk, NULL);
}

/* The conversation of the two people, which the message in question may be of. */
static size_t
pack_conversation (uint8_t **out)
{
  Waxwing__ArchiveEntry entry = WAXWING__ARCHIVE_ENTRY__INIT;
  Waxwing__ArchiveConversation conversation = WAXWING__ARCHIVE_CONVERSATION__INIT;
  uint8_t pair[16];
  size_t len;

  ww_conversation_id_for_pair (test_self, test_peer, pair);
  conversation.conversation_id = (ProtobufCBinaryData) { 16, pair };
  conversation.peer_id = (ProtobufCBinaryData) { 16, (uint8_t *) test_peer };
  entry.kind_case = WAXWING__ARCHIVE_ENTRY__KIND_CONVERSATION;
  entry.conversation = &conversation;
  *out = ww_message_pack (&entry, &len);
  return len;
}

static void
check_store (WwDatabase *database)
{
  FUZZ_PROMISE (test_database_int (database, "SELECT count(*) FROM outbox") == 0);
  FUZZ_PROMISE (test_database_int (database,
                                   "SELECT count(*) FROM messages WHERE account NOT IN (SELECT peer FROM"
                                   " conversations) AND NOT outgoing AND notice IS NULL AND conversation NOT IN"
                                   " (SELECT id FROM conversations WHERE id=peer)") == 0);
  FUZZ_PROMISE (test_database_int (database, "SELECT count(*) FROM messages WHERE conversation NOT IN (SELECT id FROM"
                                             " conversations)") == 0);
}

static void
check_entry (const uint8_t *data, size_t len)
{
  static WwDatabase *database;
  Waxwing__ArchiveChunk chunk = WAXWING__ARCHIVE_CHUNK__INIT;
  ProtobufCBinaryData entries[2];
  g_autoptr (WwArchiveTaken) taken = NULL;
  Waxwing__ArchiveEntry *entry = ww_archive_entry_parse (data, len);

  if (entry == NULL)
    return;
  waxwing__archive_entry__free_unpacked (entry, NULL);
  fuzz_accepted++;
  if (database == NULL)
    {
      char *directory = test_directory_new ();

      /* Its files go at once, and live on in the database that has them open. */
      database = test_database_new (directory);
      test_directory_free (directory);
    }
  entries[0].len = pack_conversation (&entries[0].data);
  entries[1] = (ProtobufCBinaryData) { len, (uint8_t *) data };
  chunk.account_id = (ProtobufCBinaryData) { 16, (uint8_t *) test_self };
  chunk.archive_id = (ProtobufCBinaryData) { 16, archive_id };
  chunk.entries = entries;
  chunk.n_entries = 2;
  FUZZ_PROMISE (ww_database_exec (database, "BEGIN", NULL));
  taken = ww_store_take_archive (database, test_self, &chunk, NOW_MS, NULL);
  FUZZ_PROMISE (taken != NULL);
  check_store (database);
  FUZZ_PROMISE (ww_database_exec (database, "ROLLBACK", NULL));
  free (entries[0].data);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  if (len == 0)
    return 0;
  if (data[0] == 0)
    check_packed (data + 1, len - 1);
  else if (data[0] == 1)
    check_chunk (data + 1, len - 1);
  else
    check_entry (data + 1, len - 1);

  return 0;
}

static void
add (uint8_t which, const uint8_t *data, size_t len)
{
  uint8_t *seed = malloc (len + 1);

  if (seed != NULL)
    {
      seed[0] = which;
      memcpy (seed + 1, data, len);
      fuzz_add_seed (seed, len + 1);
    }
  free (seed);
}

static void
add_entry (const Waxwing__ArchiveEntry *entry)
{
  size_t len;
  uint8_t *packed = ww_message_pack (entry, &len);

  add (2, packed, len);
  free (packed);
}

static void
add_message (void)
{
  static uint8_t payload[] = { 0x0a, 0x07, 0x0a, 0x05, 'H', 'e', 'l', 'l', 'o' };
  uint8_t pair[16], one[16] = { 1 }, two[16] = { 2 }, hash[32] = { 3 };
  Waxwing__ArchiveEntry entry = WAXWING__ARCHIVE_ENTRY__INIT;
  Waxwing__ArchiveMessage message = WAXWING__ARCHIVE_MESSAGE__INIT;
  Waxwing__ArchiveEdit edit = WAXWING__ARCHIVE_EDIT__INIT, *edits[] = { &edit };
  Waxwing__ArchiveTapback tapback = WAXWING__ARCHIVE_TAPBACK__INIT, *tapbacks[] = { &tapback };
  Waxwing__ArchiveDelivery delivery = WAXWING__ARCHIVE_DELIVERY__INIT, *deliveries[] = { &delivery };

  ww_conversation_id_for_pair (test_self, test_peer, pair);
  message.message_id = (ProtobufCBinaryData) { 16, one };
  message.conversation_id = (ProtobufCBinaryData) { 16, pair };
  message.account_id = (ProtobufCBinaryData) { 16, (uint8_t *) test_self };
  message.device_id = (ProtobufCBinaryData) { 16, (uint8_t *) test_device };
  message.created_ms = message.arrived_ms = NOW_MS - 1000;
  message.state = WAXWING__ARCHIVE_MESSAGE__STATE__READ;
  message.suite = 2;
  message.payload = (ProtobufCBinaryData) { sizeof payload, payload };
  message.content_hash = (ProtobufCBinaryData) { 32, hash };
  edit.message_id = tapback.message_id = (ProtobufCBinaryData) { 16, two };
  edit.created_ms = tapback.created_ms = delivery.at_ms = NOW_MS - 500;
  edit.body = (char *) "Grüße";
  tapback.account_id = delivery.account_id = (ProtobufCBinaryData) { 16, (uint8_t *) test_peer };
  tapback.emoji = (char *) "👍";
  delivery.state = WAXWING__RECEIPT__STATE__READ;
  message.edits = edits;
  message.tapbacks = tapbacks;
  message.deliveries = deliveries;
  message.n_edits = message.n_tapbacks = message.n_deliveries = 1;
  entry.kind_case = WAXWING__ARCHIVE_ENTRY__KIND_MESSAGE;
  entry.message = &message;
  add_entry (&entry);
}

static void
add_others (void)
{
  uint8_t one[16] = { 1 }, key[65] = { 4 };
  Waxwing__ArchiveEntry entry = WAXWING__ARCHIVE_ENTRY__INIT;
  Waxwing__ArchiveContact contact = WAXWING__ARCHIVE_CONTACT__INIT;
  Waxwing__ContactState state = WAXWING__CONTACT_STATE__INIT;
  Waxwing__Setting setting = WAXWING__SETTING__INIT;
  Waxwing__Deletion deletion = WAXWING__DELETION__INIT;
  ProtobufCBinaryData id = { 16, one };

  state.account_id = (ProtobufCBinaryData) { 16, (uint8_t *) test_peer };
  state.standing = WAXWING__CONTACT_STATE__STANDING__ACCEPTED;
  state.trusted_key = (ProtobufCBinaryData) { 65, key };
  state.changed_ms = NOW_MS;
  contact.state = &state;
  contact.name = (char *) "Bob";
  entry.kind_case = WAXWING__ARCHIVE_ENTRY__KIND_CONTACT;
  entry.contact = &contact;
  add_entry (&entry);
  setting.key = (char *) "typing";
  setting.changed_ms = NOW_MS;
  entry.kind_case = WAXWING__ARCHIVE_ENTRY__KIND_SETTING;
  entry.setting = &setting;
  add_entry (&entry);
  deletion.message_ids = &id;
  deletion.n_message_ids = 1;
  entry.kind_case = WAXWING__ARCHIVE_ENTRY__KIND_DELETION;
  entry.deletion = &deletion;
  add_entry (&entry);
}

static void
add_chunk (void)
{
  Waxwing__ArchiveChunk chunk = WAXWING__ARCHIVE_CHUNK__INIT;
  ProtobufCBinaryData entry;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) packed = NULL;
  uint8_t *data;
  size_t len;

  entry.len = pack_conversation (&entry.data);
  chunk.account_id = (ProtobufCBinaryData) { 16, (uint8_t *) test_self };
  chunk.archive_id = (ProtobufCBinaryData) { 16, archive_id };
  chunk.last = true;
  chunk.entries = &entry;
  chunk.n_entries = 1;
  data = ww_message_pack (&chunk, &len);
  free (entry.data);
  add (1, data, len);
  bytes = g_bytes_new_with_free_func (data, len, free, data);
  packed = ww_archive_pack (bytes, NULL);
  if (packed != NULL)
    add (0, g_bytes_get_data (packed, NULL), g_bytes_get_size (packed));
}

void
fuzz_seeds (void)
{
  add_message ();
  add_others ();
  add_chunk ();
}
