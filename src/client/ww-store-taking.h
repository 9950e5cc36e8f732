/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "waxwing.pb-c.h"
#include "ww-error.h"
#include "ww-store-inbox.h"

G_BEGIN_DECLS

/* For ww-store-inbox.c and what it is made of. */

/* The transaction while it runs. */
typedef struct
{
  WwDatabase *database;
  const guint8 *own_account;
  gint64 now_ms;
  WwTaken *taken;
  GHashTable *receipts; /* peer (GBytes) → GByteArray of message ids, for the conversation of each */
} WwTaking;

/* Kept aside, with an alert; FALSE only when the store fails. */
gboolean ww_taking_refuse (WwTaking *self, WwArrival *arrival, WwError code, GError **error);
/* Free with waxwing__payload__free_unpacked(); nullable. */
Waxwing__Payload *ww_arrival_parse (const WwArrival *arrival);

/* Strangers' messages were refused because too many wait: once a day. */
gboolean ww_taking_tell_full (WwTaking *self, GError **error);

/* Changes of a group, whoever handed them on; and whether what was sealed in a group may go on to the next two. */
gboolean ww_taking_group_changes (WwTaking *self, WwArrival *arrival, gboolean blocked, GError **error);
gboolean ww_taking_admit_to_group (WwTaking *self, WwArrival *arrival, gboolean *admitted, GError **error);

/* What is shown as a message; and what is not. */
gboolean ww_taking_message (WwTaking *self, WwArrival *arrival, GError **error);
gboolean ww_taking_silent (WwTaking *self, WwArrival *arrival, GError **error);

G_END_DECLS
