/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* What the person has set for one conversation: whether it is muted, where it stands, what it tells the others. */
#define WW_TYPE_CONVERSATION_OPTIONS (ww_conversation_options_get_type ())
G_DECLARE_FINAL_TYPE (WwConversationOptions, ww_conversation_options, WW, CONVERSATION_OPTIONS, AdwPreferencesGroup)

void ww_conversation_options_set_conversation (WwConversationOptions *self, WwClient *client,
                                               WwConversation *conversation);

G_END_DECLS
