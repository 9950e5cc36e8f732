/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-member.h"

G_BEGIN_DECLS

/*
 * What conversations of several people look like. Nothing makes one yet.
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

G_END_DECLS
