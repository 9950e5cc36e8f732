/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client.h"
#include "ww-setup-page.h"

G_BEGIN_DECLS

/* An address or a number on its way into the account, from its confirmation to its end. Signal "finished": the person has
 * seen how it ended. */
#define WW_TYPE_ADDITION_PAGE (ww_addition_page_get_type ())
G_DECLARE_FINAL_TYPE (WwAdditionPage, ww_addition_page, WW, ADDITION_PAGE, WwSetupPage)

AdwNavigationPage *ww_addition_page_new (WwHandleAddition *addition);

char *ww_addition_dup_state (WwHandleAddition *addition);

G_END_DECLS
