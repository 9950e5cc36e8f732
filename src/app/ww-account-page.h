/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* Preferences: the name, the addresses, what is on its way to them, signing out. Signal "push" (AdwNavigationPage *):
 * something that needs a page of its own; "done": that page is no longer needed. */
#define WW_TYPE_ACCOUNT_PAGE (ww_account_page_get_type ())
G_DECLARE_FINAL_TYPE (WwAccountPage, ww_account_page, WW, ACCOUNT_PAGE, AdwPreferencesPage)

void ww_account_page_set_client (WwAccountPage *self, WwClient *client);

G_END_DECLS
