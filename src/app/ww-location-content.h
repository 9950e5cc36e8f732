/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-message-content.h"

G_BEGIN_DECLS

/* A place that somebody sent, as a card. Nothing is loaded for it; the desktop's map opens it. */
#define WW_TYPE_LOCATION_CONTENT (ww_location_content_get_type ())
G_DECLARE_FINAL_TYPE (WwLocationContent, ww_location_content, WW, LOCATION_CONTENT, GtkWidget)

G_END_DECLS
