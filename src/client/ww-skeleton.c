/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

#include "ww-error-private.h"
#include "ww-handle-text.h"

/* Declared in the public headers and on their way: each goes from here when its own file comes. */

#define REJECT(name, ...) \
  DexFuture *name (__VA_ARGS__) { return ww_error_reject (WW_ERROR_FAILED); }

struct _WwHandleAddition
{
  GObject parent_instance;
};
G_DEFINE_FINAL_TYPE (WwHandleAddition, ww_handle_addition, G_TYPE_OBJECT)
G_DEFINE_ENUM_TYPE (WwProof, ww_proof, G_DEFINE_ENUM_VALUE (WW_PROOF_LINK, "link"),
                    G_DEFINE_ENUM_VALUE (WW_PROOF_CODE, "code"), G_DEFINE_ENUM_VALUE (WW_PROOF_INBOUND, "inbound"))
G_DEFINE_ENUM_TYPE (WwHandleAdditionState, ww_handle_addition_state,
                    G_DEFINE_ENUM_VALUE (WW_HANDLE_ADDITION_STATE_CONFIRMING, "confirming"),
                    G_DEFINE_ENUM_VALUE (WW_HANDLE_ADDITION_STATE_PUBLISHING, "publishing"),
                    G_DEFINE_ENUM_VALUE (WW_HANDLE_ADDITION_STATE_HELD, "held"),
                    G_DEFINE_ENUM_VALUE (WW_HANDLE_ADDITION_STATE_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (WW_HANDLE_ADDITION_STATE_FAILED, "failed"))
G_DEFINE_ENUM_TYPE (WwStanding, ww_standing, G_DEFINE_ENUM_VALUE (WW_STANDING_REQUEST, "request"),
                    G_DEFINE_ENUM_VALUE (WW_STANDING_ACCEPTED, "accepted"),
                    G_DEFINE_ENUM_VALUE (WW_STANDING_BLOCKED, "blocked"))
G_DEFINE_ENUM_TYPE (WwTrust, ww_trust, G_DEFINE_ENUM_VALUE (WW_TRUST_UNVERIFIED, "unverified"),
                    G_DEFINE_ENUM_VALUE (WW_TRUST_VERIFIED, "verified"),
                    G_DEFINE_ENUM_VALUE (WW_TRUST_CHANGED, "changed"),
                    G_DEFINE_ENUM_VALUE (WW_TRUST_VERIFIED_CHANGED, "verified-changed"))
static void ww_handle_addition_class_init (WwHandleAdditionClass *klass) {}
static void ww_handle_addition_init (WwHandleAddition *self) {}
static const char *const none[] = { NULL };

const char *ww_proof_to_string (WwProof proof) { return "link"; }
const char *ww_handle_addition_get_handle (WwHandleAddition *self) { return ""; }
WwProof ww_handle_addition_get_proof (WwHandleAddition *self) { return WW_PROOF_LINK; }
WwHandleAdditionState ww_handle_addition_get_state (WwHandleAddition *self) { return WW_HANDLE_ADDITION_STATE_FAILED; }
const GError *ww_handle_addition_get_error (WwHandleAddition *self) { return NULL; }
const char *ww_handle_addition_get_send_to (WwHandleAddition *self) { return NULL; }
const char *ww_handle_addition_get_send_text (WwHandleAddition *self) { return NULL; }
guint ww_handle_addition_get_tries_left (WwHandleAddition *self) { return 0; }
gint64 ww_handle_addition_get_resend_at_ms (WwHandleAddition *self) { return 0; }
gint64 ww_handle_addition_get_expires_ms (WwHandleAddition *self) { return 0; }
gint64 ww_handle_addition_get_held_until_ms (WwHandleAddition *self) { return 0; }
REJECT (ww_handle_addition_submit_code, WwHandleAddition *self, const char *code)
REJECT (ww_handle_addition_resend, WwHandleAddition *self)
REJECT (ww_handle_addition_cancel, WwHandleAddition *self)
REJECT (ww_handle_addition_wait, WwHandleAddition *self, gint timeout_ms)

const char *ww_message_get_notice (WwMessage *self) { return NULL; }

const char *const *ww_enrolment_get_verifies (WwEnrolment *self) { return none; }
WwProof ww_enrolment_get_proof (WwEnrolment *self) { return WW_PROOF_LINK; }
const char *ww_enrolment_get_send_to (WwEnrolment *self) { return NULL; }
const char *ww_enrolment_get_send_text (WwEnrolment *self) { return NULL; }
guint ww_enrolment_get_tries_left (WwEnrolment *self) { return 0; }
gint64 ww_enrolment_get_held_until_ms (WwEnrolment *self) { return 0; }
REJECT (ww_enrolment_start_over, WwEnrolment *self)

char *ww_handle_text_for_display (const char *handle) { return g_strdup (handle); }
char *ww_handle_text_international (const char *handle) { return g_strdup (ww_handle_text_for_people (handle)); }
gboolean ww_handle_text_is_phone (const char *handle) { return g_str_has_prefix (handle, "tel:"); }
char *ww_handle_text_explain (const char *typed) { return NULL; }

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
GListModel *ww_client_get_additions (WwClient *self) { return empty_list (); }
const char *const *ww_client_get_verifies (WwClient *self) { return none; }
REJECT (ww_client_add_handle, WwClient *self, const char *handle, WwEnrolmentFlags flags)
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
