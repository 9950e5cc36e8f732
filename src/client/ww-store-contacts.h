/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-database.h"

G_BEGIN_DECLS

/*
 * What the application shows about a person. `handle` is the first of the account's current record and `weak` says that
 * all of that record's devices can only do suite 1: both are kept here, so that a list of conversations needs no record
 * parsed and no signature checked. The directory writes them together with the record.
 */
typedef struct
{
  guint8 account[16];
  char *name;   /* what the person calls themselves, "" when unknown */
  char *handle; /* "" when unknown */
  gboolean weak;
  char *problem; /* code of what the directory last showed and was refused ("record-forked"), NULL when all is well */
} WwContactRow;

#define WW_TYPE_CONTACT_ROW (ww_contact_row_get_type ())
GType ww_contact_row_get_type (void);
WwContactRow *ww_contact_row_copy (const WwContactRow *self);
void ww_contact_row_free (WwContactRow *self);

/* *row is NULL when nothing is known about the account. */
gboolean ww_store_get_contact (WwDatabase *database, const guint8 account[16], WwContactRow **row, GError **error);
/* Writes the whole row. */
gboolean ww_store_set_contact (WwDatabase *database, const WwContactRow *row, GError **error);
/* The same, but only the name: what a message says about its sender. *changed may be NULL. */
gboolean ww_store_set_contact_name (WwDatabase *database, const guint8 account[16], const char *name, gboolean *changed,
                                    GError **error);
/* From the directory. A NULL problem clears it. */
gboolean ww_store_set_contact_record (WwDatabase *database, const guint8 account[16], const char *handle, gboolean weak,
                                      const char *problem, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwContactRow, ww_contact_row_free)

G_END_DECLS
