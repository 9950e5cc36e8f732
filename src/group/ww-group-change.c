/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-group-change.h"

#include "ww-frame.h"
#include "ww-hash.h"
#include "ww-signature.h"

static void
change_clear (gpointer data)
{
  WwGroupChange *self = data;

  g_free (self->parents);
  g_free (self->members);
  g_free (self->name);
  g_clear_pointer (&self->bytes, g_bytes_unref);
}

WwGroupChange *
ww_group_change_ref (WwGroupChange *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ww_group_change_unref (WwGroupChange *self)
{
  g_atomic_rc_box_release_full (self, change_clear);
}

static gpointer
copy_list (const ProtobufCBinaryData *list, size_t n, gsize size)
{
  guint8 *copy = g_malloc_n (MAX (n, 1), size);

  for (size_t i = 0; i < n; i++)
    memcpy (copy + i * size, list[i].data, size);
  return copy;
}

static void
take_members (WwGroupChange *self, const ProtobufCBinaryData *list, size_t n)
{
  self->n_members = (guint) n;
  self->members = copy_list (list, n, WW_ID_SIZE);
}

static void
take_kind (WwGroupChange *self, const Waxwing__GroupChange *change)
{
  switch (change->kind_case)
    {
    case WAXWING__GROUP_CHANGE__KIND_CREATE:
      self->kind = WW_GROUP_CREATE;
      take_members (self, change->create->members, change->create->n_members);
      self->name = g_strdup (change->create->name);
      break;
    case WAXWING__GROUP_CHANGE__KIND_ADD:
      self->kind = WW_GROUP_ADD;
      take_members (self, change->add->members, change->add->n_members);
      break;
    case WAXWING__GROUP_CHANGE__KIND_REMOVE:
      self->kind = WW_GROUP_REMOVE;
      take_members (self, &change->remove->account_id, 1);
      break;
    case WAXWING__GROUP_CHANGE__KIND_LEAVE:
      self->kind = WW_GROUP_LEAVE;
      take_members (self, &change->account_id, 1);
      break;
    case WAXWING__GROUP_CHANGE__KIND_RENAME:
      self->kind = WW_GROUP_RENAME;
      self->name = g_strdup (change->rename->name);
      break;
    case WAXWING__GROUP_CHANGE__KIND_PICTURE:
      self->kind = WW_GROUP_PICTURE;
      self->has_picture = change->picture->hash.len == WW_HASH_SIZE;
      if (self->has_picture)
        memcpy (self->picture, change->picture->hash.data, WW_HASH_SIZE);
      break;
    case WAXWING__GROUP_CHANGE__KIND__NOT_SET:
    case _WAXWING__GROUP_CHANGE__KIND__CASE_IS_INT_SIZE:
      self->kind = WW_GROUP_UNKNOWN;
      break;
    }
}

/* The hash of the change; and of the first one the group's id, so that nobody can make another beginning for a group. */
static gboolean
name_change (WwGroupChange *self, const Waxwing__GroupChange *change, WwBytes bytes)
{
  if (ww_hash ("waxwing/1/group-change", &bytes, 1, self->hash) != WW_CRYPTO_OK)
    return FALSE;
  if (self->kind == WW_GROUP_CREATE)
    {
      const WwBytes part = WW_BYTES_OF (self->hash);
      guint8 digest[WW_HASH_SIZE];

      if (ww_hash ("waxwing/1/group-id", &part, 1, digest) != WW_CRYPTO_OK)
        return FALSE;
      memcpy (self->group, digest, WW_ID_SIZE);
      return ww_group_change_names (self, self->account);
    }
  memcpy (self->group, change->group_id.data, WW_ID_SIZE);
  return TRUE;
}

/**
 * ww_group_change_new:
 * @bytes: a serialised GroupChange
 * @signature: 64 bytes; not checked here
 * @out: (out) (transfer full): NULL unless WW_GROUP_OK
 */
WwGroupStatus
ww_group_change_new (WwBytes bytes, const guint8 signature[WW_SIGNATURE_SIZE], WwGroupChange **out)
{
  g_autoptr (WwGroupChange) self = NULL;
  Waxwing__GroupChange *change = ww_group_change_parse (bytes.data, bytes.len);
  gboolean named;

  *out = NULL;
  if (change == NULL)
    return WW_GROUP_MALFORMED;
  self = g_atomic_rc_box_new0 (WwGroupChange);
  memcpy (self->account, change->account_id.data, WW_ID_SIZE);
  memcpy (self->device, change->device_id.data, WW_ID_SIZE);
  memcpy (self->record, change->record_hash.data, WW_HASH_SIZE);
  memcpy (self->signature, signature, WW_SIGNATURE_SIZE);
  self->created_ms = change->created_ms;
  self->n_parents = (guint) change->n_parents;
  self->parents = copy_list (change->parents, change->n_parents, WW_HASH_SIZE);
  take_kind (self, change);
  self->bytes = g_bytes_new (bytes.data, bytes.len);
  named = name_change (self, change, bytes);
  waxwing__group_change__free_unpacked (change, NULL);
  if (!named)
    return WW_GROUP_MALFORMED;
  *out = g_steal_pointer (&self);
  return WW_GROUP_OK;
}

/**
 * ww_group_change_check:
 * @record: a record of a verified chain
 *
 * The record need not be the author's newest one: a log is read long after it was written. What comes from a device
 * that was removed since is not for this function to tell.
 */
WwGroupStatus
ww_group_change_check (const WwGroupChange *self, const WwRecord *record)
{
  const WwRecordDevice *device = ww_record_find_device (record, self->device);
  gsize len;
  const guint8 *data = g_bytes_get_data (self->bytes, &len);
  const WwBytes part = WW_BYTES (data, len);

  if (memcmp (ww_record_account_id (record), self->account, WW_ID_SIZE) != 0 ||
      memcmp (ww_record_hash (record), self->record, WW_HASH_SIZE) != 0 || device == NULL ||
      ww_signature_verify (device->signing_key, WW_TAG_GROUP, &part, 1, self->signature) != WW_CRYPTO_OK)
    return WW_GROUP_BAD_SIGNATURE;
  return WW_GROUP_OK;
}

gboolean
ww_group_change_is_removal (const WwGroupChange *self)
{
  return self->kind == WW_GROUP_REMOVE || self->kind == WW_GROUP_LEAVE;
}

gboolean
ww_group_change_names (const WwGroupChange *self, const guint8 account[WW_ID_SIZE])
{
  for (guint i = 0; i < self->n_members; i++)
    if (memcmp (self->members[i], account, WW_ID_SIZE) == 0)
      return TRUE;
  return FALSE;
}

static ProtobufCBinaryData
view (const guint8 *data, gsize len)
{
  return (ProtobufCBinaryData) { data != NULL ? len : 0, (uint8_t *) data };
}

static GBytes *
pack (const Waxwing__GroupChange *change)
{
  size_t len;
  uint8_t *packed = ww_message_pack (change, &len);

  return packed != NULL ? g_bytes_new_with_free_func (packed, len, free, packed) : NULL;
}

/**
 * ww_group_draft_pack:
 *
 * Returns: (transfer full): the serialised GroupChange, which ww_group_change_new() takes if the draft was sound
 */
GBytes *
ww_group_draft_pack (const WwGroupDraft *self)
{
  Waxwing__GroupChange change = WAXWING__GROUP_CHANGE__INIT;
  Waxwing__GroupCreate create = WAXWING__GROUP_CREATE__INIT;
  Waxwing__GroupAdd add = WAXWING__GROUP_ADD__INIT;
  Waxwing__GroupRemove removed = WAXWING__GROUP_REMOVE__INIT;
  Waxwing__GroupLeave leave = WAXWING__GROUP_LEAVE__INIT;
  Waxwing__GroupRename renamed = WAXWING__GROUP_RENAME__INIT;
  Waxwing__GroupPicture picture = WAXWING__GROUP_PICTURE__INIT;
  g_autofree ProtobufCBinaryData *parents = g_new0 (ProtobufCBinaryData, self->n_parents + 1);
  g_autofree ProtobufCBinaryData *members = g_new0 (ProtobufCBinaryData, self->n_members + 1);

  for (guint i = 0; i < self->n_parents; i++)
    parents[i] = view (self->parents[i], WW_HASH_SIZE);
  for (guint i = 0; i < self->n_members; i++)
    members[i] = view (self->members[i], WW_ID_SIZE);
  change.group_id = view (self->group, WW_ID_SIZE);
  change.parents = parents;
  change.n_parents = self->n_parents;
  change.account_id = view (self->account, WW_ID_SIZE);
  change.device_id = view (self->device, WW_ID_SIZE);
  change.record_hash = view (self->record, WW_HASH_SIZE);
  change.created_ms = self->created_ms;
  change.nonce = view (self->nonce, WW_ID_SIZE);
  switch (self->kind)
    {
    case WW_GROUP_CREATE:
      change.kind_case = WAXWING__GROUP_CHANGE__KIND_CREATE;
      change.create = &create;
      create.name = (char *) self->name;
      create.members = members;
      create.n_members = self->n_members;
      break;
    case WW_GROUP_ADD:
      change.kind_case = WAXWING__GROUP_CHANGE__KIND_ADD;
      change.add = &add;
      add.members = members;
      add.n_members = self->n_members;
      break;
    case WW_GROUP_REMOVE:
      change.kind_case = WAXWING__GROUP_CHANGE__KIND_REMOVE;
      change.remove = &removed;
      removed.account_id = members[0];
      break;
    case WW_GROUP_LEAVE:
      change.kind_case = WAXWING__GROUP_CHANGE__KIND_LEAVE;
      change.leave = &leave;
      break;
    case WW_GROUP_RENAME:
      change.kind_case = WAXWING__GROUP_CHANGE__KIND_RENAME;
      change.rename = &renamed;
      renamed.name = (char *) self->name;
      break;
    case WW_GROUP_PICTURE:
      change.kind_case = WAXWING__GROUP_CHANGE__KIND_PICTURE;
      change.picture = &picture;
      picture.hash = view (self->picture, WW_HASH_SIZE);
      break;
    case WW_GROUP_UNKNOWN:
      break;
    }
  return pack (&change);
}
