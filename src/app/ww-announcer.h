/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

/*
 * Tells a screen reader what arrives in the conversation that a person has open, as one would over their shoulder: each
 * message as it comes, many at once in one sentence, and nothing of what was missed while away or came as history. What
 * was not sent, and what concerns security, is told always; the rest can be turned off ("announce-messages").
 *
 * Signal "is-reading" (WwConversation) → gboolean: whether the person has that conversation before them.
 */
#define WW_TYPE_ANNOUNCER (ww_announcer_get_type ())
G_DECLARE_FINAL_TYPE (WwAnnouncer, ww_announcer, WW, ANNOUNCER, GObject)

/* The widget, through which it speaks, outlives it. */
WwAnnouncer *ww_announcer_new (GtkWidget *widget, WwClient *client, GSettings *settings);

G_END_DECLS
