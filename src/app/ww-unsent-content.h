/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-message-content.h"

G_BEGIN_DECLS

#define WW_TYPE_UNSENT_CONTENT (ww_unsent_content_get_type ())
G_DECLARE_FINAL_TYPE (WwUnsentContent, ww_unsent_content, WW, UNSENT_CONTENT, GtkWidget)

G_END_DECLS
