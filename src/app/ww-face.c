/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-face"

#include "ww-face.h"

#include "ww-picture.h"
#include "ww-texture.h"

/* How large each of two is, in hundredths of the whole. */
#define SHARE 70
/* For how many pixels a picture is decoded: for the largest face, on a dense screen. */
#define PIXELS 192

struct _WwFace
{
  GtkWidget parent_instance;
  AdwAvatar *whole;
  AdwAvatar *back;
  AdwAvatar *front;

  WwConversation *conversation;
  GSignalGroup *signals;
  GSignalGroup *member_signals;
  GBytes *picture; /* what is shown, or being decoded */
  GCancellable *cancellable;
  int size;
};

G_DEFINE_FINAL_TYPE (WwFace, ww_face, GTK_TYPE_WIDGET)

typedef enum
{
  PROP_SIZE = 1,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

static char *
cache_key (GBytes *picture)
{
  g_autofree char *sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, picture);

  return g_strconcat ("face-", sum, NULL);
}

/* The names of the first two others in a group. */
static gboolean
find_two (WwConversation *conversation, WwMember **first, WwMember **second)
{
  GListModel *members = ww_conversation_get_members (conversation);
  guint found = 0;

  for (guint i = 0; i < g_list_model_get_n_items (members) && found < 2; i++)
    {
      g_autoptr (WwMember) member = g_list_model_get_item (members, i);

      if (!ww_member_get_own (member))
        *(found++ == 0 ? first : second) = g_steal_pointer (&member);
    }
  return found == 2;
}

static void
show_two (WwFace *self)
{
  g_autoptr (WwMember) first = NULL;
  g_autoptr (WwMember) second = NULL;
  gboolean two = ww_conversation_get_kind (self->conversation) == WW_CONVERSATION_KIND_GROUP && self->picture == NULL &&
                 find_two (self->conversation, &first, &second);

  gtk_widget_set_visible (GTK_WIDGET (self->whole), !two);
  gtk_widget_set_visible (GTK_WIDGET (self->back), two);
  gtk_widget_set_visible (GTK_WIDGET (self->front), two);
  if (!two)
    return;
  adw_avatar_set_text (self->back, ww_member_get_name (first));
  adw_avatar_set_text (self->front, ww_member_get_name (second));
}

static void
decoded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwFace) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPaintable) paintable = ww_picture_load_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  /* What is no picture leaves the letters. */
  if (paintable == NULL || self->picture == NULL)
    return;
  if (GDK_IS_TEXTURE (paintable))
    {
      g_autofree char *key = cache_key (self->picture);

      ww_texture_cache_insert (key, GDK_TEXTURE (paintable));
    }
  adw_avatar_set_custom_image (self->whole, paintable);
}

static void
load_picture (WwFace *self, GBytes *picture)
{
  g_autofree char *key = NULL;
  GdkTexture *known;

  if (self->picture == picture || (self->picture != NULL && picture != NULL && g_bytes_equal (self->picture, picture)))
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->picture, g_bytes_unref);
  adw_avatar_set_custom_image (self->whole, NULL);
  if (picture == NULL)
    return;

  self->picture = g_bytes_ref (picture);
  key = cache_key (picture);
  known = ww_texture_cache_lookup (key);
  if (known != NULL)
    {
      adw_avatar_set_custom_image (self->whole, GDK_PAINTABLE (known));
      return;
    }
  self->cancellable = g_cancellable_new ();
  ww_picture_load_async (picture, PIXELS, PIXELS, WW_PICTURE_STILL, self->cancellable, decoded_cb, g_object_ref (self));
}

static void
update (WwFace *self)
{
  if (self->conversation == NULL)
    return;
  adw_avatar_set_text (self->whole, ww_conversation_get_title (self->conversation));
  /* A stranger's picture is not decoded before the person has let them in. */
  load_picture (self, ww_conversation_get_standing (self->conversation) == WW_STANDING_REQUEST
                          ? NULL
                          : ww_conversation_get_picture (self->conversation));
  show_two (self);
}

/**
 * ww_face_set_conversation:
 * @conversation: (nullable): whose face it is from now on
 */
void
ww_face_set_conversation (WwFace *self, WwConversation *conversation)
{
  g_set_object (&self->conversation, conversation);
  g_signal_group_set_target (self->signals, conversation);
  g_signal_group_set_target (self->member_signals,
                             conversation != NULL ? ww_conversation_get_members (conversation) : NULL);
  if (conversation == NULL)
    load_picture (self, NULL);
  update (self);
}

static void
set_size (WwFace *self, int size)
{
  self->size = size;
  adw_avatar_set_size (self->whole, size);
  adw_avatar_set_size (self->back, size * SHARE / 100);
  adw_avatar_set_size (self->front, size * SHARE / 100);
  gtk_widget_set_size_request (GTK_WIDGET (self), size, size);
}

static AdwAvatar *
add_avatar (WwFace *self, GtkAlign align)
{
  GtkWidget *avatar = adw_avatar_new (-1, NULL, TRUE);

  gtk_widget_set_halign (avatar, align);
  gtk_widget_set_valign (avatar, align);
  gtk_widget_set_parent (avatar, GTK_WIDGET (self));
  return ADW_AVATAR (avatar);
}

static void
ww_face_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((Property) id)
    {
    case PROP_SIZE:
      g_value_set_int (value, WW_FACE (object)->size);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ww_face_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch ((Property) id)
    {
    case PROP_SIZE:
      set_size (WW_FACE (object), g_value_get_int (value));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
unparent (AdwAvatar *avatar)
{
  gtk_widget_unparent (GTK_WIDGET (avatar));
}

static void
ww_face_dispose (GObject *object)
{
  WwFace *self = WW_FACE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->signals);
  g_clear_object (&self->member_signals);
  g_clear_object (&self->conversation);
  g_clear_pointer (&self->picture, g_bytes_unref);
  g_clear_pointer (&self->whole, unparent);
  g_clear_pointer (&self->back, unparent);
  g_clear_pointer (&self->front, unparent);
  G_OBJECT_CLASS (ww_face_parent_class)->dispose (object);
}

static void
ww_face_class_init (WwFaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ww_face_get_property;
  object_class->set_property = ww_face_set_property;
  object_class->dispose = ww_face_dispose;
  properties[PROP_SIZE] = g_param_spec_int ("size", NULL, NULL, 1, 256, 40,
                                            G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
ww_face_init (WwFace *self)
{
  self->whole = add_avatar (self, GTK_ALIGN_CENTER);
  self->back = add_avatar (self, GTK_ALIGN_START);
  self->front = add_avatar (self, GTK_ALIGN_END);
  gtk_widget_add_css_class (GTK_WIDGET (self->front), "face-front");
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);

  self->signals = g_signal_group_new (WW_TYPE_CONVERSATION);
  g_signal_group_connect_swapped (self->signals, "notify::title", G_CALLBACK (update), self);
  g_signal_group_connect_swapped (self->signals, "notify::picture", G_CALLBACK (update), self);
  g_signal_group_connect_swapped (self->signals, "notify::standing", G_CALLBACK (update), self);
  self->member_signals = g_signal_group_new (G_TYPE_LIST_MODEL);
  g_signal_group_connect_swapped (self->member_signals, "items-changed", G_CALLBACK (update), self);
}

GtkWidget *
ww_face_new (int size)
{
  return g_object_new (WW_TYPE_FACE, "size", size, NULL);
}
