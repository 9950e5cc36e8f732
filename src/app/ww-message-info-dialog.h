/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-transcript-item.h"

G_BEGIN_DECLS

#define WW_TYPE_MESSAGE_INFO_DIALOG (ww_message_info_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WwMessageInfoDialog, ww_message_info_dialog, WW, MESSAGE_INFO_DIALOG, AdwDialog)

AdwDialog *ww_message_info_dialog_new (WwTranscriptItem *item);
const char *ww_suite_for_people (guint suite);

G_END_DECLS
