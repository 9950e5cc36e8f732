/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-announcer.h"
#include "ww-conversation-page.h"
#include "ww-enrolment-view.h"
#include "ww-sidebar.h"
#include "ww-window.h"

G_BEGIN_DECLS

/* Shared by the files of the window: ww-window.c (pages), ww-window-actions.c (what a person asks for),
 * ww-window-regions.c (its parts in turn) and ww-window-connection.c (what is said about the connection). */
struct _WwWindow
{
  AdwApplicationWindow parent_instance;
  GtkStack *stack;
  WwEnrolmentView *enrolment_view;
  AdwStatusPage *locked_page;
  GtkWidget *unlock_button;
  AdwStatusPage *failed_page;
  AdwStatusPage *removed_page;
  GtkWidget *read_button;
  AdwNavigationSplitView *split_view;
  WwSidebar *sidebar;
  WwConversationPage *conversation_page;

  WwClient *client;
  GSettings *settings;
  WwAnnouncer *announcer;
  char *profile;
  guint banner_source; /* waits before it speaks of a connection that may be back at once */
  gboolean restored;   /* the conversation of last time was opened */
  gboolean enrolled_here;
  gboolean reads_on;    /* the person reads on a device that was removed */
  gboolean was_in;      /* an account was open here since the first run was shown last */
  WwClientState state;  /* of the client, when it was shown last */
  guint look_source;    /* looks whether the open conversation is still there */
  gboolean was_offline; /* it was said that the connection is away */
};

void ww_window_show_conversation (WwWindow *self, WwConversation *conversation);
void ww_window_focus_region (WwWindow *self, int step);
void ww_window_install_actions (GtkWidgetClass *widget_class);
void ww_window_watch_connection (WwWindow *self);

G_END_DECLS
