/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

typedef enum
{
  WW_PERSON_CHIP_LOOKING, /* the server is asked */
  WW_PERSON_CHIP_READY,
  WW_PERSON_CHIP_WRONG, /* see the error */
} WwPersonChipState;

/*
 * Somebody who was chosen: their name once it is known, and a button that takes them out again. Made for an address, it
 * asks for the person behind it. Signals: "changed" (), the state; "remove" ().
 */
#define WW_TYPE_PERSON_CHIP (ww_person_chip_get_type ())
G_DECLARE_FINAL_TYPE (WwPersonChip, ww_person_chip, WW, PERSON_CHIP, GtkWidget)

GtkWidget *ww_person_chip_new (WwClient *client, const char *handle);
WwPersonChipState ww_person_chip_get_state (WwPersonChip *self);
const char *ww_person_chip_get_handle (WwPersonChip *self);
const char *ww_person_chip_get_account (WwPersonChip *self);
const char *ww_person_chip_get_error (WwPersonChip *self);
void ww_person_chip_set_wrong (WwPersonChip *self, const char *sentence);

G_END_DECLS
