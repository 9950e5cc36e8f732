/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-verification.h"

#include <string.h>

#define LINK_TEXT_LENGTH 43 /* 32 bytes in base64url without padding */

/* 43 characters of base64url. To be freed with g_free(). */
char *
ww_verification_link_to_text (const uint8_t link[WW_TOKEN_SIZE])
{
  char *text = g_base64_encode (link, WW_TOKEN_SIZE);

  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[LINK_TEXT_LENGTH] = '\0';
  return text;
}

/* The reverse. False when it is not the text of a link. */
bool
ww_verification_link_parse (const char *text, uint8_t link[WW_TOKEN_SIZE])
{
  char padded[LINK_TEXT_LENGTH + 2];
  g_autofree guchar *bytes = NULL;
  gsize len;

  if (strlen (text) != LINK_TEXT_LENGTH)
    return false;
  for (unsigned i = 0; i < LINK_TEXT_LENGTH; i++)
    {
      if (!g_ascii_isalnum (text[i]) && text[i] != '-' && text[i] != '_')
        return false;
      padded[i] = text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];
    }
  memcpy (padded + LINK_TEXT_LENGTH, "=", 2);
  bytes = g_base64_decode (padded, &len);
  if (len != WW_TOKEN_SIZE)
    return false;
  memcpy (link, bytes, WW_TOKEN_SIZE);
  return true;
}
