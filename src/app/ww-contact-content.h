/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-message-content.h"

G_BEGIN_DECLS

/* A person's card. */
#define WW_TYPE_CONTACT_CONTENT (ww_contact_content_get_type ())
G_DECLARE_FINAL_TYPE (WwContactContent, ww_contact_content, WW, CONTACT_CONTENT, GtkWidget)

G_END_DECLS
