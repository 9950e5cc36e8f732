/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cards (vCard) of people: read from any version, written as 4.0, and what hostile ones do. */
#include <glib.h>
#include <locale.h>
#include <string.h>

#include "ww-card-field.h"
#include "ww-card.h"
#include "ww-error.h"

#define PIXEL "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

static WwCard *
read_card (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  WwCard *card = ww_card_new_from_vcard (bytes, &error);

  g_assert_true (card != NULL || g_error_matches (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT));
  return card;
}

/* “label|value|uri” of each field. */
static void
assert_fields (WwCard *card, const char *const *expected)
{
  GListModel *fields = ww_card_get_fields (card);
  guint n = g_list_model_get_n_items (fields);

  g_assert_cmpuint (n, ==, g_strv_length ((char **) expected));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WwCardField) field = g_list_model_get_item (fields, i);
      const char *uri = ww_card_field_get_uri (field);
      g_autofree char *line = g_strjoin ("|", ww_card_field_get_label (field), ww_card_field_get_value (field),
                                         uri != NULL ? uri : "", NULL);

      g_assert_cmpstr (line, ==, expected[i]);
    }
}

static void
test_version_3 (void)
{
  g_autoptr (WwCard)
      card = read_card ("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zoë Ångström\r\nN:Ångström;Zoë;;Dr.;\r\n"
                        "ORG:Observatory;Spectra\r\nTEL;TYPE=CELL,VOICE:+33 6 12 34 56 78\r\n"
                        "TEL;TYPE=work:020 7946 0000 ext. 12\r\nEMAIL;TYPE=INTERNET,HOME:zoe@example.org\r\n"
                        "ADR;TYPE=HOME:;;1 Rue de la Paix;Paris;;75002;France\r\n"
                        "URL:https://example.org/a?b=1\r\nBDAY:--0412\r\nNOTE:one\\, two\\nthree\r\n"
                        "PHOTO;ENCODING=b;TYPE=PNG:" PIXEL "\r\nEND:VCARD\r\n");
  const char *const expected[] = {
    "Organization|Observatory, Spectra|",
    "Mobile phone|+33 6 12 34 56 78|tel:+33612345678",
    "Work phone|020 7946 0000 ext. 12|tel:02079460000",
    "Home email|zoe@example.org|mailto:zoe@example.org",
    "Website|https://example.org/a?b=1|https://example.org/a?b=1",
    "Home address|1 Rue de la Paix\n75002 Paris\nFrance|",
    "Birthday|12 April|",
    "Note|one, two\nthree|",
    NULL,
  };

  g_assert_nonnull (card);
  g_assert_cmpstr (ww_card_get_name (card), ==, "Zoë Ångström");
  assert_fields (card, expected);
  g_assert_nonnull (ww_card_get_picture (card));
  g_assert_cmpmem (g_bytes_get_data (ww_card_get_picture (card), NULL), 8, "\x89PNG\r\n\x1a\n", 8);
}

static void
test_version_4 (void)
{
  g_autoptr (WwCard) card = read_card (
      "BEGIN:VCARD\nVERSION:4.0\nFN:Bo\nTEL;VALUE=uri;TYPE=\"work,fax\":tel:+1-202-555-0100\n"
      "EMAIL:mailto:bo@example.org\nIMPP:waxwing:bo\nPHOTO:data:image/png;base64," PIXEL "\nEND:VCARD\n");
  const char *const expected[] = {
    "Fax|+1-202-555-0100|tel:+12025550100",
    "Email|bo@example.org|mailto:bo@example.org",
    "Messaging|waxwing:bo|",
    NULL,
  };

  g_assert_nonnull (card);
  assert_fields (card, expected);
  g_assert_nonnull (ww_card_get_picture (card));
}

/* What is written is read again as the same, and says version 4.0; lines are short, and end as they have to. */
static void
test_written (void)
{
  g_autoptr (WwCard) card = read_card (
      "BEGIN:VCARD\nVERSION:3.0\nFN:Łucja\\; the \\, one\nN:Family;Łucja;Maria;;\nTITLE:\\\\o/\n"
      "TEL;TYPE=HOME:1 2 3\nADR;TYPE=WORK:box;;a\\;b;c;d;e;f\nURL:https://example.org/;x,y\n"
      "NOTE:Ein sehr langer Satz mit Umlauten äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöü und einem Ende.\\n\\nzwei\n"
      "UID:secret-uid\nREV:20200101T000000Z\nX-SECRET:secret\nGEO:1.5;2.5\nPRODID:secret\n"
      "PHOTO;ENCODING=b;TYPE=PNG:" PIXEL "\nEND:VCARD\n");
  g_autoptr (GBytes) written = ww_card_to_vcard (card);
  g_autoptr (WwCard) again = ww_card_new_from_vcard (written, NULL);
  g_autofree char *text = g_strndup (g_bytes_get_data (written, NULL), g_bytes_get_size (written));
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);

  g_assert_nonnull (again);
  g_assert_true (g_str_has_prefix (text, "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Łucja\\; the \\, one\r\n"));
  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_assert_cmpuint (strlen (lines[i]), <=, 75);
      g_assert_true (g_utf8_validate (lines[i], -1, NULL));
    }
  g_assert_null (strstr (text, "secret"));
  g_assert_null (strstr (text, "GEO"));
  g_assert_cmpstr (ww_card_get_name (again), ==, ww_card_get_name (card));
  g_assert_cmpuint (g_list_model_get_n_items (ww_card_get_fields (again)), ==, 5);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (WwCardField) a = g_list_model_get_item (ww_card_get_fields (card), i);
      g_autoptr (WwCardField) b = g_list_model_get_item (ww_card_get_fields (again), i);

      g_assert_cmpstr (ww_card_field_get_value (a), ==, ww_card_field_get_value (b));
      g_assert_cmpstr (ww_card_field_get_label (a), ==, ww_card_field_get_label (b));
    }
  g_assert_true (g_bytes_equal (ww_card_get_picture (card), ww_card_get_picture (again)));
}

/* Who has no FN is named by N, or by what else is known. */
static void
test_names (void)
{
  g_autoptr (WwCard) parts = read_card ("BEGIN:VCARD\nVERSION:2.1\nN:Miller;Ann;;;\nEND:VCARD\n");
  g_autoptr (WwCard) field = read_card ("BEGIN:VCARD\nVERSION:3.0\nEMAIL:who@example.org\nEND:VCARD\n");
  g_autoptr (WwCard) quoted = read_card (
      "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BCrgen\nEND:VCARD\n");

  g_assert_cmpstr (ww_card_get_name (parts), ==, "Ann Miller");
  g_assert_cmpstr (ww_card_get_name (field), ==, "who@example.org");
  g_assert_cmpstr (ww_card_get_name (quoted), ==, "Jürgen");
}

/* None of these is a card, and none of them does harm. */
static void
test_refused (void)
{
  static const char *const texts[] = {
    "",
    "hello",
    "BEGIN:VCARD",
    "BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n",
    "BEGIN:VCARD\nVERSION:3.0\nFN:\nEND:VCARD\n",
    "BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD\nEND:VCARD\n",
    "END:VCARD\nBEGIN:VCARD\n",
    "BEGIN:VCALENDAR\nFN:A\nEND:VCALENDAR\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_null (read_card (texts[i]));
}

static char *
make_card (const char *line, guint times)
{
  GString *text = g_string_new ("BEGIN:VCARD\nVERSION:3.0\nFN:Many\n");

  for (guint i = 0; i < times; i++)
    g_string_append (text, line);
  g_string_append (text, "END:VCARD\n");
  return g_string_free (text, FALSE);
}

static void
test_many (void)
{
  g_autofree char *fields = make_card ("TEL:1\n", 4000);
  g_autofree char *lines = make_card ("TEL:1\n", 100000);
  g_autofree char *semicolons = g_strnfill (1024 * 1024, ';');
  g_autofree char *long_line = g_strconcat ("NOTE:", semicolons, "\n", NULL);
  g_autofree char *few = g_strnfill (2000, ';');
  g_autofree char *short_line = g_strconcat ("NOTE:", few, "\n", NULL);
  g_autofree char *pieces = make_card (long_line, 1);
  g_autofree char *allowed = make_card (short_line, 2);
  g_autofree char *huge = g_strnfill (WW_CARD_MAX_FILE + 1, 'x');
  g_autoptr (WwCard) some = read_card (fields);
  g_autoptr (WwCard) split = NULL;
  gint64 begun = g_get_monotonic_time ();

  g_assert_cmpuint (g_list_model_get_n_items (ww_card_get_fields (some)), ==, WW_CARD_MAX_FIELDS);
  g_assert_null (read_card (lines));
  g_assert_null (read_card (huge));
  g_assert_null (read_card (pieces));
  split = read_card (allowed);
  g_assert_nonnull (split);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 20 * G_USEC_PER_SEC);
}

/* The library would log what it doesn't know of encodings: that would be a stranger's text in the log (the tests end at any
 * warning). Those of old are still decoded. */
static void
test_encodings (void)
{
  g_autoptr (WwCard) card = read_card (
      "BEGIN:VCARD\nVERSION:2.1\nFN:A\nNOTE;ENCODING=secret:one\nNOTE;ENCODING=b;ENCODING=b:AAAA\nNOTE;ENCODING:two\n"
      "NOTE;ENCO\n DING=secret:three\nNOTE;X=\"a:b\";ENCODING=secret:four\nNOTE;BASE64;ENCODING=b:AAAA\n"
      "NOTE;ENCODING=QUOTED-PRINTABLE:f=C3=BCnf\nNOTE;encoding=quoted-printable:s=65chs\nEND:VCARD\n");
  const char *const expected[] = { "Note|fünf|", "Note|sechs|", NULL };

  assert_fields (card, expected);
}

/* A card can't say where a picture is to be loaded from, or put lines into what is written of it. */
static void
test_hostile (void)
{
  g_autoptr (WwCard) card = read_card (
      "BEGIN:VCARD\nVERSION:4.0\nFN:A\xe2\x80\xae"
      "B\x01 C\nPHOTO:http://127.0.0.1:9/canary.png\nPHOTO;VALUE=uri:file:///etc/passwd\n"
      "LOGO:http://127.0.0.1:9/canary.png\nSOUND;VALUE=uri:http://127.0.0.1:9/x\nURL:javascript:alert(1)\n"
      "URL:https://user:secret@example.org/\nURL:https://example.org/\\nNOTE:injected\nIMPP:x\\nNOTE:injected\n"
      "TEL:+\nEMAIL:no address\nBDAY:99999999\nBDAY:--\nBDAY:-9223372036854775808\nEND:VCARD\n");
  g_autoptr (GBytes) written = ww_card_to_vcard (card);
  g_autofree char *text = g_strndup (g_bytes_get_data (written, NULL), g_bytes_get_size (written));

  g_assert_cmpstr (ww_card_get_name (card), ==, "AB C");
  g_assert_null (ww_card_get_picture (card));
  for (guint i = 0; i < g_list_model_get_n_items (ww_card_get_fields (card)); i++)
    {
      g_autoptr (WwCardField) field = g_list_model_get_item (ww_card_get_fields (card), i);
      const char *uri = ww_card_field_get_uri (field);

      g_assert_cmpint (ww_card_field_get_kind (field), !=, WW_CARD_FIELD_NOTE);
      g_assert_true (uri == NULL || g_str_has_prefix (uri, "https://example.org/"));
    }
  g_assert_null (strstr (text, "\nNOTE"));
  g_assert_null (strstr (text, "PHOTO"));
  g_assert_null (strstr (text, "canary"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  setlocale (LC_ALL, "C.UTF-8");
  g_test_add_func ("/card/version-3", test_version_3);
  g_test_add_func ("/card/version-4", test_version_4);
  g_test_add_func ("/card/written", test_written);
  g_test_add_func ("/card/names", test_names);
  g_test_add_func ("/card/refused", test_refused);
  g_test_add_func ("/card/many", test_many);
  g_test_add_func ("/card/encodings", test_encodings);
  g_test_add_func ("/card/hostile", test_hostile);
  return g_test_run ();
}
