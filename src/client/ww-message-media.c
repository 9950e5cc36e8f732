/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-message-media"

#include "ww-message-media.h"

#include <glib/gi18n-lib.h>

#include "waxwing.pb-c.h"
#include "ww-message-attachment-private.h"
#include "ww-message-describe.h"
#include "ww-message-private.h"

struct _WwLocation
{
  GObject parent_instance;
  double latitude, longitude, accuracy;
  char *name;
  char *uri;
};

struct _WwLinkPreview
{
  GObject parent_instance;
  char *url;
  char *title;
  char *description;
  GBytes *image;
};

G_DEFINE_FINAL_TYPE (WwLocation, ww_location, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE (WwLinkPreview, ww_link_preview, G_TYPE_OBJECT)

/* --- Places -------------------------------------------------------------------------------- */

static void
ww_location_finalize (GObject *object)
{
  WwLocation *self = WW_LOCATION (object);

  g_free (self->name);
  g_free (self->uri);
  G_OBJECT_CLASS (ww_location_parent_class)->finalize (object);
}

static void
ww_location_class_init (WwLocationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ww_location_finalize;
}

static void
ww_location_init (WwLocation *self)
{
}

/**
 * ww_location_new:
 * @latitude: in degrees, WGS 84
 * @accuracy_m: the radius in metres within which it is; 0 for unknown
 */
WwLocation *
ww_location_new (double latitude, double longitude, double accuracy_m, const char *name)
{
  WwLocation *self = g_object_new (WW_TYPE_LOCATION, NULL);
  char north[G_ASCII_DTOSTR_BUF_SIZE], east[G_ASCII_DTOSTR_BUF_SIZE];

  self->latitude = latitude;
  self->longitude = longitude;
  self->accuracy = accuracy_m;
  self->name = g_utf8_make_valid (name, -1);
  g_ascii_formatd (north, sizeof north, "%.6f", latitude);
  g_ascii_formatd (east, sizeof east, "%.6f", longitude);
  self->uri = g_strdup_printf ("geo:%s,%s", north, east);
  return self;
}

double
ww_location_get_latitude (WwLocation *self)
{
  return self->latitude;
}

double
ww_location_get_longitude (WwLocation *self)
{
  return self->longitude;
}

double
ww_location_get_accuracy (WwLocation *self)
{
  return self->accuracy;
}

const char *
ww_location_get_name (WwLocation *self)
{
  return self->name;
}

const char *
ww_location_get_uri (WwLocation *self)
{
  return self->uri;
}

/* --- Links --------------------------------------------------------------------------------- */

static void
ww_link_preview_finalize (GObject *object)
{
  WwLinkPreview *self = WW_LINK_PREVIEW (object);

  g_free (self->url);
  g_free (self->title);
  g_free (self->description);
  g_clear_pointer (&self->image, g_bytes_unref);
  G_OBJECT_CLASS (ww_link_preview_parent_class)->finalize (object);
}

static void
ww_link_preview_class_init (WwLinkPreviewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ww_link_preview_finalize;
}

static void
ww_link_preview_init (WwLinkPreview *self)
{
}

/**
 * ww_link_preview_new:
 * @image: (nullable): a small picture
 */
WwLinkPreview *
ww_link_preview_new (const char *url, const char *title, const char *description, GBytes *image)
{
  WwLinkPreview *self = g_object_new (WW_TYPE_LINK_PREVIEW, NULL);

  self->url = g_utf8_make_valid (url, -1);
  self->title = g_utf8_make_valid (title, -1);
  self->description = g_utf8_make_valid (description, -1);
  self->image = image != NULL ? g_bytes_ref (image) : NULL;
  return self;
}

const char *
ww_link_preview_get_url (WwLinkPreview *self)
{
  return self->url;
}

const char *
ww_link_preview_get_title (WwLinkPreview *self)
{
  return self->title;
}

const char *
ww_link_preview_get_description (WwLinkPreview *self)
{
  return self->description;
}

GBytes *
ww_link_preview_get_image (WwLinkPreview *self)
{
  return self->image;
}

/* --- What a message carries ---------------------------------------------------------------- */

/* Made when it is first asked for; what was taken back, or edited, has another payload. */
typedef struct
{
  GBytes *payload;
  GListStore *attachments;
  WwLocation *location;
  WwLinkPreview *link;
  GBytes *card;
  char *summary;
} Media;

static void
media_free (gpointer data)
{
  Media *self = data;

  g_bytes_unref (self->payload);
  g_clear_object (&self->attachments);
  g_clear_object (&self->location);
  g_clear_object (&self->link);
  g_clear_pointer (&self->card, g_bytes_unref);
  g_free (self->summary);
  g_free (self);
}

static void
take_attachments (Media *self, WwTransfers *transfers, const guint8 id[16], const Waxwing__Attachments *attachments)
{
  self->attachments = g_list_store_new (WW_TYPE_ATTACHMENT);
  for (gsize i = 0; i < attachments->n_attachments; i++)
    {
      g_autoptr (WwAttachment) attachment = ww_attachment_new (transfers, id, (guint) i, attachments->attachments[i]);

      g_list_store_append (self->attachments, attachment);
    }
}

static void
take_link (Media *self, const Waxwing__LinkPreview *link)
{
  g_autoptr (GBytes) image = link->image.len > 0 ? g_bytes_new (link->image.data, link->image.len) : NULL;

  self->link = ww_link_preview_new (link->url, link->title, link->description, image);
}

/* Of one kind, or just files. */
static char *
summarize_attachments (GListModel *attachments)
{
  guint n = g_list_model_get_n_items (attachments);
  g_autoptr (WwAttachment) first = g_list_model_get_item (attachments, 0);
  WwAttachmentKind kind = first != NULL ? ww_attachment_get_kind (first) : WW_ATTACHMENT_KIND_FILE;

  for (guint i = 1; i < n; i++)
    {
      g_autoptr (WwAttachment) other = g_list_model_get_item (attachments, i);

      if (ww_attachment_get_kind (other) != kind)
        kind = WW_ATTACHMENT_KIND_FILE;
    }
  if (n == 1 && ww_attachment_get_voice (first))
    return g_strdup (_ ("Voice message"));
  if (kind == WW_ATTACHMENT_KIND_PHOTO)
    return n == 1 ? g_strdup (_ ("Photo")) : g_strdup_printf (ngettext ("%u photo", "%u photos", n), n);
  if (kind == WW_ATTACHMENT_KIND_VIDEO)
    return n == 1 ? g_strdup (_ ("Video")) : g_strdup_printf (ngettext ("%u video", "%u videos", n), n);
  return n == 1 ? g_strdup (ww_attachment_get_name (first)) : g_strdup_printf (ngettext ("%u file", "%u files", n), n);
}

static char *
summarize_card (GBytes *card)
{
  g_autofree char *name = ww_message_dup_card_name (card);

  /* Translators: whose contact card was sent. */
  return *name != '\0' ? g_strdup_printf (_ ("Contact: %s"), name) : g_strdup (_ ("Contact"));
}

static char *
summarize (const Media *self)
{
  if (self->attachments != NULL)
    return summarize_attachments (G_LIST_MODEL (self->attachments));
  if (self->card != NULL)
    return summarize_card (self->card);
  return g_strdup (self->location != NULL ? _ ("Location") : "");
}

static Media *
media_new (WwTransfers *transfers, const guint8 id[16], GBytes *bytes)
{
  Media *self = g_new0 (Media, 1);
  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);
  Waxwing__Payload *payload = waxwing__payload__unpack (NULL, len, data);

  self->payload = g_bytes_ref (bytes);
  if (payload == NULL)
    return self;
  if (payload->kind_case == WAXWING__PAYLOAD__KIND_ATTACHMENTS)
    take_attachments (self, transfers, id, payload->attachments);
  else if (payload->kind_case == WAXWING__PAYLOAD__KIND_LOCATION)
    self->location = ww_location_new (payload->location->latitude, payload->location->longitude,
                                      payload->location->accuracy_m, payload->location->name);
  else if (payload->kind_case == WAXWING__PAYLOAD__KIND_CARD)
    self->card = g_bytes_new (payload->card->vcard.data, payload->card->vcard.len);
  else if (payload->kind_case == WAXWING__PAYLOAD__KIND_TEXT && payload->text->link != NULL)
    take_link (self, payload->text->link);
  waxwing__payload__free_unpacked (payload, NULL);
  self->summary = summarize (self);
  return self;
}

static const Media *
get_media (WwMessage *message)
{
  static GQuark quark;
  GBytes *payload = ww_message_get_payload (message);
  WwConversationList *list = ww_message_get_list (message);
  Media *media;

  if (quark == 0)
    quark = g_quark_from_static_string ("ww-message-media");
  if (payload == NULL)
    {
      g_object_set_qdata (G_OBJECT (message), quark, NULL);
      return NULL;
    }
  media = g_object_get_qdata (G_OBJECT (message), quark);
  if (media != NULL && (media->payload == payload || g_bytes_equal (media->payload, payload)))
    return media;
  media = media_new (list != NULL ? ww_conversation_list_get_transfers (list) : NULL, ww_message_get_id_bytes (message),
                     payload);
  g_object_set_qdata_full (G_OBJECT (message), quark, media, media_free);
  return media;
}

GListModel *
ww_message_get_attachments (WwMessage *self)
{
  const Media *media = get_media (self);

  return media != NULL && media->attachments != NULL ? G_LIST_MODEL (media->attachments) : NULL;
}

WwLocation *
ww_message_get_location (WwMessage *self)
{
  const Media *media = get_media (self);

  return media != NULL ? media->location : NULL;
}

WwLinkPreview *
ww_message_get_link (WwMessage *self)
{
  const Media *media = get_media (self);

  return media != NULL ? media->link : NULL;
}

GBytes *
ww_message_get_card (WwMessage *self)
{
  const Media *media = get_media (self);

  return media != NULL ? media->card : NULL;
}

/* See the header. */
char *
ww_message_dup_summary (const guint8 id[16], GBytes *payload)
{
  Media *media = media_new (NULL, id, payload);
  char *summary = g_strdup (media->summary != NULL ? media->summary : "");

  media_free (media);
  return summary;
}

const char *
ww_message_get_summary (WwMessage *self)
{
  const Media *media = get_media (self);

  switch (ww_message_get_kind (self))
    {
    case WW_MESSAGE_KIND_ATTACHMENTS:
    case WW_MESSAGE_KIND_CONTACT:
    case WW_MESSAGE_KIND_LOCATION:
      return media != NULL && media->summary != NULL ? media->summary : _ ("Attachment");
    case WW_MESSAGE_KIND_UNSENT:
      return _ ("Unsent message");
    case WW_MESSAGE_KIND_UNKNOWN:
      return _ ("This message needs a newer Waxwing.");
    case WW_MESSAGE_KIND_TEXT:
    case WW_MESSAGE_KIND_NOTICE:
    case WW_MESSAGE_KIND_GROUP_EVENT:
      break;
    }
  return "";
}
