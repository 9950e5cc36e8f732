/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* The people in a group. Signal: "show-number" (WwConversation *), with the person whose safety number is wanted. */
#define WW_TYPE_MEMBERS_GROUP (ww_members_group_get_type ())
G_DECLARE_FINAL_TYPE (WwMembersGroup, ww_members_group, WW, MEMBERS_GROUP, AdwPreferencesGroup)

void ww_members_group_set_conversation (WwMembersGroup *self, WwClient *client, WwConversation *conversation);

G_END_DECLS
