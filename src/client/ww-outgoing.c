/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-outgoing"

#include "ww-outgoing-private.h"

#include <math.h>
#include <openssl/rand.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ww-error-private.h"
#include "ww-hex.h"
#include "ww-limits.h"
#include "ww-message-describe.h"
#include "ww-message-media.h"

struct _WwOutgoing
{
  GObject parent_instance;

  char *text;
  char *reply_to;
  GPtrArray *files; /* of WwOutgoingFile */
  GBytes *card;
  WwLocation *location;
  WwLinkPreview *link;
};

G_DEFINE_FINAL_TYPE (WwOutgoing, ww_outgoing, G_TYPE_OBJECT)

/* --- Files --------------------------------------------------------------------------------- */

struct _WwOutgoingMemory
{
  grefcount references;
  int fd;
};

WwOutgoingMemory *
ww_outgoing_memory_ref (WwOutgoingMemory *self)
{
  g_ref_count_inc (&self->references);
  return self;
}

void
ww_outgoing_memory_unref (WwOutgoingMemory *self)
{
  if (!g_ref_count_dec (&self->references))
    return;
  close (self->fd);
  g_free (self);
}

static WwOutgoingMemory *
memory_new (GBytes *bytes)
{
  gsize left;
  const char *data = g_bytes_get_data (bytes, &left);
  int fd = memfd_create ("attachment", MFD_CLOEXEC);
  WwOutgoingMemory *self;

  while (fd >= 0 && left > 0)
    {
      ssize_t written = write (fd, data, left);

      if (written < 0)
        {
          close (fd);
          return NULL;
        }
      data += written;
      left -= (gsize) written;
    }
  if (fd < 0)
    return NULL;
  self = g_new0 (WwOutgoingMemory, 1);
  g_ref_count_init (&self->references);
  self->fd = fd;
  return self;
}

static void
file_free (gpointer data)
{
  WwOutgoingFile *self = data;

  g_clear_pointer (&self->memory, ww_outgoing_memory_unref);
  g_clear_pointer (&self->preview, g_bytes_unref);
  g_clear_pointer (&self->levels, g_bytes_unref);
  g_free (self->path);
  g_free (self->transfer);
  g_free (self->name);
  g_free (self->media_type);
  g_free (self);
}

static WwOutgoingFile *
add (WwOutgoing *self, guint64 size, const char *name, const char *media_type)
{
  WwOutgoingFile *file = g_new0 (WwOutgoingFile, 1);
  guint8 random[16];

  if (RAND_bytes (random, sizeof random) != 1)
    g_error ("There are no random bytes");
  file->transfer = ww_hex_encode (random, sizeof random);
  file->size = size;
  file->name = g_utf8_make_valid (name != NULL ? name : "", -1);
  file->media_type = g_strdup (media_type != NULL ? media_type : "");
  g_ptr_array_add (self->files, file);
  return file;
}

void
ww_outgoing_add_file (WwOutgoing *self, GFile *file, guint64 size, const char *name, const char *media_type)
{
  WwOutgoingFile *added = add (self, size, name, media_type);

  added->path = g_file_get_path (file);
}

void
ww_outgoing_add_bytes (WwOutgoing *self, GBytes *bytes, const char *name, const char *media_type)
{
  WwOutgoingFile *added = add (self, g_bytes_get_size (bytes), name, media_type);

  added->memory = memory_new (bytes);
  if (added->memory != NULL)
    added->path = g_strdup_printf ("/proc/self/fd/%d", added->memory->fd);
}

static WwOutgoingFile *
get_last (WwOutgoing *self)
{
  return self->files->len > 0 ? self->files->pdata[self->files->len - 1] : NULL;
}

void
ww_outgoing_set_picture (WwOutgoing *self, guint width, guint height, GBytes *preview)
{
  WwOutgoingFile *file = get_last (self);

  g_return_if_fail (file != NULL);
  file->width = MIN (width, WW_MAX_PICTURE_SIDE);
  file->height = MIN (height, WW_MAX_PICTURE_SIDE);
  g_clear_pointer (&file->preview, g_bytes_unref);
  if (preview != NULL && g_bytes_get_size (preview) <= WW_MAX_PREVIEW)
    file->preview = g_bytes_ref (preview);
}

void
ww_outgoing_set_sound (WwOutgoing *self, gint64 duration_ms, gboolean voice)
{
  WwOutgoingFile *file = get_last (self);

  g_return_if_fail (file != NULL);
  file->duration_ms = MAX (duration_ms, 0);
  file->voice = voice;
}

void
ww_outgoing_set_levels (WwOutgoing *self, GBytes *levels)
{
  WwOutgoingFile *file = get_last (self);

  g_return_if_fail (file != NULL);
  g_clear_pointer (&file->levels, g_bytes_unref);
  if (g_bytes_get_size (levels) <= WW_MAX_SOUND_LEVELS)
    file->levels = g_bytes_ref (levels);
}

GPtrArray *
ww_outgoing_get_files (WwOutgoing *self)
{
  return self->files;
}

GStrv
ww_outgoing_dup_transfers (WwOutgoing *self)
{
  GStrv names = g_new0 (char *, self->files->len + 1);

  for (guint i = 0; i < self->files->len; i++)
    names[i] = g_strdup (((WwOutgoingFile *) self->files->pdata[i])->transfer);
  return names;
}

/* --- The rest ------------------------------------------------------------------------------ */

void
ww_outgoing_set_card (WwOutgoing *self, GBytes *vcard)
{
  g_clear_pointer (&self->card, g_bytes_unref);
  self->card = g_bytes_ref (vcard);
}

void
ww_outgoing_set_location (WwOutgoing *self, double latitude, double longitude, double accuracy_m, const char *name)
{
  g_clear_object (&self->location);
  self->location = ww_location_new (latitude, longitude, accuracy_m, name);
}

void
ww_outgoing_set_link (WwOutgoing *self, WwLinkPreview *link)
{
  g_set_object (&self->link, link);
}

static void
ww_outgoing_finalize (GObject *object)
{
  WwOutgoing *self = WW_OUTGOING (object);

  g_ptr_array_unref (self->files);
  g_clear_pointer (&self->card, g_bytes_unref);
  g_clear_object (&self->location);
  g_clear_object (&self->link);
  g_free (self->text);
  g_free (self->reply_to);
  G_OBJECT_CLASS (ww_outgoing_parent_class)->finalize (object);
}

static void
ww_outgoing_class_init (WwOutgoingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ww_outgoing_finalize;
}

static void
ww_outgoing_init (WwOutgoing *self)
{
  self->text = g_strdup ("");
  self->files = g_ptr_array_new_with_free_func (file_free);
}

WwOutgoing *
ww_outgoing_new (void)
{
  return g_object_new (WW_TYPE_OUTGOING, NULL);
}

const char *
ww_outgoing_get_text (WwOutgoing *self)
{
  g_return_val_if_fail (WW_IS_OUTGOING (self), NULL);

  return self->text;
}

void
ww_outgoing_set_text (WwOutgoing *self, const char *text)
{
  g_return_if_fail (WW_IS_OUTGOING (self));

  g_set_str (&self->text, text != NULL ? text : "");
}

const char *
ww_outgoing_get_reply_to (WwOutgoing *self)
{
  g_return_val_if_fail (WW_IS_OUTGOING (self), NULL);

  return self->reply_to;
}

void
ww_outgoing_set_reply_to (WwOutgoing *self, const char *message_id)
{
  g_return_if_fail (WW_IS_OUTGOING (self));

  g_set_str (&self->reply_to, message_id);
}

static gboolean
is_blank (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      return FALSE;
  return TRUE;
}

static gboolean
are_files_sendable (WwOutgoing *self)
{
  if (self->files->len > WW_MAX_ATTACHMENTS)
    return FALSE;
  for (guint i = 0; i < self->files->len; i++)
    {
      const WwOutgoingFile *file = self->files->pdata[i];

      if (file->path == NULL || strlen (file->name) > WW_MAX_FILE_NAME ||
          strlen (file->media_type) > WW_MAX_MEDIA_TYPE || file->size > WW_MAX_ATTACHMENT_SIZE)
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_place_sendable (WwLocation *place)
{
  double latitude = ww_location_get_latitude (place), longitude = ww_location_get_longitude (place);
  double accuracy = ww_location_get_accuracy (place);

  return isfinite (latitude) && fabs (latitude) <= 90 && isfinite (longitude) && fabs (longitude) <= 180 &&
         isfinite (accuracy) && accuracy >= 0 && accuracy <= WW_MAX_ACCURACY_M &&
         strlen (ww_location_get_name (place)) <= WW_MAX_PLACE_NAME;
}

static gboolean
is_sendable (WwOutgoing *self)
{
  if (!g_utf8_validate (self->text, -1, NULL) || strlen (self->text) > WW_MAX_TEXT)
    return FALSE;
  if (self->files->len > 0)
    return are_files_sendable (self);
  if (self->card != NULL)
    return g_bytes_get_size (self->card) > 0 && g_bytes_get_size (self->card) <= WW_MAX_CARD;
  if (self->location != NULL)
    return is_place_sendable (self->location);
  return !is_blank (self->text);
}

static void
pack (WwMessageRow *row, const Waxwing__Payload *payload)
{
  gsize size = waxwing__payload__get_packed_size (payload);
  guint8 *packed = g_malloc (size);

  ww_message_row_describe (row, payload);
  g_clear_pointer (&row->payload, g_bytes_unref);
  row->payload = g_bytes_new_take (packed, waxwing__payload__pack (payload, packed));
}

static ProtobufCBinaryData
borrow (GBytes *bytes)
{
  gsize len = 0;
  const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &len) : NULL;

  return (ProtobufCBinaryData) { len, (uint8_t *) data };
}

/* Without their places, which are not known yet: see ww-uploads.c. */
static void
fill_attachments (WwOutgoing *self, WwMessageRow *row, Waxwing__Payload *payload)
{
  guint n = self->files->len;
  Waxwing__Attachments attachments = WAXWING__ATTACHMENTS__INIT;
  g_autofree Waxwing__Attachment *storage = g_new0 (Waxwing__Attachment, n);
  g_autofree Waxwing__Attachment **list = g_new0 (Waxwing__Attachment *, n);
  g_autofree Waxwing__Picture *pictures = g_new0 (Waxwing__Picture, n);

  for (guint i = 0; i < n; i++)
    {
      const WwOutgoingFile *file = self->files->pdata[i];

      waxwing__attachment__init (&storage[i]);
      waxwing__picture__init (&pictures[i]);
      storage[i].name = file->name;
      storage[i].media_type = file->media_type;
      storage[i].size = file->size;
      storage[i].duration_ms = (guint64) file->duration_ms;
      storage[i].voice = file->voice;
      storage[i].levels = borrow (file->levels);
      pictures[i].width = file->width;
      pictures[i].height = file->height;
      pictures[i].preview = borrow (file->preview);
      if (file->width > 0 || file->preview != NULL)
        storage[i].picture = &pictures[i];
      list[i] = &storage[i];
    }
  attachments.attachments = list;
  attachments.n_attachments = n;
  attachments.text = self->text;
  payload->kind_case = WAXWING__PAYLOAD__KIND_ATTACHMENTS;
  payload->attachments = &attachments;
  pack (row, payload);
}

static void
fill_card (WwOutgoing *self, WwMessageRow *row, Waxwing__Payload *payload)
{
  Waxwing__Card card = WAXWING__CARD__INIT;

  card.vcard = borrow (self->card);
  payload->kind_case = WAXWING__PAYLOAD__KIND_CARD;
  payload->card = &card;
  pack (row, payload);
}

static void
fill_location (WwOutgoing *self, WwMessageRow *row, Waxwing__Payload *payload)
{
  Waxwing__Location location = WAXWING__LOCATION__INIT;

  location.latitude = ww_location_get_latitude (self->location);
  location.longitude = ww_location_get_longitude (self->location);
  location.accuracy_m = ww_location_get_accuracy (self->location);
  location.name = (char *) ww_location_get_name (self->location);
  payload->kind_case = WAXWING__PAYLOAD__KIND_LOCATION;
  payload->location = &location;
  pack (row, payload);
}

static void
fill_text (WwOutgoing *self, WwMessageRow *row, Waxwing__Payload *payload)
{
  Waxwing__Text text = WAXWING__TEXT__INIT;
  Waxwing__LinkPreview link = WAXWING__LINK_PREVIEW__INIT;

  text.body = self->text;
  if (self->link != NULL)
    {
      link.url = (char *) ww_link_preview_get_url (self->link);
      link.title = (char *) ww_link_preview_get_title (self->link);
      link.description = (char *) ww_link_preview_get_description (self->link);
      link.image = borrow (ww_link_preview_get_image (self->link));
      text.link = &link;
    }
  payload->kind_case = WAXWING__PAYLOAD__KIND_TEXT;
  payload->text = &text;
  pack (row, payload);
}

gboolean
ww_outgoing_fill (WwOutgoing *self, WwMessageRow *row, GError **error)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  guint8 reply_to[WW_ID_SIZE];

  if (!is_sendable (self) || (self->reply_to != NULL && !ww_hex_decode (self->reply_to, reply_to, sizeof reply_to)))
    {
      ww_error_set (error, WW_ERROR_INVALID_ARGUMENT);
      return FALSE;
    }
  if (self->reply_to != NULL)
    payload.reply_to = (ProtobufCBinaryData) { sizeof reply_to, reply_to };
  if (self->files->len > 0)
    fill_attachments (self, row, &payload);
  else if (self->card != NULL)
    fill_card (self, row, &payload);
  else if (self->location != NULL)
    fill_location (self, row, &payload);
  else
    fill_text (self, row, &payload);
  return TRUE;
}
