/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-bytes.h"
#include "ww-keys.h"
#include "ww-record.h"

#include <glib.h>

G_BEGIN_DECLS

/* Records that this device signs. Each returns a record that passed all the checks that others will make. */

/* What the device says about itself, serialised once; g_bytes. */
GBytes *ww_device_statement_new (const guint8 device_id[16], const WwDeviceKeys *keys, const guint8 *push_address,
                                 gint64 enrolled_ms);

/* A device as a record holds it. `statement` and `sealed_name` are borrowed. */
typedef struct
{
  WwBytes statement;
  guint8 signature[64];
  WwBytes sealed_name;
} WwNewDevice;

/* Record 1. NULL when the library fails. */
WwRecord *ww_record_build_first (const WwSigningKey *account_key, const guint8 account_id[16], const char *handle,
                                 const WwNewDevice *device, gint64 now_ms);
/* The next record: with `added` and without `removed` (both nullable). NULL also when limits forbid it. */
WwRecord *ww_record_build_next (const WwSigningKey *account_key, const WwRecord *previous, const WwNewDevice *added,
                                const guint8 *removed, gint64 now_ms);

/* As it travels: pointers into `record`. */
void ww_record_fill_signed (const WwRecord *record, Waxwing__SignedRecord *out);

G_END_DECLS
