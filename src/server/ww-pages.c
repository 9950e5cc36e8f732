/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-http.h"

#include <string.h>

#include "ww-clock.h"
#include "ww-template.h"
#include "ww-verification.h"

/*
 * What people see in a browser: the page behind the link of a mail, and little else. A GET never changes
 * anything, because mail programs and their guards follow links by themselves; the person's click is a POST.
 */
#define CONFIRM_PATH       "/confirm/"
#define TYPE_HTML          "text/html; charset=utf-8"
#define TYPE_CSS           "text/css; charset=utf-8"
#define TYPE_SVG           "image/svg+xml"
#define TYPE_JSON          "application/json"
#define VISIBLE_CHARACTERS 2

static void
answer_message (WwHttp *http, unsigned status, const char *title, const char *text)
{
  ww_http_answer (http, status, TYPE_HTML,
                  ww_template_fill ("page-message.html", "server", http->services->config->name, "title", title, "text",
                                    text, NULL));
}

/* Enough of an address for its owner to recognise, not enough for somebody who looks over a shoulder. */
static char *
mask_handle (const char *handle)
{
  const char *address = ww_handle_for_people (handle);
  const char *at = strchr (address, '@');
  size_t visible = at != NULL ? MIN (VISIBLE_CHARACTERS, (size_t) (at - address) / 2) : VISIBLE_CHARACTERS;

  return g_strdup_printf ("%.*s…%s", (int) visible, address,
                          at != NULL ? at : address + strlen (address) - VISIBLE_CHARACTERS);
}

static void
answer_outcome (WwHttp *http, const WwVerificationResult *result)
{
  switch (result->outcome)
    {
    case WW_VERIFICATION_UNKNOWN:
      answer_message (http, 404, "This link is unknown",
                      "Perhaps a part of it was lost on the way. Open the link in the mail once more, or ask for "
                      "another mail in Waxwing.");
      return;
    case WW_VERIFICATION_IS_EXPIRED:
      answer_message (http, 410, "This link has expired",
                      "A link works for one hour. Ask for another mail in Waxwing.");
      return;
    case WW_VERIFICATION_IS_USED:
      answer_message (http, 410, "This link was used already",
                      "The address is confirmed; there is nothing more to do here.");
      return;
    case WW_VERIFICATION_OK:
    case WW_VERIFICATION_BAD_HANDLE:
    case WW_VERIFICATION_UNSUPPORTED:
    case WW_VERIFICATION_RATE_LIMITED:
    case WW_VERIFICATION_UNAVAILABLE:
      break;
    }
  answer_message (http, 503, "The server is busy", "Nothing was changed. Open the link again in a minute.");
}

static void
looked_cb (const WwVerificationResult *result, void *data)
{
  WwHttp *http = data;
  WwVerificationResult copy = *result;
  g_autofree char *masked = NULL;

  if (copy.outcome == WW_VERIFICATION_OK && copy.stage != WW_VERIFICATION_WAITING)
    copy.outcome = WW_VERIFICATION_IS_USED;
  if (copy.outcome != WW_VERIFICATION_OK)
    answer_outcome (http, &copy);
  else
    {
      masked = mask_handle (copy.handle);
      ww_http_answer (http, 200, TYPE_HTML,
                      ww_template_fill ("page-confirm.html", "server", http->services->config->name, "address", masked,
                                        "action", http->path, NULL));
    }
  ww_http_unref (http);
}

static void
confirmed_cb (const WwVerificationResult *result, void *data)
{
  WwHttp *http = data;

  if (result->outcome == WW_VERIFICATION_OK)
    answer_message (http, 200, "Your address is confirmed", "Go back to Waxwing: it carries on by itself.");
  else
    answer_outcome (http, result);
  ww_http_unref (http);
}

static void
handle_confirm (WwHttp *http)
{
  uint8_t link[WW_TOKEN_SIZE];
  const WwVerificationResult unknown = { .outcome = WW_VERIFICATION_UNKNOWN };
  const WwVerificationResult busy = { .outcome = WW_VERIFICATION_UNAVAILABLE };

  if (!ww_verification_link_parse (http->path + strlen (CONFIRM_PATH), link))
    answer_outcome (http, &unknown);
  else if (http->services->stopping)
    answer_outcome (http, &busy);
  else if (http->method == WW_HTTP_POST)
    ww_verification_confirm (http->services->verification, link, confirmed_cb, ww_http_ref (http));
  else
    ww_verification_look_by_link (http->services->verification, link, looked_cb, ww_http_ref (http));
}

/* A text in JSON's form, with its quotes. */
static char *
quote_json (const char *text)
{
  GString *quoted = g_string_new ("\"");

  for (const char *p = text; *p != '\0'; p++)
    if (*p == '"' || *p == '\\')
      g_string_append_printf (quoted, "\\%c", *p);
    else if ((unsigned char) *p < 0x20)
      g_string_append_printf (quoted, "\\u%04x", (unsigned) *p);
    else
      g_string_append_c (quoted, *p);
  g_string_append_c (quoted, '"');
  return g_string_free (quoted, FALSE);
}

static void
handle_well_known (WwHttp *http)
{
  g_autofree char *name = quote_json (http->services->config->name);

  ww_http_answer (http, 200, TYPE_JSON,
                  g_strdup_printf ("{\"version\":1,\"server\":%s,\"link\":\"/v1/link\"}\n", name));
}

static void
handle_file (WwHttp *http, const char *file, const char *type)
{
  unsigned long len;
  const char *data = ww_template_file (file, &len);

  ww_http_answer (http, 200, type, g_strndup (data, len));
}

/* Everything on the address for people. */
void
ww_pages_handle (WwHttp *http)
{
  bool confirm = g_str_has_prefix (http->path, CONFIRM_PATH);

  if (http->method == WW_HTTP_OTHER || (http->method == WW_HTTP_POST && !confirm))
    answer_message (http, 405, "This does not work here", "The server does not understand this request.");
  else if (confirm)
    handle_confirm (http);
  else if (strcmp (http->path, "/.well-known/waxwing") == 0)
    handle_well_known (http);
  else if (strcmp (http->path, "/style.css") == 0)
    handle_file (http, "style.css", TYPE_CSS);
  else if (strcmp (http->path, "/logo.svg") == 0)
    handle_file (http, "logo.svg", TYPE_SVG);
  else if (strcmp (http->path, "/") == 0)
    answer_message (http, 200, "This is a Waxwing server",
                    "Enter its address in Waxwing to use it. There is nothing else to see here.");
  else
    answer_message (http, 404, "There is nothing here", "Perhaps a part of the address was lost on the way.");
}
