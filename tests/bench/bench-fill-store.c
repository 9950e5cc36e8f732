/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Puts messages into a conversation of a profile that nobody has open, through the store's own functions, as if the two
 * had written for years. The network knows nothing of them.
 *
 * Arguments: PROFILE CONVERSATION COUNT LAST-TEXT [NOISE]; the conversation (hex) must have a message of this device. With NOISE each
 * text but the last has so many random letters behind it, which no archive makes much smaller.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libdex.h>
#include <openssl/rand.h>

#include "ww-frame.h"
#include "ww-hex.h"
#include "ww-profile.h"
#include "ww-store-messages.h"
#include "ww-store.h"

#define BATCH     5000
#define EVERY_MS  (3 * 60 * 1000) /* between two messages */
#define MAX_TEXT  200
#define MAX_NOISE 8192

static const char prose[] =
    "Shall we meet at the station at half past six, or is that too early for you? I have to bring the "
    "books back before that, and the shop on the corner closes at seven. Otherwise tomorrow "
    "would do as well, and then we could take the bicycles.";

typedef struct
{
  const char *profile;
  guint8 conversation[16];
  guint count;
  const char *last_text;
  guint noise;
  guint done;
  gint64 start_ms;
  WwConversationRow *found;
  int status;
  GMainLoop *loop;
} Fill;

static GBytes *
payload_new (const char *text)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__Text message = WAXWING__TEXT__INIT;
  uint8_t *bytes;
  size_t len;

  message.body = (char *) text;
  payload.kind_case = WAXWING__PAYLOAD__KIND_TEXT;
  payload.text = &message;
  bytes = ww_message_pack (&payload, &len);
  return g_bytes_new_with_free_func (bytes, len, free, bytes);
}

static char *
text_new (const Fill *self, guint number)
{
  GString *text = g_string_new_len (prose, 5 + number * 37 % MAX_TEXT);
  guint8 noise[MAX_NOISE];

  if (self->noise == 0)
    return g_string_free (text, FALSE);
  if (RAND_bytes (noise, (int) self->noise) != 1)
    g_error ("no random bytes");
  g_string_append_c (text, ' ');
  for (guint i = 0; i < self->noise; i++)
    g_string_append_c (text, (char) ('a' + noise[i] % 26));
  return g_string_free (text, FALSE);
}

/* From either of the two in turn, several at a time as people do. The last one is an own one. */
static WwMessageRow *
message_new (const Fill *self, guint number)
{
  const WwMessageRow *own = self->found->last;
  WwMessageRow *row = ww_message_row_new ();
  bool is_last = number + 1 == self->count;
  bool outgoing = is_last || number / 3 % 2 == 0;

  if (RAND_bytes (row->id, sizeof row->id) != 1)
    g_error ("no random bytes");
  memcpy (row->conversation, self->conversation, sizeof row->conversation);
  memcpy (row->account, outgoing ? own->account : self->found->peer, sizeof row->account);
  memcpy (row->device, outgoing ? own->device : self->found->peer, sizeof row->device);
  row->created_ms = self->start_ms - (gint64) (self->count - number) * EVERY_MS;
  row->outgoing = outgoing;
  row->state = outgoing ? WW_MESSAGE_STATE_READ : WW_MESSAGE_STATE_RECEIVED;
  row->kind = WW_MESSAGE_KIND_TEXT;
  row->suite = 2;
  row->text = is_last ? g_strdup (self->last_text) : text_new (self, number);
  row->payload = payload_new (row->text);
  return row;
}

/* One transaction. What is there has been read, on another device. */
static gboolean
fill_batch (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Fill *self = data;
  guint end = MIN (self->done + BATCH, self->count);
  WwReadChange change = { 0 };

  for (; self->done < end; self->done++)
    {
      g_autoptr (WwMessageRow) row = message_new (self, self->done);
      WwInsertResult inserted;

      if (!ww_store_insert_message (database, row, self->found->peer, self->start_ms, &inserted, error) ||
          (self->done + 1 == end && !ww_store_apply_read_state (database, row->id, &change, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
find (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Fill *self = data;

  return ww_store_find_conversation (database, self->conversation, &self->found, error);
}

static gboolean
fill (Fill *self, GError **error)
{
  g_autoptr (WwProfile) profile = dex_await_object (ww_profile_open (self->profile), error);
  g_autoptr (WwKeyring) keyring = NULL;
  g_autoptr (WwStore) store = NULL;
  WwStoreKey *key;

  if (profile == NULL)
    return FALSE;
  keyring = ww_keyring_new (ww_profile_get_id (profile));
  key = dex_await_boxed (ww_keyring_load_store_key (keyring), error);
  if (key == NULL)
    return FALSE;
  store = dex_await_object (ww_store_open (ww_profile_get_store_path (profile), key, FALSE), error);
  ww_store_key_free (key);
  if (store == NULL || !dex_await (ww_store_read (store, find, self, NULL), error))
    return FALSE;
  if (self->found == NULL || self->found->last == NULL || !self->found->last->outgoing)
    g_error ("the conversation has no message of this device at its end");
  while (self->done < self->count)
    if (!dex_await (ww_store_run (store, fill_batch, self, NULL), error))
      return FALSE;
  return dex_await (ww_store_close (store), error);
}

static DexFuture *
fill_fiber (gpointer data)
{
  Fill *self = data;
  g_autoptr (GError) error = NULL;

  if (!fill (self, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      self->status = EXIT_FAILURE;
    }
  g_clear_pointer (&self->found, ww_conversation_row_free);
  g_main_loop_quit (self->loop);
  return dex_future_new_true ();
}

int
main (int argc, char **argv)
{
  Fill self = { 0 };

  if (argc < 5 || argc > 6 || !ww_hex_decode (argv[2], self.conversation, sizeof self.conversation))
    {
      fprintf (stderr, "usage: %s PROFILE CONVERSATION COUNT LAST-TEXT [NOISE]\n", argv[0]);
      return 2;
    }
  dex_init ();
  self.profile = argv[1];
  self.count = (guint) atoi (argv[3]);
  self.last_text = argv[4];
  self.noise = argc > 5 ? MIN ((guint) atoi (argv[5]), MAX_NOISE) : 0;
  self.start_ms = g_get_real_time () / 1000;
  self.loop = g_main_loop_new (NULL, FALSE);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, fill_fiber, &self, NULL));
  g_main_loop_run (self.loop);
  g_main_loop_unref (self.loop);
  return self.status;
}
