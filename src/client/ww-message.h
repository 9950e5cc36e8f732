/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-message-parts.h"
#include "ww-types.h"

G_BEGIN_DECLS

typedef enum
{
  WW_MESSAGE_STATE_WAITING, /* stored, not yet accepted by the server */
  WW_MESSAGE_STATE_SENT,
  WW_MESSAGE_STATE_DELIVERED, /* on at least one device of each other participant */
  WW_MESSAGE_STATE_READ,
  WW_MESSAGE_STATE_FAILED,   /* will not go out by itself: see "error" */
  WW_MESSAGE_STATE_RECEIVED, /* from somebody else */
} WwMessageState;
#define WW_TYPE_MESSAGE_STATE (ww_message_state_get_type ())
GType ww_message_state_get_type (void);
const char *ww_message_state_to_string (WwMessageState state); /* as in waxwing-cli --json */

typedef enum
{
  WW_MESSAGE_KIND_TEXT,
  WW_MESSAGE_KIND_UNKNOWN, /* needs a newer version; kept */
  WW_MESSAGE_KIND_NOTICE,  /* nobody sent it: what this device has to say here; see "notice" */
  WW_MESSAGE_KIND_ATTACHMENTS,
  WW_MESSAGE_KIND_CONTACT,
  WW_MESSAGE_KIND_LOCATION,
  WW_MESSAGE_KIND_UNSENT,      /* who sent it took it back */
  WW_MESSAGE_KIND_GROUP_EVENT, /* who came, who went, a new name */
} WwMessageKind;
#define WW_TYPE_MESSAGE_KIND (ww_message_kind_get_type ())
GType ww_message_kind_get_type (void);
const char *ww_message_kind_to_string (WwMessageKind kind);

/* What somebody says about a message later. */
typedef enum
{
  WW_MESSAGE_CHANGE_TAPBACK = 1,
  WW_MESSAGE_CHANGE_EDIT,
  WW_MESSAGE_CHANGE_UNSEND,
} WwMessageChange;

#define WW_TYPE_MESSAGE (ww_message_get_type ())
G_DECLARE_FINAL_TYPE (WwMessage, ww_message, WW, MESSAGE, GObject)

/* Properties of the same names, all notify: a message may be edited, unsent and tapped back. */
const char *ww_message_get_id (WwMessage *self); /* 32 hex digits */
const char *ww_message_get_conversation_id (WwMessage *self);
const char *ww_message_get_sender_handle (WwMessage *self);  /* "mailto:…", may be "" when unknown */
const char *ww_message_get_sender_name (WwMessage *self);    /* for people, never empty */
const char *ww_message_get_sender_account (WwMessage *self); /* hex */
const char *ww_message_get_sender_device (WwMessage *self);  /* hex */
gboolean ww_message_get_outgoing (WwMessage *self);          /* from this account, whichever device */
gint64 ww_message_get_created_ms (WwMessage *self);          /* as the sender says */
gint64 ww_message_get_position (WwMessage *self); /* order in the conversation, unique, about the ms of arrival */
WwMessageKind ww_message_get_kind (WwMessage *self);
WwMessageState ww_message_get_state (WwMessage *self);
const char *ww_message_get_text (WwMessage *self);  /* as it says now; of attachments the text with them; else "" */
guint ww_message_get_suite (WwMessage *self);       /* weakest suite used; 0 while waiting */
const char *ww_message_get_error (WwMessage *self); /* sentence, or NULL */
/* NOTICE: "identity-changed", "handle-changed"; NULL for other kinds. "text" is then a translated sentence. */
const char *ww_message_get_notice (WwMessage *self);

gint64 ww_message_get_edited_ms (WwMessage *self);     /* when it was last edited; 0: never */
const char *ww_message_get_reply_to (WwMessage *self); /* id of the message that this one answers; nullable */
WwQuote *ww_message_get_quote (WwMessage *self);       /* of that message; nullable, transfer none */
GListModel *ww_message_get_tapbacks (WwMessage *self); /* of WwTapback, the first one first; transfer none */
/* Whether the own account may still do so. They become FALSE with time, and nobody notifies that. */
gboolean ww_message_can_edit (WwMessage *self);
gboolean ww_message_can_unsend (WwMessage *self);
gboolean ww_message_can_tap_back (WwMessage *self);
/* Resolves to a GListModel of WwMessageEdit: all wordings, the first one first; empty when it was never edited. */
DexFuture *ww_message_load_edits (WwMessage *self);
/* Resolves to a GListModel of WwDelivery: who has an own message. */
DexFuture *ww_message_load_deliveries (WwMessage *self);

G_END_DECLS
