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

/* The languages that there are templates in; English where nothing fits. */
static const char *
choose_language (const char *language)
{
  static const char *const known[] = { "de", "fr" };

  for (unsigned i = 0; i < G_N_ELEMENTS (known); i++)
    if (language != NULL && g_ascii_strncasecmp (language, known[i], 2) == 0 &&
        (language[2] == '\0' || language[2] == '-' || language[2] == '_'))
      return known[i];
  return "en";
}

static char *
fill (const WwVerificationMail *self, const char *language, const char *ending, const char *address, const char *url)
{
  g_autofree char *name = g_strdup_printf ("mail-%s.%s", language, ending);

  return ww_template_fill (name, "server", self->server_name, "address", address, "url", url, NULL);
}

static bool
send_mail (void *data, const char *handle, const char *language, const char *url)
{
  WwVerificationMail *self = data;
  const char *address = ww_handle_for_people (handle);
  const char *chosen = choose_language (language);
  g_autofree char *subject = fill (self, chosen, "subject", address, url);
  g_autofree char *text = fill (self, chosen, "txt", address, url);
  g_autofree char *html = fill (self, chosen, "html", address, url);
  g_autofree char *id = make_message_id (self);
  g_autofree char *message = NULL;
  WwMimeMail mail = { self->from, address, g_strchomp (subject), id, chosen, ww_clock_now_ms (), text, html };

  message = ww_mime_format (&mail);
  return ww_mailer_send (self->mailer, self->from_address, address, message);
}

/* For ww_verification_add_kind(). */
WwVerificationKind
ww_verification_mail_kind (WwVerificationMail *self)
{
  return (WwVerificationKind) { WW_HANDLE_MAIL, send_mail, self };
}
