/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Knows whether the service that shows notifications reads markup in their bodies. Signal "known": it answered. */
#define WW_TYPE_MARKUP_DAEMON (ww_markup_daemon_get_type ())
G_DECLARE_FINAL_TYPE (WwMarkupDaemon, ww_markup_daemon, WW, MARKUP_DAEMON, GObject)

WwMarkupDaemon *ww_markup_daemon_new (GDBusConnection *connection);
gboolean ww_markup_daemon_is_known (WwMarkupDaemon *self);
char *ww_markup_daemon_escape (WwMarkupDaemon *self, const char *text);
gboolean ww_markup_daemon_leads_back (WwMarkupDaemon *self);

G_END_DECLS
