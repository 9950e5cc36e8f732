/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-record.h"

#include <string.h>

/* Whether the record has this very device. The same id with other keys is another device. */
static bool
has_device (const WwRecord *record, const WwRecordDevice *device)
{
  const WwRecordDevice *found = ww_record_find_device (record, device->device_id);

  return found != NULL && ww_bytes_equal (found->device, device->device);
}

static void
compare_devices (const WwRecord *from, const WwRecord *to, WwChangeKind kind, WwChangeFunc func, void *data)
{
  size_t n = 0;
  const WwRecordDevice *devices = from != NULL ? ww_record_devices (from, &n) : NULL;

  for (size_t i = 0; i < n; i++)
    if (to == NULL || !has_device (to, &devices[i]))
      func (&(WwChange) { .kind = kind, .device = &devices[i] }, data);
}

static void
compare_handles (const WwRecord *from, const WwRecord *to, WwChangeKind kind, WwChangeFunc func, void *data)
{
  size_t n = 0;
  const char *const *handles = from != NULL ? ww_record_handles (from, &n) : NULL;

  for (size_t i = 0; i < n; i++)
    if (to == NULL || !ww_record_has_handle (to, handles[i]))
      func (&(WwChange) { .kind = kind, .handle = handles[i] }, data);
}

/*
 * ww_record_compare:
 * @previous: (nullable): NULL: everything in @next is added
 * @func: called for each change, in this order: a reset, devices removed, devices
 *   added, handles removed, handles added; what it is given lives as long as the
 *   two records do
 *
 * What changed between two records of an account: the source of every alert. A
 * device whose keys, push address or suites changed under the same id is removed
 * and added. A changed name or order is no change.
 */
void
ww_record_compare (const WwRecord *previous, const WwRecord *next, WwChangeFunc func, void *data)
{
  if (previous != NULL && (ww_record_is_reset (next) ||
                           memcmp (ww_record_account_key (previous), ww_record_account_key (next), WW_POINT_SIZE) != 0))
    func (&(WwChange) { .kind = WW_CHANGE_RESET }, data);

  compare_devices (previous, next, WW_CHANGE_DEVICE_REMOVED, func, data);
  compare_devices (next, previous, WW_CHANGE_DEVICE_ADDED, func, data);
  compare_handles (previous, next, WW_CHANGE_HANDLE_REMOVED, func, data);
  compare_handles (next, previous, WW_CHANGE_HANDLE_ADDED, func, data);
}
