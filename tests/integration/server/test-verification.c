/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verification service, used by the messenger's name and by a library club that knows nothing of messages. */
#include <string.h>

#include <glib/gstdio.h>
#include <uv.h>

#include "ww-sms-text.h"
#include "ww-sqlite.h"
#include "ww-template.h"
#include "ww-verification-mail.h"
#include "ww-verification-phone.h"
#include "ww-verification-secret.h"

#define PHONE "tel:+4915123456789"
#define MAIL  "mailto:reader@example.org"

typedef struct
{
  uv_loop_t loop;
  char *directory;
  char *mail_directory;
  char *sms_directory;
  WwStorage *storage;
  WwDeliveryCounts mails, messages;
  WwMailer *mailer;
  WwVerificationMail *mail;
  WwSmsGateway *gateway;
  WwVerification *verification;
  const WwVerificationService *messenger;
  const WwVerificationService *library;
  unsigned messenger_confirmed, library_confirmed;
} House;

/* A result that outlives its callback. */
typedef struct
{
  bool done;
  WwVerificationResult result;
  char *handle;
  char *send_text;
} Answer;

static void
answered_cb (const WwVerificationResult *result, void *data)
{
  Answer *answer = data;

  answer->result = *result;
  answer->handle = g_strdup (result->handle);
  answer->send_text = g_strdup (result->send_text);
  answer->done = true;
}

static void
count_cb (const uint8_t token_hash[WW_HASH_SIZE], int64_t expires_ms, void *data)
{
  ++*(unsigned *) data;
}

static WwVerificationOutcome
wait_for (House *house, Answer *answer)
{
  while (!answer->done)
    uv_run (&house->loop, UV_RUN_ONCE);
  g_free (answer->handle);
  answer->handle = NULL;
  return answer->result.outcome;
}

static void
house_open (House *house, WwVerificationRates rates)
{
  g_autofree char *database = NULL;
  g_autofree char *error = NULL;
  const WwSmsGatewaySettings sms = { 0 };
  WwMailerSettings mail = { 0 };
  WwVerificationKind kind;

  memset (house, 0, sizeof *house);
  house->directory = g_dir_make_tmp ("waxwing-verification-XXXXXX", NULL);
  house->mail_directory = g_build_filename (house->directory, "mail", NULL);
  house->sms_directory = g_build_filename (house->directory, "sms", NULL);
  database = g_build_filename (house->directory, "waxwing.db", NULL);
  uv_loop_init (&house->loop);
  house->storage = ww_sqlite_storage_open (database, &house->loop, &error);
  g_assert_nonnull (house->storage);
  mail.directory = house->mail_directory;
  house->mailer = ww_mailer_new (&mail, &house->mails, &error);
  house->mail = ww_verification_mail_new (house->mailer, "Club <club@example.org>", "Town Hall", &error);
  house->gateway = ww_sms_gateway_new (&sms, house->sms_directory, &house->messages, &error);
  g_assert_null (error);
  house->verification = ww_verification_new (house->storage->verifications, "https://club.example", &rates);
  kind = ww_verification_mail_kind (house->mail);
  ww_verification_add_kind (house->verification, &kind);
  kind = ww_verification_phone_kind (house->gateway);
  ww_verification_add_kind (house->verification, &kind);
  kind = ww_verification_inbound_kind ("+4915735990000");
  ww_verification_add_kind (house->verification, &kind);
  house->messenger = ww_verification_add_service (
      house->verification,
      &(WwVerificationService) { WW_MESSENGER_SERVICE, "Waxwing", count_cb, &house->messenger_confirmed });
  house->library = ww_verification_add_service (
      house->verification, &(WwVerificationService) { "library", "Club Library", count_cb, &house->library_confirmed });
}

static void
remove_files (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_files (path);
      g_remove (path);
    }
}

static void
house_close (House *house)
{
  house->storage->engine->close (house->storage);
  ww_verification_free (house->verification);
  ww_verification_mail_free (house->mail);
  ww_mailer_free (house->mailer);
  ww_sms_gateway_free (house->gateway);
  uv_run (&house->loop, UV_RUN_DEFAULT);
  g_assert_cmpint (uv_loop_close (&house->loop), ==, 0);
  remove_files (house->directory);
  g_rmdir (house->directory);
  g_free (house->directory);
  g_free (house->mail_directory);
  g_free (house->sms_directory);
}

static const WwVerificationRates plenty = { { 3600, 100 }, { 3600, 100 }, { 3600, 100 }, { 3600, 100 } };

/* The only file in there; waits for it, then takes it away. */
static char *
take_file (const char *directory)
{
  while (true)
    {
      g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
      const char *name = dir != NULL ? g_dir_read_name (dir) : NULL;
      char *text = NULL;

      /* What is being written has another ending. */
      if (name != NULL && (g_str_has_suffix (name, ".eml") || g_str_has_suffix (name, ".txt")))
        {
          g_autofree char *path = g_build_filename (directory, name, NULL);

          g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
          g_remove (path);
          return text;
        }
      g_usleep (2000);
    }
}

static WwVerificationOutcome
start (House *house, const WwVerificationService *service, const char *handle, bool inbound, Answer *answer)
{
  *answer = (Answer) { 0 };
  ww_verification_start (house->verification, service, handle, inbound, "en", "client", answered_cb, answer);
  return wait_for (house, answer);
}

#define DEFINE_TOKEN_CALL(name)                                                                                \
  static WwVerificationOutcome name (House *house, const WwVerificationService *service, const uint8_t *token) \
  {                                                                                                            \
    Answer answer = { 0 };                                                                                     \
                                                                                                               \
    ww_verification_##name (house->verification, service, token, answered_cb, &answer);                        \
    return wait_for (house, &answer);                                                                          \
  }

DEFINE_TOKEN_CALL (look)
DEFINE_TOKEN_CALL (consume)

static WwVerificationOutcome
resend (House *house, const WwVerificationService *service, const uint8_t *token)
{
  Answer answer = { 0 };

  ww_verification_resend (house->verification, service, token, "en", "client", answered_cb, &answer);
  return wait_for (house, &answer);
}

static WwVerificationOutcome
type_code (House *house, const WwVerificationService *service, const uint8_t *token, const char *code)
{
  Answer answer = { 0 };

  ww_verification_confirm_code (house->verification, service, token, code, answered_cb, &answer);
  return wait_for (house, &answer);
}

static char *
code_in (const char *text)
{
  g_autoptr (GRegex) digits = g_regex_new ("(?m)^\\d{6}", 0, 0, NULL);
  GMatchInfo *match = NULL;
  char *code;

  g_assert_true (g_regex_match (digits, text, 0, &match));
  code = g_match_info_fetch (match, 0);
  g_match_info_free (match);
  return code;
}

/* --- The tests ----------------------------------------------------------------------------- */

static void
test_phone_of_another_service (void)
{
  House house;
  Answer answer;
  g_autofree char *text = NULL;
  g_autofree char *code = NULL;

  house_open (&house, plenty);
  g_assert_cmpint (start (&house, house.library, PHONE, false, &answer), ==, WW_VERIFICATION_OK);
  text = take_file (house.sms_directory);
  code = code_in (text);
  g_assert_nonnull (strstr (text, "Club Library"));
  g_assert_null (strstr (text, "Waxwing"));
  /* The messenger can neither see it, nor send it again, nor confirm it, nor use it, with the right code. */
  g_assert_cmpint (look (&house, house.messenger, answer.result.token), ==, WW_VERIFICATION_UNKNOWN);
  g_assert_cmpint (resend (&house, house.messenger, answer.result.token), ==, WW_VERIFICATION_UNKNOWN);
  g_assert_cmpint (type_code (&house, house.messenger, answer.result.token, code), ==, WW_VERIFICATION_UNKNOWN);
  g_assert_cmpint (consume (&house, house.library, answer.result.token), ==, WW_VERIFICATION_IS_WAITING);
  g_assert_cmpint (type_code (&house, house.library, answer.result.token, code), ==, WW_VERIFICATION_OK);
  g_assert_cmpuint (house.library_confirmed, ==, 1);
  g_assert_cmpuint (house.messenger_confirmed, ==, 0);
  g_assert_cmpint (consume (&house, house.messenger, answer.result.token), ==, WW_VERIFICATION_UNKNOWN);
  g_assert_cmpint (consume (&house, house.library, answer.result.token), ==, WW_VERIFICATION_OK);
  g_assert_cmpint (consume (&house, house.library, answer.result.token), ==, WW_VERIFICATION_IS_USED);
  house_close (&house);
}

static void
confirm_link (House *house, const char *mail)
{
  const char *url = strstr (mail, "https://club.example/confirm/");
  g_autofree char *link_text = g_strndup (url + strlen ("https://club.example/confirm/"), 43);
  uint8_t link[WW_TOKEN_SIZE];
  Answer answer = { 0 };

  g_assert_true (ww_verification_link_parse (link_text, link));
  ww_verification_look_by_link (house->verification, link, answered_cb, &answer);
  g_assert_cmpint (wait_for (house, &answer), ==, WW_VERIFICATION_OK);
  g_assert_cmpstr (answer.result.service_title, ==, "Club Library");
  answer = (Answer) { 0 };
  ww_verification_confirm (house->verification, link, answered_cb, &answer);
  g_assert_cmpint (wait_for (house, &answer), ==, WW_VERIFICATION_OK);
  answer = (Answer) { 0 };
  ww_verification_confirm (house->verification, link, answered_cb, &answer);
  g_assert_cmpint (wait_for (house, &answer), ==, WW_VERIFICATION_IS_USED);
}

static void
test_mail_of_another_service (void)
{
  House house;
  Answer answer;
  g_autofree char *mail = NULL;

  house_open (&house, plenty);
  g_assert_cmpint (start (&house, house.library, MAIL, false, &answer), ==, WW_VERIFICATION_OK);
  mail = take_file (house.mail_directory);
  g_assert_nonnull (strstr (mail, "Subject: Confirm your address for Club Library\r\n"));
  g_assert_nonnull (strstr (mail, "Club Library at Town Hall"));
  g_assert_null (strstr (mail, "Waxwing"));
  g_assert_cmpint (look (&house, house.messenger, answer.result.token), ==, WW_VERIFICATION_UNKNOWN);
  confirm_link (&house, mail);
  g_assert_cmpuint (house.library_confirmed, ==, 1);
  g_assert_cmpuint (house.messenger_confirmed, ==, 0);
  /* A code is nothing that a mail's verification could be confirmed with. */
  g_assert_cmpint (type_code (&house, house.library, answer.result.token, "123456"), ==, WW_VERIFICATION_UNKNOWN);
  g_assert_cmpint (consume (&house, house.library, answer.result.token), ==, WW_VERIFICATION_OK);
  house_close (&house);
}

static void
test_inbound (void)
{
  House house;
  Answer answer, sent = { 0 };

  house_open (&house, plenty);
  g_assert_cmpint (start (&house, house.library, PHONE, true, &answer), ==, WW_VERIFICATION_OK);
  g_assert_true (g_str_has_prefix (answer.send_text, "CLUBLIBRARY "));
  ww_verification_confirm_inbound (house.verification, "+33612345678", answer.send_text, answered_cb, &sent);
  g_assert_cmpint (wait_for (&house, &sent), ==, WW_VERIFICATION_UNKNOWN);
  sent = (Answer) { 0 };
  ww_verification_confirm_inbound (house.verification, "004915123456789", answer.send_text, answered_cb, &sent);
  g_assert_cmpint (wait_for (&house, &sent), ==, WW_VERIFICATION_OK);
  g_assert_cmpuint (house.library_confirmed, ==, 1);
  g_free (answer.send_text);
  house_close (&house);
}

/* Numbers of one range are one destination; others are not; and there is a limit for all. */
static void
test_message_rates (void)
{
  House house;
  Answer answer;
  WwVerificationRates rates = plenty;

  rates.messages_per_range = (WwRate) { 1, 2 };
  rates.messages = (WwRate) { 1, 3 };
  house_open (&house, rates);
  g_assert_cmpint (start (&house, house.library, "tel:+4915123450001", false, &answer), ==, WW_VERIFICATION_OK);
  g_assert_cmpint (start (&house, house.messenger, "tel:+4915123450002", false, &answer), ==, WW_VERIFICATION_OK);
  g_assert_cmpint (start (&house, house.library, "tel:+4915123450003", false, &answer), ==,
                   WW_VERIFICATION_RATE_LIMITED);
  g_assert_cmpuint (answer.result.retry_after_ms, >, 0);
  g_assert_cmpint (start (&house, house.library, "tel:+33612345678", false, &answer), ==, WW_VERIFICATION_OK);
  g_assert_cmpint (start (&house, house.library, "tel:+447400123456", false, &answer), ==,
                   WW_VERIFICATION_RATE_LIMITED);
  /* What people send themselves costs nothing here. */
  g_assert_cmpint (start (&house, house.library, "tel:+447400123456", true, &answer), ==, WW_VERIFICATION_OK);
  g_free (answer.send_text);
  g_assert_cmpint (start (&house, house.library, MAIL, false, &answer), ==, WW_VERIFICATION_OK);
  house_close (&house);
}

static void
test_codes (void)
{
  static const char *const good[] = { "012345", "012 345", " 01-23-45 ", "٠١٢٣٤٥", "０１２３４５", "०१२–३४५" };
  static const char *const bad[] = { "", "12345", "0123456", "01234a", "012345\n", "+12345", "①②③④⑤⑥", "\xff" };
  char code[WW_CODE_DIGITS + 1];
  unsigned counts[10] = { 0 };

  for (unsigned i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_assert_true (ww_secret_parse_code (good[i], code));
      g_assert_cmpstr (code, ==, "012345");
    }
  for (unsigned i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (ww_secret_parse_code (bad[i], code));
  for (unsigned i = 0; i < 20000; i++)
    {
      ww_secret_make_code (code);
      g_assert_cmpuint (strspn (code, "0123456789"), ==, WW_CODE_DIGITS);
      counts[code[0] - '0']++;
    }
  /* Of 20,000, each first digit is expected 2,000 times; seven standard deviations are 297. */
  for (unsigned i = 0; i < 10; i++)
    g_assert_cmpint (ABS ((int) counts[i] - 2000), <, 297);
}

/* As if what was sent had been sent a minute earlier. */
static void
age (House *house)
{
  g_autofree char *path = g_build_filename (house->directory, "waxwing.db", NULL);
  sqlite3 *database = NULL;

  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, "UPDATE verifications SET sent_ms=sent_ms-60000", NULL, NULL, NULL), ==,
                   SQLITE_OK);
  sqlite3_close (database);
}

/* Five wrong codes end a verification, twenty all verifications of the number: then not even the right one counts. */
static void
test_guessing (void)
{
  static const char other[] = "tel:+4915123456780";
  House house;
  Answer answers[6];
  char *codes[6] = { NULL };

  house_open (&house, plenty);
  for (unsigned i = 0; i < 6; i++)
    {
      const WwVerificationService *service = i % 2 == 0 ? house.library : house.messenger;
      g_autofree char *text = NULL;

      g_assert_cmpint (start (&house, service, i == 5 ? other : PHONE, false, &answers[i]), ==, WW_VERIFICATION_OK);
      text = take_file (house.sms_directory);
      codes[i] = code_in (text);
    }
  for (unsigned i = 0; i < 4; i++)
    for (unsigned k = 0; k < WW_CODE_TRIES; k++)
      g_assert_cmpint (
          type_code (&house, i % 2 == 0 ? house.library : house.messenger, answers[i].result.token, "wrong"), ==,
          k + 1 < WW_CODE_TRIES ? WW_VERIFICATION_WRONG_CODE : WW_VERIFICATION_TOO_MANY_TRIES);
  g_assert_cmpint (type_code (&house, house.library, answers[4].result.token, codes[4]), ==,
                   WW_VERIFICATION_TOO_MANY_TRIES);
  g_assert_cmpint (start (&house, house.library, PHONE, false, &answers[0]), ==, WW_VERIFICATION_RATE_LIMITED);
  g_assert_cmpuint (answers[0].result.retry_after_ms, >, 0);
  age (&house);
  g_assert_cmpint (resend (&house, house.library, answers[4].result.token), ==, WW_VERIFICATION_RATE_LIMITED);
  /* Another number, and what the person sends by themselves, are not concerned. */
  g_assert_cmpint (type_code (&house, house.messenger, answers[5].result.token, codes[5]), ==, WW_VERIFICATION_OK);
  g_assert_cmpint (start (&house, house.library, PHONE, true, &answers[0]), ==, WW_VERIFICATION_OK);
  g_free (answers[0].send_text);
  for (unsigned i = 0; i < 6; i++)
    g_free (codes[i]);
  house_close (&house);
}

/* Each language's message is one message, also with a name of some length. */
static void
test_message_sizes (void)
{
  static const char *const languages[] = { "en", "ar", "de", "es", "fr", "ja", "pt" };

  for (unsigned i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      g_autofree char *text = ww_template_text ("sms", "code", languages[i], "code", "012345", "service",
                                                "Club Library", NULL);

      g_test_message ("%s", text);
      g_assert_true (ww_sms_fits (text));
      g_assert_true (ww_sms_is_gsm7 (text) == (i != 1 && i != 5));
      g_assert_nonnull (strstr (text, "012345"));
    }
}

static void
test_gateway_templates (void)
{
  const WwSmsValues values = { "+4915123456789", "Ö \"1\" & 2\r\n{to}", "Club", "me", "p&w=%" };
  g_autofree char *url = ww_sms_fill ("https://x/?u={user}&p={password}&to={to}&d={to-digits}&t={text}&c={coding}{x}",
                                      &values, WW_SMS_ENCODE_FORM);
  g_autofree char *json = ww_sms_fill ("{\"to\":\"{to}\",\"text\":\"{text}\"}", &values, WW_SMS_ENCODE_JSON);

  g_assert_cmpstr (url, ==,
                   "https://x/?u=me&p=p%26w%3D%25&to=%2B4915123456789&d=4915123456789"
                   "&t=%C3%96%20%221%22%20%26%202%0D%0A%7Bto%7D&c=0{x}");
  g_assert_cmpstr (json, ==, "{\"to\":\"+4915123456789\",\"text\":\"Ö \\\"1\\\" & 2\\u000d\\u000a{to}\"}");
}

static void
test_gateway_settings (void)
{
  static const struct
  {
    const char *url, *method, *body, *pattern;
    bool good;
  } cases[] = {
    { "https://sms.example/send?to={to}&text={text}", NULL, NULL, NULL, true },
    { "http://127.0.0.1:13013/cgi-bin/sendsms?to={to}&text={text}", NULL, NULL, "^0:", true },
    { "https://sms.example/send", NULL, "to={to}&text={text}", NULL, true },
    { "http://sms.example/send?to={to}&text={text}", NULL, NULL, NULL, false },
    { "ftp://127.0.0.1/{text}", NULL, NULL, NULL, false },
    { "file:///{text}", NULL, NULL, NULL, false },
    { "https://sms.example/send?to={to}", NULL, NULL, NULL, false },
    { "https://sms.example/send", "GET", "{text}", NULL, false },
    { "https://sms.example/{text}", "PUT", NULL, NULL, false },
    { "https://sms.example/{text}", NULL, NULL, "(", false },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const WwSmsGatewaySettings settings = { .url = (char *) cases[i].url,
                                              .method = (char *) cases[i].method,
                                              .body = (char *) cases[i].body,
                                              .success_pattern = (char *) cases[i].pattern };
      g_autofree char *error = NULL;

      g_test_message ("%s", cases[i].url);
      g_assert_true (ww_sms_gateway_settings_check (&settings, &error) == cases[i].good);
      g_assert_true ((error == NULL) == cases[i].good);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/verification/phone-of-another-service", test_phone_of_another_service);
  g_test_add_func ("/verification/mail-of-another-service", test_mail_of_another_service);
  g_test_add_func ("/verification/inbound", test_inbound);
  g_test_add_func ("/verification/message-rates", test_message_rates);
  g_test_add_func ("/verification/codes", test_codes);
  g_test_add_func ("/verification/guessing", test_guessing);
  g_test_add_func ("/verification/message-sizes", test_message_sizes);
  g_test_add_func ("/verification/gateway-templates", test_gateway_templates);
  g_test_add_func ("/verification/gateway-settings", test_gateway_settings);
  return g_test_run ();
}
