/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-database.h"

G_BEGIN_DECLS

/*
 * Exchanges that this device began with pending ones. The nonce belongs to one announcement: a server that learnt it
 * and then announces other keys or another commitment must not meet it again.
 */
typedef struct
{
  guint8 device[16];
  guint8 nonce[32];
  guint8 record[32]; /* hash of the own record that the digits bind */
  GBytes *pending;   /* what was announced: commitment | DeviceKeys */
  gboolean has_revealed;
  guint8 revealed[32];
  guint tries; /* wrong digits */
  gint64 expires_ms;
} WwApprovalRow;

#define WW_TYPE_APPROVAL_ROW (ww_approval_row_get_type ())
GType ww_approval_row_get_type (void);
WwApprovalRow *ww_approval_row_copy (const WwApprovalRow *self);
void ww_approval_row_free (WwApprovalRow *self);

/* *row is NULL when there is none, or none that has not expired. */
gboolean ww_store_find_approval (WwDatabase *database, const guint8 device[16], gint64 now_ms, WwApprovalRow **row,
                                 GError **error);
gboolean ww_store_set_approval (WwDatabase *database, const WwApprovalRow *row, GError **error);
gboolean ww_store_delete_approval (WwDatabase *database, const guint8 device[16], GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwApprovalRow, ww_approval_row_free)

G_END_DECLS
