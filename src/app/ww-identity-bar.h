/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* Above the composer, once a person's identity has changed: nothing goes out before this person decides. Signals "compare"
 * and "send-anyway". Visible while there is something to decide. */
#define WW_TYPE_IDENTITY_BAR (ww_identity_bar_get_type ())
G_DECLARE_FINAL_TYPE (WwIdentityBar, ww_identity_bar, WW, IDENTITY_BAR, GtkWidget)

void ww_identity_bar_set_conversation (WwIdentityBar *self, WwConversation *conversation);

G_END_DECLS
