/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * What the desktop says of itself: property "locked" (whether the screen is locked, by whichever service says so), and signal
 * "woke": the computer was asleep. Nothing here waits for anything: what isn't known yet is not so.
 */
#define WW_TYPE_DESKTOP_SESSION (ww_desktop_session_get_type ())
G_DECLARE_FINAL_TYPE (WwDesktopSession, ww_desktop_session, WW, DESKTOP_SESSION, GObject)

WwDesktopSession *ww_desktop_session_new (GDBusConnection *session_bus);
gboolean ww_desktop_session_get_locked (WwDesktopSession *self);

G_END_DECLS
