/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

#include "ww-error-private.h"
#include "ww-handle-text.h"

/* Declared in the public headers and on their way: each goes from here when its own file comes. */

#define REJECT(name, ...) \
  DexFuture *name (__VA_ARGS__) { return ww_error_reject (WW_ERROR_FAILED); }

G_DEFINE_ENUM_TYPE (WwStanding, ww_standing, G_DEFINE_ENUM_VALUE (WW_STANDING_REQUEST, "request"),
                    G_DEFINE_ENUM_VALUE (WW_STANDING_ACCEPTED, "accepted"),
                    G_DEFINE_ENUM_VALUE (WW_STANDING_BLOCKED, "blocked"))
G_DEFINE_ENUM_TYPE (WwTrust, ww_trust, G_DEFINE_ENUM_VALUE (WW_TRUST_UNVERIFIED, "unverified"),
                    G_DEFINE_ENUM_VALUE (WW_TRUST_VERIFIED, "verified"),
                    G_DEFINE_ENUM_VALUE (WW_TRUST_CHANGED, "changed"),
                    G_DEFINE_ENUM_VALUE (WW_TRUST_VERIFIED_CHANGED, "verified-changed"))
static const char *const none[] = { NULL };

const char *ww_message_get_notice (WwMessage *self) { return NULL; }

static GListModel *
empty_list (void)
{
  static GListStore *list;

  if (list == NULL)
    list = g_list_store_new (G_TYPE_OBJECT);
  return G_LIST_MODEL (list);
}
GListModel *ww_client_get_requests (WwClient *self) { return empty_list (); }
GListModel *ww_client_get_blocked (WwClient *self) { return empty_list (); }
REJECT (ww_client_find_safety_number, WwClient *self, const char *number)

const char *const *ww_conversation_get_handles (WwConversation *self) { return none; }
WwStanding ww_conversation_get_standing (WwConversation *self) { return WW_STANDING_ACCEPTED; }
WwTrust ww_conversation_get_trust (WwConversation *self) { return WW_TRUST_UNVERIFIED; }
REJECT (ww_conversation_accept, WwConversation *self)
REJECT (ww_conversation_block, WwConversation *self)
REJECT (ww_conversation_unblock, WwConversation *self)
REJECT (ww_conversation_delete, WwConversation *self)
REJECT (ww_conversation_accept_identity, WwConversation *self)
REJECT (ww_conversation_mark_verified, WwConversation *self, const char *number)
REJECT (ww_conversation_load_safety_number, WwConversation *self)
