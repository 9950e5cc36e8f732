/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-card"

#include <string.h>

#include "ww-attachment-file.h"
#include "ww-card-private.h"
#include "ww-error-private.h"
#include "ww-limits.h"
#include "ww-media-picture.h"
#include "ww-text.h"

/* How large a picture is sent, and what leaves room for the rest. */
#define PICTURE_SIDE 320
#define PICTURE_MAX  (WW_MAX_CARD / 2)

struct _WwCard
{
  GObject parent_instance;

  char *name;
  GStrv parts;
  GBytes *picture;
  char *picture_type;
  GListStore *fields;
};

G_DEFINE_FINAL_TYPE (WwCard, ww_card, G_TYPE_OBJECT)

typedef enum
{
  PROP_NAME = 1,
  PROP_PICTURE,
  PROP_FIELDS,
} WwCardProperty;

static GParamSpec *properties[PROP_FIELDS + 1];

/* --- Filling it in ------------------------------------------------------------------------- */

WwCard *
ww_card_new (void)
{
  return g_object_new (WW_TYPE_CARD, NULL);
}

void
ww_card_set_name (WwCard *self, const char *name)
{
  g_free (self->name);
  self->name = ww_text_one_line (name, WW_CARD_MAX_CHARS);
}

void
ww_card_set_parts (WwCard *self, const char *const *parts)
{
  g_strfreev (self->parts);
  self->parts = g_new0 (char *, WW_CARD_NAME_PARTS + 1);
  for (guint i = 0; i < WW_CARD_NAME_PARTS; i++)
    self->parts[i] = ww_text_one_line (parts[i], WW_CARD_MAX_CHARS);
}

void
ww_card_set_picture (WwCard *self, GBytes *picture, const char *type)
{
  g_clear_pointer (&self->picture, g_bytes_unref);
  self->picture = picture != NULL ? g_bytes_ref (picture) : NULL;
  g_set_str (&self->picture_type, type);
}

void
ww_card_take_field (WwCard *self, WwCardField *field)
{
  if (field != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->fields)) < WW_CARD_MAX_FIELDS)
    g_list_store_append (self->fields, field);
  g_clear_object (&field);
}

/* --- Reading ------------------------------------------------------------------------------- */

/* Who has no name is called by the first thing that is said of them. */
static void
name_by_field (WwCard *self)
{
  g_autoptr (WwCardField) first = g_list_model_get_item (G_LIST_MODEL (self->fields), 0);

  if (*self->name == '\0' && first != NULL)
    ww_card_set_name (self, ww_card_field_get_value (first));
}

static int
compare_kinds (gconstpointer a, gconstpointer b, gpointer data)
{
  return (int) ww_card_field_get_kind ((WwCardField *) a) - (int) ww_card_field_get_kind ((WwCardField *) b);
}

/**
 * ww_card_new_from_vcard:
 * @vcard: vCard 2.1, 3.0 or 4.0, from anybody
 *
 * Reads what can be shown. Nothing that a card points to is loaded: a picture counts only when it is in the card itself.
 *
 * Returns: (transfer full) (nullable): %NULL and #WW_ERROR_INVALID_ARGUMENT when it isn't a card
 */
WwCard *
ww_card_new_from_vcard (GBytes *vcard, GError **error)
{
  g_autoptr (WwCard) self = ww_card_new ();
  gsize size;
  const char *data = g_bytes_get_data (vcard, &size);
  g_autofree char *text = NULL;

  if (size == 0 || size > WW_CARD_MAX_FILE || memchr (data, '\0', size) != NULL)
    {
      ww_error_set (error, WW_ERROR_INVALID_ARGUMENT);
      return NULL;
    }
  text = g_utf8_make_valid (data, (gssize) size);
  if (!ww_card_read (self, text))
    {
      ww_error_set (error, WW_ERROR_INVALID_ARGUMENT);
      return NULL;
    }
  g_list_store_sort (self->fields, compare_kinds, NULL);
  name_by_field (self);
  if (*self->name != '\0')
    return g_steal_pointer (&self);
  ww_error_set (error, WW_ERROR_INVALID_ARGUMENT);
  return NULL;
}

/* --- Preparing ----------------------------------------------------------------------------- */

typedef struct
{
  WwCard *card;
  GBytes *picture; /* smaller */
  char *picture_type;
} Preparation;

static void
preparation_clear (gpointer data)
{
  Preparation *self = data;

  g_object_unref (self->card);
  g_clear_pointer (&self->picture, g_bytes_unref);
  g_free (self->picture_type);
}

static void
preparation_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, preparation_clear);
}

/* One that cannot be decoded, or not be made small enough, is left out; the card goes without. */
static gboolean
shrink_work (gpointer data, GError **error)
{
  Preparation *self = data;
  g_autoptr (WwMediaPicture) picture = ww_media_picture_scale (self->card->picture, PICTURE_SIDE, NULL, NULL);

  if (picture != NULL && g_bytes_get_size (picture->bytes) <= PICTURE_MAX)
    {
      self->picture = g_bytes_ref (picture->bytes);
      self->picture_type = g_strdup (picture->media_type);
    }
  return TRUE;
}

static DexFuture *
shrunk_cb (DexFuture *future, gpointer data)
{
  Preparation *self = data;
  g_autoptr (GBytes) vcard = NULL;

  ww_card_set_picture (self->card, self->picture, self->picture_type);
  vcard = ww_card_to_vcard (self->card);
  if (g_bytes_get_size (vcard) > WW_MAX_CARD)
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  return dex_future_new_take_boxed (G_TYPE_BYTES, g_steal_pointer (&vcard));
}

/**
 * ww_card_prepare:
 * @vcard: as for ww_card_new_from_vcard(): the file that a person chose
 *
 * Resolves to what of it is sent (#GBytes): version 4.0, only what the card shows, and the picture decoded in the sandbox
 * and made smaller. Nothing else that the file holds leaves this machine.
 */
DexFuture *
ww_card_prepare (GBytes *vcard)
{
  g_autoptr (GError) error = NULL;
  WwCard *card = ww_card_new_from_vcard (vcard, &error);
  Preparation *preparation;
  DexFuture *shrunk;

  if (card == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  preparation = g_atomic_rc_box_new0 (Preparation);
  preparation->card = card;
  shrunk = card->picture != NULL
               ? ww_attachment_work (shrink_work, g_atomic_rc_box_acquire (preparation), preparation_unref)
               : dex_future_new_true ();
  return dex_future_then (shrunk, shrunk_cb, preparation, preparation_unref);
}

/* --- The class ----------------------------------------------------------------------------- */

const char *
ww_card_get_name (WwCard *self)
{
  g_return_val_if_fail (WW_IS_CARD (self), NULL);

  return self->name;
}

GBytes *
ww_card_get_picture (WwCard *self)
{
  g_return_val_if_fail (WW_IS_CARD (self), NULL);

  return self->picture;
}

GListModel *
ww_card_get_fields (WwCard *self)
{
  g_return_val_if_fail (WW_IS_CARD (self), NULL);

  return G_LIST_MODEL (self->fields);
}

const char *const *
ww_card_get_parts (WwCard *self)
{
  return (const char *const *) self->parts;
}

const char *
ww_card_get_picture_type (WwCard *self)
{
  return self->picture_type;
}

static void
ww_card_finalize (GObject *object)
{
  WwCard *self = WW_CARD (object);

  g_free (self->name);
  g_strfreev (self->parts);
  g_clear_pointer (&self->picture, g_bytes_unref);
  g_free (self->picture_type);
  g_clear_object (&self->fields);
  G_OBJECT_CLASS (ww_card_parent_class)->finalize (object);
}

static void
ww_card_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WwCard *self = WW_CARD (object);

  switch ((WwCardProperty) id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      return;
    case PROP_PICTURE:
      g_value_set_boxed (value, self->picture);
      return;
    case PROP_FIELDS:
      g_value_set_object (value, self->fields);
      return;
    }
  G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ww_card_class_init (WwCardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = ww_card_finalize;
  object_class->get_property = ww_card_get_property;
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_PICTURE] = g_param_spec_boxed ("picture", NULL, NULL, G_TYPE_BYTES, flags);
  properties[PROP_FIELDS] = g_param_spec_object ("fields", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ww_card_init (WwCard *self)
{
  self->name = g_strdup ("");
  self->fields = g_list_store_new (WW_TYPE_CARD_FIELD);
}
