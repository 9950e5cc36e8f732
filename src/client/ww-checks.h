/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-crypto-status.h"
#include "ww-error.h"
#include "ww-record.h"

G_BEGIN_DECLS

/* What a check of record/ or crypto/ found, as the engine reports it. Not for the OK values. */
WwError ww_error_from_record (WwRecordStatus status);
WwError ww_error_from_crypto (WwCryptoStatus status);
/* Whether it is one of the WW_ERROR_RECORD_* codes. */
gboolean ww_error_is_record (const GError *error);

/* Any number from outside as a time that every calendar can show: 0 … the end of the year 9999, in ms. */
gint64 ww_clamp_time (guint64 ms);
gint64 ww_now_ms (void);

/* From the kernel; at most 256 bytes. */
void ww_random_bytes (guint8 *out, gsize len);

G_END_DECLS
