/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-identity"

#include "ww-identity-private.h"

#include "ww-limits.h"

#define VERSION  1
#define MAX_PART 8192

struct _WwIdentity
{
  gatomicrefcount ref_count;
  guint8 account_id[WW_ID_SIZE];
  guint8 device_id[WW_ID_SIZE];
  WwDeviceKeys *keys;
  WwSigningKey *account_key;
};

G_DEFINE_BOXED_TYPE (WwIdentity, ww_identity, ww_identity_ref, ww_identity_unref)
G_DEFINE_BOXED_TYPE (WwStoreKey, ww_store_key, ww_store_key_copy, ww_store_key_free)

/* On memory of their own, wiped when they go. */
WwStoreKey *
ww_store_key_copy (const WwStoreKey *self)
{
  return g_memdup2 (self, sizeof *self);
}

void
ww_store_key_free (WwStoreKey *self)
{
  ww_wipe (self, sizeof *self);
  g_free (self);
}

/**
 * ww_identity_new:
 * @account_id: 16 bytes
 * @device_id: 16 bytes
 * @keys: (transfer full): the device's three pairs
 * @account_key: (transfer full) (nullable): %NULL while the device waits for its approval
 */
WwIdentity *
ww_identity_new (const guint8 account_id[WW_ID_SIZE], const guint8 device_id[WW_ID_SIZE], WwDeviceKeys *keys,
                 WwSigningKey *account_key)
{
  WwIdentity *self = g_new0 (WwIdentity, 1);

  g_atomic_ref_count_init (&self->ref_count);
  memcpy (self->account_id, account_id, sizeof self->account_id);
  memcpy (self->device_id, device_id, sizeof self->device_id);
  self->keys = keys;
  self->account_key = account_key;
  return self;
}

WwIdentity *
ww_identity_ref (WwIdentity *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ww_identity_unref (WwIdentity *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->keys, ww_device_keys_free);
  g_clear_pointer (&self->account_key, ww_signing_key_free);
  g_free (self);
}

const guint8 *
ww_identity_get_account_id (WwIdentity *self)
{
  return self->account_id;
}

const guint8 *
ww_identity_get_device_id (WwIdentity *self)
{
  return self->device_id;
}

const WwDeviceKeys *
ww_identity_get_keys (WwIdentity *self)
{
  return self->keys;
}

/**
 * ww_identity_get_account_key:
 *
 * Returns: (nullable): %NULL while the device waits for its approval
 */
const WwSigningKey *
ww_identity_get_account_key (WwIdentity *self)
{
  return self->account_key;
}

static guint8 *
put_part (guint8 *at, WwBytes part)
{
  at[0] = (guint8) (part.len >> 8);
  at[1] = (guint8) part.len;
  if (part.len > 0)
    memcpy (at + 2, part.data, part.len);
  return at + 2 + part.len;
}

/**
 * ww_identity_serialise:
 * @out: (out): version (1) | account id (16) | device id (16) | length (2) | device keys | length (2) | account key, big-endian;
 *   secret
 */
gboolean
ww_identity_serialise (WwIdentity *self, WwBuffer *out)
{
  WW_AUTO_BUFFER keys = { 0 };
  WW_AUTO_BUFFER account_key = { 0 };
  guint8 *at;

  if (ww_device_keys_serialise (self->keys, &keys) != WW_CRYPTO_OK || keys.len > MAX_PART)
    return FALSE;
  if (self->account_key != NULL &&
      (ww_signing_key_serialise (self->account_key, &account_key) != WW_CRYPTO_OK || account_key.len > MAX_PART))
    return FALSE;
  if (!ww_buffer_alloc (out, 1 + 2 * WW_ID_SIZE + 2 + keys.len + 2 + account_key.len))
    return FALSE;

  at = out->data;
  *at++ = VERSION;
  memcpy (at, self->account_id, WW_ID_SIZE);
  memcpy (at + WW_ID_SIZE, self->device_id, WW_ID_SIZE);
  at = put_part (at + 2 * WW_ID_SIZE, WW_BYTES_OF_BUFFER (&keys));
  put_part (at, WW_BYTES_OF_BUFFER (&account_key));
  return TRUE;
}

/* Takes a part off the front of `rest`. */
static gboolean
take_part (WwBytes *rest, WwBytes *part)
{
  gsize len;

  if (rest->len < 2)
    return FALSE;

  len = (gsize) rest->data[0] << 8 | rest->data[1];
  if (len > MAX_PART || rest->len - 2 < len)
    return FALSE;

  *part = WW_BYTES (rest->data + 2, len);
  *rest = WW_BYTES (rest->data + 2 + len, rest->len - 2 - len);
  return TRUE;
}

/**
 * ww_identity_parse:
 * @secret: as ww_identity_serialise() made it
 *
 * Returns: (nullable): %NULL for anything else
 */
WwIdentity *
ww_identity_parse (WwBytes secret)
{
  WwBytes rest, keys_bytes, account_bytes;
  WwSigningKey *account_key = NULL;
  WwDeviceKeys *keys = NULL;

  if (secret.len < 1 + 2 * WW_ID_SIZE || secret.data[0] != VERSION)
    return NULL;

  rest = WW_BYTES (secret.data + 1 + 2 * WW_ID_SIZE, secret.len - 1 - 2 * WW_ID_SIZE);
  if (!take_part (&rest, &keys_bytes) || !take_part (&rest, &account_bytes) || rest.len != 0)
    return NULL;

  if (ww_device_keys_parse (keys_bytes, &keys) != WW_CRYPTO_OK)
    return NULL;
  if (account_bytes.len > 0 && ww_signing_key_parse (account_bytes, &account_key) != WW_CRYPTO_OK)
    {
      ww_device_keys_free (keys);
      return NULL;
    }

  return ww_identity_new (secret.data + 1, secret.data + 1 + WW_ID_SIZE, keys, account_key);
}
