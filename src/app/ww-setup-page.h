/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * One page of the first run: a picture, a heading, a sentence, what is asked for, an error in place, a button or two.
 * Signals "continue" and "alternative" for the buttons.
 */
#define WW_TYPE_SETUP_PAGE (ww_setup_page_get_type ())
G_DECLARE_FINAL_TYPE (WwSetupPage, ww_setup_page, WW, SETUP_PAGE, AdwNavigationPage)

void ww_setup_page_set_description (WwSetupPage *self, const char *description);
void ww_setup_page_set_error (WwSetupPage *self, const char *sentence);
void ww_setup_page_set_busy (WwSetupPage *self, gboolean busy);
void ww_setup_page_set_ready (WwSetupPage *self, gboolean ready);
void ww_setup_page_set_alternative (WwSetupPage *self, const char *label, gboolean sensitive);

G_END_DECLS
