/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-client-private.h"

DexFuture *
ww_client_open (WwClient *self, WwClientOpenFlags flags)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Not built yet");
}

DexFuture *
ww_client_unlock (WwClient *self)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Not built yet");
}

DexFuture *
ww_client_close (WwClient *self)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Not built yet");
}

DexFuture *
ww_client_wait_online (WwClient *self, gint timeout_ms)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Not built yet");
}

DexFuture *
ww_client_wait_drained (WwClient *self, gint timeout_ms)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Not built yet");
}

DexFuture *
ww_client_look_up (WwClient *self, const char *handle)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Not built yet");
}

DexFuture *
ww_client_start_conversation (WwClient *self, const char *handle)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Not built yet");
}

DexFuture *
ww_client_list_messages (WwClient *self, const char *conversation_id, guint limit, const char *before)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Not built yet");
}

DexFuture *
ww_client_wait_message_state (WwClient *self, const char *message_id, WwMessageState state, gint timeout_ms)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Not built yet");
}

DexFuture *
ww_client_remove_device (WwClient *self, const char *device_id)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Not built yet");
}

DexFuture *
ww_client_mark_alert_seen (WwClient *self, WwAlert *alert)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Not built yet");
}

DexFuture *
ww_client_mark_alert_notified (WwClient *self, WwAlert *alert)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Not built yet");
}

WwConversation *
ww_client_find_conversation (WwClient *self, const char *id_or_handle)
{
  return NULL;
}
