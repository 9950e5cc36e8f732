/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"
#include "ww-keys.h"

G_BEGIN_DECLS

/*
 * The Secret Service (libsecret), the only home of private keys (S2). Only secret_password_* (works in a sandbox).
 * Secrets are single-line base64 text. Two items per profile:
 *   schema im.waxwing.DeviceKeys, attributes "account", "device", "profile": version | device keys | account key
 *   schema im.waxwing.StoreKey, attribute "profile": 32 random bytes
 * "profile" is a random id that the profile directory holds in clear (profile.id), so that two profiles never share keys.
 * Nothing here prompts unless told to; a locked collection is WW_ERROR_KEYRING_LOCKED, never "no key".
 */
#define WW_TYPE_KEYRING (ww_keyring_get_type ())
G_DECLARE_FINAL_TYPE (WwKeyring, ww_keyring, WW, KEYRING, GObject)

WwKeyring *ww_keyring_new (const char *profile_id);

/* Boxed: 32 bytes in memory of its own, wiped when it goes. */
#define WW_TYPE_STORE_KEY (ww_store_key_get_type ())
typedef struct
{
  guint8 bytes[32];
} WwStoreKey;
GType ww_store_key_get_type (void);
WwStoreKey *ww_store_key_copy (const WwStoreKey *self);
void ww_store_key_free (WwStoreKey *self);

/* Boxed, reference counted, wiped: what the device's item holds. account_key is NULL while the device is pending. */
#define WW_TYPE_IDENTITY (ww_identity_get_type ())
typedef struct _WwIdentity WwIdentity;
GType ww_identity_get_type (void);
WwIdentity *ww_identity_new (const guint8 account_id[16], const guint8 device_id[16], WwDeviceKeys *keys /* full */,
                             WwSigningKey *account_key /* full, nullable */);
WwIdentity *ww_identity_ref (WwIdentity *self);
void ww_identity_unref (WwIdentity *self);
const guint8 *ww_identity_get_account_id (WwIdentity *self);
const guint8 *ww_identity_get_device_id (WwIdentity *self);
const WwDeviceKeys *ww_identity_get_keys (WwIdentity *self);
const WwSigningKey *ww_identity_get_account_key (WwIdentity *self);

/* WwStoreKey; WW_ERROR_KEYS_MISSING when unlocked and none. */
DexFuture *ww_keyring_load_store_key (WwKeyring *self);
/* WwStoreKey, stored and read back; the one that is there, if there is one. */
DexFuture *ww_keyring_create_store_key (WwKeyring *self);
/* WwIdentity. */
DexFuture *ww_keyring_load_identity (WwKeyring *self);
/* TRUE after reading it back. */
DexFuture *ww_keyring_store_identity (WwKeyring *self, WwIdentity *identity);
/* Removes this profile's items. */
DexFuture *ww_keyring_clear (WwKeyring *self);
/* A boolean. */
DexFuture *ww_keyring_is_locked (WwKeyring *self);
/* Prompts; TRUE, or WW_ERROR_KEYRING_LOCKED when dismissed. */
DexFuture *ww_keyring_unlock (WwKeyring *self);
/* Signal "unlocked": the default collection was unlocked by whoever. */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwIdentity, ww_identity_unref)

G_END_DECLS
