/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What others wrote, made safe to show on a terminal. */
char *ww_cli_text_line (const char *text);
char *ww_cli_text_lines (const char *text, guint indent);
char *ww_cli_text_escape_json (const char *json);
guint ww_cli_text_width (const char *text);
char *ww_cli_text_time (gint64 ms);
char *ww_cli_qr_code (const char *content, gboolean colours);

/* Columns that line up. */
typedef struct _WwCliTable WwCliTable;
WwCliTable *ww_cli_table_new (const char *first_title, ...) G_GNUC_NULL_TERMINATED;
void ww_cli_table_add (WwCliTable *self, const char *first_cell, ...) G_GNUC_NULL_TERMINATED;
char *ww_cli_table_to_string (WwCliTable *self);
void ww_cli_table_free (WwCliTable *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwCliTable, ww_cli_table_free)

G_END_DECLS
