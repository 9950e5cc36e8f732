/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The ring of an attachment on its way, with what one can do about it in its middle. Announces starts, ends and failures. */
#define WW_TYPE_TRANSFER_BUTTON (ww_transfer_button_get_type ())
G_DECLARE_FINAL_TYPE (WwTransferButton, ww_transfer_button, WW, TRANSFER_BUTTON, GtkWidget)

GtkWidget *ww_transfer_button_new (WwAttachment *attachment);

G_END_DECLS
