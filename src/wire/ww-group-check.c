/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-check-private.h"
#include "ww-frame.h"
#include "ww-scan-private.h"

/* Sizes of what groups are made of. Whether a change counts is for group/ to say. */

bool
ww_check_ascending (const ProtobufCBinaryData *list, size_t n, size_t size, size_t max)
{
  if (n > max)
    return false;
  for (size_t i = 0; i < n; i++)
    if (!ww_is_size (&list[i], size) || (i > 0 && memcmp (list[i - 1].data, list[i].data, size) >= 0))
      return false;

  return true;
}

bool
ww_check_group_changes (const Waxwing__GroupChanges *changes)
{
  if (!ww_is_size (&changes->group_id, WW_ID_SIZE) || changes->n_changes > WW_MAX_GROUP_LOG_CHANGES ||
      changes->picture.len > WW_MAX_GROUP_PICTURE ||
      !ww_check_ascending (changes->heads, changes->n_heads, WW_HASH_SIZE, WW_MAX_GROUP_PARENTS) ||
      !ww_is_size_or_empty (&changes->asked_device, WW_ID_SIZE))
    return false;
  for (size_t i = 0; i < changes->n_changes; i++)
    if (!ww_is_within (&changes->changes[i]->change, WW_MAX_GROUP_CHANGE) ||
        !ww_is_size (&changes->changes[i]->signature, WW_SIGNATURE_SIZE))
      return false;

  return true;
}

static bool
check_kind (const Waxwing__GroupChange *change)
{
  switch (change->kind_case)
    {
    case WAXWING__GROUP_CHANGE__KIND_CREATE:
      return ww_is_text (change->create->name, WW_MAX_GROUP_NAME) && change->create->n_members >= 2 &&
             ww_check_ascending (change->create->members, change->create->n_members, WW_ID_SIZE, WW_MAX_PARTICIPANTS);
    case WAXWING__GROUP_CHANGE__KIND_ADD:
      return change->add->n_members >= 1 &&
             ww_check_ascending (change->add->members, change->add->n_members, WW_ID_SIZE, WW_MAX_PARTICIPANTS);
    case WAXWING__GROUP_CHANGE__KIND_REMOVE:
      return ww_is_size (&change->remove->account_id, WW_ID_SIZE) &&
             memcmp (change->remove->account_id.data, change->account_id.data, WW_ID_SIZE) != 0;
    case WAXWING__GROUP_CHANGE__KIND_RENAME:
      return ww_is_text (change->rename->name, WW_MAX_GROUP_NAME);
    case WAXWING__GROUP_CHANGE__KIND_PICTURE:
      return ww_is_size_or_empty (&change->picture->hash, WW_HASH_SIZE);
    case WAXWING__GROUP_CHANGE__KIND_LEAVE:
    case WAXWING__GROUP_CHANGE__KIND__NOT_SET:
    case _WAXWING__GROUP_CHANGE__KIND__CASE_IS_INT_SIZE:
      /* A kind that a newer version makes has its place in the log, and changes nothing. */
      return true;
    }

  return true;
}

/* The first change has neither group nor parents, and no other is without them. */
static bool
check_change (const Waxwing__GroupChange *change)
{
  bool first = change->kind_case == WAXWING__GROUP_CHANGE__KIND_CREATE;

  return ww_is_size (&change->group_id, first ? 0 : WW_ID_SIZE) && (change->n_parents == 0) == first &&
         ww_check_ascending (change->parents, change->n_parents, WW_HASH_SIZE, WW_MAX_GROUP_PARENTS) &&
         ww_is_size (&change->account_id, WW_ID_SIZE) && ww_is_size (&change->device_id, WW_ID_SIZE) &&
         ww_is_size (&change->record_hash, WW_HASH_SIZE) && ww_is_size (&change->nonce, WW_ID_SIZE) &&
         check_kind (change);
}

/*
 * ww_group_change_parse:
 *
 * The GroupChange inside a SignedChange: sizes and orders only, not who signed it
 * and whether they may. Its kind is not set when it is one of a newer version.
 *
 * Returns: (nullable): free with waxwing__group_change__free_unpacked()
 */
Waxwing__GroupChange *
ww_group_change_parse (const uint8_t *data, size_t len)
{
  Waxwing__GroupChange *change;

  if (len == 0 || len > WW_MAX_GROUP_CHANGE || !ww_scan (&waxwing__group_change__descriptor, data, len))
    return NULL;

  change = waxwing__group_change__unpack (NULL, len, data);
  if (change != NULL && !check_change (change))
    {
      waxwing__group_change__free_unpacked (change, NULL);
      change = NULL;
    }

  return change;
}
