/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * Where an address or a number is typed, in any form that people use. Properties: "hint", what it was understood as when
 * that isn't what stands there, and "has-hint".
 */
#define WW_TYPE_ADDRESS_ROW (ww_address_row_get_type ())
G_DECLARE_FINAL_TYPE (WwAddressRow, ww_address_row, WW, ADDRESS_ROW, AdwEntryRow)

char *ww_address_row_dup_handle (WwAddressRow *self);
char *ww_address_row_explain (WwAddressRow *self, const char *const *verifies);
gboolean ww_address_row_is_blank (WwAddressRow *self);
void ww_address_row_set_wrong (WwAddressRow *self, gboolean wrong);

G_END_DECLS
