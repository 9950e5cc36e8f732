/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client.h"

G_BEGIN_DECLS

/* Attachments in words: what stands beside them, and what a screen reader says. */
char *ww_attachment_text_describe (WwAttachment *attachment, gboolean with_name);
char *ww_attachment_text_summary (GListModel *attachments);
char *ww_attachment_text_subtitle (WwAttachment *attachment);

G_END_DECLS
