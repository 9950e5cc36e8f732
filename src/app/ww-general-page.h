/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Preferences of this computer, whichever account is open: how it looks, how one writes. */
#define WW_TYPE_GENERAL_PAGE (ww_general_page_get_type ())
G_DECLARE_FINAL_TYPE (WwGeneralPage, ww_general_page, WW, GENERAL_PAGE, AdwPreferencesPage)

G_END_DECLS
