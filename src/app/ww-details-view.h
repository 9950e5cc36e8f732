/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

/*
 * What there is to know about a conversation and the people in it, and what can be done with all of it.
 * Signal: "close" (), the person is done.
 */
#define WW_TYPE_DETAILS_VIEW (ww_details_view_get_type ())
G_DECLARE_FINAL_TYPE (WwDetailsView, ww_details_view, WW, DETAILS_VIEW, AdwBin)

GtkWidget *ww_details_view_new (WwClient *client, WwConversation *conversation);
void ww_details_view_set_closable (WwDetailsView *self, gboolean closable);

G_END_DECLS
