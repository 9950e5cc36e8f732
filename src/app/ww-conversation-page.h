/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

/*
 * The open conversation: its header, its messages, and where one writes. Actions, for what is within it:
 * "conversation.reply", "conversation.edit", "conversation.select", "conversation.show-message" (ids of messages),
 * "conversation.toast" (a sentence).
 */
#define WW_TYPE_CONVERSATION_PAGE (ww_conversation_page_get_type ())
G_DECLARE_FINAL_TYPE (WwConversationPage, ww_conversation_page, WW, CONVERSATION_PAGE, AdwNavigationPage)

void ww_conversation_page_set_read_only (WwConversationPage *self, gboolean read_only);
void ww_conversation_page_toast (WwConversationPage *self, const char *text);
void ww_conversation_page_set_client (WwConversationPage *self, WwClient *client);
void ww_conversation_page_set_conversation (WwConversationPage *self, WwConversation *conversation);
WwConversation *ww_conversation_page_get_conversation (WwConversationPage *self);
void ww_conversation_page_set_banner (WwConversationPage *self, const char *text);
void ww_conversation_page_set_notice (WwConversationPage *self, const char *text);
void ww_conversation_page_set_in_view (WwConversationPage *self, gboolean in_view);
void ww_conversation_page_toggle_details (WwConversationPage *self);
gboolean ww_conversation_page_leave_details (WwConversationPage *self);
void ww_conversation_page_find (WwConversationPage *self);
void ww_conversation_page_show_message (WwConversationPage *self, const char *id);
void ww_conversation_page_focus_composer (WwConversationPage *self);
gboolean ww_conversation_page_focus_messages (WwConversationPage *self);
gboolean ww_conversation_page_focus_header (WwConversationPage *self);
/* Whether the widget, which is in the page, is among its messages; above them; or in what stands beside them. */
gboolean ww_conversation_page_in_messages (WwConversationPage *self, GtkWidget *widget);
gboolean ww_conversation_page_in_header (WwConversationPage *self, GtkWidget *widget);
gboolean ww_conversation_page_in_details (WwConversationPage *self);

G_END_DECLS
