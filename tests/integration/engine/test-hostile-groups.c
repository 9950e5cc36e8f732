/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A group of Alice, Bob and Carol, and what its members, somebody outside and the server could make up about it. Everything
 * goes to Bob, sealed with real keys; the group stays what it was, and who is out stays out.
 */
#include "ww-forgery.h"

#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-hex.h"
#include "ww-signature.h"
#include "ww-store-groups.h"

#define DORA "mailto:dora@example.org"
#define NAME "Choir"

static WwClient *dora; /* not in the group, and nobody that Bob knows */
static WwConversation *group;
static guint8 group_id[16];

/* --- What is made up ----------------------------------------------------------------------- */

/* One change of the group, before it is signed, and how it is handed on. */
typedef struct
{
  Forgery forgery;
  WwClient *handed_on_by;
  WwClient *signed_by;
  WwGroupDraft draft;
  guint8 heads[WW_MAX_GROUP_PARENTS][WW_HASH_SIZE];
  guint8 people[3][WW_ID_SIZE];
  guint8 nonce[WW_ID_SIZE];
  guint8 told_group[WW_ID_SIZE];
} Made;

static gboolean
read_heads (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  guint8 heads[WW_MAX_GROUP_PARENTS][WW_HASH_SIZE];
  g_autoptr (WwGroupLog) log = NULL;
  guint n;

  if (!ww_store_load_group (database, data, &log, error))
    return FALSE;
  g_assert_nonnull (log);
  n = ww_group_log_heads (log, heads);
  g_value_init (result, G_TYPE_BYTES);
  g_value_take_boxed (result, g_bytes_new (heads, n * WW_HASH_SIZE));
  return TRUE;
}

/* Of the group as Bob knows it. */
static guint
get_heads (guint8 (*out)[WW_HASH_SIZE])
{
  g_autoptr (DexFuture) future = ww_store_read (bob->store, read_heads, group_id, NULL);
  GBytes *heads;

  ww_house_await (dex_ref (future));
  heads = g_value_get_boxed (dex_future_get_value (future, NULL));
  memcpy (out, g_bytes_get_data (heads, NULL), g_bytes_get_size (heads));
  return (guint) (g_bytes_get_size (heads) / WW_HASH_SIZE);
}

static void
set_sender (Forgery *forgery, WwClient *client)
{
  forgery->author = client;
  memcpy (forgery->header.sender_account, account_of (client), WW_ID_SIZE);
  memcpy (forgery->header.sender_device, ww_identity_get_device_id (client->identity), WW_ID_SIZE);
}

static void
set_author (Made *made, WwClient *client)
{
  made->draft.account = account_of (client);
  made->draft.device = ww_identity_get_device_id (client->identity);
  made->draft.record = ww_record_hash (record_of (client));
  made->signed_by = client;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, WW_ID_SIZE);
}

static void
set_people (Made *made, WwClient *const *clients, guint n)
{
  for (guint i = 0; i < n; i++)
    memcpy (made->people[i], account_of (clients[i]), WW_ID_SIZE);
  qsort (made->people, n, WW_ID_SIZE, compare_ids);
  made->draft.members = (const guint8 (*)[WW_ID_SIZE]) made->people;
  made->draft.n_members = n;
}

/* Alice gives the group another name, and hands that on. */
static void
made_init (Made *made)
{
  memset (made, 0, sizeof *made);
  made->handed_on_by = alice;
  made->draft.group = group_id;
  made->draft.n_parents = get_heads (made->heads);
  made->draft.parents = (const guint8 (*)[WW_HASH_SIZE]) made->heads;
  made->draft.created_ms = (guint64) ww_now_ms ();
  made->draft.nonce = made->nonce;
  made->draft.kind = WW_GROUP_RENAME;
  made->draft.name = "evil";
  ww_random_bytes (made->nonce, sizeof made->nonce);
  memcpy (made->told_group, group_id, WW_ID_SIZE);
  set_author (made, alice);
}

static void
tell (Made *made)
{
  Forgery *forgery = &made->forgery;
  g_autoptr (GBytes) bytes = ww_group_draft_pack (&made->draft);
  WwBytes part = WW_BYTES (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  guint8 signature[WW_SIGNATURE_SIZE];
  Waxwing__GroupChanges changes = WAXWING__GROUP_CHANGES__INIT;
  Waxwing__SignedChange signed_change = WAXWING__SIGNED_CHANGE__INIT;
  Waxwing__SignedChange *list[] = { &signed_change };

  g_assert_cmpint (ww_signing_key_sign (ww_device_keys_signing (ww_identity_get_keys (made->signed_by->identity)),
                                        WW_TAG_GROUP, &part, 1, signature),
                   ==, WW_CRYPTO_OK);
  signed_change.change = (ProtobufCBinaryData) { part.len, (guint8 *) part.data };
  signed_change.signature = (ProtobufCBinaryData) { sizeof signature, signature };
  changes.group_id = (ProtobufCBinaryData) { WW_ID_SIZE, made->told_group };
  changes.changes = list;
  changes.n_changes = 1;
  forgery_init (forgery);
  set_sender (forgery, made->handed_on_by);
  set_participants (forgery, made->handed_on_by, bob);
  forgery->header.kind = WW_ENVELOPE_SILENT;
  forgery->payload.kind_case = WAXWING__PAYLOAD__KIND_GROUP_CHANGE;
  forgery->payload.group_change = &changes;
  seal (forgery);
  deliver (forgery);
  forgery_clear (forgery);
}

/* --- What is to come of it ----------------------------------------------------------------- */

static char *
describe (void)
{
  GString *text = g_string_new (ww_conversation_get_name (group));
  GListModel *members = ww_conversation_get_members (group);
  g_autofree char *texts = ww_house_texts (bob, ww_conversation_get_id (group));

  g_string_append_printf (text, ", %d:", ww_conversation_get_left (group));
  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (WwMember) member = g_list_model_get_item (members, i);

      g_string_append_printf (text, " %s", ww_member_get_account (member));
    }
  g_string_append_printf (text, " %s", texts);
  return g_string_free (text, FALSE);
}

static gboolean
bob_has_text (gpointer text)
{
  g_autoptr (WwConversation) conversation = ww_client_find_conversation (bob, ALICE);

  /* In the models: they hear of groups first, and of all of it after the store. */
  return conversation != NULL && strstr (ww_conversation_get_preview (conversation), text) != NULL;
}

/* An honest message after it: when that is there, what came before was judged. */
static void
wait_for_judgement (void)
{
  static guint n;
  g_autofree char *text = g_strdup_printf ("after it %u", ++n);
  Forgery forgery;

  forgery_init (&forgery);
  forgery.text.body = text;
  seal (&forgery);
  deliver (&forgery);
  ww_house_wait (bob_has_text, text, text);
  forgery_clear (&forgery);
}

/* --- Changes ------------------------------------------------------------------------------- */

typedef void (*Make) (Made *made);

static void
make_signed_by_another (Made *made)
{
  set_author (made, carol);
  made->signed_by = alice;
}

static void
make_other_record (Made *made)
{
  made->draft.record = ww_record_hash (record_of (carol));
}

static void
make_other_device (Made *made)
{
  made->draft.device = ww_identity_get_device_id (carol->identity);
}

static void
make_outsider (Made *made)
{
  set_author (made, dora);
}

static void
make_outsider_add_herself (Made *made)
{
  set_author (made, dora);
  made->draft.kind = WW_GROUP_ADD;
  set_people (made, &dora, 1);
}

static void
make_removal_of_outsider (Made *made)
{
  made->draft.kind = WW_GROUP_REMOVE;
  set_people (made, &dora, 1);
}

static void
make_other_group (Made *made)
{
  made->told_group[0] ^= 1;
}

static void
make_other_beginning (Made *made)
{
  WwClient *people[] = { alice, bob, dora };

  made->draft.group = NULL;
  made->draft.n_parents = 0;
  made->draft.kind = WW_GROUP_CREATE;
  set_people (made, people, 3);
}

/* A group that Bob is not in, under its own id. */
static void
make_group_of_others (Made *made)
{
  WwClient *people[] = { alice, carol };
  g_autoptr (WwGroupChange) change = NULL;
  g_autoptr (GBytes) bytes = NULL;
  guint8 signature[WW_SIGNATURE_SIZE] = { 0 };

  make_other_beginning (made);
  set_people (made, people, 2);
  bytes = ww_group_draft_pack (&made->draft);
  g_assert_cmpint (
      ww_group_change_new (WW_BYTES (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)), signature, &change), ==,
      WW_GROUP_OK);
  memcpy (made->told_group, change->group, WW_ID_SIZE);
}

static const struct
{
  const char *name;
  Make make;
} refused_changes[] = {
  { "signed by another than its author", make_signed_by_another },
  { "under another account's record", make_other_record },
  { "by a device that is not in the record", make_other_device },
  { "by somebody who is not in the group", make_outsider },
  { "letting oneself in", make_outsider_add_herself },
  { "taking out somebody who is not in", make_removal_of_outsider },
  { "said of another group", make_other_group },
  { "another beginning of the same group", make_other_beginning },
  { "a group of others", make_group_of_others },
};

static void
test_changes (void)
{
  const char *code = code_of (WW_ERROR_GROUP_CHANGE);
  g_autofree char *before = describe ();

  for (gsize i = 0; i < G_N_ELEMENTS (refused_changes); i++)
    {
      AlertWait wait = { WW_ALERT_KIND_MESSAGE_PROBLEM, code,
                         count_alerts (bob, WW_ALERT_KIND_MESSAGE_PROBLEM, code) + 1 };
      guint n_conversations = g_list_model_get_n_items (ww_client_get_conversations (bob));
      g_autofree char *after = NULL;
      Made made;

      g_test_message ("%s", refused_changes[i].name);
      made_init (&made);
      refused_changes[i].make (&made);
      tell (&made);
      ww_house_wait (alert_is_there, &wait, refused_changes[i].name);
      after = describe ();
      g_assert_cmpstr (after, ==, before);
      g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_conversations (bob)), ==, n_conversations);
    }
}

/* What comes from outside, follows what nobody has, or was there before, changes nothing. */
static void
test_without_effect (void)
{
  g_autofree char *before = NULL, *after = NULL;
  Made made;

  made_init (&made);
  made.draft.name = NAME "!";
  tell (&made);
  wait_for_judgement ();
  g_assert_cmpstr (ww_conversation_get_name (group), ==, NAME "!");
  before = describe ();
  /* The same again. */
  tell (&made);
  /* Not hers to hand on. */
  made_init (&made);
  set_author (&made, dora);
  made.handed_on_by = dora;
  tell (&made);
  /* After something that nobody has. */
  made_init (&made);
  memset (made.heads[0], 7, WW_HASH_SIZE);
  made.draft.n_parents = 1;
  tell (&made);
  wait_for_judgement ();
  after = describe ();
  g_assert_cmpstr (after, ==, before);
}

/* --- Messages ------------------------------------------------------------------------------ */

typedef struct
{
  Forgery forgery;
  guint8 heads[WW_MAX_GROUP_PARENTS][WW_HASH_SIZE];
  ProtobufCBinaryData list[WW_MAX_GROUP_PARENTS];
} Written;

/* Alice writes to the group. */
static void
written_init (Written *written)
{
  Forgery *forgery = &written->forgery;

  forgery_init (forgery);
  set_all_participants (forgery);
  memcpy (forgery->conversation, group_id, WW_ID_SIZE);
  forgery->content.n_group_heads = get_heads (written->heads);
  forgery->content.group_heads = written->list;
  for (gsize i = 0; i < forgery->content.n_group_heads; i++)
    written->list[i] = (ProtobufCBinaryData) { WW_HASH_SIZE, written->heads[i] };
}

typedef void (*Write) (Written *written);

static void
write_to_fewer (Written *written)
{
  set_participants (&written->forgery, alice, bob);
  memcpy (written->forgery.conversation, group_id, WW_ID_SIZE);
}

static void
write_without_heads (Written *written)
{
  written->forgery.content.n_group_heads = 0;
}

static void
write_from_outside (Written *written)
{
  set_sender (&written->forgery, dora);
}

static void
write_as_another (Written *written)
{
  set_sender (&written->forgery, carol);
  written->forgery.author = alice;
}

static void
write_copy (Written *written)
{
  set_sender (&written->forgery, bob);
  written->forgery.author = alice;
}

static const struct
{
  const char *name;
  Write write;
  WwError code;
} refused_messages[] = {
  { "to some of the members only", write_to_fewer, WW_ERROR_MESSAGE_NOT_PARTICIPANT },
  { "without saying on what it was sealed", write_without_heads, WW_ERROR_MESSAGE_NOT_PARTICIPANT },
  { "by somebody who is not in the group", write_from_outside, WW_ERROR_MESSAGE_NOT_PARTICIPANT },
  { "in another member's name", write_as_another, WW_ERROR_MESSAGE_SIGNATURE },
  { "a forged copy of what was sent", write_copy, WW_ERROR_MESSAGE_SIGNATURE },
};

static void
send_written (Written *written)
{
  seal (&written->forgery);
  deliver (&written->forgery);
  forgery_clear (&written->forgery);
}

static void
test_messages (void)
{
  g_autofree char *before = describe ();

  for (gsize i = 0; i < G_N_ELEMENTS (refused_messages); i++)
    {
      const char *code = code_of (refused_messages[i].code);
      AlertWait wait = { WW_ALERT_KIND_MESSAGE_PROBLEM, code,
                         count_alerts (bob, WW_ALERT_KIND_MESSAGE_PROBLEM, code) + 1 };
      g_autofree char *after = NULL;
      Written written;

      g_test_message ("%s", refused_messages[i].name);
      written_init (&written);
      refused_messages[i].write (&written);
      send_written (&written);
      ww_house_wait (alert_is_there, &wait, refused_messages[i].name);
      after = describe ();
      g_assert_cmpstr (after, ==, before);
    }
}

/* --- Who is out ---------------------------------------------------------------------------- */

/* What Bob's device has sent. */
typedef struct
{
  guint n_sends;
  gboolean to_carol; /* a message */
} Sent;

static void
watch_sends (const Waxwing__Frame *frame, gpointer data)
{
  Sent *sent = data;

  if (frame->body_case != WAXWING__FRAME__BODY_REQUEST || frame->request->body_case != WAXWING__REQUEST__BODY_SEND)
    return;
  sent->n_sends++;
  /* Why she is out she is told, and that is silent: its place in the header is after the version. */
  if (frame->request->send->envelope->header.data[1] != WW_ENVELOPE_MESSAGE)
    return;
  for (size_t i = 0; i < frame->request->send->n_recipients; i++)
    if (memcmp (frame->request->send->recipients[i]->account_id.data, account_of (carol), WW_ID_SIZE) == 0)
      sent->to_carol = TRUE;
}

/* Nobody to whom Bob has not agreed learns from an answer that his device is there. */
static void
test_strangers (void)
{
  g_autofree char *before = describe ();
  g_autofree char *after = NULL;
  Sent sent = { 0 };
  Written written;
  Made made;

  ww_proxy_set_watch (proxy, watch_sends, &sent);
  written_init (&written);
  set_sender (&written.forgery, dora);
  set_participants (&written.forgery, dora, bob);
  memset (written.forgery.conversation, 9, WW_ID_SIZE);
  memset (written.heads[0], 9, WW_HASH_SIZE);
  written.forgery.content.n_group_heads = 1;
  send_written (&written);
  made_init (&made);
  made.handed_on_by = dora;
  tell (&made);
  wait_for_judgement ();
  ww_house_spin (500);
  ww_proxy_set_watch (proxy, NULL, NULL);
  /* The receipt for Alice's honest message is one. */
  g_assert_cmpuint (sent.n_sends, ==, 1);
  after = describe ();
  g_assert_cmpstr (after, ==, before);
}

static gboolean
carol_is_out (gpointer unused)
{
  return g_list_model_get_n_items (ww_conversation_get_members (group)) == 2;
}

static WwConversation *
alices_group (void)
{
  return ww_client_find_conversation (alice, ww_conversation_get_id (group));
}

/* What Carol writes and does after she was removed, on what she knew, reaches nobody; and nothing reaches her. */
static void
test_removed (void)
{
  g_autoptr (WwConversation) alices = alices_group ();
  g_autofree char *carols_id = ww_hex_encode (account_of (carol), WW_ID_SIZE);
  g_autofree char *before = NULL, *after = NULL;
  guint n_alerts;
  Sent sent = { 0 };
  Written written;
  Made made;
  g_autoptr (WwMessage) message = NULL;

  written_init (&written);
  made_init (&made);
  set_author (&made, carol);
  made.handed_on_by = carol;
  ww_house_await (ww_conversation_remove_member (alices, carols_id));
  ww_house_wait (carol_is_out, NULL, "Bob to see that Carol is out");
  before = describe ();
  n_alerts = g_list_model_get_n_items (ww_client_get_alerts (bob));
  set_sender (&written.forgery, carol);
  send_written (&written);
  tell (&made);
  wait_for_judgement ();
  after = describe ();
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_alerts (bob)), ==, n_alerts);

  ww_proxy_set_watch (proxy, watch_sends, &sent);
  message = ww_house_await_object (ww_conversation_send_text (group, "without Carol"));
  ww_house_await (ww_client_wait_message_state (bob, ww_message_get_id (message), WW_MESSAGE_STATE_DELIVERED, 60000));
  ww_proxy_set_watch (proxy, NULL, NULL);
  g_assert_cmpuint (sent.n_sends, >=, 1);
  g_assert_false (sent.to_carol);
}

static gboolean
bob_has_group (gpointer unused)
{
  GListModel *conversations = ww_client_get_conversations (bob);

  for (guint i = 0; i < g_list_model_get_n_items (conversations) && group == NULL; i++)
    {
      g_autoptr (WwConversation) conversation = g_list_model_get_item (conversations, i);

      if (ww_conversation_get_kind (conversation) == WW_CONVERSATION_KIND_GROUP)
        group = g_steal_pointer (&conversation);
    }
  return group != NULL;
}

static void
begin (void)
{
  const char *people[] = { BOB, CAROL, NULL };
  g_autoptr (WwConversation) with_alice = NULL;
  g_autoptr (WwMessage) message = NULL;

  ww_forgery_open ();
  dora = ww_house_enrol (house, "dora", NULL, DORA);
  g_object_unref (ww_house_await_object (ww_client_create_group (alice, NAME, people)));
  ww_house_wait (bob_has_group, NULL, "Bob to be in the group");
  g_assert_true (ww_hex_decode (ww_conversation_get_id (group), group_id, sizeof group_id));
  /* Bob agrees to hear from Alice, and knows whom changes will name. */
  with_alice = ww_house_await_object (ww_client_start_conversation (bob, ALICE));
  message = ww_house_await_object (ww_conversation_send_text (with_alice, "hello"));
  ww_house_await (ww_client_wait_message_state (bob, ww_message_get_id (message), WW_MESSAGE_STATE_DELIVERED, 60000));
  g_object_unref (ww_house_await_object (ww_client_look_up (bob, CAROL)));
  house->strangers = TRUE;
}

int
main (int argc, char **argv)
{
  int status;

  ww_client_prepare_process ();
  g_test_init (&argc, &argv, NULL);
  begin ();
  g_test_add_func ("/engine/hostile-groups/changes", test_changes);
  g_test_add_func ("/engine/hostile-groups/without-effect", test_without_effect);
  g_test_add_func ("/engine/hostile-groups/messages", test_messages);
  g_test_add_func ("/engine/hostile-groups/strangers", test_strangers);
  g_test_add_func ("/engine/hostile-groups/removed", test_removed);
  status = g_test_run ();
  g_clear_object (&group);
  ww_house_close (dora);
  ww_forgery_close ();
  return status;
}
