/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* The message that another one answers, within its bubble: a click shows it in its place. */
#define WW_TYPE_QUOTE_VIEW (ww_quote_view_get_type ())
G_DECLARE_FINAL_TYPE (WwQuoteView, ww_quote_view, WW, QUOTE_VIEW, GtkWidget)

GtkWidget *ww_quote_view_new (void);
void ww_quote_view_set_quote (WwQuoteView *self, WwQuote *quote);

char *ww_quote_dup_words (WwQuote *quote);

G_END_DECLS
