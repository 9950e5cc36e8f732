/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Shows photos and films large, one after the other. */
#define WW_TYPE_VIEWER (ww_viewer_get_type ())
G_DECLARE_FINAL_TYPE (WwViewer, ww_viewer, WW, VIEWER, AdwDialog)

AdwDialog *ww_viewer_new (GListModel *attachments, guint position);

GListModel *ww_viewer_collect (GListModel *messages, const char *id, guint *position);

G_END_DECLS
