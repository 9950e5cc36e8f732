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
answer_message (WwHttp *http, unsigned status, const char *title, const char *text, const char *language)
{
  ww_http_answer (http, status, TYPE_HTML,
                  ww_template_fill ("page-message.html", "server", http->services->config->name, "language", language,
                                    "direction", ww_template_direction (language), "title", title, "text", text, NULL));
}

/* The first language that the browser asks for and we have. */
static const char *
choose_language (const WwHttp *http)
{
  g_autofree char *languages = ww_http_get_languages (http);

  return ww_template_choose_language (languages != NULL ? g_strstrip (languages) : NULL);
}

/* A message of texts.ini: its title and text have names that begin the same. */
static void
answer_text (WwHttp *http, unsigned status, const char *name, const char *service)
{
  const char *language = choose_language (http);
  g_autofree char *title_key = g_strconcat (name, "-title", NULL);
  g_autofree char *text_key = g_strconcat (name, "-text", NULL);
  g_autofree char *title = ww_template_text ("page", title_key, language, NULL);
  g_autofree char *text = ww_template_text ("page", text_key, language, "service", service != NULL ? service : "",
                                            NULL);

  answer_message (http, status, title, text, language);
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
      answer_text (http, 404, "unknown", NULL);
      return;
    case WW_VERIFICATION_IS_EXPIRED:
      answer_text (http, 410, "expired", NULL);
      return;
    case WW_VERIFICATION_IS_USED:
      answer_text (http, 410, "used", NULL);
      return;
    case WW_VERIFICATION_OK:
    case WW_VERIFICATION_BAD_HANDLE:
    case WW_VERIFICATION_UNSUPPORTED:
    case WW_VERIFICATION_RATE_LIMITED:
    case WW_VERIFICATION_IS_WAITING:
    case WW_VERIFICATION_WRONG_CODE:
    case WW_VERIFICATION_TOO_MANY_TRIES:
    case WW_VERIFICATION_UNAVAILABLE:
      break;
    }
  answer_text (http, 503, "busy", NULL);
}

/* The question, and the button that answers it. */
static void
answer_question (WwHttp *http, const WwVerificationResult *result)
{
  const char *language = choose_language (http);
  const char *server = http->services->config->name;
  g_autofree char *masked = mask_handle (result->handle);
  g_autofree char *title = ww_template_text ("page", "confirm-title", language, NULL);
  g_autofree char *who = ww_template_text ("page", "confirm-who", language, "service", result->service_title, "server",
                                           server, NULL);
  g_autofree char *button = ww_template_text ("page", "confirm-button", language, NULL);
  g_autofree char *note = ww_template_text ("page", "confirm-note", language, NULL);

  ww_http_answer (http, 200, TYPE_HTML,
                  ww_template_fill ("page-confirm.html", "server", server, "language", language, "direction",
                                    ww_template_direction (language), "title", title, "address", masked, "who", who,
                                    "button", button, "note", note, "action", http->path, NULL));
}

static void
looked_cb (const WwVerificationResult *result, void *data)
{
  WwHttp *http = data;
  WwVerificationResult copy = *result;

  if (copy.outcome == WW_VERIFICATION_OK && copy.stage != WW_VERIFICATION_WAITING)
    copy.outcome = WW_VERIFICATION_IS_USED;
  if (copy.outcome != WW_VERIFICATION_OK || copy.service_title == NULL)
    answer_outcome (http, &copy);
  else
    answer_question (http, &copy);
  ww_http_unref (http);
}

static void
confirmed_cb (const WwVerificationResult *result, void *data)
{
  WwHttp *http = data;

  if (result->outcome == WW_VERIFICATION_OK)
    answer_text (http, 200, "done", result->service_title);
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
  g_autofree char *kinds = g_strjoinv ("\",\"", (char **) ww_verification_get_kinds (http->services->verification));

  ww_http_answer (
      http, 200, TYPE_JSON,
      g_strdup_printf ("{\"version\":1,\"server\":%s,\"link\":\"/v1/link\",\"verifies\":[\"%s\"]}\n", name, kinds));
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
    answer_message (http, 405, "This does not work here", "The server does not understand this request.", "en");
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
                    "Enter its address in Waxwing to use it. There is nothing else to see here.", "en");
  else
    answer_message (http, 404, "There is nothing here", "Perhaps a part of the address was lost on the way.", "en");
}
