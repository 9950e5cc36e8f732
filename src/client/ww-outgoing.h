/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

/*
 * What a person is about to send with one message: a text, an answer to another message, and either files, or a contact, or
 * a place, or what is behind a link of the text. Filled in by the application, used up by ww_conversation_send().
 */
#define WW_TYPE_OUTGOING (ww_outgoing_get_type ())
G_DECLARE_FINAL_TYPE (WwOutgoing, ww_outgoing, WW, OUTGOING, GObject)

WwOutgoing *ww_outgoing_new (void);

const char *ww_outgoing_get_text (WwOutgoing *self);
void ww_outgoing_set_text (WwOutgoing *self, const char *text);
const char *ww_outgoing_get_reply_to (WwOutgoing *self); /* nullable */
/* Id of a message of the same conversation, 32 hex digits; NULL: answers none. */
void ww_outgoing_set_reply_to (WwOutgoing *self, const char *message_id);

/* One more file, as it is: what should not be known of it has to be taken out before. `file` has to be a path of this machine and to
 * stay until it is sealed. */
void ww_outgoing_add_file (WwOutgoing *self, GFile *file, guint64 size, const char *name, const char *media_type);
/* The same for what is in no file, and never touches a disk unsealed. */
void ww_outgoing_add_bytes (WwOutgoing *self, GBytes *bytes, const char *name, const char *media_type);
/* Of the file that was added last: how large it is shown, and a tiny picture (nullable; WW_MAX_PREVIEW). */
void ww_outgoing_set_picture (WwOutgoing *self, guint width, guint height, GBytes *preview);
/* Of the file that was added last: how long it is heard, and whether it was recorded to be said. */
void ww_outgoing_set_sound (WwOutgoing *self, gint64 duration_ms, gboolean voice);
/* Of the file that was added last: how loud it is over its time, a byte for each of up to WW_MAX_SOUND_LEVELS parts. */
void ww_outgoing_set_levels (WwOutgoing *self, GBytes *levels);
/* vCard 4.0. */
void ww_outgoing_set_card (WwOutgoing *self, GBytes *vcard);
void ww_outgoing_set_location (WwOutgoing *self, double latitude, double longitude, double accuracy_m,
                               const char *name);
void ww_outgoing_set_link (WwOutgoing *self, WwLinkPreview *link);

G_END_DECLS
