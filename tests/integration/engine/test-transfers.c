/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Attachments from one profile to another through the real server, over a wire that counts and breaks: what arrives is
 * what was sent, and nothing goes twice but what was on its way.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>

#include "ww-attachment-file.h"
#include "ww-house.h"
#include "ww-hex.h"
#include "ww-profile-wipe.h"
#include "ww-relay.h"
#include "ww-transfer-private.h"

#define MIB  (1024 * 1024)
#define PART MIB

typedef struct
{
  WwHouse *house;
  WwRelay *relay;
  WwClient *client;
  WwTransfers *transfers;
} Fixture;

static WwTransfers *
open_transfers (Fixture *self)
{
  WwTransfers *transfers = ww_transfers_new (self->client->store, self->client->link, self->client->server,
                                             ww_profile_get_directory (self->client->profile_lock));

  ww_house_await (ww_transfers_load (transfers));
  return transfers;
}

/* With a server that takes files of so many MiB. */
static Fixture
begin_with (guint mib)
{
  Fixture self = { .house = ww_house_new () };
  g_autofree char *config = g_build_filename (self.house->directory, "server.conf", NULL);
  g_autofree char *text = g_strdup_printf ("[limits]\nattachment-mib=%u\n", mib);

  g_assert_true (g_file_set_contents (config, text, -1, NULL));
  ww_house_restart (self.house);
  self.relay = ww_relay_new (self.house->url);
  self.client = ww_house_enrol (self.house, "sender", ww_relay_get_url (self.relay), "sender@example.org");
  self.transfers = open_transfers (&self);
  return self;
}

static Fixture
begin (void)
{
  return begin_with (4);
}

static void
end (Fixture *self)
{
  ww_transfers_close (self->transfers);
  g_clear_object (&self->transfers);
  ww_house_close (self->client);
  ww_relay_free (self->relay);
  ww_house_free (self->house);
}

/* As if the program had ended and begun again; what was moving is given the time to end. */
static void
restart (Fixture *self)
{
  ww_transfers_close (self->transfers);
  ww_house_spin (200);
  g_clear_object (&self->transfers);
  self->transfers = open_transfers (self);
}

static char *
make_file (Fixture *self, const char *name, guint64 size)
{
  char *path = g_build_filename (self->house->directory, name, NULL);
  g_autofree guint32 *block = g_malloc (MIB);
  guint32 state = 1;
  FILE *file = g_fopen (path, "wb");

  g_assert_nonnull (file);
  for (guint64 at = 0; at < size; at += MIB)
    {
      for (guint i = 0; i < MIB / 4; i++)
        block[i] = state = state * 1664525 + 1013904223;
      g_assert_cmpuint (fwrite (block, 1, MIN (MIB, size - at), file), ==, MIN (MIB, size - at));
    }
  g_assert_cmpint (fclose (file), ==, 0);
  return path;
}

static char *
hash_file (const char *path)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *block = g_malloc (MIB);
  FILE *file = g_fopen (path, "rb");
  size_t len;

  g_assert_nonnull (file);
  while ((len = fread (block, 1, MIB, file)) > 0)
    g_checksum_update (checksum, block, (gssize) len);
  fclose (file);
  return g_strdup (g_checksum_get_string (checksum));
}

/* Saves it, and it is that file. */
static void
assert_same (Fixture *self, WwTransfer *transfer, const char *source)
{
  g_autofree char *copy = g_build_filename (self->house->directory, "copy", NULL);
  g_autofree char *expected = hash_file (source);
  g_autofree char *found = NULL;

  ww_house_await (ww_transfer_save (transfer, copy));
  found = hash_file (copy);
  g_assert_cmpstr (found, ==, expected);
  g_assert_cmpint (g_unlink (copy), ==, 0);
}

static guint
count_files (Fixture *self)
{
  g_autofree char *path = g_build_filename (ww_profile_get_directory (self->client->profile_lock), "attachments", NULL);
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (directory != NULL && g_dir_read_name (directory) != NULL)
    n++;
  return n;
}

static gboolean
has_moved (gpointer data)
{
  return ww_transfer_get_done (data) >= 2 * PART;
}

static gboolean
has_no_files (gpointer data)
{
  return count_files (data) == 0;
}

/* --- Tests --------------------------------------------------------------------------------- */

static void
test_round_trip (void)
{
  static const guint64 sizes[] = { 0, 1, 65536, 3 * MIB + 1 };
  Fixture self = begin ();

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *source = make_file (&self, "source", sizes[i]);
      g_autoptr (WwTransfer) up = ww_transfers_upload (self.transfers, source);
      g_autoptr (WwTransfer) down = NULL;
      WwAttachmentPointer pointer;

      g_assert_false (ww_transfer_get_pointer (up, &pointer));
      ww_house_await (ww_transfer_wait (up));
      g_assert_cmpint (ww_transfer_get_state (up), ==, WW_TRANSFER_DONE);
      g_assert_cmpuint (ww_transfer_get_done (up), ==, ww_transfer_get_total (up));
      g_assert_true (ww_transfer_get_pointer (up, &pointer));
      g_assert_cmpuint (pointer.size, ==, sizes[i]);
      down = ww_transfers_download (self.transfers, &pointer);
      ww_house_await (ww_transfer_wait (down));
      assert_same (&self, down, source);
      assert_same (&self, up, source);
    }
  end (&self);
}

/* Nothing in the profile's directory has a piece of the file in clear. */
static void
test_sealed_at_rest (void)
{
  Fixture self = begin ();
  g_autofree char *source = g_build_filename (self.house->directory, "source", NULL);
  g_autofree char *path = NULL;
  g_autoptr (WwTransfer) up = NULL;
  g_autoptr (GDir) directory = NULL;
  const char *name;

  g_assert_true (g_file_set_contents (source, "a canary that sings", -1, NULL));
  up = ww_transfers_upload (self.transfers, source);
  ww_house_await (ww_transfer_wait (up));
  path = g_build_filename (ww_profile_get_directory (self.client->profile_lock), "attachments", NULL);
  directory = g_dir_open (path, 0, NULL);
  g_assert_cmpuint (count_files (&self), ==, 1);
  while ((name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      g_autofree char *content = NULL;
      gsize len;
      GStatBuf info;

      g_assert_true (g_file_get_contents (file, &content, &len, NULL));
      g_assert_null (memmem (content, len, "canary", 6));
      g_assert_cmpint (g_stat (file, &info), ==, 0);
      g_assert_cmpint (info.st_mode & 0777, ==, 0600);
    }
  end (&self);
}

/* A device that forgets everything forgets these too, whatever state they are in. */
static void
test_wiped (void)
{
  g_autofree char *path = g_dir_make_tmp ("waxwing-engine-XXXXXX", NULL);
  g_autofree char *directory = g_build_filename (path, WW_ATTACHMENT_DIRECTORY, NULL);
  g_autofree char *file = g_build_filename (directory, "00112233445566778899aabbccddeeff", NULL);
  g_autoptr (WwProfile) profile = ww_house_await_object (ww_profile_open (path));

  ww_house_await (ww_profile_delete_store (profile));
  g_assert_cmpint (g_mkdir (directory, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, "sealed", -1, NULL));
  ww_house_await (ww_profile_delete_store (profile));
  g_assert_false (g_file_test (directory, G_FILE_TEST_EXISTS));
  ww_profile_close (profile);
  ww_house_remove_tree (path);
}

static void
test_pause_and_cancel (void)
{
  Fixture self = begin_with (64);
  g_autofree char *source = make_file (&self, "source", 40 * MIB);
  g_autoptr (WwTransfer) up = ww_transfers_upload (self.transfers, source);
  g_autoptr (WwTransfer) other = NULL;
  g_autoptr (WwTransfer) down = NULL;
  g_autoptr (GError) error = NULL;
  WwAttachmentPointer pointer;
  guint64 done;

  ww_house_wait (has_moved, up, "two parts");
  ww_transfer_pause (up);
  g_assert_cmpint (ww_transfer_get_state (up), ==, WW_TRANSFER_PAUSED);
  ww_house_spin (200);
  done = ww_transfer_get_done (up);
  g_assert_cmpuint (done, <, ww_transfer_get_total (up));
  ww_house_spin (300);
  g_assert_cmpuint (ww_transfer_get_done (up), ==, done);

  /* It is still paused, and knows where, after a restart. */
  g_clear_object (&up);
  restart (&self);
  g_assert_cmpuint (ww_transfers_get_list (self.transfers)->len, ==, 1);
  up = g_object_ref (ww_transfers_get_list (self.transfers)->pdata[0]);
  g_assert_cmpint (ww_transfer_get_state (up), ==, WW_TRANSFER_PAUSED);
  g_assert_cmpuint (ww_transfer_get_done (up), >=, done);
  ww_transfer_resume (up);
  ww_house_await (ww_transfer_wait (up));
  g_assert_true (ww_transfer_get_pointer (up, &pointer));

  down = ww_transfers_download (self.transfers, &pointer);
  ww_house_wait (has_moved, down, "two parts");
  ww_transfer_cancel (down);
  error = ww_house_await_error (ww_transfer_wait (down));
  g_assert_error (error, WW_ERROR, WW_ERROR_CANCELLED);

  other = ww_transfers_download (self.transfers, &pointer);
  ww_house_await (ww_transfer_wait (other));
  assert_same (&self, other, source);
  g_clear_object (&other);
  g_clear_error (&error);

  /* Cancelled, an upload is gone from the server too. */
  ww_transfer_cancel (up);
  ww_house_spin (300);
  other = ww_transfers_download (self.transfers, &pointer);
  error = ww_house_await_error (ww_transfer_wait (other));
  g_assert_cmpstr (ww_error_get_code (error), ==, "not-found");
  end (&self);
}

static void
test_cancel_leaves_nothing (void)
{
  Fixture self = begin_with (64);
  g_autofree char *source = make_file (&self, "source", 20 * MIB);
  g_autoptr (WwTransfer) up = ww_transfers_upload (self.transfers, source);

  ww_house_wait (has_moved, up, "two parts");
  ww_transfer_cancel (up);
  ww_house_wait (has_no_files, &self, "the sealed file to go");
  restart (&self);
  g_assert_cmpuint (ww_transfers_get_list (self.transfers)->len, ==, 0);
  end (&self);
}

/* A sealed file that no row knows, as a kill in the middle of sealing leaves it. */
static void
test_orphan (void)
{
  Fixture self = begin ();
  g_autofree char *path = g_build_filename (ww_profile_get_directory (self.client->profile_lock), "attachments",
                                            "00112233445566778899aabbccddeeff", NULL);

  g_assert_true (g_file_set_contents (path, "rubbish", -1, NULL));
  restart (&self);
  g_assert_cmpuint (count_files (&self), ==, 0);
  end (&self);
}

static void
test_refusals (void)
{
  Fixture self = begin ();
  g_autofree char *missing = g_build_filename (self.house->directory, "missing", NULL);
  g_autofree char *source = make_file (&self, "source", 100000);
  g_autofree char *large = make_file (&self, "large", 4 * MIB + 1);
  const char *const paths[] = { missing, self.house->directory, "/dev/zero", large };
  g_autoptr (WwTransfer) up = NULL;
  WwAttachmentPointer pointer;

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (WwTransfer) refused = ww_transfers_upload (self.transfers, paths[i]);
      g_autoptr (GError) error = ww_house_await_error (ww_transfer_wait (refused));

      g_assert_error (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT);
      g_assert_cmpint (ww_transfer_get_state (refused), ==, WW_TRANSFER_FAILED);
    }
  g_assert_cmpuint (count_files (&self), ==, 0);

  /* Pointers that lie, each in one thing */
  up = ww_transfers_upload (self.transfers, source);
  ww_house_await (ww_transfer_wait (up));
  g_assert_true (ww_transfer_get_pointer (up, &pointer));
  for (guint i = 0; i < 5; i++)
    {
      WwAttachmentPointer lie = pointer;
      const char *code = i < 3 ? "message-altered" : "not-found";
      g_autoptr (WwTransfer) down = NULL;
      g_autoptr (GError) error = NULL;

      if (i == 0)
        lie.key[0] ^= 1;
      else if (i == 1)
        lie.hash[31] ^= 1;
      else if (i == 2)
        lie.size -= 5000;
      else if (i == 3)
        lie.id[0] ^= 1;
      else
        lie.download_token[0] ^= 1;
      down = ww_transfers_download (self.transfers, &lie);
      error = ww_house_await_error (ww_transfer_wait (down));
      g_assert_cmpstr (ww_error_get_code (error), ==, code);
    }
  end (&self);
}

/* A place that the server has forgotten in the meantime is asked for again. */
static void
test_forgotten (void)
{
  Fixture self = begin_with (64);
  g_autofree char *source = make_file (&self, "source", 20 * MIB);
  g_autoptr (WwTransfer) up = ww_transfers_upload (self.transfers, source);
  g_autoptr (WwTransfer) down = NULL;
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__DeleteAttachment deletion = WAXWING__DELETE_ATTACHMENT__INIT;
  WwAttachmentPointer pointer;

  ww_house_wait (has_moved, up, "two parts");
  ww_transfer_pause (up);
  ww_house_spin (100);
  deletion.attachment_id = (ProtobufCBinaryData) { WW_ID_SIZE, up->row->id };
  request.body_case = WAXWING__REQUEST__BODY_DELETE_ATTACHMENT;
  request.delete_attachment = &deletion;
  ww_house_await (ww_link_request (self.client->link, &request, WAXWING__RESPONSE__BODY_DONE, WW_REQUEST_TIMEOUT_MS));
  ww_transfer_resume (up);
  ww_house_await (ww_transfer_wait (up));
  g_assert_true (ww_transfer_get_pointer (up, &pointer));
  down = ww_transfers_download (self.transfers, &pointer);
  ww_house_await (ww_transfer_wait (down));
  assert_same (&self, down, source);
  end (&self);
}

/* --- A server that changes what it keeps --------------------------------------------------- */

#define SEALED WW_ATTACHMENT_SEALED_SIZE

static void
damage_nothing (char *bytes, gsize len)
{
}

static void
flip (char *bytes, gsize len)
{
  bytes[SEALED + 100] ^= 1;
}

static void
flip_end (char *bytes, gsize len)
{
  bytes[len - 1] ^= 1;
}

static void
swap (char *bytes, gsize len)
{
  g_autofree char *first = g_memdup2 (bytes, SEALED);

  memcpy (bytes, bytes + SEALED, SEALED);
  memcpy (bytes + SEALED, first, SEALED);
}

static void
repeat (char *bytes, gsize len)
{
  memcpy (bytes + SEALED, bytes, SEALED);
}

/* The rest moves up, and the end is there twice. */
static void
remove_one (char *bytes, gsize len)
{
  memmove (bytes + SEALED, bytes + 2 * SEALED, len - 2 * SEALED);
}

static void
blank_end (char *bytes, gsize len)
{
  memset (bytes + 2 * SEALED, 0, len - 2 * SEALED);
}

static void
test_damage (void)
{
  static const struct
  {
    const char *name;
    void (*damage) (char *bytes, gsize len);
    gboolean refused;
  } cases[] = {
    { "nothing", damage_nothing, FALSE },   { "a bit", flip, TRUE },
    { "the last byte", flip_end, TRUE },    { "two segments swapped", swap, TRUE },
    { "a segment repeated", repeat, TRUE }, { "a segment left out", remove_one, TRUE },
    { "the end blank", blank_end, TRUE },
  };
  Fixture self = begin ();
  g_autofree char *source = make_file (&self, "source", 5 * 65536 + 1000);
  g_autoptr (WwTransfer) up = ww_transfers_upload (self.transfers, source);
  g_autofree char *path = NULL;
  g_autofree char *whole = NULL;
  g_autofree char *id = NULL;
  g_autofree char *shard = NULL;
  WwAttachmentPointer pointer;
  gsize len;

  ww_house_await (ww_transfer_wait (up));
  g_assert_true (ww_transfer_get_pointer (up, &pointer));
  id = ww_hex_encode (pointer.id, sizeof pointer.id);
  shard = g_strndup (id, 2);
  path = g_build_filename (self.house->directory, "server", "attachments", shard, id, NULL);
  g_assert_true (g_file_get_contents (path, &whole, &len, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *bytes = g_memdup2 (whole, len);
      g_autoptr (WwTransfer) down = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].name);
      cases[i].damage (bytes, len);
      g_assert_true (g_file_set_contents (path, bytes, (gssize) len, NULL));
      down = ww_transfers_download (self.transfers, &pointer);
      if (!cases[i].refused)
        {
          ww_house_await (ww_transfer_wait (down));
          assert_same (&self, down, source);
          continue;
        }
      error = ww_house_await_error (ww_transfer_wait (down));
      g_assert_cmpstr (ww_error_get_code (error), ==, "message-altered");
      g_assert_cmpint (ww_transfer_get_state (down), ==, WW_TRANSFER_FAILED);
    }
  end (&self);
}

/* --- Faults -------------------------------------------------------------------------------- */

typedef struct
{
  WwTransfer *transfer;
  guint64 at;
} Reached;

static gboolean
has_reached (gpointer data)
{
  Reached *self = data;

  return ww_transfer_get_done (self->transfer) >= self->at ||
         ww_transfer_get_state (self->transfer) != WW_TRANSFER_RUNNING;
}

/* Cut, kill or restart, whichever is next, at a point that nobody chose. */
static WwTransfer *
disturb (Fixture *self, WwTransfer *transfer, guint turn)
{
  guint row = 0;

  switch (turn % 3)
    {
    case 0:
      ww_relay_cut (self->relay);
      return transfer;
    case 1:
      ww_house_restart (self->house);
      return transfer;
    default:
      break;
    }
  while (ww_transfers_get_list (self->transfers)->pdata[row] != transfer)
    row++;
  g_object_unref (transfer);
  restart (self);
  return g_object_ref (ww_transfers_get_list (self->transfers)->pdata[row]);
}

static WwTransfer *
move_disturbed (Fixture *self, WwTransfer *transfer, GRand *random, guint *turns)
{
  guint64 total, at = 0;

  Reached begun = { transfer, 1 };
  ww_house_wait (has_reached, &begun, "the first part");
  total = ww_transfer_get_total (transfer);
  for (*turns = 0; ww_transfer_get_state (transfer) == WW_TRANSFER_RUNNING && at < total; (*turns)++)
    {
      Reached reached;

      at = ww_transfer_get_done (transfer) + (guint64) g_rand_int_range (random, MIB / 2, 40 * MIB);
      reached = (Reached) { transfer, MIN (at, total) };
      ww_house_wait (has_reached, &reached, "the transfer to move on");
      if (ww_transfer_get_state (transfer) == WW_TRANSFER_RUNNING && ww_transfer_get_done (transfer) < total)
        transfer = disturb (self, transfer, *turns);
    }
  ww_house_await (ww_transfer_wait (transfer));
  return transfer;
}

static long
peak_kib (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

static void
test_faults (void)
{
  const guint64 size = 200 * MIB;
  Fixture self = begin_with (256);
  g_autofree char *source = make_file (&self, "source", size);
  g_autoptr (GRand) random = g_rand_new_with_seed (4);
  g_autoptr (WwTransfer) up = ww_transfers_upload (self.transfers, source);
  g_autoptr (WwTransfer) down = NULL;
  WwAttachmentPointer pointer;
  guint64 before = ww_relay_get_up (self.relay), moved, sealed;
  long memory = peak_kib ();
  guint turns;

  up = move_disturbed (&self, up, random, &turns);
  sealed = ww_transfer_get_total (up);
  moved = ww_relay_get_up (self.relay) - before;
  g_test_message ("up: %u disturbances, %.1f %% sent twice", turns,
                  100.0 * (double) (moved - sealed) / (double) sealed);
  g_assert_cmpuint (turns, >=, 3);
  /* A part for each disturbance, and what heads, links and sign-ons take. */
  g_assert_cmpuint (moved, <=, sealed + (turns + 1) * PART + sealed / 200);
  g_assert_true (ww_transfer_get_pointer (up, &pointer));

  before = ww_relay_get_down (self.relay);
  down = ww_transfers_download (self.transfers, &pointer);
  down = move_disturbed (&self, down, random, &turns);
  moved = ww_relay_get_down (self.relay) - before;
  g_test_message ("down: %u disturbances, %.1f %% sent twice", turns,
                  100.0 * (double) (moved - sealed) / (double) sealed);
  /* What the sockets and the relay held counts as sent. */
  g_assert_cmpuint (moved, <=, sealed + (turns + 1) * 3 * PART);
  assert_same (&self, down, source);
  g_test_message ("memory: %ld KiB more than before", peak_kib () - memory);
  /* With the relay's buffers in it. */
  g_assert_cmpint (peak_kib () - memory, <, 16 * 1024);
  end (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transfers/round-trip", test_round_trip);
  g_test_add_func ("/transfers/sealed-at-rest", test_sealed_at_rest);
  g_test_add_func ("/transfers/wiped", test_wiped);
  g_test_add_func ("/transfers/pause-and-cancel", test_pause_and_cancel);
  g_test_add_func ("/transfers/cancel-leaves-nothing", test_cancel_leaves_nothing);
  g_test_add_func ("/transfers/orphan", test_orphan);
  g_test_add_func ("/transfers/refusals", test_refusals);
  g_test_add_func ("/transfers/forgotten", test_forgotten);
  g_test_add_func ("/transfers/damage", test_damage);
  g_test_add_func ("/transfers/faults", test_faults);
  return g_test_run ();
}
