/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-people.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "ww-frame.h"

#define BATCH        100 /* links that open at the same time */
#define BYTES(array) ((ProtobufCBinaryData) { sizeof (array), (array) })

/* Nobody yet. The directory's name stays the caller's. */
void
bench_people_init (BenchPeople *self, BenchLoop *loop, const char *mail_directory)
{
  self->loop = loop;
  self->mail_directory = mail_directory;
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->people = g_ptr_array_new ();
  if (ww_device_keys_generate (&self->keys) != WW_CRYPTO_OK)
    g_error ("cannot make keys");
}

static BenchPerson *
person_new (BenchPeople *people)
{
  BenchPerson *self = g_new0 (BenchPerson, 1);

  self->address = g_strdup_printf ("person%u@example.org", people->people->len);
  self->device = g_new0 (TestDevice, 1);
  self->device->account = test_account_new ();
  self->device->keys = people->keys;
  if (RAND_bytes (self->device->id, sizeof self->device->id) != 1)
    g_error ("no random bytes");
  g_ptr_array_add (self->device->account->handles, g_strconcat ("mailto:", self->address, NULL));
  g_ptr_array_add (self->device->account->devices, self->device);
  g_ptr_array_add (people->people, self);
  return self;
}

static void
person_free (BenchPerson *self)
{
  test_account_free (self->device->account);
  g_clear_pointer (&self->device->device, g_bytes_unref);
  g_free (self->device);
  g_clear_pointer (&self->record, test_record_free);
  g_free (self->address);
  g_free (self);
}

/* Disconnects and frees everybody. */
void
bench_people_clear (BenchPeople *self)
{
  bench_people_disconnect (self);
  g_ptr_array_foreach (self->people, (GFunc) (void (*) (void)) person_free, NULL);
  g_ptr_array_unref (self->people);
  g_hash_table_unref (self->seen);
  ww_device_keys_free (self->keys);
}

/* --- What a device says -------------------------------------------------------------------- */

/* Sends a request with this number. */
void
bench_person_request (BenchPerson *self, uint64_t id, Waxwing__Request__BodyCase body, void *message)
{
  Waxwing__Frame frame = WAXWING__FRAME__INIT;
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  uint8_t *bytes;
  size_t len;

  request.body_case = body;
  /* All members of the union are pointers. */
  request.send = message;
  frame.id = id;
  frame.body_case = WAXWING__FRAME__BODY_REQUEST;
  frame.request = &request;
  bytes = ww_frame_pack (&frame, &len);
  bench_link_send (self->link, bytes, len);
  free (bytes);
}

static void
authenticate (BenchPerson *self, const Waxwing__Hello *hello)
{
  Waxwing__Authenticate request = WAXWING__AUTHENTICATE__INIT;
  uint8_t signature[WW_SIGNATURE_SIZE];
  const char *authority = self->link->loop->authority;

  if (ww_signing_key_sign_link (ww_device_keys_signing (self->device->keys), self->device->id, hello->challenge.data,
                                authority, signature) != WW_CRYPTO_OK)
    g_error ("cannot sign");
  request.device_id = BYTES (self->device->id);
  request.signature = BYTES (signature);
  request.authority = (char *) authority;
  bench_person_request (self, 1, WAXWING__REQUEST__BODY_AUTHENTICATE, &request);
}

static void
start_verification (BenchPerson *self)
{
  Waxwing__StartVerification request = WAXWING__START_VERIFICATION__INIT;

  request.handle = self->device->account->handles->pdata[0];
  request.language = (char *) "en";
  bench_person_request (self, 1, WAXWING__REQUEST__BODY_START_VERIFICATION, &request);
}

static void
prepare_device (BenchPerson *self)
{
  Waxwing__PrepareDevice request = WAXWING__PREPARE_DEVICE__INIT;

  request.token = BYTES (self->token);
  bench_person_request (self, 2, WAXWING__REQUEST__BODY_PREPARE_DEVICE, &request);
}

static void
create_account (BenchPerson *self, const Waxwing__DevicePrepared *prepared)
{
  Waxwing__CreateAccount request = WAXWING__CREATE_ACCOUNT__INIT;

  memcpy (self->device->push_address, prepared->push_address.data, WW_PUSH_ADDRESS_SIZE);
  test_device_sign (self->device);
  self->record = test_account_record (self->device->account);
  request.token = BYTES (self->token);
  request.record = &self->record->message;
  bench_person_request (self, 3, WAXWING__REQUEST__BODY_CREATE_ACCOUNT, &request);
}

/* --- What a device hears ------------------------------------------------------------------- */

static void
take_response (BenchPerson *self, const Waxwing__Response *response)
{
  switch ((int) response->body_case)
    {
    case WAXWING__RESPONSE__BODY_VERIFICATION:
      memcpy (self->token, response->verification->token.data, WW_TOKEN_SIZE);
      self->stage = BENCH_VERIFYING;
      return;
    case WAXWING__RESPONSE__BODY_DEVICE_PREPARED:
      create_account (self, response->device_prepared);
      return;
    case WAXWING__RESPONSE__BODY_DONE:
      test_account_accept (self->device->account, self->record);
      self->stage = BENCH_ENROLLED;
      return;
    case WAXWING__RESPONSE__BODY_AUTHENTICATED:
      self->stage = BENCH_AUTHENTICATED;
      return;
    case WAXWING__RESPONSE__BODY_ERROR:
      g_error ("%s: the server refused: %s", self->address, response->error->code);
    default:
      g_error ("%s: an answer to nothing", self->address);
    }
}

static void
take_event (BenchPerson *self, const Waxwing__Event *event)
{
  if (event->body_case == WAXWING__EVENT__BODY_VERIFICATION &&
      event->verification->state == WAXWING__VERIFICATION_STATE__STATE__CONFIRMED)
    prepare_device (self);
  else if (event->body_case == WAXWING__EVENT__BODY_MAILBOX_DRAINED)
    self->stage = BENCH_DRAINED;
  else
    g_error ("%s: an event of kind %d", self->address, event->body_case);
}

static void
take_hello (BenchPerson *self, const Waxwing__Hello *hello)
{
  self->stage = BENCH_GREETED;
  if (self->device->account->sequence > 0)
    authenticate (self, hello);
  else
    start_verification (self);
}

static void
message_cb (BenchLink *link, const uint8_t *data, size_t len)
{
  BenchPerson *self = link->data;
  Waxwing__Frame *frame = ww_frame_parse (data, len);

  if (frame == NULL)
    g_error ("%s: the server sent something malformed", self->address);
  if (frame->body_case == WAXWING__FRAME__BODY_HELLO)
    take_hello (self, frame->hello);
  else if (self->stage == BENCH_DRAINED)
    self->frame (self, frame);
  else if (frame->body_case == WAXWING__FRAME__BODY_RESPONSE)
    take_response (self, frame->response);
  else if (frame->body_case == WAXWING__FRAME__BODY_EVENT)
    take_event (self, frame->event);
  waxwing__frame__free_unpacked (frame, NULL);
}

/* --- Everybody ----------------------------------------------------------------------------- */

static bool
all_are (BenchPeople *self, guint from, guint to, int stage)
{
  for (guint i = from; i < to; i++)
    if ((int) ((BenchPerson *) self->people->pdata[i])->stage < stage)
      return false;
  return true;
}

/* Clicks in all mails that are new, as people do; returns how many these were. */
static guint
click_new_mails (BenchPeople *self)
{
  g_autoptr (GDir) directory = g_dir_open (self->mail_directory, 0, NULL);
  const char *name;
  guint n = 0;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->mail_directory, name, NULL);
      g_autofree char *text = NULL;
      g_autofree char *url = NULL;
      const char *link;

      if (!g_str_has_suffix (name, ".eml") || !g_hash_table_add (self->seen, g_strdup (name)))
        continue;
      if (!g_file_get_contents (path, &text, NULL, NULL) || (link = strstr (text, "http://")) == NULL)
        g_error ("no link in %s", path);
      url = g_strndup (link, strcspn (link, "\r\n"));
      test_click (url);
      n++;
    }
  return n;
}

static void
enrol_batch (BenchPeople *self, guint from, guint to)
{
  guint clicked = 0;

  for (guint i = from; i < to; i++)
    {
      BenchPerson *person = self->people->pdata[i];

      person->link = bench_link_new (self->loop, message_cb, NULL, person);
    }
  bench_wait (self->loop, all_are (self, from, to, BENCH_VERIFYING));
  bench_wait (self->loop, (clicked += click_new_mails (self)) == to - from);
  bench_wait (self->loop, all_are (self, from, to, BENCH_ENROLLED));
  bench_people_disconnect (self);
}

/* Until there are n of them. Nobody is connected afterwards. */
void
bench_people_enrol (BenchPeople *self, guint n)
{
  while (self->people->len < n)
    {
      guint from = self->people->len;

      for (guint i = from; i < MIN (from + BATCH, n); i++)
        person_new (self);
      enrol_batch (self, from, self->people->len);
    }
}

/* Connects the first n, and returns when all are authenticated and have got what waited for them. */
void
bench_people_connect (BenchPeople *self, guint n, BenchPauseFunc pause)
{
  for (guint from = 0; from < n; from += BATCH)
    {
      guint to = MIN (from + BATCH, n);

      for (guint i = from; i < to; i++)
        {
          BenchPerson *person = self->people->pdata[i];

          person->link = bench_link_new (self->loop, message_cb, pause, person);
        }
      bench_wait (self->loop, all_are (self, from, to, BENCH_DRAINED));
    }
}

/* Whoever is connected. */
void
bench_people_disconnect (BenchPeople *self)
{
  for (guint i = 0; i < self->people->len; i++)
    {
      BenchPerson *person = self->people->pdata[i];

      g_clear_pointer (&person->link, bench_link_free);
      person->stage = BENCH_OFFLINE;
    }
}
