/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-contact.h"
#include "ww-record.h"

G_BEGIN_DECLS

WwContact *ww_contact_new (const WwRecord *record);
/* Whether suite 1 is all that every one of its devices can do. */
gboolean ww_contact_record_is_weak (const WwRecord *record);

G_END_DECLS
