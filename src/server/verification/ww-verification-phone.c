/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-verification-phone.h"

#include <string.h>

#include "ww-sms-text.h"
#include "ww-template.h"

/* A service with a long name is called by a part of it, so that one message is enough. */
static char *
make_text (const WwVerificationMessage *message)
{
  const char *language = ww_template_choose_language (message->language);
  g_autofree char *title = g_strdup (message->service_title);
  char *text = ww_template_text ("sms", "code", language, "code", message->secret, "service", title, NULL);

  while (!ww_sms_fits (text) && title[0] != '\0')
    {
      *g_utf8_find_prev_char (title, title + strlen (title)) = '\0';
      g_free (text);
      text = ww_template_text ("sms", "code", language, "code", message->secret, "service", title, NULL);
    }
  return text;
}

static bool
send_code (void *data, const WwVerificationMessage *message)
{
  g_autofree char *text = make_text (message);

  return ww_sms_gateway_send (data, ww_handle_for_people (message->handle), text);
}

/* For ww_verification_add_kind(). */
WwVerificationKind
ww_verification_phone_kind (WwSmsGateway *gateway)
{
  return (WwVerificationKind) { "tel", WW_HANDLE_PHONE, WW_VERIFICATION_BY_CODE, send_code, gateway, NULL };
}

/* For ww_verification_add_kind(). */
WwVerificationKind
ww_verification_inbound_kind (const char *number)
{
  return (WwVerificationKind) { "tel-inbound", WW_HANDLE_PHONE, WW_VERIFICATION_BY_INBOUND, NULL, NULL, number };
}
