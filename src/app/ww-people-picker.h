/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

/*
 * Where people are chosen: by an address that is typed, or from those that one writes to already. Each becomes a chip.
 * Signals: "changed" (), who is chosen, or whether all of them can be; "activate" (), the person wants to go on.
 */
#define WW_TYPE_PEOPLE_PICKER (ww_people_picker_get_type ())
G_DECLARE_FINAL_TYPE (WwPeoplePicker, ww_people_picker, WW, PEOPLE_PICKER, GtkWidget)

void ww_people_picker_set_client (WwPeoplePicker *self, WwClient *client, GListModel *members);
void ww_people_picker_set_text (WwPeoplePicker *self, const char *text);
guint ww_people_picker_count (WwPeoplePicker *self);
gboolean ww_people_picker_has_text (WwPeoplePicker *self);
gboolean ww_people_picker_take_text (WwPeoplePicker *self);
gboolean ww_people_picker_is_ready (WwPeoplePicker *self);
char **ww_people_picker_dup_handles (WwPeoplePicker *self);
char *ww_people_picker_dup_typed (WwPeoplePicker *self);
void ww_people_picker_show_error (WwPeoplePicker *self, const char *sentence);
void ww_people_picker_set_busy (WwPeoplePicker *self, gboolean busy);

G_END_DECLS
