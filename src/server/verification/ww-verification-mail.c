/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-verification-mail.h"

#include <string.h>

#include <openssl/rand.h>

#include "ww-clock.h"
#include "ww-mime.h"
#include "ww-template.h"

struct _WwVerificationMail
{
  WwMailer *mailer;
  char *from;         /* the header */
  char *from_address; /* the address in it */
  char *server_name;
};

/* What stands between the angle brackets, or everything when there are none. */
static char *
find_address (const char *from)
{
  const char *open = strrchr (from, '<');
  const char *close = open != NULL ? strchr (open, '>') : NULL;
  g_autofree char *address = close != NULL ? g_strndup (open + 1, (gsize) (close - open) - 1) : g_strdup (from);
  const char *at = strchr (address, '@');

  if (at == NULL || at == address || at[1] == '\0' || strpbrk (address, " <>,;\"\t") != NULL)
    return NULL;
  return g_steal_pointer (&address);
}

/* See the header. */
WwVerificationMail *
ww_verification_mail_new (WwMailer *mailer, const char *from, const char *server_name, char **error)
{
  g_autofree char *address = find_address (from);
  WwVerificationMail *self;

  if (address == NULL)
    {
      *error = g_strdup_printf ("[mail] from: “%s” holds no address", from);
      return NULL;
    }
  self = g_new0 (WwVerificationMail, 1);
  self->mailer = mailer;
  self->from = g_strdup (from);
  self->from_address = g_steal_pointer (&address);
  self->server_name = g_strdup (server_name);
  return self;
}

/* Frees it; the mailer stays. */
void
ww_verification_mail_free (WwVerificationMail *self)
{
  g_free (self->from);
  g_free (self->from_address);
  g_free (self->server_name);
  g_free (self);
}

static char *
make_message_id (const WwVerificationMail *self)
{
  uint8_t random[16];
  g_autoptr (GString) text = g_string_new ("<");

  if (RAND_bytes (random, sizeof random) != 1)
    g_error ("no random bytes");
  for (unsigned i = 0; i < sizeof random; i++)
    g_string_append_printf (text, "%02x", random[i]);
  g_string_append_printf (text, "%s>", strchr (self->from_address, '@'));
  return g_strdup (text->str);
}

static char *
get_text (const WwVerificationMail *self, const WwVerificationMessage *message, const char *key, const char *language)
{
  return ww_template_text ("mail", key, language, "service", message->service_title, "server", self->server_name, NULL);
}

static char *
fill (const char *template, const WwVerificationMessage *message, const char *language, char *const texts[5])
{
  return ww_template_fill (template, "language", language, "direction", ww_template_direction (language), "title",
                           texts[0], "who", texts[1], "what", texts[2], "button", texts[3], "note", texts[4], "address",
                           ww_handle_for_people (message->handle), "url", message->secret, NULL);
}

static bool
send_mail (void *data, const WwVerificationMessage *message)
{
  static const char *const keys[] = { "title", "who", "what", "button", "note" };
  WwVerificationMail *self = data;
  const char *address = ww_handle_for_people (message->handle);
  const char *language = ww_template_choose_language (message->language);
  g_autofree char *subject = get_text (self, message, "subject", language);
  g_auto (GStrv) texts = g_new0 (char *, G_N_ELEMENTS (keys) + 1);
  g_autofree char *text = NULL;
  g_autofree char *html = NULL;
  g_autofree char *id = make_message_id (self);
  g_autofree char *formatted = NULL;
  WwMimeMail mail = { self->from, address, subject, id, language, ww_clock_now_ms (), NULL, NULL };

  for (unsigned i = 0; i < G_N_ELEMENTS (keys); i++)
    texts[i] = get_text (self, message, keys[i], language);
  mail.text = text = fill ("mail.txt", message, language, texts);
  mail.html = html = fill ("mail.html", message, language, texts);
  formatted = ww_mime_format (&mail);
  return ww_mailer_send (self->mailer, self->from_address, address, formatted);
}

/* For ww_verification_add_kind(). */
WwVerificationKind
ww_verification_mail_kind (WwVerificationMail *self)
{
  return (WwVerificationKind) { "mailto", WW_HANDLE_MAIL, WW_VERIFICATION_BY_LINK, send_mail, self, NULL };
}
