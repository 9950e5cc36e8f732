/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "waxwing.pb-c.h"
#include "ww-message-attachment.h"
#include "ww-transfers.h"

G_BEGIN_DECLS

/* `message` and `ordinal` name it while it has no place on the server yet; `transfers` may be NULL: then nothing of it is here and
 * nothing can be fetched. */
char *ww_attachment_dup_id (const guint8 message[16], guint ordinal);
WwAttachment *ww_attachment_new (WwTransfers *transfers, const guint8 message[16], guint ordinal,
                                 const Waxwing__Attachment *attachment);
/* The upload that brings it to the server. */
void ww_attachment_set_transfer (WwAttachment *self, WwTransfer *transfer);
WwAttachmentKind ww_attachment_kind_for_type (const char *media_type);

G_END_DECLS
