/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-attachment-store.h"

static const char digits[] = "0123456789abcdef";

/* See the header. */
void
ww_attachment_id_format (const uint8_t id[WW_ID_SIZE], char out[WW_ATTACHMENT_NAME_SIZE])
{
  for (unsigned i = 0; i < WW_ID_SIZE; i++)
    {
      out[2 * i] = digits[id[i] >> 4];
      out[2 * i + 1] = digits[id[i] & 0xf];
    }
  out[WW_ATTACHMENT_NAME_SIZE - 1] = '\0';
}

static int
parse_digit (char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One form only, so that two texts are never one id. */
bool
ww_attachment_parse_hex (const char *text, uint8_t *out, size_t size)
{
  for (size_t i = 0; i < size; i++)
    {
      int high = parse_digit (text[2 * i]);
      int low = high >= 0 ? parse_digit (text[2 * i + 1]) : -1;

      if (low < 0)
        return false;
      out[i] = (uint8_t) (high << 4 | low);
    }
  return text[2 * size] == '\0';
}
