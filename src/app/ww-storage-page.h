/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* Preferences: backups. Signal "push" (AdwNavigationPage *): something that needs a page of its own; "done" (const char *): that
 * page is no longer needed, and what is said instead. */
#define WW_TYPE_STORAGE_PAGE (ww_storage_page_get_type ())
G_DECLARE_FINAL_TYPE (WwStoragePage, ww_storage_page, WW, STORAGE_PAGE, AdwPreferencesPage)

void ww_storage_page_set_client (WwStoragePage *self, WwClient *client);

G_END_DECLS
