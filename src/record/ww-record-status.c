/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-record.h"

/* One English clause for logs and for the details of an error. Never NULL. */
const char *
ww_record_status_to_string (WwRecordStatus status)
{
  switch (status)
    {
    case WW_RECORD_OK:
      return "no error";
    case WW_RECORD_MALFORMED:
      return "not a well-formed account record";
    case WW_RECORD_BAD_SIGNATURE:
      return "not signed by the account key that it holds";
    case WW_RECORD_DEVICE_UNSIGNED:
      return "a device did not sign that it belongs to the account";
    case WW_RECORD_ROLLED_BACK:
      return "older than a record that was seen before";
    case WW_RECORD_FORKED:
      return "does not follow from the record that was seen before";
    case WW_RECORD_GAP:
      return "records are missing in between";
    case WW_RECORD_WRONG_ACCOUNT:
      return "the record of another account than asked for";
    case WW_RECORD_WRONG_KEY:
      return "the account key changed without a reset";
    }

  return "unknown status";
}
