/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ww-fixture.h"
#include "ww-frame.h"
#include "ww-scan-private.h"

/* Whether a payload of these bytes is taken: the smallest message that has text, numbers and lists below it. */
static gboolean
takes (GBytes *bytes)
{
  Waxwing__Payload *payload = ww_payload_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  waxwing__payload__free_unpacked (payload, NULL);

  return payload != NULL;
}

/* Text is field 1 of Payload and its body field 1 of Text; Receipt is field 2, its state 1, its ids 2. */
static void
test_encoding (void)
{
  static const struct
  {
    const char *name;
    const char *hex;
    gboolean taken;
    gboolean sound; /* protobuf that may be unpacked, though the payload is refused for what it holds */
  } cases[] = {
    { "nothing", "", TRUE },
    { "empty text", "0a00", TRUE },
    { "text", "0a030a0161", TRUE },
    { "unknown varint field", "a00601", TRUE },
    { "unknown 64-bit field", "a1060102030405060708", TRUE },
    { "unknown 32-bit field", "a50601020304", TRUE },
    { "unknown bytes", "a2060161", TRUE },
    { "unknown field within", "0a06a206016a0a00", TRUE },
    { "ends in the key", "0a030a01618a", FALSE },
    { "ends in the length", "0a80", FALSE },
    { "ends in the content", "0a030a01", FALSE },
    { "longer than its parent", "0a020a0161", FALSE },
    { "length of 2^63", "0a80808080808080808001", FALSE },
    { "length of 2^64 - 1", "0affffffffffffffffff01", FALSE },
    { "varint of 11 bytes", "a006808080808080808080808001", FALSE },
    { "varint above 64 bits", "a006ffffffffffffffffff02", FALSE },
    { "field number 0", "0000", FALSE },
    { "field number above 2^29",
      "8080808010"
      "00",
      FALSE },
    { "group", "0b0c", FALSE },
    { "wire type 6", "0e", FALSE },
    { "wire type 7", "0f", FALSE },
    { "text as a number", "0801", FALSE },
    { "body as a number", "0a020801", FALSE },
    { "state as text",
      "12090a00"
      "120130",
      FALSE },
    { "a body with a zero byte", "0a050a03610062", FALSE },
    { "not UTF-8: a lone tail byte", "0a030a0180", FALSE },
    { "not UTF-8: cut short", "0a040a02e282", FALSE },
    { "not UTF-8: overlong slash", "0a040a02c0af", FALSE },
    { "not UTF-8: overlong in three", "0a050a03e080af", FALSE },
    { "not UTF-8: overlong in four", "0a060a04f08080af", FALSE },
    { "not UTF-8: surrogate", "0a050a03eda080", FALSE },
    { "not UTF-8: beyond U+10FFFF", "0a060a04f4908080", FALSE },
    { "not UTF-8: far beyond", "0a060a04f5808080", FALSE },
    { "not UTF-8: cut short, then what would complete it", "0a070a02e282a00601", FALSE },
    { "not UTF-8: five bytes", "0a070a05f888808080", FALSE },
    { "not UTF-8: bad second tail", "0a050a03e28228", FALSE },
    { "the last character of all", "0a060a04f48fbfbf", TRUE },
    { "the last before the surrogates", "0a050a03ed9fbf", TRUE },
    { "body twice", "0a060a01610a0162", FALSE },
    { "text twice", "0a030a01610a030a0162", FALSE },
    { "two members of one choice", "0a001200", FALSE },
    { "an id of 16 bytes",
      "121212100000000000000000000000000000000"
      "0",
      TRUE },
    { "an id of 15 bytes", "1211120f000000000000000000000000000000", FALSE, TRUE },
    { "no id", "12020801", FALSE, TRUE },
    { "unknown state",
      "12140863"
      "12100000000000000000000000000000000"
      "0",
      TRUE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = test_unhex (cases[i].hex);

      g_test_message ("%s", cases[i].name);
      if (takes (bytes) != cases[i].taken)
        g_error ("%s (%s) should be %s", cases[i].name, cases[i].hex, cases[i].taken ? "taken" : "refused");
      g_assert_true (ww_scan (&waxwing__payload__descriptor, g_bytes_get_data (bytes, NULL),
                              g_bytes_get_size (bytes)) == (cases[i].taken || cases[i].sound));
    }
}

/* What would cost a hundred times its size when unpacked. */
static void
test_elements (void)
{
  for (guint n = 32768; n <= 32769; n++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      /* A number in field 100, n times. */
      for (guint i = 0; i < n; i++)
        g_byte_array_append (bytes, (const uint8_t *) "\xa0\x06\x00", 3);
      {
        Waxwing__Payload *payload = ww_payload_parse (bytes->data, bytes->len);

        g_assert_true ((payload != NULL) == (n == 32768));
        waxwing__payload__free_unpacked (payload, NULL);
      }
    }
}

/* The same in one packed list: acknowledged numbers, of which 256 are allowed. */
static void
test_packed (void)
{
  static const struct
  {
    size_t n;
    gboolean taken;
  } cases[] = { { 256, TRUE }, { 257, FALSE }, { 40000, FALSE } };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Waxwing__Frame frame = WAXWING__FRAME__INIT;
      Waxwing__Request request = WAXWING__REQUEST__INIT;
      Waxwing__Acknowledge acknowledge = WAXWING__ACKNOWLEDGE__INIT;
      g_autofree uint64_t *sequences = g_new0 (uint64_t, cases[i].n);
      Waxwing__Frame *parsed;
      uint8_t *bytes;
      size_t len;

      frame.id = 1;
      frame.body_case = WAXWING__FRAME__BODY_REQUEST;
      frame.request = &request;
      request.body_case = WAXWING__REQUEST__BODY_ACKNOWLEDGE;
      request.acknowledge = &acknowledge;
      acknowledge.sequences = sequences;
      acknowledge.n_sequences = cases[i].n;
      bytes = ww_frame_pack (&frame, &len);
      parsed = ww_frame_parse (bytes, len);
      g_assert_true ((parsed != NULL) == cases[i].taken);
      waxwing__frame__free_unpacked (parsed, NULL);
      free (bytes);
    }
}

/* Requests and their responses are numbered, hello and events are not. */
static void
test_ids (void)
{
  static const struct
  {
    const char *hex;
    gboolean taken;
  } cases[] = {
    { "", TRUE }, /* a body that only newer versions know */
    { "0807", TRUE },
    { "08071a00", TRUE }, /* request 7 */
    { "1a00", FALSE },    /* request 0 */
    { "08072200", TRUE }, /* response 7 */
    { "2200", FALSE },
    { "2a00", TRUE }, /* event */
    { "08072a00", FALSE },
    { "1200", FALSE },             /* hello without a challenge */
    { "080722023a01", FALSE },     /* look-up result, cut */
    { "080722043a020801", FALSE }, /* found, without an account */
    { "080722023a00", TRUE },      /* not found */
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = test_unhex (cases[i].hex);
      Waxwing__Frame *frame = ww_frame_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      if ((frame != NULL) != cases[i].taken)
        g_error ("%s should be %s", cases[i].hex, cases[i].taken ? "taken" : "refused");
      waxwing__frame__free_unpacked (frame, NULL);
    }
}

static void
test_round_trip (void)
{
  Waxwing__Frame frame = WAXWING__FRAME__INIT;
  Waxwing__Hello hello = WAXWING__HELLO__INIT;
  uint8_t challenge[32] = { 9 };
  Waxwing__Frame *parsed;
  uint8_t *bytes;
  size_t len = 99;

  bytes = ww_frame_pack (&frame, &len);
  g_assert_nonnull (bytes);
  g_assert_cmpuint (len, ==, 0);
  free (bytes);

  frame.body_case = WAXWING__FRAME__BODY_HELLO;
  frame.hello = &hello;
  hello.version = UINT32_MAX;
  hello.now_ms = UINT64_MAX;
  hello.challenge = (ProtobufCBinaryData) { .len = 32, .data = challenge };
  hello.server = (char *) "example.org";
  bytes = ww_frame_pack (&frame, &len);
  parsed = ww_frame_parse (bytes, len);
  g_assert_nonnull (parsed);
  g_assert_cmpint (parsed->body_case, ==, WAXWING__FRAME__BODY_HELLO);
  g_assert_cmpuint (parsed->hello->version, ==, UINT32_MAX);
  g_assert_cmpuint (parsed->hello->now_ms, ==, UINT64_MAX);
  g_assert_cmpstr (parsed->hello->server, ==, "example.org");
  test_assert_bytes (WW_BYTES (parsed->hello->challenge.data, 32), WW_BYTES_OF (challenge));
  waxwing__frame__free_unpacked (parsed, NULL);
  free (bytes);
}

/* Order and repetition, which sizes don't say. */
static void
test_order (void)
{
  static const struct
  {
    uint8_t first, second;
    gboolean taken;
  } cases[] = { { 1, 2, TRUE }, { 2, 1, FALSE }, { 1, 1, FALSE } };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *participants = g_strdup_printf ("1234"
                                                       "0a10%02x000000000000000000000000000000"
                                                       "1220"
                                                       "%064d"
                                                       "1234"
                                                       "0a10%02x000000000000000000000000000000"
                                                       "1220"
                                                       "%064d",
                                                       cases[i].first, 0, cases[i].second, 0);
      g_autofree char *hex = g_strconcat ("0a1000000000000000000000000000000000", participants, NULL);
      g_autofree char *with_handle = g_strconcat ("0a1000000000000000000000000000000000",
                                                  "12370a10010000000000000000000000000000001220"
                                                  "0000000000000000000000000000000000000000000000000000000000000000"
                                                  "1a0161",
                                                  NULL);
      g_autoptr (GBytes) bytes = test_unhex (hex);
      g_autoptr (GBytes) bad_handle = test_unhex (with_handle);
      Waxwing__Content *content = ww_content_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

      g_assert_true ((content != NULL) == cases[i].taken);
      waxwing__content__free_unpacked (content, NULL);
      g_assert_null (ww_content_parse (g_bytes_get_data (bad_handle, NULL), g_bytes_get_size (bad_handle)));
    }

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TestDevice device;
      Waxwing__DeviceKeys *keys;
      uint8_t *bytes;
      size_t len;

      test_device_init (&device, 5);
      device.suites[0] = cases[i].first;
      device.suites[1] = cases[i].second;
      bytes = ww_message_pack (&device.message, &len);
      keys = ww_device_bytes_parse (bytes, len);
      g_assert_true ((keys != NULL) == cases[i].taken);
      waxwing__device_keys__free_unpacked (keys, NULL);
      free (bytes);
      test_device_clear (&device);
    }
}

/* Numbers of an attachment, at their limits and one past them. */
static void
test_attachment_numbers (void)
{
  static const struct
  {
    uint64_t size;
    uint32_t width, height;
    gboolean taken;
  } cases[] = {
    { 0, 0, 0, TRUE },
    { WW_MAX_ATTACHMENT_SIZE, WW_MAX_PICTURE_SIDE, WW_MAX_PICTURE_SIDE, TRUE },
    { WW_MAX_ATTACHMENT_SIZE + 1, 1, 1, FALSE },
    { G_MAXUINT64, 1, 1, FALSE },
    { 1, WW_MAX_PICTURE_SIDE + 1, 1, FALSE },
    { 1, 1, WW_MAX_PICTURE_SIDE + 1, FALSE },
    { 1, G_MAXUINT32, G_MAXUINT32, FALSE },
  };
  uint8_t zeros[32] = { 0 };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
      Waxwing__Attachments attachments = WAXWING__ATTACHMENTS__INIT;
      Waxwing__Attachment attachment = WAXWING__ATTACHMENT__INIT;
      Waxwing__Attachment *list[] = { &attachment };
      Waxwing__Picture picture = WAXWING__PICTURE__INIT;
      g_autoptr (GBytes) bytes = NULL;
      uint8_t *packed;
      size_t len;

      attachment.attachment_id = (ProtobufCBinaryData) { 16, zeros };
      attachment.download_token = attachment.key = attachment.hash = (ProtobufCBinaryData) { 32, zeros };
      attachment.size = cases[i].size;
      picture.width = cases[i].width;
      picture.height = cases[i].height;
      attachment.picture = &picture;
      attachments.attachments = list;
      attachments.n_attachments = 1;
      payload.kind_case = WAXWING__PAYLOAD__KIND_ATTACHMENTS;
      payload.attachments = &attachments;
      packed = ww_message_pack (&payload, &len);
      bytes = g_bytes_new_with_free_func (packed, len, free, packed);
      g_assert_true (takes (bytes) == cases[i].taken);
    }
}

static void
test_places (void)
{
  static const struct
  {
    double latitude, longitude, accuracy_m;
    gboolean taken;
  } cases[] = {
    { 0, 0, 0, TRUE },
    { 90, 180, WW_MAX_ACCURACY_M, TRUE },
    { -90, -180, 12.5, TRUE },
    { 90.000001, 0, 0, FALSE },
    { -90.000001, 0, 0, FALSE },
    { 0, 180.000001, 0, FALSE },
    { 0, -180.000001, 0, FALSE },
    { 0, 0, -1, FALSE },
    { 0, 0, WW_MAX_ACCURACY_M + 1.0, FALSE },
    { NAN, 0, 0, FALSE },
    { 0, NAN, 0, FALSE },
    { 0, 0, NAN, FALSE },
    { INFINITY, 0, 0, FALSE },
    { 0, -INFINITY, 0, FALSE },
    { 0, 0, INFINITY, FALSE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
      Waxwing__Location location = WAXWING__LOCATION__INIT;
      g_autoptr (GBytes) bytes = NULL;
      uint8_t *packed;
      size_t len;

      location.latitude = cases[i].latitude;
      location.longitude = cases[i].longitude;
      location.accuracy_m = cases[i].accuracy_m;
      payload.kind_case = WAXWING__PAYLOAD__KIND_LOCATION;
      payload.location = &location;
      packed = ww_message_pack (&payload, &len);
      bytes = g_bytes_new_with_free_func (packed, len, free, packed);
      g_assert_true (takes (bytes) == cases[i].taken);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/encoding", test_encoding);
  g_test_add_func ("/wire/elements", test_elements);
  g_test_add_func ("/wire/packed", test_packed);
  g_test_add_func ("/wire/ids", test_ids);
  g_test_add_func ("/wire/round-trip", test_round_trip);
  g_test_add_func ("/wire/order", test_order);
  g_test_add_func ("/wire/attachment-numbers", test_attachment_numbers);
  g_test_add_func ("/wire/places", test_places);

  return g_test_run ();
}
