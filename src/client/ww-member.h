/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-conversation.h"

G_BEGIN_DECLS

/* Somebody in a group, as ww_conversation_get_members() lists them. Properties of the same names, all notify but "account". */
#define WW_TYPE_MEMBER (ww_member_get_type ())
G_DECLARE_FINAL_TYPE (WwMember, ww_member, WW, MEMBER, GObject)

const char *ww_member_get_account (WwMember *self); /* hex */
const char *ww_member_get_name (WwMember *self);    /* for people, never empty; of the own account too */
const char *ww_member_get_handle (WwMember *self);  /* "mailto:…", "" when unknown */
gboolean ww_member_get_own (WwMember *self);        /* the own account */
/* Whether this account can take them out: anybody else, while this account is in the group itself. */
gboolean ww_member_get_can_remove (WwMember *self);
/* As in the conversation with that person. CHANGED and VERIFIED_CHANGED stop the group until the person decides. */
WwTrust ww_member_get_trust (WwMember *self);
gboolean ww_member_get_blocked (WwMember *self); /* what they write is not shown */

G_END_DECLS
