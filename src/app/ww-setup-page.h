/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * One page of something that takes a few steps: a picture, a heading, a sentence, what is asked for, an error in place, a
 * button or two. Signals "continue" and "alternative" for the buttons. Properties for templates: "icon-name", "icon-size",
 * "heading", "description", "body", "action-label", "alternative-label", "destructive" (of the main button).
 */
#define WW_TYPE_SETUP_PAGE (ww_setup_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (WwSetupPage, ww_setup_page, WW, SETUP_PAGE, AdwNavigationPage)

struct _WwSetupPageClass
{
  AdwNavigationPageClass parent_class;
};

void ww_setup_page_set_heading (WwSetupPage *self, const char *heading);
void ww_setup_page_say (WwSetupPage *self);
void ww_setup_page_set_description (WwSetupPage *self, const char *description);
void ww_setup_page_set_action_label (WwSetupPage *self, const char *label);
void ww_setup_page_set_error (WwSetupPage *self, const char *sentence);
void ww_setup_page_set_busy (WwSetupPage *self, gboolean busy);
void ww_setup_page_set_ready (WwSetupPage *self, gboolean ready);

G_END_DECLS
