/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-bubble-layout.h"
#include "ww-quote-view.h"
#include "ww-tapback-choice.h"
#include "ww-tapback-pills.h"
#include "ww-transcript-row.h"

G_BEGIN_DECLS

/* Shared by the files of the row: ww-transcript-row.c (what it shows) and ww-transcript-row-actions.c (what it does). */
struct _WwTranscriptRow
{
  GtkWidget parent_instance;
  GtkLabel *day;
  GtkWidget *divider;
  GtkWidget *notice;
  GtkWidget *notice_icon;
  GtkLabel *notice_label;
  GtkLabel *sender;
  GtkWidget *line;
  AdwAvatar *picture;
  GtkBox *bubble;
  GtkLabel *time;
  WwTapbackPills *tapbacks;
  GtkWidget *foot;
  GtkWidget *edited_button;
  GtkWidget *state_box;
  GtkImage *state_icon;
  GtkLabel *state_label;
  GtkWidget *retry_button;
  GMenuModel *message_menu;

  GtkWidget *menu;    /* made when it is asked for, as what pops up else */
  GtkWidget *popover; /* the last one that was not the menu */
  WwTapbackChoice *menu_choice;
  GtkWidget *content;
  WwQuoteView *quote;
  WwBubbleLayout *layout; /* unowned: the line's */
  GSignalGroup *item_signals;
  WwTranscriptItem *item;
  AdwAnimation *rise;
  DexFuture *edits; /* being read; NULL else */
  double risen;     /* 0 to 1: how far an own message has come up from where it was written */
  guint revision;   /* of what the content shows */
  char *highlight;  /* what is looked for, NULL for nothing */
  char *sentence;
  guint flash_source;
  gboolean rises; /* it does as soon as it is on the screen */
  gboolean plain; /* whether the content shows letters only */
};

void ww_transcript_row_install_actions (GtkWidgetClass *widget_class);
void ww_transcript_row_update_actions (WwTranscriptRow *self);
void ww_transcript_row_dismiss (WwTranscriptRow *self);
void ww_transcript_row_show_who (WwTranscriptRow *self);
void ww_transcript_row_show_menu_at (WwTranscriptRow *self, double x, double y);

G_END_DECLS
