/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* Where people are chosen for a group that there is, or, from the details of one person, for a new one with them. */
#define WW_TYPE_ADD_PEOPLE_DIALOG (ww_add_people_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WwAddPeopleDialog, ww_add_people_dialog, WW, ADD_PEOPLE_DIALOG, AdwDialog)

AdwDialog *ww_add_people_dialog_new (WwClient *client, WwConversation *conversation);

G_END_DECLS
