/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-database.h"
#include "ww-group-row.h"
#include "ww-message.h"
#include "ww-store-contacts.h"

G_BEGIN_DECLS

/*
 * Conversations, messages and the rows of the outbox that belong to them. Every function runs on the store's thread,
 * inside a WwStoreFunc, so that several of them make one transaction. FALSE means `error` is set and the transaction
 * has to be given up.
 */

/* A row of `tapbacks` that is not taken away. */
typedef struct
{
  guint8 account[16];
  char *emoji;
  gint64 at_ms;
} WwTapbackRow;

WwTapbackRow *ww_tapback_row_copy (const WwTapbackRow *self);
void ww_tapback_row_free (WwTapbackRow *self);

/* A row of `messages`. Boxed: copied with its strings. */
typedef struct _WwMessageRow WwMessageRow;
struct _WwMessageRow
{
  gint64 row;
  guint8 id[16];
  guint8 conversation[16];
  gint64 position;    /* assigned when it is inserted */
  guint8 account[16]; /* the sender's */
  guint8 device[16];
  gint64 created_ms;
  gboolean outgoing;
  WwMessageState state;
  WwMessageKind kind;
  guint suite;
  GBytes *payload; /* serialised Waxwing__Payload; NULL in rows that were read, unless asked for by id, or `detailed` */
  char *text;      /* never NULL in rows that were read */
  char *names;     /* of its files, its card, what is behind its link; a line each; NULL: none */
  gboolean has_content_hash;
  guint8 content_hash[32]; /* tells a retry from a replay with other content */
  char *error;             /* sentence, or NULL */
  char *notice;            /* code of what this device says here; NULL for what somebody sent */
  gboolean has_reply_to;
  guint8 reply_to[16];
  gint64 edited_ms;
  gboolean detailed; /* what is shown needs the payload */

  /* From other tables: ww_store_fill_details(). */
  GPtrArray *tapbacks;   /* of WwTapbackRow; NULL when there are none */
  WwMessageRow *replied; /* the message that this one answers, without payload; NULL when it is not there */

  /* What the insertion, or a change, left behind, for the models; not columns. */
  guint change; /* WwMessageChange; 0: none */
  guint8 changed_by[16];
  guint unread; /* of the conversation */
  gint64 stamp; /* ww_database_get_stamp() */
};

#define WW_TYPE_MESSAGE_ROW (ww_message_row_get_type ())
GType ww_message_row_get_type (void);
WwMessageRow *ww_message_row_new (void);
WwMessageRow *ww_message_row_copy (const WwMessageRow *self);
void ww_message_row_free (WwMessageRow *self);
/* All that it is found by: its text and its names. */
char *ww_message_row_dup_words (const WwMessageRow *self);

/* A row of `conversations`, with its last message and what is known of the other person. Boxed. */
typedef struct
{
  guint8 id[16];
  guint8 peer[16];
  gint64 created_ms;
  gint64 last_position;
  gint64 read_position;
  guint unread;
  char *draft;
  gint64 muted_until_ms; /* 0: not muted */
  gint64 pinned;         /* 0: not pinned; else the larger one is first */
  guint receipts;        /* WwReceipts */
  WwMessageRow *last;    /* NULL when there is none yet */
  WwContactRow *contact; /* NULL when unknown */
  WwGroupRow *group;     /* NULL for a person */
  gint64 stamp;
} WwConversationRow;

#define WW_TYPE_CONVERSATION_ROW (ww_conversation_row_get_type ())
GType ww_conversation_row_get_type (void);
WwConversationRow *ww_conversation_row_copy (const WwConversationRow *self);
void ww_conversation_row_free (WwConversationRow *self);

typedef enum
{
  WW_INSERTED,        /* new: row, position, unread and stamp are filled in */
  WW_INSERTED_BEFORE, /* the same message is here already */
  WW_INSERTED_OTHER,  /* its id is here with other content, or from another sender: a replay */
} WwInsertResult;

/* Makes the conversation if need be. `peer`: the account on the other side. `now_ms`: the time of arrival. */
gboolean ww_store_insert_message (WwDatabase *database, WwMessageRow *row, const guint8 peer[16], gint64 now_ms,
                                  WwInsertResult *result, GError **error);
/* An own message, state WAITING, and its row in the outbox, and the draft emptied. `row->payload` is what goes out. */
gboolean ww_store_insert_outgoing (WwDatabase *database, WwMessageRow *row, const guint8 peer[16], gint64 now_ms,
                                   GError **error);
/* A FAILED message goes out again: state WAITING, back in the outbox. *changed FALSE when it was not FAILED. */
gboolean ww_store_retry_message (WwDatabase *database, const guint8 id[16], gint64 now_ms, gboolean *changed,
                                 GError **error);
#define WW_NOTICE_IDENTITY_CHANGED "identity-changed"
#define WW_NOTICE_HANDLE_CHANGED   "handle-changed"
/*
 * A row that nobody sent: what this device has to say in the conversation. `text`: what the sentence is about, or NULL.
 * *row is NULL when there is no conversation with `peer`.
 */
gboolean ww_store_insert_notice (WwDatabase *database, const guint8 peer[16], const char *notice, const char *text,
                                 gint64 now_ms, WwMessageRow **row, GError **error);
/* `kind`: WwEnvelopeKind. `conversation` may be NULL. Silent payloads for the own devices have the own account as peer. */
gboolean ww_store_insert_outbox (WwDatabase *database, const guint8 id[16], const guint8 *conversation,
                                 const guint8 peer[16], guint kind, gint64 now_ms, GBytes *payload, GError **error);

/*
 * Moves a message on. A step that ww_message_state_can_follow() does not allow (SENT after DELIVERED), or an unknown id,
 * leaves all as it is and *changed FALSE. `suite` 0 and `error_text` NULL keep what is there, but any state other than
 * FAILED clears the error.
 */
gboolean ww_store_set_message_state (WwDatabase *database, const guint8 id[16], WwMessageState state, guint suite,
                                     const char *error_text, gboolean *changed, GError **error);
gboolean ww_message_state_can_follow (WwMessageState from, WwMessageState to);

/* What is known of the rows beyond their own columns: tapbacks, and the messages they answer. */
gboolean ww_store_fill_details (WwDatabase *database, GPtrArray *rows, GError **error);

/* With payload, content hash and details. *row is NULL when there is none. */
gboolean ww_store_find_message (WwDatabase *database, const guint8 id[16], WwMessageRow **row, GError **error);
/* Ascending by position: the up to `limit` rows (WwMessageRow) before the position `before` (G_MAXINT64: the newest). */
gboolean ww_store_read_page (WwDatabase *database, const guint8 conversation[16], gint64 before, guint limit,
                             GPtrArray **rows, gboolean *has_older, GError **error);

/* All of them (WwConversationRow), newest first. */
gboolean ww_store_list_conversations (WwDatabase *database, GPtrArray **rows, GError **error);
/* *row is NULL when there is none. */
gboolean ww_store_find_conversation (WwDatabase *database, const guint8 id[16], WwConversationRow **row,
                                     GError **error);
/* Makes it if need be; *row is what is there afterwards. */
gboolean ww_store_create_conversation (WwDatabase *database, const guint8 id[16], const guint8 peer[16], gint64 now_ms,
                                       WwConversationRow **row, GError **error);
gboolean ww_store_set_draft (WwDatabase *database, const guint8 conversation[16], const char *draft, GError **error);

/* What reading changed. Boxed. */
typedef struct
{
  guint8 conversation[16];
  gboolean changed;
  gint64 read_position;
  guint unread;
  gint64 stamp;
} WwReadChange;

#define WW_TYPE_READ_CHANGE (ww_read_change_get_type ())
GType ww_read_change_get_type (void);
WwReadChange *ww_read_change_copy (const WwReadChange *self);
void ww_read_change_free (WwReadChange *self);

/*
 * The person read everything up to `position`: counts anew and, in the same transaction, puts into the outbox the READ
 * receipts to the other side and the ReadState to the own devices (`own_account`). Nothing happens, and nothing goes
 * out, when that was read before.
 */
gboolean ww_store_mark_read (WwDatabase *database, const guint8 conversation[16], gint64 position,
                             const guint8 own_account[16], gint64 now_ms, WwReadChange *change, GError **error);
/* A ReadState of another own device. An unknown message changes nothing. */
gboolean ww_store_apply_read_state (WwDatabase *database, const guint8 message_id[16], WwReadChange *change,
                                    GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwMessageRow, ww_message_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwConversationRow, ww_conversation_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwReadChange, ww_read_change_free)

G_END_DECLS
