/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* Signal "started" (WwConversation *): the person was found; the dialog closes. */
#define WW_TYPE_NEW_CONVERSATION_DIALOG (ww_new_conversation_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WwNewConversationDialog, ww_new_conversation_dialog, WW, NEW_CONVERSATION_DIALOG, AdwDialog)

WwNewConversationDialog *ww_new_conversation_dialog_new (WwClient *client, const char *handle);

G_END_DECLS
