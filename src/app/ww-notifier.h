/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "ww-client.h"
#include "ww-desktop-session.h"

G_BEGIN_DECLS

/*
 * Desktop notifications: one for each conversation with something new, one for each alert, one for each device that
 * wants to join, one for each person whose identity changed. Signal "is-reading" (WwConversation *) → gboolean: whether the person looks at it already.
 */
#define WW_TYPE_NOTIFIER (ww_notifier_get_type ())
G_DECLARE_FINAL_TYPE (WwNotifier, ww_notifier, WW, NOTIFIER, GObject)

WwNotifier *ww_notifier_new (GApplication *application, const char *profile, WwClient *client,
                             WwDesktopSession *session);
void ww_notifier_close (WwNotifier *self);
void ww_notifier_withdraw_alert (WwNotifier *self, WwAlert *alert);

G_END_DECLS
