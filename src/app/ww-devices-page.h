/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* Preferences: the account's devices, and those that wait to join. */
#define WW_TYPE_DEVICES_PAGE (ww_devices_page_get_type ())
G_DECLARE_FINAL_TYPE (WwDevicesPage, ww_devices_page, WW, DEVICES_PAGE, AdwPreferencesPage)

void ww_devices_page_set_client (WwDevicesPage *self, WwClient *client);

G_END_DECLS
