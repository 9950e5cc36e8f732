/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Where notifications are handed to the desktop: knows what may be on the screen, over a restart too where the desktop keeps
 * it, and shows what others wrote letter for letter. Signal "ready": how to do that is known now.
 */
#define WW_TYPE_NOTIFICATION_DESK (ww_notification_desk_get_type ())
G_DECLARE_FINAL_TYPE (WwNotificationDesk, ww_notification_desk, WW, NOTIFICATION_DESK, GObject)

WwNotificationDesk *ww_notification_desk_new (GApplication *application, const char *profile);
gboolean ww_notification_desk_is_ready (WwNotificationDesk *self);
/* Replaces what has that id. `body` is taken letter for letter. */
void ww_notification_desk_send (WwNotificationDesk *self, const char *id, GNotification *notification, const char *body);
void ww_notification_desk_withdraw (WwNotificationDesk *self, const char *id);
void ww_notification_desk_withdraw_all (WwNotificationDesk *self);
gboolean ww_notification_desk_has (WwNotificationDesk *self, const char *id);
/* Those ids that begin so, without that beginning. */
GStrv ww_notification_desk_dup_ids (WwNotificationDesk *self, const char *prefix);
/* The program ends: takes back what the desktop couldn't lead back to it. */
void ww_notification_desk_close (WwNotificationDesk *self, const char *prefix);

G_END_DECLS
