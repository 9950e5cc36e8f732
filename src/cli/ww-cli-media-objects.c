/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-card.h"
#include "ww-cli-objects.h"

static const char *
nick (GType type, int value)
{
  g_autoptr (GEnumClass) values = g_type_class_ref (type);
  const GEnumValue *found = g_enum_get_value (values, value);

  return found != NULL ? found->value_nick : NULL;
}

JsonObject *
ww_cli_object_of_attachment (WwAttachment *attachment)
{
  JsonObject *object = json_object_new ();

  ww_cli_object_set (object, "name", ww_attachment_get_name (attachment));
  ww_cli_object_set (object, "type", ww_attachment_get_media_type (attachment));
  json_object_set_int_member (object, "size", (gint64) ww_attachment_get_size (attachment));
  ww_cli_object_set (object, "kind", nick (WW_TYPE_ATTACHMENT_KIND, ww_attachment_get_kind (attachment)));
  ww_cli_object_set (object, "state", ww_attachment_state_to_string (ww_attachment_get_state (attachment)));
  json_object_set_int_member (object, "done", (gint64) ww_attachment_get_done (attachment));
  json_object_set_int_member (object, "total", (gint64) ww_attachment_get_total (attachment));
  json_object_set_int_member (object, "width", ww_attachment_get_width (attachment));
  json_object_set_int_member (object, "height", ww_attachment_get_height (attachment));
  json_object_set_boolean_member (object, "preview", ww_attachment_get_preview (attachment) != NULL);
  json_object_set_int_member (object, "duration_ms", ww_attachment_get_duration_ms (attachment));
  json_object_set_boolean_member (object, "voice", ww_attachment_get_voice (attachment));
  json_object_set_boolean_member (object, "levels", ww_attachment_get_levels (attachment) != NULL);
  if (ww_attachment_get_error (attachment) != NULL)
    ww_cli_object_set (object, "error", ww_attachment_get_error (attachment));
  return object;
}

static void
add_attachments (JsonObject *object, GListModel *attachments)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++)
    {
      g_autoptr (WwAttachment) attachment = g_list_model_get_item (attachments, i);

      json_array_add_object_element (array, ww_cli_object_of_attachment (attachment));
    }
  json_object_set_array_member (object, "attachments", array);
}

static JsonArray *
fields_of (WwCard *card)
{
  JsonArray *array = json_array_new ();
  GListModel *fields = ww_card_get_fields (card);

  for (guint i = 0; i < g_list_model_get_n_items (fields); i++)
    {
      g_autoptr (WwCardField) field = g_list_model_get_item (fields, i);
      JsonObject *entry = json_object_new ();

      ww_cli_object_set (entry, "kind", nick (WW_TYPE_CARD_FIELD_KIND, ww_card_field_get_kind (field)));
      ww_cli_object_set (entry, "label", ww_card_field_get_label (field));
      ww_cli_object_set (entry, "value", ww_card_field_get_value (field));
      json_array_add_object_element (array, entry);
    }
  return array;
}

/* What can't be read stands as it came, without a name. */
static void
add_contact (JsonObject *object, GBytes *vcard)
{
  JsonObject *entry = json_object_new ();
  g_autoptr (WwCard) card = ww_card_new_from_vcard (vcard, NULL);
  g_autofree char *text = g_utf8_make_valid (g_bytes_get_data (vcard, NULL), (gssize) g_bytes_get_size (vcard));

  ww_cli_object_set (entry, "name", card != NULL ? ww_card_get_name (card) : NULL);
  if (card != NULL)
    json_object_set_array_member (entry, "fields", fields_of (card));
  ww_cli_object_set (entry, "vcard", text);
  json_object_set_object_member (object, "contact", entry);
}

static void
add_location (JsonObject *object, WwLocation *location)
{
  JsonObject *entry = json_object_new ();

  json_object_set_double_member (entry, "latitude", ww_location_get_latitude (location));
  json_object_set_double_member (entry, "longitude", ww_location_get_longitude (location));
  json_object_set_double_member (entry, "accuracy", ww_location_get_accuracy (location));
  ww_cli_object_set (entry, "name", ww_location_get_name (location));
  ww_cli_object_set (entry, "uri", ww_location_get_uri (location));
  json_object_set_object_member (object, "location", entry);
}

static void
add_link (JsonObject *object, WwLinkPreview *link)
{
  JsonObject *entry = json_object_new ();

  ww_cli_object_set (entry, "url", ww_link_preview_get_url (link));
  ww_cli_object_set (entry, "title", ww_link_preview_get_title (link));
  ww_cli_object_set (entry, "description", ww_link_preview_get_description (link));
  json_object_set_boolean_member (entry, "picture", ww_link_preview_get_image (link) != NULL);
  json_object_set_object_member (object, "link", entry);
}

/**
 * ww_cli_object_add_media:
 *
 * What a message carries beside its text: `attachments`, `contact`, `location`, `link`, each where there is one.
 */
void
ww_cli_object_add_media (JsonObject *object, WwMessage *message)
{
  if (ww_message_get_attachments (message) != NULL)
    add_attachments (object, ww_message_get_attachments (message));
  if (ww_message_get_card (message) != NULL)
    add_contact (object, ww_message_get_card (message));
  if (ww_message_get_location (message) != NULL)
    add_location (object, ww_message_get_location (message));
  if (ww_message_get_link (message) != NULL)
    add_link (object, ww_message_get_link (message));
}
