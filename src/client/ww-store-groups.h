/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-error.h"
#include "ww-group-log.h"
#include "ww-group-row.h"
#include "ww-store-messages.h"

G_BEGIN_DECLS

/*
 * Groups in the store: their logs, and what follows from them, kept beside so that a message needs no log read to be
 * shown. A group's conversation has the group's id as its id and as its peer; the contact of that id says how the person
 * stands to it. On the store's thread, inside a WwStoreFunc.
 */
gboolean ww_store_has_group (WwDatabase *database, const guint8 id[16], gboolean *has, GError **error);
gboolean ww_store_is_member (WwDatabase *database, const guint8 group[16], const guint8 account[16], gboolean *is,
                             GError **error);
/* *log is NULL when there is no such group. */
gboolean ww_store_load_group (WwDatabase *database, const guint8 id[16], WwGroupLog **log, GError **error);
/* *row is NULL when there is no such group. */
gboolean ww_store_get_group (WwDatabase *database, const guint8 id[16], WwGroupRow **row, GError **error);
/* Of all groups, or of those with the account (nullable): their ids (GBytes). */
gboolean ww_store_list_groups (WwDatabase *database, const guint8 *account, GPtrArray **ids, GError **error);

/* To whom something goes that has that peer in the outbox. Boxed. */
typedef struct
{
  GArray *accounts; /* of guint8[16]: all others */
  GBytes *heads;    /* of the group's log, one after the other; NULL: no group */
  char *changed;    /* a name: whose identity has changed, so that nothing may go out; nullable */
} WwRecipients;

#define WW_TYPE_RECIPIENTS (ww_recipients_get_type ())
GType ww_recipients_get_type (void);
WwRecipients *ww_recipients_copy (const WwRecipients *self);
void ww_recipients_free (WwRecipients *self);

/* `extra`: who gets it although they are not in the group any more (ids, one after the other; nullable). */
gboolean ww_store_read_recipients (WwDatabase *database, const guint8 own_account[16], const guint8 peer[16],
                                   GBytes *extra, WwRecipients **recipients, GError **error);

/* What comes from somebody, or is made here, to be put into a group's log. */
typedef struct
{
  const guint8 *own_account;
  guint8 group[16];
  GPtrArray *changes;   /* of WwGroupChange whose signatures were checked */
  GBytes *picture;      /* nullable */
  const guint8 *sender; /* who handed it on; the own account too */
} WwExtension;

typedef enum
{
  WW_EXTENDED_NOTHING, /* it was here, or waits for what it follows */
  WW_EXTENDED,
  WW_EXTENDED_REFUSED,
} WwExtendedResult;

typedef struct
{
  WwExtendedResult result;
  WwError code;      /* REFUSED: why */
  gboolean waits;    /* some of it follows what is not here */
  gboolean is_new;   /* the group was not known before */
  guint8 adder[16];  /* is_new: who put the own account in */
  GPtrArray *events; /* of WwMessageRow, inserted */
  GPtrArray *states; /* of WwStateChange: what waits in the outbox, and why */
  WwGroupLog *log;   /* as it is now; NULL when nothing was read of it */
  GArray *came;      /* of guint8[16]: who is in the group now and was not before */
} WwExtended;

WwExtended *ww_extended_new (void);
void ww_extended_free (WwExtended *self);

/* The conversation has to be made before: see ww_store_begin_group(). */
gboolean ww_store_extend_group (WwDatabase *database, const WwExtension *extension, gint64 now_ms, WwExtended *extended,
                                GError **error);

/* A payload with those changes (indices; NULL: all), for members and for those who come in. */
GBytes *ww_group_log_pack (const WwGroupLog *log, const GArray *indices, GBytes *picture, const guint8 *asked_device);

/* A change of the own making, for all members and for `extra` (ids, one after the other; nullable). */
gboolean ww_store_insert_group_outbox (WwDatabase *database, const guint8 group[16], GBytes *payload, GBytes *extra,
                                       gint64 now_ms, GError **error);

/* All of them, for a device that is new. */
gboolean ww_store_queue_groups (WwDatabase *database, const guint8 own_account[16], gint64 now_ms, GError **error);

/* WW_ERROR_NOT_IN_GROUP when `peer` is a group that this account is not in (any more). */
gboolean ww_store_check_in_group (WwDatabase *database, const guint8 peer[16], GError **error);

/* After contacts or members changed: what waits for that group is held, or let go. Appends WwStateChange. */
gboolean ww_store_follow_group (WwDatabase *database, const guint8 group[16], GPtrArray *states, GError **error);

/* Deliveries that name changes which are not here: kept until they are. */
#define WW_HELD_OF_GROUP   200
#define WW_HELD_OF_UNKNOWN 100 /* of all groups together that are not known here */
gboolean ww_store_hold_delivery (WwDatabase *database, const guint8 group[16], GBytes *event, gint64 now_ms,
                                 GError **error);
gboolean ww_store_list_held (WwDatabase *database, const guint8 group[16], GPtrArray **events, GArray **numbers,
                             GError **error);
gboolean ww_store_forget_held (WwDatabase *database, gint64 number, GError **error);

/* Changes (indices) for one person, between the two of them. */
gboolean ww_store_queue_changes (WwDatabase *database, const guint8 own_account[16], const WwGroupLog *log,
                                 const GArray *indices, const guint8 account[16], gint64 now_ms, GError **error);
/* The same, but not what they were told lately. */
gboolean ww_store_tell_changes (WwDatabase *database, const guint8 own_account[16], const WwGroupLog *log,
                                const GArray *indices, const guint8 account[16], gint64 now_ms, GError **error);
/* Asks `account`'s device for what is missing here, once for each thing that is. */
gboolean ww_store_ask_for_changes (WwDatabase *database, const guint8 own_account[16], const guint8 group[16],
                                   const guint8 account[16], const guint8 device[16], const guint8 *missing,
                                   gint64 now_ms, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwRecipients, ww_recipients_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwExtended, ww_extended_free)

G_END_DECLS
