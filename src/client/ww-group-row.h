/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-store-contacts.h"

G_BEGIN_DECLS

/* A group as it stands, on its way from the store to the models. Boxed. */
typedef struct
{
  guint8 id[16];
  char *name;          /* "" when it has none */
  GBytes *picture;     /* nullable */
  gboolean left;       /* the own account is not in it */
  GArray *accounts;    /* of guint8[16]: the members, ascending */
  GPtrArray *contacts; /* of WwContactRow: what is known of them */
} WwGroupRow;

#define WW_TYPE_GROUP_ROW (ww_group_row_get_type ())
GType ww_group_row_get_type (void);
WwGroupRow *ww_group_row_new (const guint8 id[16]);
WwGroupRow *ww_group_row_copy (const WwGroupRow *self);
void ww_group_row_free (WwGroupRow *self);

guint ww_group_row_n_members (const WwGroupRow *self);
const guint8 *ww_group_row_member (const WwGroupRow *self, guint index);
gboolean ww_group_row_has_member (const WwGroupRow *self, const guint8 account[16]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwGroupRow, ww_group_row_free)

G_END_DECLS
