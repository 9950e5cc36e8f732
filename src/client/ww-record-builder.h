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
/* A device's name, sealed anew with the account key. Borrowed. */
typedef struct
{
  const guint8 *device_id; /* 16 */
  WwBytes sealed_name;
} WwNewName;

/* What the next record does that the one before did not. All zero: nothing, a record that only follows. Borrowed. */
typedef struct
{
  const WwNewDevice *device_added; /* nullable */
  const guint8 *device_removed;    /* 16, nullable */
  gboolean wipe;                   /* the removed device shall forget everything at once */
  const WwNewName *names;
  gsize n_names;
  const char *handle_added;   /* nullable; normalised; comes last. One that is there stays where it is */
  const char *handle_removed; /* nullable */
  const char *first_handle;   /* nullable; moves to the front. It is there, or `handle_added` */
  gboolean
      reset; /* signed by a new account key; `device_added` and `handle_added` are all that is left; wipes nothing */
} WwRecordChange;

/*
 * The next record. NULL with WW_ERROR_LAST_HANDLE, WW_ERROR_TOO_MANY_DEVICES, WW_ERROR_INVALID_ARGUMENT (with a sentence)
 * when the account would be one that cannot be, WW_ERROR_FAILED when the library fails.
 */
WwRecord *ww_record_build_next (const WwSigningKey *account_key, const WwRecord *previous, const WwRecordChange *change,
                                gint64 now_ms, GError **error);

/* As it travels: pointers into `record`. */
void ww_record_fill_signed (const WwRecord *record, Waxwing__SignedRecord *out);

G_END_DECLS
