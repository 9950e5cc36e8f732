/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ww-client.h"

G_BEGIN_DECLS

void ww_person_actions_ask_leave (WwConversation *conversation, GtkWidget *parent);
void ww_person_actions_ask_block (WwConversation *conversation, GtkWidget *parent);
void ww_person_actions_ask_delete (WwConversation *conversation, GtkWidget *parent);

G_END_DECLS
