/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

gboolean ww_highlight_find (const char *text, const char *wanted, gsize *start, gsize *end);
void ww_highlight_label (GtkLabel *label, const char *wanted);

G_END_DECLS
