/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

/*
 * A backup on the disk, written or read from its beginning to its end: docs/protocol.md, "Backups". One thing at a time is
 * asked of it; each takes a while and belongs on a thread: ww_attachment_work(). Atomically counted.
 */
typedef struct _WwBackupFile WwBackupFile;

/* `passphrase`: copied, and wiped with it. */
WwBackupFile *ww_backup_file_new (const char *path, const char *passphrase);
WwBackupFile *ww_backup_file_ref (WwBackupFile *self);
void ww_backup_file_unref (WwBackupFile *self);

/* A file that is not there yet, which nobody else may read. WW_ERROR_INVALID_ARGUMENT when it cannot be made. */
gboolean ww_backup_file_create (WwBackupFile *self, GError **error);
gboolean ww_backup_file_write (WwBackupFile *self, GBytes *chunk, gboolean last, GError **error);
/* What was written goes: it is no backup. */
void ww_backup_file_discard (WwBackupFile *self);

/* WW_ERROR_INVALID_ARGUMENT when it is no backup. */
gboolean ww_backup_file_open (WwBackupFile *self, GError **error);
/* The next chunk; *last when it was the last. WW_ERROR_WRONG_PASSPHRASE at the first one, WW_ERROR_BACKUP_DAMAGED. */
GBytes *ww_backup_file_read (WwBackupFile *self, gboolean *last, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwBackupFile, ww_backup_file_unref)

G_END_DECLS
