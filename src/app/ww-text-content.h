/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-message-content.h"

G_BEGIN_DECLS

#define WW_TYPE_TEXT_CONTENT (ww_text_content_get_type ())
G_DECLARE_FINAL_TYPE (WwTextContent, ww_text_content, WW, TEXT_CONTENT, GtkWidget)

void ww_text_content_set_text (WwTextContent *self, const char *text, gboolean plain);

G_END_DECLS
