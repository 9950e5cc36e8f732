/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-backup-page"

#include "ww-backup-page.h"

#include <glib/gi18n.h>

#include "ww-clock.h"
#include "ww-future.h"

/* Of a passphrase: what somebody who has the file could try in days, and what nobody could. */
#define FEW_CHARACTERS  12
#define MANY_CHARACTERS 20
#define FEW_DIFFERENT   6

struct _WwBackupPage
{
  WwSetupPage parent_instance;
  GtkWidget *rows;
  GtkEditable *passphrase_row;
  GtkEditable *again_row;
  GtkLabel *strength_label;
  GtkWidget *progress;
  GtkLabel *progress_label;
  GtkProgressBar *progress_bar;
  GtkWidget *cancel_button;

  WwClient *client;
  GCancellable *cancellable; /* while it is at work, or a file is being chosen */
  GFile *file;               /* where the backup is to be */
  GFile *part;               /* and where it is until it is whole */
  gboolean importing;
};

G_DEFINE_FINAL_TYPE (WwBackupPage, ww_backup_page, WW_TYPE_SETUP_PAGE)

enum
{
  DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- The passphrase ------------------------------------------------------------------------ */

static guint
count_different (const char *text)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (; *text != '\0'; text = g_utf8_next_char (text))
    g_hash_table_add (seen, GUINT_TO_POINTER (g_utf8_get_char (text)));
  return g_hash_table_size (seen);
}

static const char *
explain_strength (const char *passphrase)
{
  glong length = g_utf8_strlen (passphrase, -1);

  if (length < WW_MIN_PASSPHRASE)
    return _ ("Use eight characters or more. A few words are easiest to remember.");
  if (length < FEW_CHARACTERS || count_different (passphrase) < FEW_DIFFERENT)
    return _ ("Weak: somebody who gets the file could guess this.");
  if (length < MANY_CHARACTERS)
    return _ ("Fair. One or two more words make it strong.");
  return _ ("Strong.");
}

static void
changed_cb (WwBackupPage *self)
{
  const char *passphrase = gtk_editable_get_text (self->passphrase_row);
  gboolean same = g_str_equal (passphrase, gtk_editable_get_text (self->again_row));
  gboolean enough = g_utf8_strlen (passphrase, -1) >= WW_MIN_PASSPHRASE;

  ww_setup_page_set_error (WW_SETUP_PAGE (self), NULL);
  ww_setup_page_set_ready (WW_SETUP_PAGE (self), self->importing ? *passphrase != '\0' : enough && same);
  if (self->importing)
    return;
  gtk_label_set_label (self->strength_label, enough && !same && *gtk_editable_get_text (self->again_row) != '\0'
                                                 ? _ ("The two passphrases differ.")
                                                 : explain_strength (passphrase));
  gtk_widget_set_visible (GTK_WIDGET (self->strength_label), *passphrase != '\0');
}

/* --- At work ------------------------------------------------------------------------------- */

static void
set_working (WwBackupPage *self, gboolean working)
{
  /* The keyboard is taken to where it is of use, before what has it goes. */
  gtk_widget_set_visible (self->progress, TRUE);
  gtk_widget_set_sensitive (self->rows, TRUE);
  gtk_widget_grab_focus (working ? self->cancel_button : GTK_WIDGET (self->passphrase_row));
  gtk_widget_set_sensitive (self->rows, !working);
  gtk_widget_set_visible (self->progress, working);
  ww_setup_page_set_busy (WW_SETUP_PAGE (self), working);
  adw_navigation_page_set_can_pop (ADW_NAVIGATION_PAGE (self), !working);
  if (!working)
    g_clear_object (&self->cancellable);
}

static void
progress_cb (WwBackupPage *self, guint64 messages, guint64 total)
{
  g_autofree char *text = NULL;

  if (self->cancellable == NULL)
    return;
  if (total > 0)
    {
      /* Translators: how many messages are in the backup already, of about how many. */
      text = g_strdup_printf (ngettext ("%1$'lu of %2$'lu message", "%1$'lu of %2$'lu messages", (gulong) total),
                              (gulong) messages, (gulong) total);
      gtk_progress_bar_set_fraction (self->progress_bar, MIN (1, (double) messages / (double) total));
    }
  else
    {
      text = g_strdup_printf (ngettext ("%'lu new message so far", "%'lu new messages so far", (gulong) messages),
                              (gulong) messages);
      gtk_progress_bar_pulse (self->progress_bar);
    }
  gtk_label_set_label (self->progress_label, text);
}

static void
fail (WwBackupPage *self, const GError *error)
{
  set_working (self, FALSE);
  if (!g_error_matches (error, WW_ERROR, WW_ERROR_CANCELLED) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      ww_setup_page_set_error (WW_SETUP_PAGE (self), error->message);
      gtk_accessible_announce (GTK_ACCESSIBLE (self), error->message, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
    }
}

static void
succeed (WwBackupPage *self, char *sentence)
{
  g_autofree char *owned = sentence;

  set_working (self, FALSE);
  gtk_editable_set_text (self->passphrase_row, "");
  gtk_editable_set_text (self->again_row, "");
  g_signal_emit (self, signals[DONE], 0, owned);
}

static void
moved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (WwBackupPage) self = data;
  g_autoptr (GError) error = NULL;

  if (g_file_move_finish (G_FILE (source), result, &error))
    succeed (self, g_strdup (_ ("The backup is written.")));
  else
    {
      g_file_delete_async (self->part, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
      fail (self, error);
    }
}

static void
exported_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwBackupPage *self = owner;

  if (error != NULL)
    fail (self, error);
  else
    /* The person has agreed to replace what was there. It is, when there is something to replace it with. */
    g_file_move_async (self->part, self->file, G_FILE_COPY_OVERWRITE, G_PRIORITY_DEFAULT, NULL, NULL, NULL, moved_cb,
                       g_object_ref (self));
}

static void
imported_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwBackupPage *self = owner;
  gulong messages = value != NULL ? (gulong) g_value_get_uint64 (value) : 0;

  if (error != NULL)
    fail (self, error);
  else if (messages == 0)
    succeed (self, g_strdup (_ ("All messages of the backup were here already.")));
  else
    succeed (self,
             g_strdup_printf (ngettext ("%'lu message was brought back.", "%'lu messages were brought back.", messages),
                              messages));
}

static void
begin (WwBackupPage *self, GFile *file)
{
  const char *passphrase = gtk_editable_get_text (self->passphrase_row);
  g_autofree char *part = NULL;

  g_set_object (&self->file, file);
  self->cancellable = g_cancellable_new ();
  gtk_label_set_label (self->progress_label, self->importing ? _ ("Opening the backup…") : _ ("Beginning…"));
  gtk_progress_bar_set_fraction (self->progress_bar, 0);
  set_working (self, TRUE);
  if (self->importing)
    {
      ww_future_report (ww_client_import (self->client, g_file_peek_path (file), passphrase, self->cancellable), self,
                        imported_cb, NULL);
      return;
    }
  part = g_strdup_printf ("%s.%08x.part", g_file_peek_path (file), g_random_int ());
  g_clear_object (&self->part);
  self->part = g_file_new_for_path (part);
  ww_future_report (ww_client_export (self->client, part, passphrase, self->cancellable), self, exported_cb, NULL);
}

/* --- The file ------------------------------------------------------------------------------ */

static void
chosen (WwBackupPage *self, GFile *file)
{
  /* The page may have gone while the file was chosen. */
  if (file == NULL || gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  if (g_file_peek_path (file) != NULL)
    begin (self, file);
  else
    ww_setup_page_set_error (WW_SETUP_PAGE (self), _ ("Choose a place on this computer."));
}

static void
save_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (WwBackupPage) self = data;
  g_autoptr (GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (source), result, NULL);

  chosen (self, file);
}

static void
open_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (WwBackupPage) self = data;
  g_autoptr (GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (source), result, NULL);

  chosen (self, file);
}

static char *
dup_file_name (void)
{
  g_autoptr (GDateTime) now = ww_clock_dup_now (ww_clock_get_default ());
  g_autofree char *day = g_date_time_format (now, "%Y-%m-%d");

  /* Translators: the name of a file; %s is a date such as 2026-11-28. */
  return g_strdup_printf (_ ("Waxwing Backup %s"), day);
}

static void
continue_cb (WwBackupPage *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  g_autofree char *name = dup_file_name ();
  const char *passphrase = gtk_editable_get_text (self->passphrase_row);

  if (self->cancellable != NULL || *passphrase == '\0')
    return;
  ww_setup_page_set_error (WW_SETUP_PAGE (self), NULL);
  gtk_file_dialog_set_title (dialog, adw_navigation_page_get_title (ADW_NAVIGATION_PAGE (self)));
  if (self->importing)
    {
      gtk_file_dialog_open (dialog, window, NULL, open_chosen_cb, g_object_ref (self));
      return;
    }
  if (g_utf8_strlen (passphrase, -1) < WW_MIN_PASSPHRASE ||
      !g_str_equal (passphrase, gtk_editable_get_text (self->again_row)))
    return;
  gtk_file_dialog_set_initial_name (dialog, name);
  gtk_file_dialog_save (dialog, window, NULL, save_chosen_cb, g_object_ref (self));
}

static void
cancel_cb (WwBackupPage *self)
{
  if (self->cancellable == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  gtk_label_set_label (self->progress_label, _ ("Stopping…"));
}

static void
shown_cb (WwBackupPage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->passphrase_row));
}

static void
ww_backup_page_dispose (GObject *object)
{
  WwBackupPage *self = WW_BACKUP_PAGE (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->client);
  g_clear_object (&self->file);
  g_clear_object (&self->part);
  G_OBJECT_CLASS (ww_backup_page_parent_class)->dispose (object);
}

static void
ww_backup_page_class_init (WwBackupPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_backup_page_dispose;
  signals[DONE] = g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-backup-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WwBackupPage, rows);
  gtk_widget_class_bind_template_child (widget_class, WwBackupPage, passphrase_row);
  gtk_widget_class_bind_template_child (widget_class, WwBackupPage, again_row);
  gtk_widget_class_bind_template_child (widget_class, WwBackupPage, strength_label);
  gtk_widget_class_bind_template_child (widget_class, WwBackupPage, progress);
  gtk_widget_class_bind_template_child (widget_class, WwBackupPage, progress_label);
  gtk_widget_class_bind_template_child (widget_class, WwBackupPage, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, WwBackupPage, cancel_button);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, continue_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
}

static void
ww_backup_page_init (WwBackupPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ww_setup_page_set_ready (WW_SETUP_PAGE (self), FALSE);
  g_signal_connect (self, "shown", G_CALLBACK (shown_cb), NULL);
}

static WwBackupPage *
page_new (WwClient *client, const char *title, const char *description)
{
  WwBackupPage *self = g_object_new (WW_TYPE_BACKUP_PAGE, "title", title, NULL);

  self->client = g_object_ref (client);
  ww_setup_page_set_heading (WW_SETUP_PAGE (self), title);
  ww_setup_page_set_description (WW_SETUP_PAGE (self), description);
  g_signal_connect_object (client, "backup-progress", G_CALLBACK (progress_cb), self, G_CONNECT_SWAPPED);
  return self;
}

AdwNavigationPage *
ww_backup_page_new_export (WwClient *client)
{
  WwBackupPage *self = page_new (
      client, _ ("Export Backup"),
      _ ("An encrypted file with all of your messages, without photos and other files. Whoever "
         "has it and the passphrase can read them. Without the passphrase nobody can, and "
         "nobody can restore it for you."));

  return ADW_NAVIGATION_PAGE (self);
}

AdwNavigationPage *
ww_backup_page_new_import (WwClient *client)
{
  WwBackupPage *self = page_new (
      client, _ ("Import Backup"),
      _ ("Brings back messages from a backup of this account. What is here stays as it is."));

  self->importing = TRUE;
  gtk_widget_set_visible (GTK_WIDGET (self->again_row), FALSE);
  return ADW_NAVIGATION_PAGE (self);
}
