/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-http.h"

#include <string.h>

#include <openssl/crypto.h>

#include "ww-verification.h"

/*
 * What telephones send, as the SMS gateway tells it: Kannel by a GET, commercial gateways mostly by a form that is posted. The
 * answer is empty, for a gateway sends what is in it back to the telephone, and says nothing of whether the code was right.
 */
#define TYPE_TEXT "text/plain; charset=utf-8"

static const char *const sender_names[] = { "from", "sender", "msisdn" };
static const char *const text_names[] = { "text", "body", "message" };

static char *
find_any (const WwHttp *http, const char *const *names, unsigned n_names)
{
  for (unsigned i = 0; i < n_names; i++)
    {
      char *value = ww_http_get_value (http, names[i]);

      if (value != NULL)
        return value;
    }
  return NULL;
}

/* In constant time, but for the length. */
static bool
knows_secret (const WwHttp *http)
{
  const char *secret = http->services->inbound_secret;
  g_autofree char *given = ww_http_get_value (http, "secret");

  return secret != NULL && given != NULL && strlen (given) == strlen (secret) &&
         CRYPTO_memcmp (given, secret, strlen (secret)) == 0;
}

static void
confirmed_cb (const WwVerificationResult *result, void *data)
{
  WwHttp *http = data;

  ww_http_answer (http, result->outcome == WW_VERIFICATION_UNAVAILABLE ? 503 : 200, TYPE_TEXT, g_strdup (""));
  ww_http_unref (http);
}

/* Everything at WW_INBOUND_PATH. */
void
ww_inbound_handle (WwHttp *http)
{
  g_autofree char *sender = find_any (http, sender_names, G_N_ELEMENTS (sender_names));
  g_autofree char *text = find_any (http, text_names, G_N_ELEMENTS (text_names));

  if (http->method != WW_HTTP_GET && http->method != WW_HTTP_POST)
    ww_http_answer (http, 405, TYPE_TEXT, g_strdup (""));
  else if (!knows_secret (http))
    ww_http_answer (http, 403, TYPE_TEXT, g_strdup (""));
  else if (http->services->stopping)
    ww_http_answer (http, 503, TYPE_TEXT, g_strdup (""));
  else if (sender == NULL || text == NULL)
    ww_http_answer (http, 400, TYPE_TEXT, g_strdup (""));
  else
    ww_verification_confirm_inbound (http->services->verification, sender, text, confirmed_cb, ww_http_ref (http));
}
