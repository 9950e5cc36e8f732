/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* Where a message is written. Signal "failed" (const char *): a sentence why it could not be kept. */
#define WW_TYPE_COMPOSER (ww_composer_get_type ())
G_DECLARE_FINAL_TYPE (WwComposer, ww_composer, WW, COMPOSER, GtkWidget)

void ww_composer_set_client (WwComposer *self, WwClient *client);
void ww_composer_set_conversation (WwComposer *self, WwConversation *conversation);
void ww_composer_reply (WwComposer *self, WwMessage *message);
void ww_composer_edit (WwComposer *self, WwMessage *message);
gboolean ww_composer_cancel (WwComposer *self);
void ww_composer_set_held (WwComposer *self, const char *why);

G_END_DECLS
