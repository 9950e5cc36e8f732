/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-attachment-actions"

#include "ww-attachment-actions.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ww-file-type.h"
#include "ww-future.h"
#include "ww-opened-copies.h"
#include "ww-picture.h"

/* Copies for other programs are in memory (of the runtime directory), so larger ones are saved first. */
#define OPEN_MAX (256 * 1024 * 1024)
/* What shows of which kind a file is. */
#define START_SIZE 4096

void
ww_attachment_actions_toast (GtkWidget *widget, const char *text)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (widget, ADW_TYPE_TOAST_OVERLAY);
  AdwToast *toast;

  gtk_accessible_announce (GTK_ACCESSIBLE (widget), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
  if (overlay == NULL)
    return;
  toast = adw_toast_new (text);
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), toast);
}

/* An action of one attachment, or of bytes, which outlives neither the other. */
typedef struct
{
  WwAttachment *attachment; /* one of these two */
  GBytes *bytes;
  GtkWidget *widget;
} Action;

static Action *
action_new (WwAttachment *attachment, GtkWidget *widget)
{
  Action *action = g_new0 (Action, 1);

  action->attachment = g_object_ref (attachment);
  action->widget = g_object_ref (widget);
  return action;
}

static Action *
action_new_for_bytes (GBytes *bytes, GtkWidget *widget)
{
  Action *action = g_new0 (Action, 1);

  action->bytes = g_bytes_ref (bytes);
  action->widget = g_object_ref (widget);
  return action;
}

static void
action_free (Action *action)
{
  g_clear_object (&action->attachment);
  g_clear_pointer (&action->bytes, g_bytes_unref);
  g_object_unref (action->widget);
  g_free (action);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Action, action_free)

static GtkWindow *
get_window (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

/* --- Saving -------------------------------------------------------------------------------- */

static void
saved_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;

  if (error != NULL)
    {
      ww_attachment_actions_toast (owner, error->message);
      return;
    }
  name = g_file_get_basename (g_value_get_object (value));
  /* Translators: the name of a file. */
  text = g_strdup_printf (_ ("Saved as “%s”"), name);
  ww_attachment_actions_toast (owner, text);
}

static void
place_chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Action) action = user_data;
  g_autoptr (GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (file != NULL)
    ww_future_report (action->bytes != NULL ? ww_bytes_save_as (action->bytes, file)
                                            : ww_attachment_save_as (action->attachment, file),
                      action->widget, saved_cb, NULL);
}

/* Consumes the action. */
static void
choose_place (Action *action, const char *name)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("Save"));
  gtk_file_dialog_set_initial_name (dialog, name);
  gtk_file_dialog_save (dialog, get_window (action->widget), NULL, place_chosen_cb, action);
}

/**
 * ww_attachment_actions_save:
 * @widget: where that was asked
 *
 * Asks where to, and saves it there.
 */
void
ww_attachment_actions_save (WwAttachment *attachment, GtkWidget *widget)
{
  choose_place (action_new (attachment, widget), ww_attachment_get_name (attachment));
}

/* The same for what is in no file. */
void
ww_attachment_actions_save_bytes (GBytes *bytes, const char *name, GtkWidget *widget)
{
  choose_place (action_new_for_bytes (bytes, widget), name);
}

/* --- Opening ------------------------------------------------------------------------------- */

static void
launched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) widget = user_data;
  g_autoptr (GError) error = NULL;

  if (!gtk_file_launcher_launch_finish (GTK_FILE_LAUNCHER (source), result, &error) &&
      !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
    ww_attachment_actions_toast (widget, _ ("No program opens this file. Save it, and open it from there."));
}

static void
copied_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  GtkWidget *widget = owner;
  g_autoptr (GtkFileLauncher) launcher = NULL;

  if (error != NULL)
    {
      ww_attachment_actions_toast (widget, error->message);
      return;
    }
  launcher = gtk_file_launcher_new (g_value_get_object (value));
  gtk_file_launcher_launch (launcher, get_window (widget), NULL, launched_cb, g_object_ref (widget));
}

static GFile *
make_place (const char *message, GtkWidget *widget)
{
  GFile *place = ww_opened_copies_make_place (message);

  if (place == NULL)
    ww_attachment_actions_toast (widget, _ ("There's no room to open this file. Save it, and open it from there."));
  return place;
}

static void
start_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Action) action = user_data;
  g_autoptr (GBytes) start = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  g_autoptr (GFile) directory = NULL;
  gsize size = 0;
  const guint8 *data = start != NULL ? g_bytes_get_data (start, &size) : NULL;

  if (start == NULL)
    {
      ww_attachment_actions_toast (action->widget, _ ("This file couldn't be read."));
      return;
    }
  if (!ww_file_type_may_open (ww_attachment_get_media_type (action->attachment),
                              ww_attachment_get_name (action->attachment), data, size))
    {
      ww_attachment_actions_toast (
          action->widget, _ ("This file could run something, or isn't what it says, so Waxwing doesn't open it. "
                             "You can save it."));
      return;
    }
  directory = make_place (ww_attachment_get_id (action->attachment), action->widget);
  if (directory == NULL)
    return;
  ww_future_report (ww_attachment_save_in (action->attachment, directory), action->widget, copied_cb, NULL);
}

static void
stream_opened_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  g_autoptr (Action) action = action_new (data, owner);

  if (error != NULL)
    ww_attachment_actions_toast (action->widget, error->message);
  else
    g_input_stream_read_bytes_async (g_value_get_object (value), START_SIZE, G_PRIORITY_DEFAULT, NULL, start_read_cb,
                                     g_steal_pointer (&action));
}

/**
 * ww_attachment_actions_open:
 * @widget: where that was asked
 *
 * Hands a copy to the program that opens such files, unless it is something that runs, or is not what it was shown as.
 */
void
ww_attachment_actions_open (WwAttachment *attachment, GtkWidget *widget)
{
  if (ww_attachment_get_size (attachment) > OPEN_MAX)
    {
      ww_attachment_actions_toast (widget, _ ("This file is large: save it, and open it from there."));
      return;
    }
  /* The widget may be gone before the attachment is; the attachment not before the widget's message is. */
  g_object_set_data_full (G_OBJECT (widget), "ww-opening", g_object_ref (attachment), g_object_unref);
  ww_future_report (ww_attachment_open (attachment), widget, stream_opened_cb, attachment);
}

/**
 * ww_attachment_actions_open_bytes:
 * @bytes: what this program knows the kind of
 * @name: what it is called; its ending says of which kind it is
 * @message: the id of the message that carries it
 */
void
ww_attachment_actions_open_bytes (GBytes *bytes, const char *name, const char *message, GtkWidget *widget)
{
  g_autoptr (GFile) directory = make_place (message, widget);

  if (directory != NULL)
    ww_future_report (ww_bytes_save_in (bytes, name, directory), widget, copied_cb, NULL);
}

/* --- Copying ------------------------------------------------------------------------------- */

static void
bytes_read_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  g_autoptr (GdkContentProvider) provider = NULL;

  if (error != NULL)
    {
      ww_attachment_actions_toast (owner, error->message);
      return;
    }
  provider = gdk_content_provider_new_for_bytes (data, g_value_get_boxed (value));
  gdk_clipboard_set_content (gtk_widget_get_clipboard (owner), provider);
  ww_attachment_actions_toast (owner, _ ("Copied"));
}

/**
 * ww_attachment_actions_copy:
 *
 * Puts a photo on the clipboard, as the file that it is.
 */
void
ww_attachment_actions_copy (WwAttachment *attachment, GtkWidget *widget)
{
  ww_future_report (ww_attachment_load_bytes (attachment, WW_MEDIA_MAX_BYTES), widget, bytes_read_cb,
                    (gpointer) g_intern_string (ww_attachment_get_media_type (attachment)));
}
