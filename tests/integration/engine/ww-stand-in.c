/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-stand-in.h"

#include <libsoup/soup.h>

#include "ww-checks.h"
#include "ww-error-codes.h"
#include "ww-frame.h"
#include "ww-limits.h"
#include "ww-record.h"
#include "ww-store-records.h"

#define KINDS 64

typedef struct
{
  GPtrArray *records; /* of WwRecord */
  GPtrArray *handles; /* of char *: what the server's table gives it */
} Account;

typedef struct
{
  guint8 token[32];
  char *handle;
  gboolean inbound;
  Waxwing__VerificationState__State state;
  guint tries_left;
  gboolean used;
  gint64 due_ms; /* of the claim that was made with it; 0: none */
} Verification;

typedef struct
{
  WwStandIn *server;
  SoupWebsocketConnection *socket;
  Account *account; /* of an authenticated device */
} Link;

struct _WwStandIn
{
  SoupServer *listener;
  char *url;
  GPtrArray *links;
  GPtrArray *accounts;
  GPtrArray *verifications;
  GStrv verifies;
  gint64 offset_ms;
  gint64 hold_ms;
  gboolean refuse;
  Waxwing__Request__BodyCase lose;
  guint counts[KINDS];
};

static void
account_free (gpointer data)
{
  Account *self = data;

  g_ptr_array_unref (self->records);
  g_ptr_array_unref (self->handles);
  g_free (self);
}

static void
verification_free (gpointer data)
{
  g_free (((Verification *) data)->handle);
  g_free (data);
}

static void
link_free (gpointer data)
{
  Link *self = data;

  g_signal_handlers_disconnect_by_data (self->socket, self);
  if (soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->socket, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
  g_object_unref (self->socket);
  g_free (self);
}

static gint64
now (WwStandIn *self)
{
  return ww_now_ms () + self->offset_ms;
}

static void
send_frame (Link *link, Waxwing__Frame *frame)
{
  gsize len;
  guint8 *packed = ww_frame_pack (frame, &len);

  if (soup_websocket_connection_get_state (link->socket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_binary (link->socket, packed, len);
  free (packed);
}

static void
send_event (Link *link, Waxwing__Event__BodyCase body_case, gpointer body)
{
  Waxwing__Frame frame = WAXWING__FRAME__INIT;
  Waxwing__Event event = WAXWING__EVENT__INIT;

  frame.body_case = WAXWING__FRAME__BODY_EVENT;
  frame.event = &event;
  event.body_case = body_case;
  event.verification = body;
  send_frame (link, &frame);
}

static void
respond (Link *link, guint64 id, Waxwing__Response__BodyCase body_case, gpointer body)
{
  Waxwing__Frame frame = WAXWING__FRAME__INIT;
  Waxwing__Response response = WAXWING__RESPONSE__INIT;

  frame.id = id;
  frame.body_case = WAXWING__FRAME__BODY_RESPONSE;
  frame.response = &response;
  response.body_case = body_case;
  response.error = body;
  send_frame (link, &frame);
}

static void
respond_done (Link *link, guint64 id)
{
  Waxwing__Done done = WAXWING__DONE__INIT;

  respond (link, id, WAXWING__RESPONSE__BODY_DONE, &done);
}

static void
refuse (Link *link, guint64 id, const char *code)
{
  Waxwing__Error error = WAXWING__ERROR__INIT;

  error.code = (char *) code;
  error.message = (char *) "The stand-in refuses.";
  respond (link, id, WAXWING__RESPONSE__BODY_ERROR, &error);
}

/* --- Verifications --------------------------------------------------------------------------- */

static Verification *
find_token (WwStandIn *self, ProtobufCBinaryData token)
{
  for (guint i = 0; i < self->verifications->len; i++)
    {
      Verification *verification = self->verifications->pdata[i];

      if (token.len == WW_TOKEN_SIZE && memcmp (verification->token, token.data, token.len) == 0)
        return verification;
    }
  return NULL;
}

static void
fill_state (WwStandIn *self, Verification *verification, Waxwing__VerificationState *state)
{
  waxwing__verification_state__init (state);
  state->token = (ProtobufCBinaryData) { WW_TOKEN_SIZE, verification->token };
  state->state = verification->state;
  state->expires_ms = (guint64) now (self) + WW_CODE_MS;
  state->tries_left = verification->tries_left;
  if (verification->inbound)
    {
      state->send_to = (char *) WW_STAND_IN_SEND_TO;
      state->send_text = (char *) "WAX AB12CD";
    }
}

static void
respond_state (Link *link, guint64 id, Verification *verification)
{
  Waxwing__VerificationState state;

  fill_state (link->server, verification, &state);
  respond (link, id, WAXWING__RESPONSE__BODY_VERIFICATION, &state);
}

static void
start (Link *link, guint64 id, const Waxwing__StartVerification *asked)
{
  WwStandIn *self = link->server;
  Verification *verification = find_token (self, asked->token);

  if (verification == NULL)
    {
      verification = g_new0 (Verification, 1);
      ww_random_bytes (verification->token, sizeof verification->token);
      verification->handle = g_strdup (asked->handle);
      verification->inbound = asked->inbound;
      verification->state = WAXWING__VERIFICATION_STATE__STATE__WAITING;
      verification->tries_left = g_str_has_prefix (asked->handle, "tel:") && !asked->inbound ? WW_CODE_TRIES : 0;
      g_ptr_array_add (self->verifications, verification);
    }
  respond_state (link, id, verification);
}

static void
confirm (Link *link, guint64 id, const Waxwing__ConfirmVerification *asked)
{
  Verification *verification = find_token (link->server, asked->token);

  if (verification == NULL || verification->tries_left == 0)
    refuse (link, id, WW_CODE_VERIFICATION_EXPIRED);
  else if (g_str_equal (asked->code, WW_STAND_IN_CODE))
    {
      verification->state = WAXWING__VERIFICATION_STATE__STATE__CONFIRMED;
      respond_state (link, id, verification);
    }
  else if (--verification->tries_left > 0)
    refuse (link, id, WW_CODE_WRONG_CODE);
  else
    {
      Waxwing__VerificationState state;

      /* The event overtakes the answer: what the person hears must not depend on the order. */
      verification->state = WAXWING__VERIFICATION_STATE__STATE__EXPIRED;
      fill_state (link->server, verification, &state);
      send_event (link, WAXWING__EVENT__BODY_VERIFICATION, &state);
      refuse (link, id, WW_CODE_TOO_MANY_TRIES);
    }
}

static Verification *
take_confirmed (Link *link, guint64 id, ProtobufCBinaryData token)
{
  Verification *verification = find_token (link->server, token);

  if (verification != NULL && verification->used)
    refuse (link, id, WW_CODE_VERIFICATION_USED);
  else if (verification == NULL || verification->state != WAXWING__VERIFICATION_STATE__STATE__CONFIRMED)
    refuse (link, id, WW_CODE_NOT_VERIFIED);
  else
    return verification;
  return NULL;
}

/* --- Accounts -------------------------------------------------------------------------------- */

static Account *
find_account (WwStandIn *self, const char *handle, const guint8 *account_id)
{
  for (guint i = 0; i < self->accounts->len; i++)
    {
      Account *account = self->accounts->pdata[i];

      if (handle != NULL && g_ptr_array_find_with_equal_func (account->handles, handle, g_str_equal, NULL))
        return account;
      if (account_id != NULL && memcmp (ww_record_account_id (account->records->pdata[0]), account_id, WW_ID_SIZE) == 0)
        return account;
    }
  return NULL;
}

static WwRecord *
newest (Account *account)
{
  return account->records->pdata[account->records->len - 1];
}

/* From the record `known` on; to be freed. The signed records point into the account's. */
static Waxwing__SignedRecord **
list_chain (Account *account, guint64 known, size_t *n)
{
  gsize count = account->records->len;
  Waxwing__SignedRecord **chain = g_malloc0 ((count + 1) * (sizeof *chain + sizeof **chain));
  Waxwing__SignedRecord *storage = (Waxwing__SignedRecord *) (gpointer) (chain + count + 1);

  *n = 0;
  for (gsize i = known; i < count; i++)
    {
      WwRecord *record = account->records->pdata[i];
      WwBytes bytes = ww_record_bytes (record);

      waxwing__signed_record__init (&storage[*n]);
      storage[*n].record = (ProtobufCBinaryData) { bytes.len, (guint8 *) bytes.data };
      storage[*n].signature = (ProtobufCBinaryData) { WW_SIGNATURE_SIZE, (guint8 *) ww_record_signature (record) };
      chain[*n] = &storage[*n];
      (*n)++;
    }
  return chain;
}

static void
prepare (Link *link, guint64 id, const Waxwing__PrepareDevice *asked)
{
  Verification *verification = take_confirmed (link, id, asked->token);
  Waxwing__DevicePrepared prepared = WAXWING__DEVICE_PREPARED__INIT;
  g_autofree Waxwing__SignedRecord **chain = NULL;
  guint8 push_address[32];
  Account *account;

  if (verification == NULL)
    return;
  ww_random_bytes (push_address, sizeof push_address);
  prepared.push_address = (ProtobufCBinaryData) { sizeof push_address, push_address };
  account = find_account (link->server, verification->handle, NULL);
  if (account != NULL)
    {
      chain = list_chain (account, 0, &prepared.n_chain);
      prepared.chain = chain;
      /* A page of one: the rest has to be asked for. */
      prepared.n_chain = MIN (prepared.n_chain, 1);
    }
  respond (link, id, WAXWING__RESPONSE__BODY_DEVICE_PREPARED, &prepared);
}

static WwRecord *
read_record (const Waxwing__SignedRecord *signed_record)
{
  WwRecord *record = NULL;

  g_assert_cmpint (ww_record_new (WW_BYTES (signed_record->record.data, signed_record->record.len),
                                  WW_BYTES (signed_record->signature.data, signed_record->signature.len), &record),
                   ==, WW_RECORD_OK);
  return record;
}

static void
give_handle (WwStandIn *self, Account *to, const char *handle)
{
  Account *before = find_account (self, handle, NULL);
  guint position;

  if (before == to)
    return;
  if (before != NULL && g_ptr_array_find_with_equal_func (before->handles, handle, g_str_equal, &position))
    g_ptr_array_remove_index (before->handles, position);
  g_ptr_array_add (to->handles, g_strdup (handle));
}

static void
tell_changed (WwStandIn *self, Account *account)
{
  Waxwing__RecordChanged changed = WAXWING__RECORD_CHANGED__INIT;

  changed.account_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) ww_record_account_id (newest (account)) };
  changed.sequence = ww_record_sequence (newest (account));
  for (guint i = 0; i < self->links->len; i++)
    if (((Link *) self->links->pdata[i])->account == account)
      send_event (self->links->pdata[i], WAXWING__EVENT__BODY_RECORD_CHANGED, &changed);
}

static void
create (Link *link, guint64 id, const Waxwing__CreateAccount *asked)
{
  Verification *verification = take_confirmed (link, id, asked->token);
  Account *account;

  if (verification == NULL)
    return;
  account = g_new0 (Account, 1);
  account->records = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_record_unref);
  account->handles = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (account->records, read_record (asked->record));
  g_ptr_array_add (link->server->accounts, account);
  give_handle (link->server, account, verification->handle);
  verification->used = TRUE;
  respond_done (link, id);
}

/* TRUE when the claim has to wait, or was refused: that is answered then. */
static gboolean
is_held (Link *link, guint64 id, Verification *verification)
{
  WwStandIn *self = link->server;
  Waxwing__Held held = WAXWING__HELD__INIT;

  if (self->refuse)
    {
      refuse (link, id, WW_CODE_CLAIM_REFUSED);
      return TRUE;
    }
  if (verification->due_ms == 0)
    verification->due_ms = now (self) + self->hold_ms;
  if (verification->due_ms <= now (self))
    return FALSE;
  held.due_ms = (guint64) verification->due_ms;
  held.expires_ms = held.due_ms + WW_CLAIM_MS;
  respond (link, id, WAXWING__RESPONSE__BODY_HELD, &held);
  return TRUE;
}

/* TRUE when it is the account's now. */
static gboolean
append (Link *link, guint64 id, Account *account, const Waxwing__SignedRecord *signed_record)
{
  g_autoptr (WwRecord) record = read_record (signed_record);

  if (ww_record_check_next (newest (account), record) != WW_RECORD_OK)
    {
      refuse (link, id, WW_CODE_RECORD_CONFLICT);
      return FALSE;
    }
  g_ptr_array_add (account->records, g_steal_pointer (&record));
  tell_changed (link->server, account);
  respond_done (link, id);
  return TRUE;
}

static void
reset (Link *link, guint64 id, const Waxwing__ResetAccount *asked)
{
  Verification *verification = take_confirmed (link, id, asked->token);
  Account *account;

  if (verification == NULL || is_held (link, id, verification))
    return;
  account = find_account (link->server, verification->handle, NULL);
  g_assert_nonnull (account);
  if (append (link, id, account, asked->record))
    verification->used = TRUE;
}

static void
publish (Link *link, guint64 id, const Waxwing__PublishRecord *asked)
{
  Verification *verification = NULL;
  Account *owner;

  g_assert_nonnull (link->account);
  if (asked->token.len > 0)
    {
      verification = take_confirmed (link, id, asked->token);
      if (verification == NULL)
        return;
      owner = find_account (link->server, verification->handle, NULL);
      if (owner != NULL && owner != link->account && is_held (link, id, verification))
        return;
    }
  if (append (link, id, link->account, asked->record) && verification != NULL)
    {
      verification->used = TRUE;
      give_handle (link->server, link->account, verification->handle);
    }
}

static void
look_up (Link *link, guint64 id, const Waxwing__LookUp *asked)
{
  Waxwing__LookUpResult result = WAXWING__LOOK_UP_RESULT__INIT;
  g_autofree Waxwing__SignedRecord **chain = NULL;
  gboolean by_handle = asked->by_case == WAXWING__LOOK_UP__BY_HANDLE;
  Account *account = find_account (link->server, by_handle ? asked->handle : NULL,
                                   by_handle ? NULL : asked->account_id.data);

  if (account != NULL)
    {
      chain = list_chain (account, asked->known_sequence, &result.n_chain);
      result.found = TRUE;
      result.chain = chain;
      result.current_sequence = ww_record_sequence (newest (account));
      result.account_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) ww_record_account_id (newest (account)) };
      /* Pages of two. */
      result.n_chain = MIN (result.n_chain, 2);
    }
  respond (link, id, WAXWING__RESPONSE__BODY_LOOK_UP, &result);
}

static void
authenticate (Link *link, guint64 id, const Waxwing__Authenticate *asked)
{
  Waxwing__Authenticated authenticated = WAXWING__AUTHENTICATED__INIT;
  Waxwing__MailboxDrained drained = WAXWING__MAILBOX_DRAINED__INIT;

  for (guint i = 0; i < link->server->accounts->len; i++)
    {
      Account *account = link->server->accounts->pdata[i];

      if (ww_record_find_device (newest (account), asked->device_id.data) != NULL)
        link->account = account;
    }
  if (link->account == NULL)
    {
      refuse (link, id, WW_CODE_UNAUTHENTICATED);
      return;
    }
  authenticated.account_id = (ProtobufCBinaryData) { WW_ID_SIZE,
                                                     (guint8 *) ww_record_account_id (newest (link->account)) };
  authenticated.record_sequence = ww_record_sequence (newest (link->account));
  respond (link, id, WAXWING__RESPONSE__BODY_AUTHENTICATED, &authenticated);
  send_event (link, WAXWING__EVENT__BODY_MAILBOX_DRAINED, &drained);
}

static void
join (Link *link, guint64 id)
{
  Waxwing__JoinPending pending = WAXWING__JOIN_PENDING__INIT;

  pending.expires_ms = (guint64) now (link->server) + WW_APPROVAL_MS;
  respond (link, id, WAXWING__RESPONSE__BODY_JOIN_PENDING, &pending);
}

static void
watch (Link *link, guint64 id, const Waxwing__WatchVerification *asked)
{
  Verification *verification = find_token (link->server, asked->token);

  if (verification != NULL)
    respond_state (link, id, verification);
  else
    refuse (link, id, WW_CODE_VERIFICATION_EXPIRED);
}

static void
take_request (Link *link, guint64 id, const Waxwing__Request *request)
{
  switch ((gint) request->body_case)
    {
    case WAXWING__REQUEST__BODY_START_VERIFICATION:
      start (link, id, request->start_verification);
      break;
    case WAXWING__REQUEST__BODY_WATCH_VERIFICATION:
      watch (link, id, request->watch_verification);
      break;
    case WAXWING__REQUEST__BODY_CONFIRM_VERIFICATION:
      confirm (link, id, request->confirm_verification);
      break;
    case WAXWING__REQUEST__BODY_PREPARE_DEVICE:
      prepare (link, id, request->prepare_device);
      break;
    case WAXWING__REQUEST__BODY_CREATE_ACCOUNT:
      create (link, id, request->create_account);
      break;
    case WAXWING__REQUEST__BODY_JOIN_ACCOUNT:
      join (link, id);
      break;
    case WAXWING__REQUEST__BODY_RESET_ACCOUNT:
      reset (link, id, request->reset_account);
      break;
    case WAXWING__REQUEST__BODY_AUTHENTICATE:
      authenticate (link, id, request->authenticate);
      break;
    case WAXWING__REQUEST__BODY_LOOK_UP:
      look_up (link, id, request->look_up);
      break;
    case WAXWING__REQUEST__BODY_PUBLISH_RECORD:
      publish (link, id, request->publish_record);
      break;
    default:
      respond_done (link, id);
      break;
    }
}

/* What is to be lost is carried out on a socket that is closed already. */
static void
message_cb (SoupWebsocketConnection *socket, int type, GBytes *message, gpointer data)
{
  Link *link = data;
  WwStandIn *self = link->server;
  gsize len;
  const guint8 *bytes = g_bytes_get_data (message, &len);
  Waxwing__Frame *frame = ww_frame_parse (bytes, len);

  g_assert_nonnull (frame);
  g_assert_cmpint (frame->body_case, ==, WAXWING__FRAME__BODY_REQUEST);
  g_assert_cmpint (frame->request->body_case, <, KINDS);
  self->counts[frame->request->body_case]++;
  if (frame->request->body_case == self->lose)
    {
      self->lose = WAXWING__REQUEST__BODY__NOT_SET;
      soup_websocket_connection_close (socket, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
    }
  take_request (link, frame->id, frame->request);
  waxwing__frame__free_unpacked (frame, NULL);
}

static void
closed_cb (SoupWebsocketConnection *socket, gpointer data)
{
  g_ptr_array_remove (((Link *) data)->server->links, data);
}

static void
greet (Link *link)
{
  Waxwing__Frame frame = WAXWING__FRAME__INIT;
  Waxwing__Hello hello = WAXWING__HELLO__INIT;
  guint8 challenge[32];

  ww_random_bytes (challenge, sizeof challenge);
  hello.version = 1;
  hello.challenge = (ProtobufCBinaryData) { sizeof challenge, challenge };
  hello.server = (char *) "stand-in";
  hello.now_ms = (guint64) now (link->server);
  hello.verifies = link->server->verifies;
  hello.n_verifies = g_strv_length (link->server->verifies);
  frame.body_case = WAXWING__FRAME__BODY_HELLO;
  frame.hello = &hello;
  send_frame (link, &frame);
}

static void
websocket_cb (SoupServer *listener, SoupServerMessage *request, const char *path, SoupWebsocketConnection *socket,
              gpointer data)
{
  Link *link = g_new0 (Link, 1);

  link->server = data;
  link->socket = g_object_ref (socket);
  soup_websocket_connection_set_max_incoming_payload_size (socket, WW_MAX_FRAME);
  g_signal_connect (socket, "message", G_CALLBACK (message_cb), link);
  g_signal_connect (socket, "closed", G_CALLBACK (closed_cb), link);
  g_ptr_array_add (link->server->links, link);
  greet (link);
}

static void
well_known_cb (SoupServer *listener, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  WwStandIn *self = data;
  g_autofree char *kinds = g_strjoinv ("\",\"", self->verifies);
  const char *quote = self->verifies[0] != NULL ? "\"" : "";
  g_autofree char *answer = g_strdup_printf (
      "{\"version\":1,\"server\":\"stand-in\",\"link\":\"/v1/link\",\"verifies\":[%s%s%s]}", quote, kinds, quote);

  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, answer, strlen (answer));
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
}

WwStandIn *
ww_stand_in_new (void)
{
  static const char *const all[] = { "mailto", "tel", "tel-inbound", NULL };
  WwStandIn *self = g_new0 (WwStandIn, 1);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  self->verifies = g_strdupv ((char **) all);
  self->links = g_ptr_array_new_with_free_func (link_free);
  self->accounts = g_ptr_array_new_with_free_func (account_free);
  self->verifications = g_ptr_array_new_with_free_func (verification_free);
  self->listener = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->listener, "/.well-known/waxwing", well_known_cb, self, NULL);
  soup_server_add_websocket_handler (self->listener, "/v1/link", NULL, NULL, websocket_cb, self, NULL);
  soup_server_listen_local (self->listener, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->listener);
  self->url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return self;
}

void
ww_stand_in_free (WwStandIn *self)
{
  soup_server_disconnect (self->listener);
  g_ptr_array_unref (self->links);
  g_ptr_array_unref (self->accounts);
  g_ptr_array_unref (self->verifications);
  g_clear_object (&self->listener);
  g_strfreev (self->verifies);
  g_free (self->url);
  g_free (self);
}

const char *
ww_stand_in_get_url (WwStandIn *self)
{
  return self->url;
}

void
ww_stand_in_set_verifies (WwStandIn *self, const char *const *verifies)
{
  g_strfreev (self->verifies);
  self->verifies = g_strdupv ((char **) verifies);
}

void
ww_stand_in_drop (WwStandIn *self)
{
  g_ptr_array_set_size (self->links, 0);
}

void
ww_stand_in_pass_time (WwStandIn *self, gint64 ms)
{
  self->offset_ms += ms;
  ww_stand_in_drop (self);
}

void
ww_stand_in_set_hold (WwStandIn *self, gint64 ms)
{
  self->hold_ms = ms;
}

void
ww_stand_in_set_refuse (WwStandIn *self, gboolean refuse_claims)
{
  self->refuse = refuse_claims;
}

void
ww_stand_in_lose_answer (WwStandIn *self, Waxwing__Request__BodyCase body_case)
{
  self->lose = body_case;
}

static Verification *
find_waiting (WwStandIn *self, const char *handle)
{
  for (guint i = self->verifications->len; i > 0; i--)
    {
      Verification *verification = self->verifications->pdata[i - 1];

      if (g_str_equal (verification->handle, handle) &&
          verification->state == WAXWING__VERIFICATION_STATE__STATE__WAITING)
        return verification;
    }
  return NULL;
}

gboolean
ww_stand_in_is_waiting (WwStandIn *self, const char *handle)
{
  return find_waiting (self, handle) != NULL;
}

void
ww_stand_in_confirm (WwStandIn *self, const char *handle)
{
  Verification *verification = find_waiting (self, handle);
  Waxwing__VerificationState state;

  g_assert_nonnull (verification);
  verification->state = WAXWING__VERIFICATION_STATE__STATE__CONFIRMED;
  fill_state (self, verification, &state);
  for (guint i = 0; i < self->links->len; i++)
    send_event (self->links->pdata[i], WAXWING__EVENT__BODY_VERIFICATION, &state);
}

guint
ww_stand_in_count (WwStandIn *self, Waxwing__Request__BodyCase body_case)
{
  return self->counts[body_case];
}

guint64
ww_stand_in_get_sequence (WwStandIn *self, const char *handle)
{
  Account *account = find_account (self, handle, NULL);

  return account != NULL ? ww_record_sequence (newest (account)) : 0;
}
