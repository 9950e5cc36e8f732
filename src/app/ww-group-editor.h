/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* The name and the picture of a group, to be changed by anybody in it. */
#define WW_TYPE_GROUP_EDITOR (ww_group_editor_get_type ())
G_DECLARE_FINAL_TYPE (WwGroupEditor, ww_group_editor, WW, GROUP_EDITOR, AdwPreferencesGroup)

void ww_group_editor_set_conversation (WwGroupEditor *self, WwConversation *conversation);

G_END_DECLS
