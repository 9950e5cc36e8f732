/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Waxwing's side of the interoperability test: lines of hex on standard input, one answer each.
 *
 *   seal POINT INFO AAD PLAINTEXT    the sealed form: enc | ciphertext | tag
 *   open SCALAR INFO AAD SEALED      the plaintext
 *
 * Empty bytes are a "-". What is refused answers with "refused".
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "ww-hpke.h"

static GBytes *
unhex (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  for (; hex[0] != '-' && hex[0] != '\0' && hex[1] != '\0'; hex += 2)
    {
      uint8_t byte = (uint8_t) (g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]));

      g_byte_array_append (bytes, &byte, 1);
    }

  return g_byte_array_free_to_bytes (bytes);
}

static WwBytes
view (GBytes *bytes)
{
  return WW_BYTES (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* A device whose P-256 key is the given one: the form of ww_device_keys_serialise() with other 32 bytes in it. */
static WwDeviceKeys *
device_with (const WwBuffer *any, GBytes *scalar)
{
  g_autofree uint8_t *secret = g_memdup2 (any->data, any->len);
  WwDeviceKeys *keys = NULL;

  if (g_bytes_get_size (scalar) != 32)
    return NULL;
  memcpy (secret + 33, g_bytes_get_data (scalar, NULL), 32);
  if (ww_device_keys_parse (WW_BYTES (secret, any->len), &keys) != WW_CRYPTO_OK)
    return NULL;

  return keys;
}

static void
answer (const WwBuffer *any, char **words)
{
  g_autoptr (GBytes) key = unhex (words[1]);
  g_autoptr (GBytes) info = unhex (words[2]);
  g_autoptr (GBytes) aad = unhex (words[3]);
  g_autoptr (GBytes) text = unhex (words[4]);
  WW_AUTO_BUFFER out = { 0 };
  WwCryptoStatus status = WW_CRYPTO_BAD_KEY;

  if (strcmp (words[0], "seal") == 0 && g_bytes_get_size (key) == 65)
    {
      status = ww_hpke_seal (g_bytes_get_data (key, NULL), view (info), view (aad), view (text), &out);
    }
  else if (strcmp (words[0], "open") == 0)
    {
      WwDeviceKeys *keys = device_with (any, key);

      if (keys != NULL)
        status = ww_hpke_open (keys, view (info), view (aad), view (text), &out);
      ww_device_keys_free (keys);
    }

  if (status != WW_CRYPTO_OK)
    printf ("refused");
  for (size_t i = 0; i < out.len; i++)
    printf ("%02x", out.data[i]);
  printf ("\n");
  fflush (stdout);
}

int
main (void)
{
  g_autoptr (GIOChannel) input = g_io_channel_unix_new (0);
  g_autofree char *line = NULL;
  WwDeviceKeys *keys = NULL;
  WW_AUTO_BUFFER any = { 0 };

  if (ww_device_keys_generate (&keys) != WW_CRYPTO_OK || ww_device_keys_serialise (keys, &any) != WW_CRYPTO_OK)
    return 1;
  ww_device_keys_free (keys);

  while (g_io_channel_read_line (input, &line, NULL, NULL, NULL) == G_IO_STATUS_NORMAL)
    {
      g_auto (GStrv) words = g_strsplit (g_strchomp (line), " ", -1);

      if (g_strv_length (words) != 5)
        return 2;
      answer (&any, words);
      g_clear_pointer (&line, g_free);
    }

  return 0;
}
