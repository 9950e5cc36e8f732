/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-alert.h"
#include "ww-database.h"

G_BEGIN_DECLS

/* How a claim stands; as in Claim.State. */
typedef enum
{
  WW_CLAIM_NONE, /* the alert is about something else */
  WW_CLAIM_WAITING,
  WW_CLAIM_REFUSED,
  WW_CLAIM_COMPLETED,
  WW_CLAIM_EXPIRED,
} WwClaimState;

/* Rows of `alerts`. On the store's thread, inside a WwStoreFunc. */
typedef struct
{
  gint64 row; /* assigned when it is inserted */
  WwAlertKind kind;
  gint64 at_ms;
  gboolean has_device;
  guint8 device[16];
  char *device_name; /* nullable */
  char *handle;      /* nullable */
  char *code;        /* nullable */
  char *detail;      /* nullable; technical, for the person who wants to know */
  gboolean seen;
  gboolean notified;
  guint8 claim[16]; /* the server's name of it, unless claim_state is NONE */
  gint64 due_ms;
  WwClaimState claim_state;
  GBytes *source; /* what it derives from: record hash | kind | device id or handle; NULL: never the same */
} WwAlertRow;

#define WW_TYPE_ALERT_ROW (ww_alert_row_get_type ())
GType ww_alert_row_get_type (void);
WwAlertRow *ww_alert_row_new (void);
WwAlertRow *ww_alert_row_copy (const WwAlertRow *self);
void ww_alert_row_free (WwAlertRow *self);

#define WW_ALERTS_LISTED 200

/* Of what a server or a stranger can give rise to without end, so many are kept. */
#define WW_ALERTS_OF_OTHERS 1000

/* Claims that wait: more than this is not people, and none is added. */
#define WW_ALERTS_CLAIMED 50

/* *added is FALSE when an alert of the same source is there already, seen or not. */
gboolean ww_store_insert_alert (WwDatabase *database, WwAlertRow *row, gboolean *added, GError **error);
/* Newest first, at most WW_ALERTS_LISTED, and as many that the person has to see (WwAlertRow). */
gboolean ww_store_list_alerts (WwDatabase *database, GPtrArray **rows, GError **error);
/*
 * `row` is an alert about a claim, its source the claim's name. *added: it was not there before. *changed: it was, and the
 * claim has ended since; `row` is then as it is stored. An ended claim stays ended.
 */
gboolean ww_store_apply_claim (WwDatabase *database, WwAlertRow *row, gboolean *added, gboolean *changed,
                               GError **error);
gboolean ww_store_mark_alert_seen (WwDatabase *database, gint64 row, GError **error);
gboolean ww_store_mark_alert_notified (WwDatabase *database, gint64 row, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwAlertRow, ww_alert_row_free)

G_END_DECLS
