/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client.h"
#include "ww-message-group.h"

G_BEGIN_DECLS

/*
 * A message and its place among its neighbours. Signals: "changed": the message or its place did; "event" (a sentence):
 * somebody else tapped back, edited or unsent it.
 */
#define WW_TYPE_TRANSCRIPT_ITEM (ww_transcript_item_get_type ())
G_DECLARE_FINAL_TYPE (WwTranscriptItem, ww_transcript_item, WW, TRANSCRIPT_ITEM, GObject)

/* Each is a fact about the message in its list. */
typedef enum
{
  WW_PLACE_STARTS_DAY = 1 << 0,
  WW_PLACE_STARTS_GROUP = 1 << 1,
  WW_PLACE_ENDS_GROUP = 1 << 2,
  WW_PLACE_LAST_OWN = 1 << 3,
  WW_PLACE_FIRST_UNREAD = 1 << 4,
  WW_PLACE_PLAIN = 1 << 5, /* from a stranger: letters only, nothing to click */
  WW_PLACE_GROUP = 1 << 6, /* of a conversation of several people, where one has to be told who speaks */
} WwPlace;

WwTranscriptItem *ww_transcript_item_new (WwConversation *conversation, WwMessage *message);
WwConversation *ww_transcript_item_get_conversation (WwTranscriptItem *self);
WwMessage *ww_transcript_item_get_message (WwTranscriptItem *self);
guint ww_transcript_item_get_revision (WwTranscriptItem *self);
gboolean ww_transcript_item_is_notice (WwTranscriptItem *self);
WwPlace ww_transcript_item_get_place (WwTranscriptItem *self);
void ww_transcript_item_set_place (WwTranscriptItem *self, WwPlace place);
gint64 ww_transcript_item_get_shown_ms (WwTranscriptItem *self);
WwGroupKey ww_transcript_item_get_key (WwTranscriptItem *self);
char *ww_transcript_item_dup_sentence (WwTranscriptItem *self, GDateTime *now);

const char *ww_message_state_for_people (WwMessageState state);
const char *ww_message_state_icon (WwMessageState state);

G_END_DECLS
