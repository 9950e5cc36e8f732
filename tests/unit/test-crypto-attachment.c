/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Attachments: what is sealed opens again, byte for byte; what anybody did to it on the way is refused. The examples of
 * docs/protocol.md are computed again and compared with tests/vectors/attachment.json, which
 * tests/interop/attachment.mjs computes with another library.
 */
#include <glib.h>
#include <string.h>

#include "ww-attachment-private.h"
#include "ww-fixture.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwAttachmentSealer, ww_attachment_sealer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwAttachmentOpener, ww_attachment_opener_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwAttachmentDigest, ww_attachment_digest_free)

#define SEGMENT WW_ATTACHMENT_PLAIN_SIZE
#define SEALED  WW_ATTACHMENT_SEALED_SIZE

static uint8_t
file_byte (uint64_t at)
{
  return (uint8_t) (at % 251);
}

static GByteArray *
make_file (size_t size)
{
  GByteArray *file = g_byte_array_sized_new ((guint) size);

  g_byte_array_set_size (file, (guint) size);
  for (size_t i = 0; i < size; i++)
    file->data[i] = file_byte (i);

  return file;
}

static GByteArray *
seal_all (WwAttachmentSealer *sealer, const GByteArray *file)
{
  GByteArray *sealed = g_byte_array_new ();
  g_autofree uint8_t *segment = g_malloc (SEALED);
  size_t at = 0, len;

  while (!ww_attachment_sealer_is_done (sealer))
    {
      size_t wants = ww_attachment_sealer_wants (sealer);

      g_assert_cmpint (ww_attachment_sealer_next (sealer, WW_BYTES (file->data + at, wants), segment, &len), ==,
                       WW_CRYPTO_OK);
      g_byte_array_append (sealed, segment, (guint) len);
      at += wants;
    }
  g_assert_cmpuint (at, ==, file->len);
  g_assert_cmpuint (sealed->len, ==, ww_attachment_sealer_get_layout (sealer)->sealed);

  return sealed;
}

/* As a reader does it: cut where the layout says, until the bytes end. The file, or NULL. */
static GByteArray *
open_all (const uint8_t key[32], uint64_t size, const GByteArray *sealed)
{
  g_autoptr (WwAttachmentOpener) opener = NULL;
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autofree uint8_t *plain = g_malloc (SEGMENT);
  const WwAttachmentLayout *layout;
  size_t at = 0, len;

  g_assert_cmpint (ww_attachment_opener_new (key, size, &opener), ==, WW_CRYPTO_OK);
  layout = ww_attachment_opener_get_layout (opener);
  for (uint64_t i = 0; i < layout->segments; i++)
    {
      size_t take = MIN (ww_attachment_layout_sealed_bytes (layout, i), sealed->len - at);

      if (ww_attachment_opener_open (opener, i, WW_BYTES (sealed->data + at, take), plain, &len) != WW_CRYPTO_OK)
        {
          g_assert_cmpuint (len, ==, 0);
          return NULL;
        }
      g_byte_array_append (file, plain, (guint) len);
      at += take;
    }

  return at == sealed->len ? g_steal_pointer (&file) : NULL;
}

/* --- Sizes --------------------------------------------------------------------------------- */

static const struct
{
  uint64_t size, padded, segments, sealed;
} layouts[] = {
  { 0, 256, 1, 272 },
  { 1, 256, 1, 272 },
  { 256, 256, 1, 272 },
  { 257, 272, 1, 288 },
  { SEGMENT - 1, SEGMENT, 1, SEALED },
  { SEGMENT, SEGMENT, 1, SEALED },
  { SEGMENT + 1, SEGMENT + 2048, 2, SEGMENT + 2048 + 32 },
  { 2 * SEGMENT, 2 * SEGMENT, 2, 2 * SEALED },
  { 100 << 20, 100 << 20, 1600, (100 << 20) + 1600 * 16 },
  { (100 << 20) + 1, 102 << 20, 1632, (102 << 20) + 1632 * 16 },
  { (uint64_t) 2 << 30, (uint64_t) 2 << 30, 32768, ((uint64_t) 2 << 30) + 32768 * 16 },
};

static void
test_layouts (void)
{
  WwAttachmentLayout layout;

  for (unsigned i = 0; i < G_N_ELEMENTS (layouts); i++)
    {
      uint64_t file = 0, padded = 0, sealed = 0;

      g_assert_cmpint (ww_attachment_layout_init (&layout, layouts[i].size), ==, WW_CRYPTO_OK);
      g_assert_cmpuint (layout.padded, ==, layouts[i].padded);
      g_assert_cmpuint (layout.segments, ==, layouts[i].segments);
      g_assert_cmpuint (layout.sealed, ==, layouts[i].sealed);
      for (uint64_t j = 0; j < layout.segments; j++)
        {
          file += ww_attachment_layout_file_bytes (&layout, j);
          padded += ww_attachment_layout_padded_bytes (&layout, j);
          sealed += ww_attachment_layout_sealed_bytes (&layout, j);
        }
      g_assert_cmpuint (file, ==, layout.size);
      g_assert_cmpuint (padded, ==, layout.padded);
      g_assert_cmpuint (sealed, ==, layout.sealed);
      g_assert_cmpuint (ww_attachment_layout_sealed_bytes (&layout, layout.segments), ==, 0);
      g_assert_cmpuint (ww_attachment_layout_sealed_bytes (&layout, G_MAXUINT64), ==, 0);
    }
  g_assert_cmpint (ww_attachment_layout_init (&layout, WW_ATTACHMENT_MAX_SIZE), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_attachment_layout_init (&layout, WW_ATTACHMENT_MAX_SIZE + 1), ==, WW_CRYPTO_BAD_SIZE);
  g_assert_cmpint (ww_attachment_layout_init (&layout, G_MAXUINT64), ==, WW_CRYPTO_BAD_SIZE);
}

/* The largest file that so many sealed bytes have room for: one byte more would need more of them. */
static void
test_largest (void)
{
  static const uint64_t bounds[] = {
    272, 273, 287, 288, SEALED, SEALED + 1, (100 << 20) + 1600 * 16, (uint64_t) 5 << 30
  };
  WwAttachmentLayout layout;
  uint64_t size;

  for (unsigned i = 0; i < G_N_ELEMENTS (bounds); i++)
    {
      g_assert_true (ww_attachment_largest (bounds[i], &size));
      g_assert_cmpint (ww_attachment_layout_init (&layout, size), ==, WW_CRYPTO_OK);
      g_assert_cmpuint (layout.sealed, <=, bounds[i]);
      g_assert_cmpint (ww_attachment_layout_init (&layout, size + 1), ==, WW_CRYPTO_OK);
      g_assert_cmpuint (layout.sealed, >, bounds[i]);
    }
  g_assert_true (ww_attachment_largest ((100 << 20) + 1600 * 16, &size));
  g_assert_cmpuint (size, ==, 100 << 20);
  g_assert_true (ww_attachment_largest (G_MAXUINT64, &size));
  g_assert_cmpuint (size, ==, WW_ATTACHMENT_MAX_SIZE);
  g_assert_false (ww_attachment_largest (271, &size));
  g_assert_false (ww_attachment_largest (0, &size));
}

/* --- There and back ------------------------------------------------------------------------ */

static void
test_round_trip (void)
{
  static const size_t sizes[] = { 0, 1, 255, 256, 257, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT, 1000000 };

  for (unsigned i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (WwAttachmentSealer) sealer = NULL;
      g_autoptr (GByteArray) file = make_file (sizes[i]);
      g_autoptr (GByteArray) sealed = NULL;
      g_autoptr (GByteArray) opened = NULL;

      g_assert_cmpint (ww_attachment_sealer_new (sizes[i], &sealer), ==, WW_CRYPTO_OK);
      sealed = seal_all (sealer, file);
      opened = open_all (ww_attachment_sealer_get_key (sealer), sizes[i], sealed);
      g_assert_nonnull (opened);
      test_assert_bytes (WW_BYTES (opened->data, opened->len), WW_BYTES (file->data, file->len));
    }
}

/* Every sealer has a key of its own: the same file never looks the same. */
static void
test_fresh_keys (void)
{
  g_autoptr (WwAttachmentSealer) a = NULL;
  g_autoptr (WwAttachmentSealer) b = NULL;

  g_assert_cmpint (ww_attachment_sealer_new (1, &a), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_attachment_sealer_new (1, &b), ==, WW_CRYPTO_OK);
  g_assert_false (ww_bytes_equal (WW_BYTES (ww_attachment_sealer_get_key (a), 32),
                                  WW_BYTES (ww_attachment_sealer_get_key (b), 32)));
}

/* A file that shrinks or grows while it is read is not sealed as something else. */
static void
test_wrong_amounts (void)
{
  g_autoptr (WwAttachmentSealer) sealer = NULL;
  g_autofree uint8_t *file = g_malloc0 (SEGMENT + 1);
  g_autofree uint8_t *out = g_malloc (SEALED);
  size_t len;

  g_assert_cmpint (ww_attachment_sealer_new (SEGMENT + 2, &sealer), ==, WW_CRYPTO_OK);
  g_assert_cmpuint (ww_attachment_sealer_wants (sealer), ==, SEGMENT);
  g_assert_cmpint (ww_attachment_sealer_next (sealer, WW_BYTES (file, SEGMENT - 1), out, &len), ==, WW_CRYPTO_BAD_SIZE);
  g_assert_cmpint (ww_attachment_sealer_next (sealer, WW_BYTES (file, SEGMENT + 1), out, &len), ==, WW_CRYPTO_BAD_SIZE);
  g_assert_cmpint (ww_attachment_sealer_next (sealer, WW_BYTES (file, SEGMENT), out, &len), ==, WW_CRYPTO_OK);
  g_assert_cmpuint (len, ==, SEALED);
  g_assert_cmpuint (ww_attachment_sealer_wants (sealer), ==, 2);
  g_assert_cmpint (ww_attachment_sealer_next (sealer, WW_BYTES (file, 1), out, &len), ==, WW_CRYPTO_BAD_SIZE);
  g_assert_cmpint (ww_attachment_sealer_next (sealer, WW_BYTES (file, 2), out, &len), ==, WW_CRYPTO_OK);
  g_assert_true (ww_attachment_sealer_is_done (sealer));
  g_assert_cmpint (ww_attachment_sealer_next (sealer, WW_BYTES (file, 0), out, &len), ==, WW_CRYPTO_BAD_SIZE);
  g_assert_cmpuint (len, ==, 0);
}

/* --- Damage -------------------------------------------------------------------------------- */

#define FILE_SIZE (3 * SEGMENT + 1000) /* 4 segments, the last of them short and padded */

static GByteArray *
copy (const GByteArray *bytes)
{
  GByteArray *result = g_byte_array_new ();

  return g_byte_array_append (result, bytes->data, bytes->len);
}

static void
flip_first (GByteArray *sealed)
{
  sealed->data[0] ^= 1;
}

static void
flip_tag (GByteArray *sealed)
{
  sealed->data[SEGMENT + 15] ^= 0x80;
}

static void
flip_last (GByteArray *sealed)
{
  sealed->data[sealed->len - 1] ^= 1;
}

static void
flip_padding (GByteArray *sealed)
{
  sealed->data[sealed->len - 17] ^= 1;
}

static void
cut_byte (GByteArray *sealed)
{
  g_byte_array_set_size (sealed, sealed->len - 1);
}

static void
cut_segment (GByteArray *sealed)
{
  g_byte_array_set_size (sealed, 3 * SEALED);
}

static void
cut_all (GByteArray *sealed)
{
  g_byte_array_set_size (sealed, 0);
}

static void
remove_first (GByteArray *sealed)
{
  g_byte_array_remove_range (sealed, 0, SEALED);
}

static void
remove_inner (GByteArray *sealed)
{
  g_byte_array_remove_range (sealed, SEALED, SEALED);
}

static void
swap (GByteArray *sealed)
{
  g_autofree uint8_t *first = g_memdup2 (sealed->data, SEALED);

  memcpy (sealed->data, sealed->data + SEALED, SEALED);
  memcpy (sealed->data + SEALED, first, SEALED);
}

static void
repeat (GByteArray *sealed)
{
  memcpy (sealed->data + SEALED, sealed->data, SEALED);
}

static void
append_byte (GByteArray *sealed)
{
  g_byte_array_append (sealed, (const uint8_t *) "", 1);
}

static void
append_segment (GByteArray *sealed)
{
  g_autofree uint8_t *first = g_memdup2 (sealed->data, SEALED);

  g_byte_array_append (sealed, first, SEALED);
}

static const struct
{
  const char *name;
  void (*damage) (GByteArray *sealed);
} damages[] = {
  { "the first byte altered", flip_first },
  { "a tag altered", flip_tag },
  { "the last byte altered", flip_last },
  { "the padding altered", flip_padding },
  { "a byte cut off", cut_byte },
  { "the last segment cut off", cut_segment },
  { "everything cut off", cut_all },
  { "the first segment removed", remove_first },
  { "an inner segment removed", remove_inner },
  { "two segments swapped", swap },
  { "a segment repeated", repeat },
  { "a byte appended", append_byte },
  { "a segment appended", append_segment },
};

static void
test_damage (void)
{
  g_autoptr (WwAttachmentSealer) sealer = NULL;
  g_autoptr (GByteArray) file = make_file (FILE_SIZE);
  g_autoptr (GByteArray) sealed = NULL;
  g_autoptr (GByteArray) whole = NULL;
  uint8_t other[32];

  g_assert_cmpint (ww_attachment_sealer_new (FILE_SIZE, &sealer), ==, WW_CRYPTO_OK);
  sealed = seal_all (sealer, file);
  for (unsigned i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autoptr (GByteArray) damaged = copy (sealed);
      g_autoptr (GByteArray) opened = NULL;

      damages[i].damage (damaged);
      opened = open_all (ww_attachment_sealer_get_key (sealer), FILE_SIZE, damaged);
      if (opened != NULL)
        g_error ("accepted: %s", damages[i].name);
    }
  memcpy (other, ww_attachment_sealer_get_key (sealer), 32);
  other[31] ^= 1;
  g_assert_null (open_all (other, FILE_SIZE, sealed));
  whole = open_all (ww_attachment_sealer_get_key (sealer), FILE_SIZE, sealed);
  g_assert_nonnull (whole);
}

/*
 * Cut short at the end of a segment, and the message (by a sender who helps) says that this is the size: the segment that
 * is last now was not sealed as the last.
 */
static void
test_cut_between_segments (void)
{
  g_autoptr (WwAttachmentSealer) sealer = NULL;
  g_autoptr (GByteArray) file = make_file (4 * SEGMENT);
  g_autoptr (GByteArray) sealed = NULL;

  g_assert_cmpint (ww_attachment_sealer_new (4 * SEGMENT, &sealer), ==, WW_CRYPTO_OK);
  sealed = seal_all (sealer, file);
  g_byte_array_set_size (sealed, 2 * SEALED);
  g_assert_null (open_all (ww_attachment_sealer_get_key (sealer), 2 * SEGMENT, sealed));
}

/* One sealed file, and a message that says another size with the same padding: what is cut off would be padding. */
static void
test_padding_is_zero (void)
{
  g_autoptr (WwAttachmentSealer) sealer = NULL;
  g_autoptr (GByteArray) file = make_file (200);
  g_autoptr (GByteArray) sealed = NULL;
  g_autoptr (GByteArray) same = NULL;

  g_assert_cmpint (ww_attachment_sealer_new (200, &sealer), ==, WW_CRYPTO_OK);
  sealed = seal_all (sealer, file);
  g_assert_null (open_all (ww_attachment_sealer_get_key (sealer), 199, sealed));
  same = open_all (ww_attachment_sealer_get_key (sealer), 200, sealed);
  g_assert_nonnull (same);
}

/* Nothing of a segment that does not verify is left in the caller's memory. */
static void
test_nothing_gets_out (void)
{
  g_autoptr (WwAttachmentSealer) sealer = NULL;
  g_autoptr (WwAttachmentOpener) opener = NULL;
  g_autoptr (GByteArray) file = make_file (SEGMENT);
  g_autoptr (GByteArray) sealed = NULL;
  g_autofree uint8_t *plain = g_malloc0 (SEGMENT);
  g_autofree uint8_t *zeros = g_malloc0 (SEGMENT);
  size_t len;

  g_assert_cmpint (ww_attachment_sealer_new (SEGMENT, &sealer), ==, WW_CRYPTO_OK);
  sealed = seal_all (sealer, file);
  sealed->data[100] ^= 1;
  g_assert_cmpint (ww_attachment_opener_new (ww_attachment_sealer_get_key (sealer), SEGMENT, &opener), ==,
                   WW_CRYPTO_OK);
  g_assert_cmpint (ww_attachment_opener_open (opener, 0, WW_BYTES (sealed->data, sealed->len), plain, &len), ==,
                   WW_CRYPTO_BAD_BODY);
  test_assert_bytes (WW_BYTES (plain, SEGMENT), WW_BYTES (zeros, SEGMENT));
  /* And the opener is as good as before. */
  sealed->data[100] ^= 1;
  g_assert_cmpint (ww_attachment_opener_open (opener, 0, WW_BYTES (sealed->data, sealed->len), plain, &len), ==,
                   WW_CRYPTO_OK);
  test_assert_bytes (WW_BYTES (plain, len), WW_BYTES (file->data, file->len));
}

/* --- Examples ------------------------------------------------------------------------------ */

static void
check_example (JsonObject *example, const char *document)
{
  g_autoptr (WwAttachmentSealer) sealer = NULL;
  g_autoptr (WwAttachmentDigest) digest = NULL;
  g_autoptr (GBytes) key = test_member (example, "key");
  g_autoptr (GBytes) expected_hash = test_member (example, "hash");
  g_autoptr (GByteArray) file = make_file ((size_t) json_object_get_int_member (example, "size"));
  g_autoptr (GByteArray) sealed = NULL;
  uint8_t hash[32];

  g_assert_cmpint (ww_attachment_sealer_new_with_key (g_bytes_get_data (key, NULL), file->len, &sealer), ==,
                   WW_CRYPTO_OK);
  sealed = seal_all (sealer, file);
  g_assert_cmpuint (sealed->len, ==, (guint) json_object_get_int_member (example, "sealed_size"));
  if (json_object_has_member (example, "sealed"))
    {
      g_autoptr (GBytes) bytes = test_member (example, "sealed");

      test_assert_bytes (WW_BYTES (sealed->data, sealed->len), TEST_BYTES (bytes));
      g_assert_nonnull (strstr (document, json_object_get_string_member (example, "sealed")));
    }
  g_assert_cmpint (ww_attachment_digest_new (&digest), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_attachment_digest_update (digest, WW_BYTES (sealed->data, sealed->len)), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_attachment_digest_finish (digest, hash), ==, WW_CRYPTO_OK);
  test_assert_bytes (WW_BYTES_OF (hash), TEST_BYTES (expected_hash));
  g_assert_nonnull (strstr (document, json_object_get_string_member (example, "hash")));
}

static void
test_examples (void)
{
  g_autoptr (JsonNode) node = test_vectors ("attachment.json");
  g_autofree char *document = test_source_file ("docs/protocol.md");
  JsonArray *examples = json_node_get_array (node);
  char *end = document;

  for (const char *c = document; *c != '\0'; c++)
    if (!g_ascii_isspace (*c))
      *end++ = *c;
  *end = '\0';
  g_assert_cmpuint (json_array_get_length (examples), >=, 2);
  for (guint i = 0; i < json_array_get_length (examples); i++)
    check_example (json_array_get_object_element (examples, i), document);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/attachment/layouts", test_layouts);
  g_test_add_func ("/crypto/attachment/largest", test_largest);
  g_test_add_func ("/crypto/attachment/round-trip", test_round_trip);
  g_test_add_func ("/crypto/attachment/fresh-keys", test_fresh_keys);
  g_test_add_func ("/crypto/attachment/wrong-amounts", test_wrong_amounts);
  g_test_add_func ("/crypto/attachment/damage", test_damage);
  g_test_add_func ("/crypto/attachment/cut-between-segments", test_cut_between_segments);
  g_test_add_func ("/crypto/attachment/padding-is-zero", test_padding_is_zero);
  g_test_add_func ("/crypto/attachment/nothing-gets-out", test_nothing_gets_out);
  g_test_add_func ("/crypto/attachment/examples", test_examples);

  return g_test_run ();
}
