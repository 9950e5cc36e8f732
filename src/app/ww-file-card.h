/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A file in a bubble: what it is, how large, and what one can do with it. */
#define WW_TYPE_FILE_CARD (ww_file_card_get_type ())
G_DECLARE_FINAL_TYPE (WwFileCard, ww_file_card, WW, FILE_CARD, GtkWidget)

GtkWidget *ww_file_card_new (WwAttachment *attachment, gboolean plain);

G_END_DECLS
