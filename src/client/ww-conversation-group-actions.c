/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-conversation"

#include "ww-conversation-private.h"

#include "ww-client.h"
#include "ww-error-private.h"

DexFuture *
ww_client_create_group (WwClient *self, const char *name, const char *const *handles)
{
  return ww_error_reject (WW_ERROR_FAILED);
}

DexFuture *
ww_conversation_add_members (WwConversation *self, const char *const *handles)
{
  return ww_error_reject (WW_ERROR_FAILED);
}

DexFuture *
ww_conversation_remove_member (WwConversation *self, const char *account)
{
  return ww_error_reject (WW_ERROR_FAILED);
}

DexFuture *
ww_conversation_rename (WwConversation *self, const char *name)
{
  return ww_error_reject (WW_ERROR_FAILED);
}

DexFuture *
ww_conversation_set_picture (WwConversation *self, GBytes *picture)
{
  return ww_error_reject (WW_ERROR_FAILED);
}

DexFuture *
ww_conversation_leave (WwConversation *self)
{
  return ww_error_reject (WW_ERROR_FAILED);
}
