/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-hex.h"

#include <string.h>

/**
 * ww_hex_encode:
 *
 * Returns: (transfer full): two lower-case hexadecimal digits for each byte
 */
char *
ww_hex_encode (const guint8 *data, gsize len)
{
  static const char digits[] = "0123456789abcdef";
  char *hex = g_malloc (2 * len + 1);

  for (gsize i = 0; i < len; i++)
    {
      hex[2 * i] = digits[data[i] >> 4];
      hex[2 * i + 1] = digits[data[i] & 0x0f];
    }

  hex[2 * len] = '\0';
  return hex;
}

/**
 * ww_hex_decode:
 * @hex: (nullable): text from outside
 * @out: where @len bytes go
 *
 * Accepts digits of either case and nothing else: no white space, no prefix.
 *
 * Returns: whether @hex was exactly @len bytes; if not, @out is all zero
 */
gboolean
ww_hex_decode (const char *hex, guint8 *out, gsize len)
{
  memset (out, 0, len);

  if (hex == NULL || strlen (hex) != 2 * len)
    return FALSE;

  for (gsize i = 0; i < 2 * len; i++)
    {
      int digit = g_ascii_xdigit_value (hex[i]);

      if (digit < 0)
        {
          memset (out, 0, len);
          return FALSE;
        }

      out[i / 2] = (guint8) (out[i / 2] << 4 | digit);
    }

  return TRUE;
}
