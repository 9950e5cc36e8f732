/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-transcript-anchor.h"
#include "ww-transcript-hover.h"
#include "ww-transcript-model.h"
#include "ww-transcript-selection.h"
#include "ww-transcript.h"

G_BEGIN_DECLS

/* Shared by the files of the transcript: ww-transcript.c (which conversation), ww-transcript-place.c (what is in view) and
 * ww-transcript-rows.c (rows, keys, selection). */
struct _WwTranscript
{
  GtkWidget parent_instance;
  GtkOverlay *overlay;
  GtkScrolledWindow *scrolled;
  GtkListView *list;
  GtkRevealer *jump_revealer;
  GtkWidget *jump_button;
  GtkLabel *jump_count;

  WwConversation *conversation;
  WwMessageList *messages;
  WwTranscriptModel *model;
  GListStore *typing;               /* holds the conversation while somebody writes */
  WwTranscriptSelection *selection; /* of the messages and that; what the list shows */
  WwTranscriptAnchor *anchor;
  WwTranscriptHover *hover;
  GSignalGroup *model_signals;
  GSignalGroup *conversation_signals;
  GtkGesture *select_click;
  DexFuture *loading_older;
  DexFuture *loading_newer;
  DexFuture *jumping;
  char *goal;              /* the message that is to be shown as soon as it is there */
  char *flash;             /* the one whose row flashes once it is in its place */
  char *highlight;         /* what is looked for, NULL for nothing */
  WwTranscriptItem *rises; /* unowned, only compared: the new own message */
  guint known;             /* unread ones that are no news: they were there when it was opened */
  gboolean flash_focus;    /* it gets the keyboard too */
  gboolean at_end;
  gboolean opened; /* the first messages are there and in view */
};

/* ww-transcript-place.c */
void ww_transcript_open_place (WwTranscript *self);
void ww_transcript_forget_place (WwTranscript *self);
void ww_transcript_watch_place (WwTranscript *self);
void ww_transcript_update_jump (WwTranscript *self);
void ww_transcript_items_change (WwTranscript *self, guint position, guint removed, guint added, GListModel *model);
void ww_transcript_items_changed (WwTranscript *self, guint position, guint removed, guint added, GListModel *model);
void ww_transcript_notify_at_end (WwTranscript *self);

/* ww-transcript-rows.c */
void ww_transcript_bind_rows (GtkWidgetClass *widget_class);
void ww_transcript_watch_rows (WwTranscript *self);
void ww_transcript_update_typing (WwTranscript *self);
gpointer ww_transcript_item_of (GtkWidget *child);
GtkWidget *ww_transcript_find_row (WwTranscript *self, gpointer item);
void ww_transcript_notify_selected (WwTranscript *self);

G_END_DECLS
