/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-composer.h"
#include "ww-conversation-page.h"
#include "ww-details-sheet.h"
#include "ww-face.h"
#include "ww-find-bar.h"
#include "ww-identity-bar.h"
#include "ww-request-bar.h"
#include "ww-selection-bar.h"
#include "ww-transcript.h"

G_BEGIN_DECLS

/* Shared by the files of the page: ww-conversation-page.c (what it shows) and ww-conversation-page-actions.c (what is done
 * with its messages). */
struct _WwConversationPage
{
  AdwNavigationPage parent_instance;
  WwDetailsSheet *sheet;
  AdwToastOverlay *toasts;
  GtkWidget *header_bar;
  GtkWidget *heading;
  GtkLabel *left_label;
  WwFace *face;
  GtkLabel *title_label;
  GtkWidget *verified_icon;
  GtkLabel *subtitle_label;
  GtkWidget *details_button;
  AdwBanner *banner;
  AdwBanner *notice_banner;
  AdwBanner *problem_banner;
  GtkStack *stack;
  WwTranscript *transcript;
  WwIdentityBar *identity_bar;
  WwComposer *composer;
  WwRequestBar *request_bar;
  WwFindBar *find_bar;
  WwSelectionBar *selection_bar;

  WwClient *client;
  WwConversation *conversation;
  GSignalGroup *conversation_signals;
  gboolean in_view;
  gboolean read_only; /* this device is out of the account: nothing can be sent or decided */
};

void ww_conversation_page_update_bars (WwConversationPage *self);
void ww_conversation_page_bind_actions (GtkWidgetClass *widget_class);
void ww_conversation_page_install_actions (GtkWidgetClass *widget_class);

G_END_DECLS
