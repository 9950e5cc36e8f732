/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* Something about the account that the person must see: an alert, or a device that wants to join. */
#define WW_TYPE_NOTICE_CARD (ww_notice_card_get_type ())
G_DECLARE_FINAL_TYPE (WwNoticeCard, ww_notice_card, WW, NOTICE_CARD, GtkWidget)

GtkWidget *ww_notice_card_new_for_alert (WwAlert *alert);
GtkWidget *ww_notice_card_new_for_pending (WwPendingDevice *device);
const char *ww_notice_card_get_sentence (WwNoticeCard *self);

G_END_DECLS
