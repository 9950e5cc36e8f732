/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

/*
 * A narrow view of SQLite: prepared statements, cached by their text, every error reported as GError. Belongs to the
 * store's thread and asserts it. Statements reset and clear their bindings when they leave scope (g_autoptr (WwStatement)).
 */
typedef struct _WwDatabase WwDatabase;
typedef struct _WwStatement WwStatement;

WwStatement *ww_database_prepare (WwDatabase *self, const char *sql, GError **error);
gboolean ww_database_exec (WwDatabase *self, const char *sql, GError **error);
gint64 ww_database_last_row (WwDatabase *self);
guint ww_database_changes (WwDatabase *self);
/* Grows with every piece of work done on the store: of two answers about the same thing, the one with the higher is newer. */
gint64 ww_database_get_stamp (WwDatabase *self);

/* Parameters count from 1. */
void ww_statement_bind_int (WwStatement *self, int index, gint64 value);
void ww_statement_bind_text (WwStatement *self, int index, const char *value); /* NULL binds NULL */
void ww_statement_bind_blob (WwStatement *self, int index, const void *data, gsize len);
void ww_statement_bind_null (WwStatement *self, int index);
typedef enum
{
  WW_STEP_ROW,
  WW_STEP_DONE,
  WW_STEP_ERROR
} WwStep;
WwStep ww_statement_step (WwStatement *self, GError **error);
gboolean ww_statement_run (WwStatement *self, GError **error); /* step until done */
/* Columns count from 0. Pointers are valid until the next step. */
gint64 ww_statement_int (WwStatement *self, int column);
const char *ww_statement_text (WwStatement *self, int column); /* nullable */
const guint8 *ww_statement_blob (WwStatement *self, int column, gsize *len);
gboolean ww_statement_is_null (WwStatement *self, int column);
void ww_statement_release (WwStatement *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwStatement, ww_statement_release)

G_END_DECLS
