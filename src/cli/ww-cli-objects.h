/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* What the engine's objects look like with --json (docs/cli.md). All transfer full. */
JsonObject *ww_cli_object_of_message (WwMessage *message);
JsonObject *ww_cli_object_of_attachment (WwAttachment *attachment);
JsonObject *ww_cli_object_of_conversation (WwConversation *conversation);
JsonObject *ww_cli_object_of_device (WwDevice *device);
JsonObject *ww_cli_object_of_pending_device (WwPendingDevice *device);
JsonObject *ww_cli_object_of_alert (WwAlert *alert);
JsonObject *ww_cli_object_of_addition (WwHandleAddition *addition);
JsonObject *ww_cli_object_of_contact (WwContact *contact);
JsonObject *ww_cli_object_of_connection (WwClient *client);
JsonObject *ww_cli_object_of_account (WwClient *client);

void ww_cli_object_add_media (JsonObject *object, WwMessage *message);
void ww_cli_object_set (JsonObject *object, const char *member, const char *value);
JsonObject *ww_cli_object_of_history (const WwHistoryEntry *entry);

G_END_DECLS
