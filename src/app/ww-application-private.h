/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-application.h"
#include "ww-background.h"
#include "ww-desktop-session.h"
#include "ww-notifier.h"
#include "ww-window.h"

G_BEGIN_DECLS

/*
 * Shared by ww-application.c (start and end), ww-application-life.c (with and without a window) and
 * ww-application-actions.c (what menus, notifications and links ask for).
 */
struct _WwApplication
{
  AdwApplication parent_instance;
  char *profile;
  WwClient *client;
  WwNotifier *notifier;
  WwDesktopSession *session;
  WwBackground *background;
  GSettings *settings;
  GPtrArray *waiting; /* actions that came before the profile was open */
  guint grace_source; /* whoever started it without a window has not said yet what for */
  gboolean closing;
};

WwWindow *ww_application_present_window (WwApplication *self);
void ww_application_quit (WwApplication *self);
void ww_application_begin_life (WwApplication *self);
void ww_application_window_came (WwApplication *self, GtkWindow *window);
void ww_application_window_went (WwApplication *self);
void ww_application_install_actions (WwApplication *self);
void ww_application_run_waiting (WwApplication *self);
void ww_application_handle_uri (WwApplication *self, const char *uri);

G_END_DECLS
