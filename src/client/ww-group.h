/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-member.h"

G_BEGIN_DECLS

/*
 * Groups: conversations of up to 256 people, this account included. Everybody in a group may do everything here; what they
 * did reaches all devices, and all come to the same members, name and picture, whatever was done at the same time
 * (docs/protocol.md, "Groups"). The server knows nothing of it.
 *
 * A group is a WwConversation with "kind" GROUP. Sending, reading, drafts, accepting, blocking and deleting are those of
 * conversations. Its "handle" is "" and its "handles" are empty; its "title" is its name, or those of its members.
 * Somebody who is not accepted may have put this account into it: then it is among the requests.
 *
 * What happened in it is a message of kind GROUP_EVENT: its "text" is one translated sentence ("Ana added Bob.").
 */

typedef enum
{
  WW_CONVERSATION_KIND_PERSON,
  WW_CONVERSATION_KIND_GROUP,
} WwConversationKind;
#define WW_TYPE_CONVERSATION_KIND (ww_conversation_kind_get_type ())
GType ww_conversation_kind_get_type (void);

/* Properties of the same names; all but "kind" notify. */
WwConversationKind ww_conversation_get_kind (WwConversation *self);
const char *ww_conversation_get_name (WwConversation *self); /* of the group; "" when it has none, and for a person */
GBytes *ww_conversation_get_picture (WwConversation *self);  /* JPEG, PNG or WebP: for a sandbox; nullable */
/* Of WwMember, this account first, then by name. The same object for the conversation's life; empty for a person. */
GListModel *ww_conversation_get_members (WwConversation *self);
gboolean ww_conversation_get_left (WwConversation *self); /* this account is not in the group (any more) */

#define WW_GROUP_MAX_NAME    256         /* bytes */
#define WW_GROUP_MAX_PICTURE (48 * 1024) /* bytes */

/* Resolves to the WwConversation. `name` may be "". `handles` as typed, NULL-terminated, at least one. Needs the network
 * only for people never seen. WW_ERROR_NO_SUCH_PERSON, WW_ERROR_INVALID_ARGUMENT, WW_ERROR_GROUP_FULL, WW_ERROR_BLOCKED */
DexFuture *ww_client_create_group (WwClient *self, const char *name, const char *const *handles);
/* Each resolves to TRUE when it is stored; it goes out by itself. WW_ERROR_NOT_IN_GROUP after this account left. */
DexFuture *ww_conversation_add_members (WwConversation *self, const char *const *handles);
DexFuture *ww_conversation_remove_member (WwConversation *self, const char *account);
DexFuture *ww_conversation_rename (WwConversation *self, const char *name);     /* "": none */
DexFuture *ww_conversation_set_picture (WwConversation *self, GBytes *picture); /* NULL: none */
DexFuture *ww_conversation_leave (WwConversation *self);

G_END_DECLS
