/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* The safety number of a conversation, in digits and as a QR code, and whether it was compared. */
#define WW_TYPE_SAFETY_NUMBER_PAGE (ww_safety_number_page_get_type ())
G_DECLARE_FINAL_TYPE (WwSafetyNumberPage, ww_safety_number_page, WW, SAFETY_NUMBER_PAGE, AdwNavigationPage)

AdwNavigationPage *ww_safety_number_page_new (WwConversation *conversation);
AdwDialog *ww_safety_number_dialog_new (WwConversation *conversation);

char *ww_safety_number_format (const char *number);

G_END_DECLS
