/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

/* Where the engine's parts meet: what the link says goes to whom it concerns. */

static void
account_changed_cb (WwAccount *account, WwRecord *record, gpointer data)
{
  WwClient *self = data;

  gboolean listed = ww_record_find_device (record, ww_identity_get_device_id (self->identity)) != NULL;

  ww_client_show_record (self, record);
  if (listed)
    ww_client_welcome (self, record);
  else if (self->state == WW_CLIENT_STATE_READY)
    ww_client_take_removal (self);
}

static void
withheld_cb (WwAccount *account, WwRecord *record, gpointer data)
{
  ww_client_tell_withheld (data, record);
}

static void
show_connection (WwClient *self)
{
  switch (ww_link_get_state (self->link))
    {
    case WW_LINK_STATE_STOPPED:
    case WW_LINK_STATE_WAITING:
    case WW_LINK_STATE_YIELDING:
    case WW_LINK_STATE_UNKNOWN_DEVICE:
      ww_client_set_connection (self, WW_CONNECTION_STATE_OFFLINE, ww_link_get_error (self->link));
      break;
    case WW_LINK_STATE_CONNECTING:
    case WW_LINK_STATE_GREETING:
    case WW_LINK_STATE_AUTHENTICATING:
      ww_client_set_connection (self, WW_CONNECTION_STATE_CONNECTING, NULL);
      break;
    case WW_LINK_STATE_UP:
      ww_client_set_connection (self, self->drained ? WW_CONNECTION_STATE_ONLINE : WW_CONNECTION_STATE_DRAINING,
                                ww_inbox_get_problem (self->inbox));
      break;
    }
}

static void
link_state_cb (WwLink *link, GParamSpec *pspec, gpointer data)
{
  WwClient *self = data;

  self->drained = FALSE;
  ww_inbox_reset (self->inbox);
  show_connection (self);
  if (ww_link_get_state (link) == WW_LINK_STATE_UNKNOWN_DEVICE)
    ww_account_check_removal (self->account, self->server);
  if (ww_link_get_state (link) != WW_LINK_STATE_UP)
    return;
  ww_client_set_verifies (self, ww_link_get_verifies (link));
  ww_account_follow (self->account, ww_link_get_record_sequence (link));
  ww_outbox_unblock (self->outbox, NULL);
}

static void
drained_cb (WwInbox *inbox, gpointer data)
{
  WwClient *self = data;

  self->drained = TRUE;
  show_connection (self);
  ww_handover_wake (self->handover);
}

static void
problem_changed_cb (WwInbox *inbox, gpointer data)
{
  show_connection (data);
}

static void
event_cb (WwLink *link, WwReply *reply, gpointer data)
{
  WwClient *self = data;
  const Waxwing__Event *event = ww_reply_event (reply);

  if (ww_transients_is_one (reply))
    ww_transients_take (self->transients, reply);
  else if (event->body_case == WAXWING__EVENT__BODY_DELIVERY ||
           event->body_case == WAXWING__EVENT__BODY_MAILBOX_DRAINED)
    ww_inbox_take (self->inbox, reply);
  else if (event->body_case == WAXWING__EVENT__BODY_RECORD_CHANGED)
    {
      if (memcmp (event->record_changed->account_id.data, ww_identity_get_account_id (self->identity), WW_ID_SIZE) == 0)
        ww_account_follow (self->account, event->record_changed->sequence);
    }
  else if (event->body_case == WAXWING__EVENT__BODY_VERIFICATION)
    ww_additions_take (self->additions, reply);
  else if (!ww_client_take_claim (self, reply))
    ww_approver_take (self->approver, reply);
}

static void
contact_changed_cb (WwDirectory *directory, WwContactRow *contact, gpointer data)
{
  WwClient *self = data;

  ww_conversation_list_apply_contact (self->conversations, contact);
  if (contact->problem == NULL)
    ww_outbox_unblock (self->outbox, contact->account);
}

static void
conversation_changed_cb (WwDirectory *directory, WwFindingResult *result, gpointer data)
{
  ww_client_show_finding (data, result);
}

static void
recovered_cb (WwDirectory *directory, GBytes *account, gpointer data)
{
  ww_inbox_reconsider (((WwClient *) data)->inbox, g_bytes_get_data (account, NULL));
}

static void
alert_added_cb (GObject *source, WwAlertRow *row, gpointer data)
{
  ww_client_show_alert (data, row);
}

static void
outbox_changed_cb (WwInbox *inbox, gpointer data)
{
  ww_outbox_wake (((WwClient *) data)->outbox);
}

static void
history_changed_cb (WwInbox *inbox, gpointer data)
{
  WwClient *self = data;

  ww_handover_wake (self->handover);
  g_signal_emit_by_name (self, "history-changed");
}

static void
handover_changed_cb (WwHandover *handover, gpointer data)
{
  g_signal_emit_by_name (data, "history-changed");
}

static void
handover_outbox_cb (WwHandover *handover, gpointer data)
{
  ww_outbox_wake (((WwClient *) data)->outbox);
}

static void
brought_cb (WwHandover *handover, WwArchiveTaken *brought, gpointer data)
{
  ww_client_show_archive (data, brought);
}

static void
settings_changed_cb (WwInbox *inbox, gpointer data)
{
  ww_client_refresh_preferences (data);
}

static void
pending_device_added_cb (WwApprover *approver, WwPendingDevice *device, gpointer data)
{
  ww_client_emit_pending_device_added (data, device);
}

void
ww_client_connect_parts (WwClient *self)
{
  g_signal_connect (self->link, "notify::state", G_CALLBACK (link_state_cb), self);
  g_signal_connect (self->link, "event", G_CALLBACK (event_cb), self);
  g_signal_connect (self->directory, "contact-changed", G_CALLBACK (contact_changed_cb), self);
  g_signal_connect (self->directory, "conversation-changed", G_CALLBACK (conversation_changed_cb), self);
  g_signal_connect (self->directory, "recovered", G_CALLBACK (recovered_cb), self);
  g_signal_connect (self->directory, "alert-added", G_CALLBACK (alert_added_cb), self);
  g_signal_connect (self->account, "changed", G_CALLBACK (account_changed_cb), self);
  g_signal_connect (self->account, "withheld", G_CALLBACK (withheld_cb), self);
  g_signal_connect (self->approver, "pending-device-added", G_CALLBACK (pending_device_added_cb), self);
  g_signal_connect (self->inbox, "alert-added", G_CALLBACK (alert_added_cb), self);
  g_signal_connect (self->inbox, "outbox-changed", G_CALLBACK (outbox_changed_cb), self);
  g_signal_connect (self->inbox, "settings-changed", G_CALLBACK (settings_changed_cb), self);
  g_signal_connect (self->inbox, "history-changed", G_CALLBACK (history_changed_cb), self);
  g_signal_connect (self->handover, "changed", G_CALLBACK (handover_changed_cb), self);
  g_signal_connect (self->handover, "outbox-changed", G_CALLBACK (handover_outbox_cb), self);
  g_signal_connect (self->handover, "brought", G_CALLBACK (brought_cb), self);
  g_signal_connect (self->inbox, "drained", G_CALLBACK (drained_cb), self);
  g_signal_connect (self->inbox, "problem-changed", G_CALLBACK (problem_changed_cb), self);
}

/* Before the parts go: a fiber of theirs may live a moment longer, but nobody hears it any more. */
void
ww_client_disconnect_parts (WwClient *self)
{
  gpointer parts[] = { self->link, self->directory, self->account, self->approver, self->inbox, self->handover };

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (parts[i] != NULL)
      g_signal_handlers_disconnect_by_data (parts[i], self);
}
