/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-client-fixture.h"

#include "ww-alert-private.h"
#include "ww-conversation-id.h"
#include "ww-error-private.h"
#include "ww-hex.h"
#include "ww-text.h"

static void
test_hex (void)
{
  static const struct
  {
    const char *hex;
    gboolean good;
  } rows[] = {
    { "00ff10", TRUE },  { "00FF10", TRUE },  { "00ff1", FALSE },  { "00ff1000", FALSE }, { "", FALSE },
    { "00fg10", FALSE }, { " 0ff10", FALSE }, { "0x0f10", FALSE }, { "00ff1\n", FALSE },  { NULL, FALSE },
  };
  guint8 out[3];

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      memset (out, 0x55, sizeof out);
      g_assert_cmpint (ww_hex_decode (rows[i].hex, out, sizeof out), ==, rows[i].good);
      if (rows[i].good)
        {
          g_autofree char *hex = ww_hex_encode (out, sizeof out);

          g_assert_cmpstr (hex, ==, "00ff10");
        }
      else
        {
          g_assert_cmpmem (out, sizeof out, "\0\0\0", 3);
        }
    }
}

/* Computed by another implementation of SHA-256: GLib's. */
static void
test_conversation_id (void)
{
  static const char tag[] = "waxwing/1/conversation";
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 expected[32], forth[16], back[16];
  gsize len = sizeof expected;

  g_checksum_update (checksum, (const guint8 *) tag, sizeof tag);
  g_checksum_update (checksum, test_self, 16);
  g_checksum_update (checksum, test_peer, 16);
  g_checksum_get_digest (checksum, expected, &len);

  ww_conversation_id_for_pair (test_self, test_peer, forth);
  ww_conversation_id_for_pair (test_peer, test_self, back);
  g_assert_cmpmem (forth, 16, expected, 16);
  g_assert_cmpmem (back, 16, expected, 16);
}

static void
test_one_line (void)
{
  static const struct
  {
    const char *text;
    gsize max;
    const char *line;
  } rows[] = {
    { NULL, 10, "" },
    { "", 10, "" },
    { "plain", 10, "plain" },
    { "  a \n\n\t b  ", 10, "a b" },
    { "<b>&amp;</b>", 20, "<b>&amp;</b>" },
    { "a\x01\x1b[31mb", 20, "a[31mb" },
    { "evil\xe2\x80\xaetxt.exe", 20, "eviltxt.exe" },
    { "\xe2\x81\xa6iso\xe2\x81\xa9", 20, "iso" },
    { "0123456789", 10, "0123456789" },
    { "0123456789a", 10, "0123456789…" },
    { "äöü", 2, "äö…" },
    { "bad \xff utf", 20, "bad \xef\xbf\xbd utf" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *line = ww_text_one_line (rows[i].text, rows[i].max);

      g_assert_cmpstr (line, ==, rows[i].line);
    }
}

/* Every code has a word of its own, in the form scripts can rely on, and a sentence. */
static void
test_errors (void)
{
  g_autoptr (GHashTable) words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int code = WW_ERROR_FAILED; code <= WW_ERROR_APPROVAL_ENDED; code++)
    {
      g_autoptr (GError) error = ww_error_new (code);
      const char *word = ww_error_get_code (error);

      g_assert_cmpuint (strspn (word, "abcdefghijklmnopqrstuvwxyz-"), ==, strlen (word));
      g_assert_true (g_hash_table_add (words, g_strdup (word)) || code == WW_ERROR_REFUSED);
      g_assert_true (g_str_has_suffix (error->message, "."));
      g_assert_cmpstr (ww_error_get_sentence_for_code (word), ==, error->message);
    }

  g_assert_null (ww_error_get_sentence_for_code ("no-such-word"));
}

static void
test_refused (void)
{
  g_autoptr (GError) error = ww_error_new_refused ("rate-limited", "Too many.", TRUE);
  g_autoptr (GError) copy = g_error_copy (error);
  g_autoptr (GError) bare = ww_error_new_refused ("", NULL, FALSE);
  g_autoptr (GError) hostile = ww_error_new_refused ("\xff\xfe", "\xff", FALSE);
  g_autoptr (GError) other = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "x");

  g_assert_error (copy, WW_ERROR, WW_ERROR_REFUSED);
  g_assert_cmpstr (copy->message, ==, "Too many.");
  g_assert_cmpstr (ww_error_get_code (copy), ==, "rate-limited");
  g_assert_true (ww_error_is_retryable (copy));
  g_assert_cmpstr (ww_error_get_code (bare), ==, "refused");
  g_assert_false (ww_error_is_retryable (bare));
  g_assert_true (g_utf8_validate (hostile->message, -1, NULL));
  g_assert_true (g_utf8_validate (ww_error_get_code (hostile), -1, NULL));
  g_assert_cmpstr (ww_error_get_code (other), ==, "cancelled");
}

/* Which state may follow which: every pair. */
static void
test_states (void)
{
  /* From the row to the column: waiting, sent, delivered, read, failed, received. */
  static const char *const table[] = {
    ".xxxx.", "..xxx.", "...x..", "......", "xxxx..", "......",
  };

  for (int from = WW_MESSAGE_STATE_WAITING; from <= WW_MESSAGE_STATE_RECEIVED; from++)
    for (int to = WW_MESSAGE_STATE_WAITING; to <= WW_MESSAGE_STATE_RECEIVED; to++)
      g_assert_cmpint (ww_message_state_can_follow (from, to), ==, table[from][to] == 'x');

  g_assert_cmpstr (ww_message_state_to_string (WW_MESSAGE_STATE_DELIVERED), ==, "delivered");
  g_assert_cmpstr (ww_message_state_to_string ((WwMessageState) 99), ==, "failed");
  g_assert_cmpstr (ww_message_kind_to_string (WW_MESSAGE_KIND_TEXT), ==, "text");
}

static void
test_alert_texts (void)
{
  for (int kind = WW_ALERT_KIND_DEVICE_ADDED; kind <= WW_ALERT_KIND_MESSAGE_PROBLEM; kind++)
    {
      g_autoptr (WwAlertRow) row = ww_alert_row_new ();
      g_autoptr (WwAlert) alert = NULL;

      row->kind = kind;
      row->device_name = g_strdup ("<b>desk</b>");
      row->handle = g_strdup ("mailto:a@example.org");
      row->code = g_strdup ("record-forked");
      alert = ww_alert_new (row);

      g_assert_cmpstr (ww_alert_get_title (alert), !=, "");
      g_assert_true (g_str_has_suffix (ww_alert_get_body (alert), "."));
      g_assert_null (strstr (ww_alert_get_body (alert), "mailto:"));
      if (kind == WW_ALERT_KIND_DEVICE_ADDED)
        g_assert_nonnull (strstr (ww_alert_get_body (alert), "<b>desk</b>"));
      if (kind == WW_ALERT_KIND_RECORD_PROBLEM)
        g_assert_cmpstr (ww_alert_get_body (alert), ==, ww_error_get_sentence (WW_ERROR_RECORD_FORKED));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/client/hex", test_hex);
  g_test_add_func ("/client/conversation-id", test_conversation_id);
  g_test_add_func ("/client/one-line", test_one_line);
  g_test_add_func ("/client/errors", test_errors);
  g_test_add_func ("/client/refused", test_refused);
  g_test_add_func ("/client/states", test_states);
  g_test_add_func ("/client/alert-texts", test_alert_texts);

  return g_test_run ();
}
