/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-attachment.h"
#include "ww-types.h"

G_BEGIN_DECLS

/*
 * Sealed bytes in a private file, below the profile's directory: what goes out is sealed into one and uploaded from
 * there, what comes in stays sealed in one and is opened as it is read. Everything here touches the disk, and belongs on a
 * thread of its own: ww_attachment_work(). Errors: WW_ERROR_STORE_FULL, WW_ERROR_STORE_FAILED, WW_ERROR_CANCELLED, and
 * what is said below.
 */

/* Runs on a thread of its own. `destroy` is called there too. Resolves to TRUE. */
typedef gboolean (*WwAttachmentWork) (gpointer data, GError **error);
DexFuture *ww_attachment_work (WwAttachmentWork work, gpointer data, GDestroyNotify destroy);

/*
 * A file of the person's, sealed into a new file with a fresh key. WW_ERROR_INVALID_ARGUMENT when it cannot be read, is not
 * a regular file, is larger than `max_sealed` allows, or changes while it is read.
 */
typedef struct
{
  guint8 key[WW_ATTACHMENT_KEY_SIZE];
  guint8 hash[WW_ATTACHMENT_HASH_SIZE];
  guint64 size;
  guint64 sealed;
} WwSealedFile;
gboolean ww_attachment_file_seal (const char *source, const char *path, guint64 max_sealed, gint *progress_mib,
                                  GCancellable *cancellable, WwSealedFile *out, GError **error);

/* A part of the sealed bytes. */
GBytes *ww_attachment_file_read (const char *path, guint64 offset, gsize len, GError **error);

/*
 * What is there of a download: so many whole segments, as bytes. What is behind them is cut off. 0 when there is
 * nothing.
 */
gboolean ww_attachment_file_measure (const char *path, const WwAttachmentLayout *layout, guint64 *done, GError **error);
/* Whole segments, behind those that are there. WW_ERROR_MESSAGE_ALTERED when one does not verify; those before it are kept. */
gboolean ww_attachment_file_append (const char *path, WwAttachmentOpener *opener, guint64 offset, GBytes *segments,
                                    GError **error);
/* Whether the whole is what the sender sealed: WW_ERROR_MESSAGE_ALTERED. On the disk when it returns. */
gboolean ww_attachment_file_check (const char *path, const WwAttachmentLayout *layout,
                                   const guint8 hash[WW_ATTACHMENT_HASH_SIZE], GCancellable *cancellable,
                                   GError **error);

/* Opens all of it into a new file, which must not be there yet; nobody else may read it, nobody execute it. */
gboolean ww_attachment_file_open (const char *path, const guint8 key[WW_ATTACHMENT_KEY_SIZE], guint64 size,
                                  const char *destination, GCancellable *cancellable, GError **error);

/* What a stream gives, all of it, into a new file, likewise. *taken: something stands there already, and nothing was read. */
gboolean ww_attachment_file_write (const char *destination, GInputStream *stream, guint64 size, gboolean *taken,
                                   GError **error);

/* Below the profile's directory. */
#define WW_ATTACHMENT_DIRECTORY "attachments"
/* All of them, whatever they are. FALSE: something is still there. */
gboolean ww_attachment_files_remove (const char *profile_directory);

G_END_DECLS
