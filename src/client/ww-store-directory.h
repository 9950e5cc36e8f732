/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-store-alerts.h"
#include "ww-store-contacts.h"
#include "ww-store-records.h"
#include "ww-store-standing.h"

G_BEGIN_DECLS

/* What the directory found out about an account, written in one transaction. */
typedef struct
{
  guint8 account[16];
  GPtrArray *records; /* of WwRecord: verified, ascending, new; may be empty */
  char *handle;       /* under which it was looked up; nullable */
  char *shown_handle; /* first of the current record */
  WwRecord *newest;   /* the current record; NULL with a problem */
  gboolean own;       /* the own account: nobody to write to */
  gboolean weak;
  char *problem;     /* code, when what the server showed was refused; then there are no records */
  GPtrArray *alerts; /* of WwAlertRow, to be there exactly once */
} WwFinding;

WwFinding *ww_finding_new (const guint8 account[16]);
void ww_finding_free (gpointer finding);

/* What it changed. Boxed. */
typedef struct
{
  WwContactRow *contact; /* as it is now */
  GPtrArray *alerts;     /* of WwAlertRow: those that were not there before */
  GPtrArray *notices;    /* of WwMessageRow, in the conversation with the contact */
  GPtrArray *states;     /* of WwStateChange: what waits for the contact is held, or let go */
} WwFindingResult;

#define WW_TYPE_FINDING_RESULT (ww_finding_result_get_type ())
GType ww_finding_result_get_type (void);
WwFindingResult *ww_finding_result_copy (const WwFindingResult *self);
void ww_finding_result_free (WwFindingResult *self);

/* A WwStoreFunc; `data` is a WwFinding. */
gboolean ww_store_write_finding (WwDatabase *database, gpointer data, GValue *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwFindingResult, ww_finding_result_free)

G_END_DECLS
