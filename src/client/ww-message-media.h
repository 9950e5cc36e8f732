/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-message-attachment.h"
#include "ww-message.h"

G_BEGIN_DECLS

/* A place that somebody sent. Constant. */
#define WW_TYPE_LOCATION (ww_location_get_type ())
G_DECLARE_FINAL_TYPE (WwLocation, ww_location, WW, LOCATION, GObject)

WwLocation *ww_location_new (double latitude, double longitude, double accuracy_m, const char *name);
double ww_location_get_latitude (WwLocation *self);
double ww_location_get_longitude (WwLocation *self);
double ww_location_get_accuracy (WwLocation *self);  /* metres; 0: unknown */
const char *ww_location_get_name (WwLocation *self); /* may be "" */
const char *ww_location_get_uri (WwLocation *self);  /* "geo:…" */

/* What the sender's client saw behind a link. Constant. Recipients fetch nothing for it. */
#define WW_TYPE_LINK_PREVIEW (ww_link_preview_get_type ())
G_DECLARE_FINAL_TYPE (WwLinkPreview, ww_link_preview, WW, LINK_PREVIEW, GObject)

WwLinkPreview *ww_link_preview_new (const char *url, const char *title, const char *description, GBytes *image);
const char *ww_link_preview_get_url (WwLinkPreview *self);
const char *ww_link_preview_get_title (WwLinkPreview *self);
const char *ww_link_preview_get_description (WwLinkPreview *self); /* may be "" */
GBytes *ww_link_preview_get_image (WwLinkPreview *self);           /* nullable; to be decoded like any other */

/* What a message carries beside its text. All transfer none, and NULL for messages of other kinds. */
GListModel *ww_message_get_attachments (WwMessage *self); /* of WwAttachment */
WwLocation *ww_message_get_location (WwMessage *self);
WwLinkPreview *ww_message_get_link (WwMessage *self);
GBytes *ww_message_get_card (WwMessage *self); /* vCard 4.0: see WwCard */

/* What a message without words is, in a few: “Photo”, “3 photos”, the name of its file, whose card it is. "" for texts. */
const char *ww_message_get_summary (WwMessage *self);

G_END_DECLS
