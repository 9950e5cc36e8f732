/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-card.h"

G_BEGIN_DECLS

/* Of one card, and of one of its fields. */
#define WW_CARD_MAX_FIELDS 64
#define WW_CARD_MAX_LINES  64
#define WW_CARD_MAX_CHARS  1000 /* in a line */

/* Where something belongs, or what it is for. */
typedef enum
{
  WW_CARD_PLACE_NONE,
  WW_CARD_PLACE_HOME,
  WW_CARD_PLACE_WORK,
  WW_CARD_PLACE_MOBILE,
  WW_CARD_PLACE_FAX,
} WwCardPlace;

/* Parts of an address: box, further line, street, town, region, code, country. */
#define WW_CARD_ADDRESS_PARTS 7

WwCardField *ww_card_field_new (WwCardFieldKind kind, WwCardPlace place, const char *raw);
WwCardField *ww_card_field_new_address (WwCardPlace place, const char *const *parts);

WwCardPlace ww_card_field_get_place (WwCardField *self);
const char *ww_card_field_get_raw (WwCardField *self);          /* as it stands in the vCard; "" for an address */
const char *const *ww_card_field_get_parts (WwCardField *self); /* of an address, otherwise NULL */

G_END_DECLS
