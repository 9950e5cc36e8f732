/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-verification-secret.h"

#include <string.h>

#include <glib.h>
#include <openssl/rand.h>

#include "ww-hash.h"

#define CODES 1000000u /* 10 to the WW_CODE_DIGITS */

/* None of these looks like another one. */
static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

G_STATIC_ASSERT (WW_CODE_DIGITS == 6);
G_STATIC_ASSERT (sizeof letters - 1 == 32);

static void
fill_random (void *bytes, size_t len)
{
  if (RAND_bytes (bytes, (int) len) != 1)
    g_error ("no random bytes");
}

static void
hash_parts (const WwBytes *parts, size_t n_parts, uint8_t hash[WW_HASH_SIZE])
{
  if (ww_hash (NULL, parts, n_parts, hash) != WW_CRYPTO_OK)
    g_error ("no memory");
}

/* See the header. */
void
ww_secret_make_token (uint8_t token[WW_TOKEN_SIZE])
{
  fill_random (token, WW_TOKEN_SIZE);
}

/* See the header. */
void
ww_secret_hash_token (const uint8_t token[WW_TOKEN_SIZE], uint8_t hash[WW_HASH_SIZE])
{
  hash_parts (&WW_BYTES (token, WW_TOKEN_SIZE), 1, hash);
}

/* See the header. Numbers in the last, incomplete million are drawn again. */
void
ww_secret_make_code (char code[WW_CODE_DIGITS + 1])
{
  uint32_t number;

  do
    fill_random (&number, sizeof number);
  while (number >= G_MAXUINT32 / CODES * CODES);
  g_snprintf (code, WW_CODE_DIGITS + 1, "%06u", number % CODES);
}

/* See the header. */
bool
ww_secret_parse_code (const char *typed, char code[WW_CODE_DIGITS + 1])
{
  unsigned n_digits = 0;

  if (!g_utf8_validate (typed, -1, NULL))
    return false;
  for (const char *p = typed; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      int digit = g_unichar_digit_value (c);
      GUnicodeType type = g_unichar_type (c);

      if (digit >= 0 && type == G_UNICODE_DECIMAL_NUMBER)
        {
          if (n_digits == WW_CODE_DIGITS)
            return false;
          code[n_digits++] = (char) ('0' + digit);
        }
      else if (type != G_UNICODE_SPACE_SEPARATOR && type != G_UNICODE_DASH_PUNCTUATION && c != '\t')
        return false;
    }
  code[n_digits] = '\0';
  return n_digits == WW_CODE_DIGITS;
}

/* See the header. */
void
ww_secret_hash_code (const uint8_t token[WW_TOKEN_SIZE], const char *code, uint8_t hash[WW_HASH_SIZE])
{
  const WwBytes parts[] = { WW_BYTES (token, WW_TOKEN_SIZE), WW_BYTES ((const uint8_t *) code, strlen (code)) };

  hash_parts (parts, G_N_ELEMENTS (parts), hash);
}

/* See the header. */
void
ww_secret_make_inbound (char code[WW_INBOUND_CODE_LENGTH + 1])
{
  uint8_t random[WW_INBOUND_CODE_LENGTH];

  fill_random (random, sizeof random);
  for (unsigned i = 0; i < WW_INBOUND_CODE_LENGTH; i++)
    code[i] = letters[random[i] % 32];
  code[WW_INBOUND_CODE_LENGTH] = '\0';
}

/* See the header. */
bool
ww_secret_parse_inbound (const char *text, char code[WW_INBOUND_CODE_LENGTH + 1])
{
  unsigned n = WW_INBOUND_CODE_LENGTH;

  code[n] = '\0';
  for (const char *p = text + strlen (text); n > 0 && p-- > text;)
    if (g_ascii_isalnum (*p))
      code[--n] = g_ascii_toupper (*p);
  return n == 0;
}

/* See the header. */
void
ww_secret_hash_inbound (const char *code, uint8_t hash[WW_HASH_SIZE])
{
  hash_parts (&WW_BYTES ((const uint8_t *) code, strlen (code)), 1, hash);
}
