/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

/* A verified account record, as a look-up gave it. Immutable. */
#define WW_TYPE_CONTACT (ww_contact_get_type ())
G_DECLARE_FINAL_TYPE (WwContact, ww_contact, WW, CONTACT, GObject)

const char *ww_contact_get_account_id (WwContact *self); /* hex */
guint64 ww_contact_get_sequence (WwContact *self);
const char *ww_contact_get_record_hash (WwContact *self); /* hex */
const char *const *ww_contact_get_handles (WwContact *self);
GListModel *ww_contact_get_devices (WwContact *self); /* of WwDevice; their names are "" for other people's */

G_END_DECLS
