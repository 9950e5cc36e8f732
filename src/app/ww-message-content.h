/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

/*
 * What a message shows of its payload. There is one widget for each kind; a new kind needs a class that implements
 * this and a line in ww_message_content_new().
 */
#define WW_TYPE_MESSAGE_CONTENT (ww_message_content_get_type ())
G_DECLARE_INTERFACE (WwMessageContent, ww_message_content, WW, MESSAGE_CONTENT, GtkWidget)

struct _WwMessageContentInterface
{
  GTypeInterface parent_iface;

  void (*set_message) (WwMessageContent *self, WwMessage *message, gboolean plain);
  gboolean (*is_bare) (WwMessageContent *self);
  void (*set_highlight) (WwMessageContent *self, const char *text);
};

WwMessageContent *ww_message_content_new (WwMessageKind kind);
gboolean ww_message_content_shows (WwMessageContent *self, WwMessageKind kind);
void ww_message_content_set_message (WwMessageContent *self, WwMessage *message, gboolean plain);
gboolean ww_message_content_is_bare (WwMessageContent *self);
void ww_message_content_set_highlight (WwMessageContent *self, const char *text);

G_END_DECLS
