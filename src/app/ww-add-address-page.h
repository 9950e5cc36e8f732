/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client.h"
#include "ww-setup-page.h"

G_BEGIN_DECLS

/* Asks for one more address or number. Signal "started" (WwHandleAddition *): its confirmation is under way. */
#define WW_TYPE_ADD_ADDRESS_PAGE (ww_add_address_page_get_type ())
G_DECLARE_FINAL_TYPE (WwAddAddressPage, ww_add_address_page, WW, ADD_ADDRESS_PAGE, WwSetupPage)

AdwNavigationPage *ww_add_address_page_new (WwClient *client);

G_END_DECLS
