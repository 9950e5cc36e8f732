/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-card-field.h"
#include "ww-card.h"

G_BEGIN_DECLS

/* Parts of a name: family, given, further ones, before, after. */
#define WW_CARD_NAME_PARTS 5

/* Empty; without a name nobody is in it. */
WwCard *ww_card_new (void);
/* One line; "" is none. */
void ww_card_set_name (WwCard *self, const char *name);
/* WW_CARD_NAME_PARTS of them. */
void ww_card_set_parts (WwCard *self, const char *const *parts);
/* NULL: none. `type`: its media type. */
void ww_card_set_picture (WwCard *self, GBytes *picture, const char *type);
/* `field`: full, nullable. What is too much is left out. */
void ww_card_take_field (WwCard *self, WwCardField *field);

const char *const *ww_card_get_parts (WwCard *self); /* nullable */
const char *ww_card_get_picture_type (WwCard *self); /* nullable */

/* The other half of ww_card_new_from_vcard(): what libebook-contacts reads. FALSE: it is no vCard. */
gboolean ww_card_read (WwCard *self, const char *text);

G_END_DECLS
