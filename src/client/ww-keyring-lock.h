/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

/*
 * Whether the Secret Service's default collection is locked, asked over D-Bus, because libsecret's answer for a locked
 * one is the same as for a missing item. All asynchronous: KeePassXC, for one, blocks while it is locked.
 * In a sandbox with the Secret portal there is no service on the bus and nothing to unlock.
 */
#define WW_SECRETS_NAME "org.freedesktop.secrets"
#define WW_SECRETS_PATH "/org/freedesktop/secrets"

typedef enum
{
  WW_KEYRING_ABSENT, /* no Secret Service on the bus, or no bus */
  WW_KEYRING_EMPTY,  /* no default collection yet */
  WW_KEYRING_LOCKED,
  WW_KEYRING_UNLOCKED,
} WwKeyringState;

/* Fibers' halves: they await. `collection` (nullable) gets the path when there is one. */
WwKeyringState ww_keyring_lock_query (char **collection);
/* Asks the person, if the service wants to. FALSE: dismissed, or the service went away; `error` is set. */
gboolean ww_keyring_lock_open (const char *collection, GError **error);

G_END_DECLS
