/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-attachment.h"
#include "ww-bytes.h"
#include "ww-crypto-status.h"

/*
 * What keeps a backup's chunks behind a passphrase: docs/protocol.md, "Backups". Each chunk is sealed like an attachment; what
 * opens it is sealed here, under a key that Argon2id makes of the passphrase.
 */

#define WW_BACKUP_KEY_SIZE    32
#define WW_BACKUP_SALT_SIZE   16
#define WW_BACKUP_HEADER_SIZE 36
#define WW_BACKUP_ENTRY_SIZE  (WW_ATTACHMENT_KEY_SIZE + 8 + WW_ATTACHMENT_HASH_SIZE + 16)

/* What Argon2id is asked for in new backups; those that are read may say otherwise within the bounds. */
#define WW_BACKUP_PASSES         3
#define WW_BACKUP_MEMORY_KIB     (256 * 1024)
#define WW_BACKUP_LANES          4
#define WW_BACKUP_MAX_PASSES     16
#define WW_BACKUP_MAX_MEMORY_KIB (1024 * 1024)
#define WW_BACKUP_MAX_LANES      16
#define WW_BACKUP_MAX_WORK_KIB   ((uint64_t) 4 * 1024 * 1024) /* passes times memory */

typedef struct
{
  uint32_t passes;
  uint32_t memory_kib;
  uint32_t lanes;
  uint8_t salt[WW_BACKUP_SALT_SIZE];
} WwBackupCost;

void ww_backup_header_write (const WwBackupCost *cost, uint8_t out[WW_BACKUP_HEADER_SIZE]);
/* WW_CRYPTO_BAD_VERSION: not a backup, or a newer one's. WW_CRYPTO_BAD_SIZE: asks for more work than is reasonable. */
WwCryptoStatus ww_backup_header_read (const uint8_t header[WW_BACKUP_HEADER_SIZE], WwBackupCost *out);
/* Takes a second and the memory that the header says. */
WwCryptoStatus ww_backup_derive_key (const WwBackupCost *cost, WwBytes passphrase, uint8_t out[WW_BACKUP_KEY_SIZE]);

/* What opens one chunk. */
typedef struct
{
  uint8_t key[WW_ATTACHMENT_KEY_SIZE];
  uint64_t size; /* of the chunk */
  uint8_t hash[WW_ATTACHMENT_HASH_SIZE];
} WwBackupEntry;

/* `index` counts the chunks of one backup from 0; none is sealed twice. */
WwCryptoStatus ww_backup_entry_seal (const uint8_t key[WW_BACKUP_KEY_SIZE], const uint8_t header[WW_BACKUP_HEADER_SIZE],
                                     uint32_t index, bool last, const WwBackupEntry *entry,
                                     uint8_t out[WW_BACKUP_ENTRY_SIZE]);
/* WW_CRYPTO_BAD_BODY unless it is that one, of that backup, and `last` or not. */
WwCryptoStatus ww_backup_entry_open (const uint8_t key[WW_BACKUP_KEY_SIZE], const uint8_t header[WW_BACKUP_HEADER_SIZE],
                                     uint32_t index, bool last, const uint8_t sealed[WW_BACKUP_ENTRY_SIZE],
                                     WwBackupEntry *out);
