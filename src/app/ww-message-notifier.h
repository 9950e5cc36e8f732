/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client.h"
#include "ww-desktop-session.h"
#include "ww-notification-desk.h"

G_BEGIN_DECLS

/*
 * One notification for each conversation with something new, which says the newest and how many there are, and goes when that
 * is read on any device. Signal "is-reading" (WwConversation *) → gboolean: whether the person looks at it already.
 */
#define WW_TYPE_MESSAGE_NOTIFIER (ww_message_notifier_get_type ())
G_DECLARE_FINAL_TYPE (WwMessageNotifier, ww_message_notifier, WW, MESSAGE_NOTIFIER, GObject)

/* How all of their ids begin. */
#define WW_MESSAGE_NOTIFICATION "message-"

typedef enum
{
  WW_NOTIFICATION_CONTENTS_NOTHING, /* as in the settings' schema */
  WW_NOTIFICATION_CONTENTS_NAME,
  WW_NOTIFICATION_CONTENTS_ALL,
} WwNotificationContents;

WwMessageNotifier *ww_message_notifier_new (WwNotificationDesk *desk, WwClient *client, WwDesktopSession *session);
/* Takes up what is on the screen from before the program was started. */
void ww_message_notifier_take_up (WwMessageNotifier *self);
WwNotificationContents ww_message_notifier_get_contents (WwMessageNotifier *self);

G_END_DECLS
