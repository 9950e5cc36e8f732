/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-message-content.h"

G_BEGIN_DECLS

#define WW_TYPE_UNKNOWN_CONTENT (ww_unknown_content_get_type ())
G_DECLARE_FINAL_TYPE (WwUnknownContent, ww_unknown_content, WW, UNKNOWN_CONTENT, GtkWidget)

G_END_DECLS
