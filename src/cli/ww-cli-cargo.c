/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-cli-cargo.h"

#include <glib/gi18n.h>
#include <math.h>

#include "ww-card.h"
#include "ww-cli.h"
#include "ww-media-decode.h"
#include "ww-media-picture.h"

/* As many as one message takes, and what of a picture travels in it (docs/protocol.md). */
#define MAX_FILES   32
#define MAX_PREVIEW 4096
#define SNIFF_BYTES 4096

static char **attach;
static gboolean keep_metadata;
static char *contact;
static char *location;
static char *link_address;
static char *link_title;
static char *link_text;
static gboolean look_behind;

const GOptionEntry ww_cli_cargo_options[] = {
  { "attach", 'a', 0, G_OPTION_ARG_FILENAME_ARRAY, &attach, N_ ("A file to send; may be given several times"),
    N_ ("FILE") },
  { "keep-metadata", 0, 0, G_OPTION_ARG_NONE, &keep_metadata,
    N_ ("Leave in pictures what the camera noted, such as the place"), NULL },
  { "contact", 0, 0, G_OPTION_ARG_FILENAME, &contact, N_ ("A person's card to send (vCard)"), N_ ("FILE") },
  { "location", 0, 0, G_OPTION_ARG_STRING, &location,
    N_ ("A place to send, in degrees, with its accuracy in metres and "
        "its name if they are known"),
    N_ ("LAT,LON[,ACCURACY][,NAME]") },
  { "link", 0, 0, G_OPTION_ARG_STRING, &link_address, N_ ("An address to send"), N_ ("URL") },
  { "preview", 0, 0, G_OPTION_ARG_NONE, &look_behind, N_ ("Look what is behind it, for its preview"), NULL },
  { "link-title", 0, 0, G_OPTION_ARG_STRING, &link_title, N_ ("What is behind it, for its preview"), N_ ("TITLE") },
  { "link-text", 0, 0, G_OPTION_ARG_STRING, &link_text, N_ ("What that says, for its preview"), N_ ("TEXT") },
  G_OPTION_ENTRY_NULL,
};

typedef struct
{
  GFile *file;
  char *name;
  char *media_type;
  guint64 size;
  WwMediaFormat format;
  WwMediaPicture *picture; /* NULL: sent as it is */
} Item;

struct _WwCliCargo
{
  GPtrArray *items; /* of Item */
  GBytes *card;
  gboolean has_place;
  double latitude, longitude, accuracy;
  char *place;
  WwLinkPreview *preview;
};

static void
item_free (gpointer data)
{
  Item *self = data;

  g_clear_object (&self->file);
  g_free (self->name);
  g_free (self->media_type);
  g_clear_pointer (&self->picture, ww_media_picture_free);
  g_free (self);
}

void
ww_cli_cargo_free (WwCliCargo *self)
{
  g_ptr_array_unref (self->items);
  g_clear_pointer (&self->card, g_bytes_unref);
  g_clear_object (&self->preview);
  g_free (self->place);
  g_free (self);
}

/* --- Files --------------------------------------------------------------------------------- */

static gboolean
set_unreadable (const char *path, GError **error)
{
  g_set_error (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT, _ ("The file “%s” can't be read."), path);
  return FALSE;
}

/* What it is, by its name and how it begins. */
static gboolean
look_at (Item *self, const char *path, GError **error)
{
  g_autoptr (GFileInfo)
      info = g_file_query_info (self->file, G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                                G_FILE_QUERY_INFO_NONE, NULL, NULL);
  g_autoptr (GInputStream) stream = NULL;
  g_autofree guint8 *start = g_malloc (SNIFF_BYTES);
  g_autofree char *type = NULL;
  gsize len;

  if (info == NULL || g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    return set_unreadable (path, error);
  stream = G_INPUT_STREAM (g_file_read (self->file, NULL, NULL));
  if (stream == NULL || !g_input_stream_read_all (stream, start, SNIFF_BYTES, &len, NULL, NULL))
    return set_unreadable (path, error);
  self->size = (guint64) g_file_info_get_size (info);
  type = g_content_type_guess (self->name, start, len, NULL);
  self->media_type = g_content_type_get_mime_type (type);
  if (self->media_type == NULL)
    self->media_type = g_strdup ("application/octet-stream");
  self->format = ww_media_format_find (start, len);
  return TRUE;
}

/* Decoding waits for another process, and is none of this thread's business. */
static DexFuture *
prepare_fiber (gpointer data)
{
  Item *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_file_load_bytes (self->file, NULL, NULL, &error);

  if (bytes != NULL)
    self->picture = ww_media_picture_prepare (
        bytes, keep_metadata ? WW_MEDIA_PICTURE_KEEP_METADATA : WW_MEDIA_PICTURE_DEFAULT, MAX_PREVIEW, NULL, &error);
  return self->picture != NULL ? dex_future_new_true () : dex_future_new_for_error (g_steal_pointer (&error));
}

/* A picture without what its camera noted. What is no picture that anybody decodes is left alone. */
static gboolean
clean (Item *self, const char *path, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (self->format == WW_MEDIA_FORMAT_UNKNOWN)
    return TRUE;
  if (self->size <= WW_MEDIA_MAX_BYTES &&
      dex_await (dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), 0, prepare_fiber, self, NULL), &local))
    return TRUE;
  if (keep_metadata)
    return TRUE;
  g_debug ("A picture was not prepared: %s", local != NULL ? local->message : "too large");
  g_set_error (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
               _ ("What the camera noted can't be taken out of “%s”. --keep-metadata sends it as it is."), path);
  return FALSE;
}

static Item *
item_new (const char *path, GError **error)
{
  Item *self = g_new0 (Item, 1);
  g_autofree char *name = NULL;

  self->file = g_file_new_for_commandline_arg (path);
  name = g_file_get_basename (self->file);
  self->name = g_utf8_make_valid (name != NULL ? name : "", -1);
  if (look_at (self, path, error) && clean (self, path, error))
    return self;
  item_free (self);
  return NULL;
}

/* --- Cards, places, links ------------------------------------------------------------------ */

static GBytes *
load_card (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GBytes) bytes = NULL;
  GBytes *card;

  bytes = g_file_load_bytes (file, NULL, NULL, NULL);
  if (bytes == NULL || g_bytes_get_size (bytes) > WW_CARD_MAX_FILE)
    {
      set_unreadable (path, error);
      return NULL;
    }
  card = dex_await_boxed (ww_card_prepare (bytes), NULL);
  if (card == NULL)
    g_set_error (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT, _ ("There is no person's card in “%s”."), path);
  return card;
}

static gboolean
parse_number (const char *text, double *value)
{
  char *end;

  *value = g_ascii_strtod (text, &end);
  return *text != '\0' && *end == '\0' && isfinite (*value);
}

static gboolean
parse_place (WwCliCargo *self, const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", 3);
  guint n = g_strv_length (parts);
  const char *rest = n > 2 ? parts[2] : "";
  const char *comma = strchr (rest, ',');
  g_autofree char *third = comma != NULL ? g_strndup (rest, (gsize) (comma - rest)) : g_strdup (rest);

  self->has_place = n > 1 && parse_number (parts[0], &self->latitude) && parse_number (parts[1], &self->longitude) &&
                    fabs (self->latitude) <= 90 && fabs (self->longitude) <= 180;
  if (!self->has_place)
    {
      g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE,
                   _ ("--location takes a latitude and a longitude in degrees, such as “48.8584,2.2945”, not “%s”."),
                   text);
      return FALSE;
    }
  if (!parse_number (third, &self->accuracy) || self->accuracy < 0)
    {
      self->accuracy = 0;
      self->place = g_strdup (rest);
    }
  else
    self->place = g_strdup (comma != NULL ? comma + 1 : "");
  return TRUE;
}

/* What was said counts; else what is there, if that can be had. */
static void
make_preview (WwCliCargo *self)
{
  if (link_title != NULL || link_text != NULL)
    self->preview = ww_link_preview_new (link_address, link_title != NULL ? link_title : "",
                                         link_text != NULL ? link_text : "", NULL);
  else if (look_behind)
    self->preview = dex_await_object (ww_link_fetch (link_address, NULL), NULL);
}

/* --- All of it ----------------------------------------------------------------------------- */

static gboolean
check_options (GError **error)
{
  guint kinds = (attach != NULL) + (contact != NULL) + (location != NULL) + (link_address != NULL);

  if (kinds > 1)
    g_set_error_literal (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE,
                         _ ("A message carries either files, or a contact, or a place, or a link."));
  else if (attach != NULL && g_strv_length (attach) > MAX_FILES)
    g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE, _ ("A message carries at most %d files."), MAX_FILES);
  else if (link_address == NULL && (link_title != NULL || link_text != NULL || look_behind))
    g_set_error_literal (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE, _ ("A preview needs --link."));
  else if (link_address != NULL && !g_str_has_prefix (link_address, "https://") &&
           !g_str_has_prefix (link_address, "http://"))
    g_set_error_literal (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE,
                         _ ("--link takes an address that begins with “https://”."));
  else
    return TRUE;
  return FALSE;
}

/**
 * ww_cli_cargo_new:
 *
 * Reads what the options name. What is read here is small: files are read again, bit by bit, when they are sealed.
 */
WwCliCargo *
ww_cli_cargo_new (GError **error)
{
  g_autoptr (WwCliCargo) self = NULL;

  if (!check_options (error))
    return NULL;
  self = g_new0 (WwCliCargo, 1);
  self->items = g_ptr_array_new_with_free_func (item_free);
  for (guint i = 0; attach != NULL && attach[i] != NULL; i++)
    {
      Item *item = item_new (attach[i], error);

      if (item == NULL)
        return NULL;
      g_ptr_array_add (self->items, item);
    }
  if (contact != NULL && (self->card = load_card (contact, error)) == NULL)
    return NULL;
  if (location != NULL && !parse_place (self, location, error))
    return NULL;
  make_preview (self);
  return g_steal_pointer (&self);
}

gboolean
ww_cli_cargo_is_empty (const WwCliCargo *self)
{
  return self->items->len == 0 && self->card == NULL && !self->has_place && link_address == NULL;
}

gboolean
ww_cli_cargo_takes_text (const WwCliCargo *self)
{
  return self->card == NULL && !self->has_place;
}

gboolean
ww_cli_cargo_has_files (const WwCliCargo *self)
{
  return self->items->len > 0;
}

static void
add_link (WwOutgoing *outgoing, WwLinkPreview *preview)
{
  const char *words = ww_outgoing_get_text (outgoing);
  g_autofree char *text = NULL;

  /* The address is there to be read, whatever the preview says. */
  if (strstr (words, link_address) == NULL)
    {
      text = *words != '\0' ? g_strconcat (words, "\n", link_address, NULL) : g_strdup (link_address);
      ww_outgoing_set_text (outgoing, text);
    }
  if (preview != NULL)
    ww_outgoing_set_link (outgoing, preview);
}

void
ww_cli_cargo_add_to (const WwCliCargo *self, WwOutgoing *outgoing)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      const Item *item = self->items->pdata[i];
      const WwMediaPicture *picture = item->picture;

      if (picture == NULL)
        {
          ww_outgoing_add_file (outgoing, item->file, item->size, item->name, item->media_type);
          continue;
        }
      ww_outgoing_add_bytes (outgoing, picture->bytes, item->name, picture->media_type);
      ww_outgoing_set_picture (outgoing, picture->width, picture->height, picture->preview);
    }
  if (self->card != NULL)
    ww_outgoing_set_card (outgoing, self->card);
  if (self->has_place)
    ww_outgoing_set_location (outgoing, self->latitude, self->longitude, self->accuracy, self->place);
  if (link_address != NULL)
    add_link (outgoing, self->preview);
}
