/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cards of people: what is read is shown as it has to be, and what is written of it reads the same again. */
#include "fuzz.h"

#include <string.h>

#include "ww-card.h"

unsigned long fuzz_accepted;

static const char *const cards[] = {
  "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nN:B;C;;D;E\r\nTEL;TYPE=CELL:+33 "
  "6\r\nADR;TYPE=HOME:;;s;t;r;c;l\r\nBDAY:--0412\r\n"
  "NOTE:a\\, b\\nc\r\nPHOTO;ENCODING=b;TYPE=PNG:iVBORw0KGgo=\r\nEND:VCARD\r\n",
  "BEGIN:VCARD\nVERSION:4.0\nFN:A\nTEL;VALUE=uri;TYPE=\"work,fax\":tel:+1\nURL:https://example.org/a;b\nORG:a;b\n"
  "PHOTO:data:image/png;base64,iVBORw0KGgo=\nIMPP:x:y\nEMAIL:mailto:a@b.c\nEND:VCARD\n",
  "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BC=\n r\nTEL;HOME;FAX:1\nEND:VCARD\n",
};

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, len);
  g_autoptr (WwCard) card = ww_card_new_from_vcard (bytes, NULL);
  g_autoptr (GBytes) written = NULL;
  g_autoptr (WwCard) again = NULL;

  if (card == NULL)
    return 0;
  fuzz_accepted++;
  FUZZ_PROMISE (*ww_card_get_name (card) != '\0' && strchr (ww_card_get_name (card), '\n') == NULL);
  for (guint i = 0; i < g_list_model_get_n_items (ww_card_get_fields (card)); i++)
    {
      g_autoptr (WwCardField) field = g_list_model_get_item (ww_card_get_fields (card), i);

      FUZZ_PROMISE (g_utf8_validate (ww_card_field_get_value (field), -1, NULL));
      FUZZ_PROMISE (ww_card_field_get_uri (field) == NULL ||
                    strpbrk (ww_card_field_get_uri (field), " \r\n<>\"") == NULL);
    }
  written = ww_card_to_vcard (card);
  again = ww_card_new_from_vcard (written, NULL);
  FUZZ_PROMISE (again != NULL);
  FUZZ_PROMISE (g_list_model_get_n_items (ww_card_get_fields (again)) ==
                g_list_model_get_n_items (ww_card_get_fields (card)));
  return 0;
}

void
fuzz_seeds (void)
{
  for (size_t i = 0; i < sizeof cards / sizeof cards[0]; i++)
    fuzz_add_seed ((const uint8_t *) cards[i], strlen (cards[i]));
}
