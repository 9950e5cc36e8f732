/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* One place where what was searched for is. Property "sentence": the whole row for a screen reader. */
#define WW_TYPE_SEARCH_ROW (ww_search_row_get_type ())
G_DECLARE_FINAL_TYPE (WwSearchRow, ww_search_row, WW, SEARCH_ROW, GtkWidget)

GtkWidget *ww_search_row_new (void);
void ww_search_row_set_hit (WwSearchRow *self, WwSearchHit *hit);

G_END_DECLS
