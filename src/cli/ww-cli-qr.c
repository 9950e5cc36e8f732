/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-cli-text.h"

#include <qrencode.h>
#include <string.h>

/* ISO/IEC 18004 asks for four modules of white around the code. */
#define QUIET 4

/* Black on white whatever the colours of the terminal: many readers take nothing else. */
#define COLOURS "\033[30;107m"
#define RESET   "\033[0m"

static gboolean
is_dark (const QRcode *code, int column, int row)
{
  return column >= 0 && row >= 0 && column < code->width && row < code->width &&
         (code->data[row * code->width + column] & 1) != 0;
}

/* Two modules, one above the other: characters are about twice as high as they are wide. */
static const char *
half_blocks (gboolean upper, gboolean lower)
{
  if (upper)
    return lower ? "█" : "▀";
  return lower ? "▄" : " ";
}

/**
 * ww_cli_qr_code:
 * @content: what it shall hold
 * @colours: whether the text may set colours; without, it has to stand on white
 *
 * Returns: (transfer full) (nullable): a QR code as lines of text
 */
char *
ww_cli_qr_code (const char *content, gboolean colours)
{
  QRcode *code = QRcode_encodeData ((int) strlen (content), (const unsigned char *) content, 0, QR_ECLEVEL_M);
  GString *text;

  if (code == NULL)
    return NULL;
  text = g_string_new (NULL);
  for (int row = -QUIET; row < code->width + QUIET; row += 2)
    {
      g_string_append (text, colours ? COLOURS : "");
      for (int column = -QUIET; column < code->width + QUIET; column++)
        g_string_append (text, half_blocks (is_dark (code, column, row), is_dark (code, column, row + 1)));
      g_string_append (text, colours ? RESET "\n" : "\n");
    }
  QRcode_free (code);
  return g_string_free (text, FALSE);
}
