/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <libdex.h>

G_BEGIN_DECLS

/* What becomes of a future: its value, or its error, never both. The value is NULL when it was rejected. */
typedef void (*WwFutureFunc) (gpointer owner, const GValue *value, const GError *error, gpointer data);

DexFuture *ww_future_watch (DexFuture *future, gpointer owner, WwFutureFunc func, gpointer data);
void ww_future_report (DexFuture *future, gpointer owner, WwFutureFunc func, gpointer data);

G_END_DECLS
