/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-database.h"

G_BEGIN_DECLS

/* Handles on their way into the own account. On the store's thread, inside a WwStoreFunc. */
typedef struct
{
  char *handle;
  guint8 token[32]; /* of the verification; secret */
  gboolean inbound;
  char *send_to;   /* nullable */
  char *send_text; /* nullable */
  gint64 expires_ms;
  gint64 resend_at_ms;
  gint64 held_until_ms;
  char *error; /* code with which it failed: the token is good for nothing any more; nullable */
} WwAdditionRow;

#define WW_TYPE_ADDITION_ROW (ww_addition_row_get_type ())
GType ww_addition_row_get_type (void);
WwAdditionRow *ww_addition_row_copy (const WwAdditionRow *self);
void ww_addition_row_free (WwAdditionRow *self);

/* *rows is of WwAdditionRow, by handle. */
gboolean ww_store_list_additions (WwDatabase *database, GPtrArray **rows, GError **error);
gboolean ww_store_set_addition (WwDatabase *database, const WwAdditionRow *row, GError **error);
gboolean ww_store_delete_addition (WwDatabase *database, const char *handle, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwAdditionRow, ww_addition_row_free)

G_END_DECLS
