/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-member.h"
#include "ww-store-contacts.h"

G_BEGIN_DECLS

WwMember *ww_member_new (const guint8 account[16], gboolean own);
const guint8 *ww_member_get_account_bytes (WwMember *self);
/* What is shown of them. `contact` is nullable; for the own account it is not asked, and `name` and `handle` count. */
void ww_member_describe (WwMember *self, const char *name, const char *handle, const WwContactRow *contact,
                         gboolean can_remove);

G_END_DECLS
