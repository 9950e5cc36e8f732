/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-message-content"

#include "ww-message-content.h"

#include "ww-attachments-content.h"
#include "ww-contact-content.h"
#include "ww-location-content.h"
#include "ww-text-content.h"
#include "ww-unknown-content.h"
#include "ww-unsent-content.h"

G_DEFINE_INTERFACE (WwMessageContent, ww_message_content, GTK_TYPE_WIDGET)

static void
ww_message_content_default_init (WwMessageContentInterface *iface)
{
}

static GType
type_for_kind (WwMessageKind kind)
{
  switch (kind)
    {
    case WW_MESSAGE_KIND_TEXT:
      return WW_TYPE_TEXT_CONTENT;
    case WW_MESSAGE_KIND_UNSENT:
      return WW_TYPE_UNSENT_CONTENT;
    case WW_MESSAGE_KIND_ATTACHMENTS:
      return WW_TYPE_ATTACHMENTS_CONTENT;
    case WW_MESSAGE_KIND_LOCATION:
      return WW_TYPE_LOCATION_CONTENT;
    case WW_MESSAGE_KIND_CONTACT:
      return WW_TYPE_CONTACT_CONTENT;
    case WW_MESSAGE_KIND_GROUP_EVENT:
    case WW_MESSAGE_KIND_NOTICE:
    case WW_MESSAGE_KIND_UNKNOWN:
      return WW_TYPE_UNKNOWN_CONTENT;
    }
  return WW_TYPE_UNKNOWN_CONTENT;
}

/**
 * ww_message_content_new:
 *
 * Returns: (transfer floating): the widget for messages of that kind
 */
WwMessageContent *
ww_message_content_new (WwMessageKind kind)
{
  return g_object_new (type_for_kind (kind), NULL);
}

/* Whether a row that shows another message now can keep its widget. */
gboolean
ww_message_content_shows (WwMessageContent *self, WwMessageKind kind)
{
  return G_OBJECT_TYPE (self) == type_for_kind (kind);
}

/**
 * ww_message_content_set_message:
 * @plain: whether it is a stranger's: nothing in it can be clicked, nothing is loaded for it
 */
void
ww_message_content_set_message (WwMessageContent *self, WwMessage *message, gboolean plain)
{
  WW_MESSAGE_CONTENT_GET_IFACE (self)->set_message (self, message, plain);
}

/**
 * ww_message_content_is_bare:
 *
 * Returns: whether this message is shown without a bubble around it
 */
gboolean
ww_message_content_is_bare (WwMessageContent *self)
{
  WwMessageContentInterface *iface = WW_MESSAGE_CONTENT_GET_IFACE (self);

  return iface->is_bare != NULL && iface->is_bare (self);
}

/**
 * ww_message_content_set_highlight:
 * @text: (nullable): what somebody looks for: it is marked wherever it stands in the message
 */
void
ww_message_content_set_highlight (WwMessageContent *self, const char *text)
{
  WwMessageContentInterface *iface = WW_MESSAGE_CONTENT_GET_IFACE (self);

  if (iface->set_highlight != NULL)
    iface->set_highlight (self, text);
}
