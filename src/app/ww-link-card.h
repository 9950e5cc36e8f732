/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What the sender's client saw behind a link. Nothing is fetched for it here. */
#define WW_TYPE_LINK_CARD (ww_link_card_get_type ())
G_DECLARE_FINAL_TYPE (WwLinkCard, ww_link_card, WW, LINK_CARD, GtkWidget)

GtkWidget *ww_link_card_new (WwLinkPreview *link);
WwLinkPreview *ww_link_card_get_link (WwLinkCard *self);
gboolean ww_link_card_may_show (WwLinkPreview *link, const char *text);

G_END_DECLS
