/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-message-content.h"

G_BEGIN_DECLS

/* The files of a message: photos and films as they look, what can be heard, other files, and what was written with them. */
#define WW_TYPE_ATTACHMENTS_CONTENT (ww_attachments_content_get_type ())
G_DECLARE_FINAL_TYPE (WwAttachmentsContent, ww_attachments_content, WW, ATTACHMENTS_CONTENT, GtkWidget)

void ww_attachments_content_show (WwAttachmentsContent *self, GListModel *attachments, const char *text,
                                  gboolean plain);

G_END_DECLS
