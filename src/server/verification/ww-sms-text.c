/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-sms-text.h"

#include <glib.h>

#define MAX_SEPTETS 160
#define MAX_UNITS   70

/* The default alphabet, and those that take two septets. */
static const char one_septet[] = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
                                 "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
static const char two_septets[] = "^{}\\[~]|€";

/* 0 for what the alphabet does not have. */
static unsigned
septets_of (gunichar c)
{
  if (g_utf8_strchr (one_septet, -1, c) != NULL)
    return 1;
  return g_utf8_strchr (two_septets, -1, c) != NULL ? 2 : 0;
}

/* Whether the default alphabet has all of it. */
bool
ww_sms_is_gsm7 (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (septets_of (g_utf8_get_char (p)) == 0)
      return false;
  return true;
}

/* Whether it is one message, and not several. */
bool
ww_sms_fits (const char *text)
{
  bool gsm7 = ww_sms_is_gsm7 (text);
  unsigned size = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    size += gsm7 ? septets_of (g_utf8_get_char (p)) : g_utf8_get_char (p) > 0xffff ? 2 : 1;
  return size <= (gsm7 ? MAX_SEPTETS : MAX_UNITS);
}
