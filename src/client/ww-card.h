/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

typedef enum
{
  WW_CARD_FIELD_ORGANIZATION,
  WW_CARD_FIELD_TITLE,
  WW_CARD_FIELD_NICKNAME,
  WW_CARD_FIELD_PHONE,
  WW_CARD_FIELD_EMAIL,
  WW_CARD_FIELD_MESSAGING,
  WW_CARD_FIELD_WEB,
  WW_CARD_FIELD_ADDRESS,
  WW_CARD_FIELD_BIRTHDAY,
  WW_CARD_FIELD_NOTE,
} WwCardFieldKind;
#define WW_TYPE_CARD_FIELD_KIND (ww_card_field_kind_get_type ())
GType ww_card_field_kind_get_type (void);

/* One thing that a card says of its person. Constant; properties of the same names. */
#define WW_TYPE_CARD_FIELD (ww_card_field_get_type ())
G_DECLARE_FINAL_TYPE (WwCardField, ww_card_field, WW, CARD_FIELD, GObject)

WwCardFieldKind ww_card_field_get_kind (WwCardField *self);
const char *ww_card_field_get_label (WwCardField *self); /* for people, in their language: “Work phone” */
const char *ww_card_field_get_value (WwCardField *self); /* addresses and notes may have several lines */
const char *ww_card_field_get_uri (WwCardField *self);   /* tel:, mailto:, http: or https:; NULL: nothing to open */

/* A person's card (vCard). Constant; properties of the same names. */
#define WW_TYPE_CARD (ww_card_get_type ())
G_DECLARE_FINAL_TYPE (WwCard, ww_card, WW, CARD, GObject)

/* A file of one that a person chose may be so large; what is sent is WW_MAX_CARD at most: see ww_card_prepare(). */
#define WW_CARD_MAX_FILE (4 * 1024 * 1024)

/* vCard 2.1, 3.0 or 4.0, the first one of several. WW_ERROR_INVALID_ARGUMENT: it is none, or there is nobody in it. */
WwCard *ww_card_new_from_vcard (GBytes *vcard, GError **error);
const char *ww_card_get_name (WwCard *self);   /* never empty; one line */
GBytes *ww_card_get_picture (WwCard *self);    /* a file, to be decoded like any other; nullable */
GListModel *ww_card_get_fields (WwCard *self); /* of WwCardField */
/* vCard 4.0 (RFC 6350) of what is shown, and of nothing else. */
GBytes *ww_card_to_vcard (WwCard *self);

/* What of a vCard is sent: version 4.0, its picture small enough. Resolves to GBytes; rejects as ww_card_new_from_vcard(). */
DexFuture *ww_card_prepare (GBytes *vcard);

G_END_DECLS
