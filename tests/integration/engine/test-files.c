/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files, cards, places and links in messages, between three devices of two people, with the real server. */
#include <glib/gstdio.h>
#include <string.h>

#include "ww-house.h"

#include "ww-error-codes.h"
#include "ww-message-attachment-private.h"
#include "ww-message-private.h"

#define ALICE "mailto:alice@example.org"
#define BOB   "mailto:bob@example.org"

#define LARGE (3 * 1024 * 1024 + 17)

typedef struct
{
  WwHouse *house;
  WwClient *alice;
  WwClient *bob, *tablet; /* both Bob's */
} Fixture;

static Fixture
begin (void)
{
  Fixture self = { .house = ww_house_new () };

  self.alice = ww_house_enrol (self.house, "alice", NULL, ALICE);
  self.bob = ww_house_enrol (self.house, "bob", NULL, BOB);
  self.tablet = ww_house_join (self.house, "tablet", self.bob, BOB);
  return self;
}

static void
end (Fixture *self)
{
  ww_house_close (self->alice);
  ww_house_close (self->bob);
  ww_house_close (self->tablet);
  ww_house_free (self->house);
}

/* --- Sending and arriving ------------------------------------------------------------------ */

static WwMessage *
send_it (WwClient *client, const char *handle, WwOutgoing *outgoing)
{
  g_autoptr (WwConversation) conversation = ww_house_await_object (ww_client_start_conversation (client, handle));

  return ww_house_await_object (ww_conversation_send (conversation, outgoing));
}

typedef struct
{
  WwClient *client;
  const char *handle;
  const char *id;
  WwMessage *found;
} Arrival;

static gboolean
has_arrived (gpointer data)
{
  Arrival *self = data;
  g_autoptr (WwConversation) conversation = ww_client_find_conversation (self->client, self->handle);
  WwMessage *last = conversation != NULL ? ww_conversation_get_last_message (conversation) : NULL;

  if (last == NULL || !g_str_equal (ww_message_get_id (last), self->id))
    return FALSE;
  self->found = g_object_ref (last);
  return TRUE;
}

/* Transfer full. */
static WwMessage *
arrival_of (WwMessage *message, WwClient *client, const char *handle)
{
  Arrival arrival = { client, handle, ww_message_get_id (message), NULL };

  ww_house_wait (has_arrived, &arrival, "the message arrives");
  return arrival.found;
}

static WwAttachment *
attachment_of (WwMessage *message, guint i)
{
  GListModel *attachments = ww_message_get_attachments (message);

  g_assert_nonnull (attachments);
  g_assert_cmpuint (g_list_model_get_n_items (attachments), >, i);
  return g_list_model_get_item (attachments, i);
}

static gboolean
is_here (gpointer attachment)
{
  g_assert_cmpint (ww_attachment_get_state (attachment), !=, WW_ATTACHMENT_STATE_FAILED);
  g_assert_cmpint (ww_attachment_get_state (attachment), !=, WW_ATTACHMENT_STATE_GONE);
  return ww_attachment_get_state (attachment) == WW_ATTACHMENT_STATE_HERE;
}

static gboolean
is_readable (gpointer attachment)
{
  return ww_attachment_get_readable (attachment);
}

static GBytes *
load (WwAttachment *attachment)
{
  g_autoptr (DexFuture) future = NULL;

  ww_attachment_fetch (attachment);
  ww_house_wait (is_here, attachment, "the file is here");
  future = ww_attachment_load_bytes (attachment, 16 * 1024 * 1024);
  ww_house_await (dex_ref (future));
  return g_value_dup_boxed (dex_future_get_value (future, NULL));
}

static void
assert_holds (WwMessage *message, guint i, GBytes *expected)
{
  g_autoptr (WwAttachment) attachment = attachment_of (message, i);
  g_autoptr (GBytes) found = load (attachment);

  g_assert_true (g_bytes_equal (found, expected));
}

static GBytes *
make_bytes (gsize size, guint32 seed)
{
  guint8 *data = g_malloc (MAX (size, 1));

  for (gsize i = 0; i < size; i++)
    {
      seed = seed * 1664525 + 1013904223;
      data[i] = (guint8) (seed >> 24);
    }
  return g_bytes_new_take (data, size);
}

/* In it and below. */
static guint
count_files (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      n += g_file_test (path, G_FILE_TEST_IS_DIR) ? count_files (path) : 1;
    }
  return n;
}

static guint
count_sealed (WwClient *client)
{
  g_autofree char *path = g_build_filename (ww_profile_get_directory (client->profile_lock), "attachments", NULL);

  return count_files (path);
}

static guint
count_on_server (Fixture *self)
{
  g_autofree char *path = g_build_filename (self->house->directory, "server", "attachments", NULL);

  return count_files (path);
}

static void
wait_state (WwClient *client, WwMessage *message, WwMessageState state)
{
  ww_house_await (ww_client_wait_message_state (client, ww_message_get_id (message), state, 60000));
}

/* --- The kinds ----------------------------------------------------------------------------- */

/* Several files and a text in one message, from a file and from memory; on both devices and on the way back. */
static void
test_files (void)
{
  Fixture self = begin ();
  g_autoptr (GBytes) large = make_bytes (LARGE, 1), small = make_bytes (100, 2), empty = make_bytes (0, 3);
  g_autoptr (GBytes) preview = make_bytes (50, 4), levels = make_bytes (64, 5);
  g_autofree char *path = g_build_filename (self.house->directory, "source", NULL);
  g_autoptr (GFile) source = g_file_new_for_path (path);
  g_autoptr (WwOutgoing) outgoing = ww_outgoing_new ();
  g_autoptr (WwMessage) sent = NULL, received = NULL, synced = NULL;
  g_autoptr (WwAttachment) photo = NULL, own = NULL, voice = NULL;
  g_autoptr (WwConversation) conversation = NULL;

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (large, NULL), (gssize) g_bytes_get_size (large), NULL));
  ww_outgoing_set_text (outgoing, "Have a look");
  ww_outgoing_add_file (outgoing, source, LARGE, "../large.bin", "application/octet-stream");
  ww_outgoing_add_bytes (outgoing, small, "photo.png", "image/png");
  ww_outgoing_set_picture (outgoing, 1600, 1200, preview);
  ww_outgoing_add_bytes (outgoing, empty, "", "audio/ogg");
  ww_outgoing_set_sound (outgoing, 2500, TRUE);
  ww_outgoing_set_levels (outgoing, levels);
  sent = send_it (self.alice, BOB, outgoing);
  g_clear_object (&outgoing);
  g_assert_cmpint (ww_message_get_state (sent), ==, WW_MESSAGE_STATE_WAITING);
  wait_state (self.alice, sent, WW_MESSAGE_STATE_SENT);
  /* What is sealed is the profile's: the source may go. */
  g_assert_cmpint (g_unlink (path), ==, 0);

  received = arrival_of (sent, self.bob, ALICE);
  synced = arrival_of (sent, self.tablet, ALICE);
  g_assert_cmpint (ww_message_get_kind (received), ==, WW_MESSAGE_KIND_ATTACHMENTS);
  g_assert_cmpstr (ww_message_get_text (received), ==, "Have a look");
  photo = attachment_of (received, 1);
  g_assert_cmpstr (ww_attachment_get_name (photo), ==, "photo.png");
  g_assert_cmpint (ww_attachment_get_kind (photo), ==, WW_ATTACHMENT_KIND_PHOTO);
  g_assert_cmpint (ww_attachment_get_state (photo), ==, WW_ATTACHMENT_STATE_REMOTE);
  g_assert_cmpuint (ww_attachment_get_width (photo), ==, 1600);
  g_assert_cmpuint (ww_attachment_get_size (photo), ==, 100);
  g_assert_true (g_bytes_equal (ww_attachment_get_preview (photo), preview));
  g_assert_null (ww_attachment_get_levels (photo));
  voice = attachment_of (received, 2);
  g_assert_true (ww_attachment_get_voice (voice));
  g_assert_cmpint (ww_attachment_get_duration_ms (voice), ==, 2500);
  g_assert_true (g_bytes_equal (ww_attachment_get_levels (voice), levels));
  g_assert_cmpuint (count_sealed (self.bob), ==, 0);

  assert_holds (received, 0, large);
  assert_holds (received, 1, small);
  assert_holds (received, 2, empty);
  assert_holds (synced, 0, large);
  assert_holds (sent, 0, large);
  own = attachment_of (sent, 0);
  g_assert_cmpstr (ww_attachment_get_name (own), ==, "_large.bin");
  g_assert_cmpuint (count_sealed (self.bob), ==, 3);

  /* A message without words is called by what it is. */
  outgoing = ww_outgoing_new ();
  ww_outgoing_add_bytes (outgoing, small, "answer.pdf", "application/pdf");
  g_clear_object (&sent);
  g_clear_object (&received);
  sent = send_it (self.bob, ALICE, outgoing);
  received = arrival_of (sent, self.alice, BOB);
  assert_holds (received, 0, small);
  conversation = ww_client_find_conversation (self.alice, BOB);
  g_assert_cmpstr (ww_conversation_get_preview (conversation), ==, "answer.pdf");
  end (&self);
}

static void
test_cards_places_links (void)
{
  static const char vcard[] = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Carol Finch\r\nEND:VCARD\r\n";
  Fixture self = begin ();
  g_autoptr (GBytes) card = g_bytes_new_static (vcard, strlen (vcard));
  g_autoptr (GBytes) image = make_bytes (77, 5);
  g_autoptr (WwOutgoing) contact = ww_outgoing_new (), place = ww_outgoing_new (), link = ww_outgoing_new ();
  g_autoptr (WwLinkPreview) preview = ww_link_preview_new ("https://example.org/", "A title", "What it says", image);
  g_autoptr (WwMessage) sent = NULL, received = NULL;
  g_autoptr (WwConversation) conversation = NULL;

  ww_outgoing_set_card (contact, card);
  sent = send_it (self.alice, BOB, contact);
  received = arrival_of (sent, self.tablet, ALICE);
  conversation = ww_client_find_conversation (self.tablet, ALICE);
  g_assert_cmpint (ww_message_get_kind (received), ==, WW_MESSAGE_KIND_CONTACT);
  g_assert_true (g_bytes_equal (ww_message_get_card (received), card));
  g_assert_cmpstr (ww_conversation_get_preview (conversation), ==, "Contact: Carol Finch");
  g_clear_object (&sent);
  g_clear_object (&received);

  ww_outgoing_set_location (place, -33.856784, 151.215297, 25, "Opera House");
  sent = send_it (self.bob, ALICE, place);
  received = arrival_of (sent, self.alice, BOB);
  g_assert_cmpint (ww_message_get_kind (received), ==, WW_MESSAGE_KIND_LOCATION);
  g_assert_cmpfloat (ww_location_get_latitude (ww_message_get_location (received)), ==, -33.856784);
  g_assert_cmpfloat (ww_location_get_longitude (ww_message_get_location (received)), ==, 151.215297);
  g_assert_cmpfloat (ww_location_get_accuracy (ww_message_get_location (received)), ==, 25);
  g_assert_cmpstr (ww_location_get_name (ww_message_get_location (received)), ==, "Opera House");
  g_assert_cmpstr (ww_location_get_uri (ww_message_get_location (received)), ==, "geo:-33.856784,151.215297");
  g_clear_object (&sent);
  g_clear_object (&received);

  ww_outgoing_set_text (link, "See https://example.org/");
  ww_outgoing_set_link (link, preview);
  sent = send_it (self.alice, BOB, link);
  received = arrival_of (sent, self.bob, ALICE);
  g_assert_cmpint (ww_message_get_kind (received), ==, WW_MESSAGE_KIND_TEXT);
  g_assert_cmpstr (ww_link_preview_get_title (ww_message_get_link (received)), ==, "A title");
  g_assert_cmpstr (ww_link_preview_get_description (ww_message_get_link (received)), ==, "What it says");
  g_assert_true (g_bytes_equal (ww_link_preview_get_image (ww_message_get_link (received)), image));
  end (&self);
}

/* What cannot be sent says so before anything is stored. */
static void
test_refused (void)
{
  Fixture self = begin ();
  g_autoptr (WwConversation) conversation = ww_house_await_object (ww_client_start_conversation (self.alice, BOB));
  g_autoptr (GBytes) bytes = make_bytes (1, 6);
  g_autoptr (WwOutgoing) many = ww_outgoing_new (), long_name = ww_outgoing_new (), nowhere = ww_outgoing_new ();
  g_autofree char *name = g_strnfill (WW_MAX_FILE_NAME + 1, 'x');
  WwOutgoing *refused[] = { many, long_name, nowhere };

  for (guint i = 0; i <= WW_MAX_ATTACHMENTS; i++)
    ww_outgoing_add_bytes (many, bytes, "x", "text/plain");
  ww_outgoing_add_bytes (long_name, bytes, name, "text/plain");
  ww_outgoing_set_location (nowhere, 91, 0, 0, "");
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = ww_house_await_error (ww_conversation_send (conversation, refused[i]));

      g_assert_error (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT);
    }
  g_assert_null (ww_conversation_get_last_message (conversation));
  end (&self);
}

/* --- Faults -------------------------------------------------------------------------------- */

/* Sealed while there was no server, the program ended: it goes out at the next start, before the source was asked for again. */
static void
test_restart (void)
{
  Fixture self = begin ();
  g_autoptr (GBytes) bytes = make_bytes (LARGE, 7);
  g_autoptr (WwOutgoing) outgoing = ww_outgoing_new ();
  g_autoptr (WwMessage) sent = NULL, again = NULL, received = NULL;
  g_autoptr (WwConversation) conversation = NULL;
  g_autofree char *id = NULL;

  conversation = ww_house_await_object (ww_client_start_conversation (self.alice, BOB));
  ww_outgoing_set_text (outgoing, "Later");
  ww_outgoing_add_bytes (outgoing, bytes, "later.bin", "application/octet-stream");
  g_subprocess_force_exit (self.house->server);
  g_assert_true (g_subprocess_wait (self.house->server, NULL, NULL));
  sent = send_it (self.alice, BOB, outgoing);
  g_clear_object (&outgoing);
  {
    g_autoptr (WwAttachment) attachment = attachment_of (sent, 0);

    ww_house_wait (is_readable, attachment, "the file is sealed");
    g_assert_cmpint (ww_attachment_get_state (attachment), ==, WW_ATTACHMENT_STATE_UPLOADING);
  }
  id = g_strdup (ww_message_get_id (sent));
  g_clear_object (&sent);
  g_clear_object (&conversation);
  ww_house_close (self.alice);
  self.alice = ww_house_open (self.house, "alice");
  conversation = ww_client_find_conversation (self.alice, BOB);
  again = g_object_ref (ww_conversation_get_last_message (conversation));
  g_assert_cmpstr (ww_message_get_id (again), ==, id);
  g_assert_cmpint (ww_message_get_state (again), ==, WW_MESSAGE_STATE_WAITING);
  ww_house_restart (self.house);
  wait_state (self.alice, again, WW_MESSAGE_STATE_SENT);
  received = arrival_of (again, self.bob, ALICE);
  assert_holds (received, 0, bytes);
  assert_holds (again, 0, bytes);
  end (&self);
}

/* A source that goes before it is sealed: the message fails and says why. */
static void
test_source_gone (void)
{
  Fixture self = begin ();
  g_autoptr (GFile) nothing = g_file_new_for_path ("/nonexistent/file");
  g_autoptr (WwOutgoing) outgoing = ww_outgoing_new ();
  g_autoptr (WwMessage) sent = NULL;
  g_autoptr (WwAttachment) attachment = NULL;
  g_autoptr (GError) error = NULL;

  ww_outgoing_add_file (outgoing, nothing, 5, "file", "text/plain");
  sent = send_it (self.alice, BOB, outgoing);
  error = ww_house_await_error (
      ww_client_wait_message_state (self.alice, ww_message_get_id (sent), WW_MESSAGE_STATE_SENT, 60000));
  g_assert_error (error, WW_ERROR, WW_ERROR_FAILED);
  attachment = attachment_of (sent, 0);
  g_assert_cmpint (ww_attachment_get_state (attachment), ==, WW_ATTACHMENT_STATE_FAILED);
  g_assert_nonnull (strstr (ww_attachment_get_error (attachment), "cannot be read"));
  g_assert_cmpuint (count_sealed (self.alice), ==, 0);
  end (&self);
}

/* --- Nothing stays ------------------------------------------------------------------------- */

static gboolean
has_no_sealed (gpointer client)
{
  return count_sealed (client) == 0;
}

static gboolean
server_is_empty (gpointer data)
{
  return count_on_server (data) == 0;
}

static WwMessage *
send_file (Fixture *self, GBytes *bytes)
{
  g_autoptr (WwOutgoing) outgoing = ww_outgoing_new ();
  WwMessage *sent;

  ww_outgoing_add_bytes (outgoing, bytes, "canary.bin", "application/octet-stream");
  sent = send_it (self->alice, BOB, outgoing);
  wait_state (self->alice, sent, WW_MESSAGE_STATE_SENT);
  return sent;
}

/* Taken back, it is nowhere any more; deleted, it is gone from the own devices only. */
static void
test_forgotten (void)
{
  Fixture self = begin ();
  g_autoptr (GBytes) bytes = make_bytes (100000, 8);
  g_autoptr (WwConversation) alices = NULL, bobs = NULL;
  g_autoptr (GPtrArray) messages = g_ptr_array_new ();

  {
    g_autoptr (WwMessage) sent = send_file (&self, bytes);
    g_autoptr (WwMessage) received = arrival_of (sent, self.bob, ALICE);

    assert_holds (received, 0, bytes);
    g_assert_cmpuint (count_sealed (self.alice), ==, 1);
    g_assert_cmpuint (count_on_server (&self), ==, 1);
    alices = ww_client_find_conversation (self.alice, BOB);
    ww_house_await (ww_conversation_unsend (alices, sent));
    ww_house_wait (has_no_sealed, self.alice, "the sender forgets the file");
    ww_house_wait (has_no_sealed, self.bob, "the recipient forgets the file");
    ww_house_wait (server_is_empty, &self, "the server forgets the file");
    g_assert_null (ww_message_get_attachments (received));
  }
  {
    g_autoptr (WwMessage) sent = send_file (&self, bytes);
    g_autoptr (WwMessage) received = arrival_of (sent, self.bob, ALICE);
    g_autoptr (WwMessage) synced = arrival_of (sent, self.tablet, ALICE);

    assert_holds (received, 0, bytes);
    assert_holds (synced, 0, bytes);
    bobs = ww_client_find_conversation (self.bob, ALICE);
    g_ptr_array_add (messages, received);
    ww_house_await (ww_conversation_delete_messages (bobs, messages));
    ww_house_wait (has_no_sealed, self.bob, "the file is deleted here");
    ww_house_wait (has_no_sealed, self.tablet, "the file is deleted on the other device");
    g_assert_cmpuint (count_sealed (self.alice), ==, 1);
    g_assert_cmpuint (count_on_server (&self), ==, 1);

    /* The sender's own copy goes, and what others were sent stays. */
    g_ptr_array_set_size (messages, 0);
    g_ptr_array_add (messages, sent);
    ww_house_await (ww_conversation_delete_messages (alices, messages));
    ww_house_wait (has_no_sealed, self.alice, "the sender's copy is deleted");
    ww_house_await (ww_client_flush (self.alice, 10000));
    g_assert_cmpuint (count_on_server (&self), ==, 1);
  }
  {
    g_autoptr (WwMessage) sent = send_file (&self, bytes);
    g_autoptr (WwMessage) received = arrival_of (sent, self.bob, ALICE);

    assert_holds (received, 0, bytes);
    ww_house_await (ww_conversation_delete (bobs));
    ww_house_wait (has_no_sealed, self.bob, "the file goes with its conversation");
  }
  end (&self);
}

/* --- Lies ---------------------------------------------------------------------------------- */

/* Who names an attachment that is here, with other keys, gets nothing shown of it. */
static void
test_borrowed (void)
{
  Fixture self = begin ();
  g_autoptr (GBytes) bytes = make_bytes (1000, 9);
  g_autoptr (WwMessage) sent = send_file (&self, bytes);
  g_autoptr (WwMessage) received = arrival_of (sent, self.bob, ALICE);
  g_autoptr (WwAttachment) first = attachment_of (received, 0);
  g_autoptr (GBytes) found = load (first);
  WwTransfers *transfers = ww_uploads_get_transfers (self.bob->uploads);
  gsize len;
  const guint8 *data = g_bytes_get_data (ww_message_get_payload (received), &len);
  Waxwing__Payload *payload = waxwing__payload__unpack (NULL, len, data);
  Waxwing__Attachment *said = payload->attachments->attachments[0];
  const guint8 *message = ww_message_get_id_bytes (received);
  guint8 other[16] = { 1 };

  g_assert_true (g_bytes_equal (found, bytes));
  {
    g_autoptr (WwAttachment) same = ww_attachment_new (transfers, message, 0, said);
    g_autoptr (WwAttachment) elsewhere = ww_attachment_new (transfers, other, 0, said);

    g_assert_cmpint (ww_attachment_get_state (same), ==, WW_ATTACHMENT_STATE_HERE);
    g_assert_cmpint (ww_attachment_get_state (elsewhere), ==, WW_ATTACHMENT_STATE_REMOTE);
  }
  said->key.data[0] ^= 1;
  {
    g_autoptr (WwAttachment) lie = ww_attachment_new (transfers, message, 0, said);

    g_assert_cmpint (ww_attachment_get_state (lie), ==, WW_ATTACHMENT_STATE_REMOTE);
  }
  waxwing__payload__free_unpacked (payload, NULL);
  end (&self);
}

/* --- Saving -------------------------------------------------------------------------------- */

static char *
save (WwAttachment *attachment, const char *directory, const char *name)
{
  g_autofree char *path = name != NULL ? g_build_filename (directory, name, NULL) : g_strdup (directory);
  g_autoptr (GFile) place = g_file_new_for_path (path);
  g_autoptr (GFile) saved = ww_house_await_object (name != NULL ? ww_attachment_save_as (attachment, place)
                                                                : ww_attachment_save_in (attachment, place));

  return g_file_get_basename (saved);
}

/* Under names that nothing has. */
static void
test_save (void)
{
  Fixture self = begin ();
  g_autoptr (GBytes) bytes = make_bytes (70000, 10);
  g_autoptr (WwMessage) sent = send_file (&self, bytes);
  g_autoptr (WwMessage) received = arrival_of (sent, self.bob, ALICE);
  g_autoptr (WwAttachment) attachment = attachment_of (received, 0);
  g_autofree char *directory = g_build_filename (self.house->directory, "saved", NULL);
  g_autofree char *link = g_build_filename (directory, "canary (1).bin", NULL);
  g_autofree char *target = g_build_filename (directory, "target", NULL);
  g_autofree char *contents = NULL;
  gsize len;
  g_autoptr (GBytes) found = NULL;
  g_autoptr (GFile) place = NULL;
  static const char *const names[][2] = {
    { NULL, "canary.bin" },
    { NULL, "canary (2).bin" }, /* a link has the first number */
    { "mine", "mine" },
    { "mine", "mine (1)" },
  };

  g_assert_cmpint (g_mkdir (directory, 0700), ==, 0);
  place = g_file_new_for_path (directory);
  {
    g_autoptr (GError) early = ww_house_await_error (ww_attachment_save_in (attachment, place));

    g_assert_error (early, WW_ERROR, WW_ERROR_INVALID_ARGUMENT);
  }
  found = load (attachment);
  g_assert_cmpint (symlink (target, link), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = save (attachment, directory, names[i][0]);

      g_assert_cmpstr (name, ==, names[i][1]);
    }
  g_assert_false (g_file_test (target, G_FILE_TEST_EXISTS));
  {
    g_autofree char *path = g_build_filename (directory, "canary (2).bin", NULL);

    g_assert_true (g_file_get_contents (path, &contents, &len, NULL));
  }
  g_assert_cmpmem (contents, len, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  end (&self);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ww_client_prepare_process ();
  g_test_add_func ("/files/files", test_files);
  g_test_add_func ("/files/cards-places-links", test_cards_places_links);
  g_test_add_func ("/files/refused", test_refused);
  g_test_add_func ("/files/restart", test_restart);
  g_test_add_func ("/files/source-gone", test_source_gone);
  g_test_add_func ("/files/forgotten", test_forgotten);
  g_test_add_func ("/files/borrowed", test_borrowed);
  g_test_add_func ("/files/save", test_save);
  return g_test_run ();
}
