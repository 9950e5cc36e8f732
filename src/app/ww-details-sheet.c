/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-details-sheet"

#include "ww-details-sheet.h"

#include <glib/gi18n.h>

#include "ww-details-view.h"

#define DIALOG_WIDTH  440
#define DIALOG_HEIGHT 640

struct _WwDetailsSheet
{
  AdwBin parent_instance;
  AdwOverlaySplitView *split;

  GtkWidget *content;
  AdwDialog *dialog; /* weak: it shows the view, and goes with the window; NULL while the view stands beside */
  GtkWidget *view;   /* NULL while the details are closed */
  WwClient *client;
  gboolean beside; /* whether there is room beside the conversation */
};

G_DEFINE_FINAL_TYPE (WwDetailsSheet, ww_details_sheet, ADW_TYPE_BIN)

typedef enum
{
  PROP_CONTENT = 1,
  PROP_BESIDE,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

static void
dialog_closed_cb (WwDetailsSheet *self)
{
  g_clear_weak_pointer (&self->dialog);
  g_clear_object (&self->view);
}

static void
take_from_dialog (WwDetailsSheet *self)
{
  AdwDialog *dialog = self->dialog;

  if (dialog == NULL)
    return;
  g_clear_weak_pointer (&self->dialog);
  g_signal_handlers_disconnect_by_func (dialog, dialog_closed_cb, self);
  adw_dialog_set_child (dialog, NULL);
  adw_dialog_force_close (dialog);
}

static void
show_beside (WwDetailsSheet *self)
{
  take_from_dialog (self);
  ww_details_view_set_closable (WW_DETAILS_VIEW (self->view), TRUE);
  adw_overlay_split_view_set_sidebar (self->split, self->view);
  adw_overlay_split_view_set_show_sidebar (self->split, TRUE);
}

static void
show_in_dialog (WwDetailsSheet *self)
{
  adw_overlay_split_view_set_show_sidebar (self->split, FALSE);
  adw_overlay_split_view_set_sidebar (self->split, NULL);
  ww_details_view_set_closable (WW_DETAILS_VIEW (self->view), FALSE);
  g_set_weak_pointer (&self->dialog, adw_dialog_new ());
  adw_dialog_set_title (self->dialog, _ ("Conversation Details"));
  adw_dialog_set_content_width (self->dialog, DIALOG_WIDTH);
  adw_dialog_set_content_height (self->dialog, DIALOG_HEIGHT);
  adw_dialog_set_child (self->dialog, self->view);
  g_signal_connect_object (self->dialog, "closed", G_CALLBACK (dialog_closed_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (self->dialog, GTK_WIDGET (self));
}

/* Where there is room changes with the window's width, and the details keep their place in what one does. */
static void
place (WwDetailsSheet *self)
{
  if (self->view == NULL)
    return;
  if (self->beside)
    show_beside (self);
  else if (self->dialog == NULL)
    show_in_dialog (self);
}

static void
close_cb (WwDetailsSheet *self)
{
  ww_details_sheet_close (self);
}

static void
open (WwDetailsSheet *self, WwConversation *conversation)
{
  g_clear_object (&self->view);
  self->view = g_object_ref_sink (ww_details_view_new (self->client, conversation));
  g_signal_connect_object (self->view, "close", G_CALLBACK (close_cb), self, G_CONNECT_SWAPPED);
  place (self);
}

/**
 * ww_details_sheet_close:
 *
 * Returns: whether they were open. What was shown beside stays until it has slid away.
 */
gboolean
ww_details_sheet_close (WwDetailsSheet *self)
{
  if (self->view == NULL)
    return FALSE;
  if (self->dialog != NULL)
    adw_dialog_force_close (self->dialog);
  adw_overlay_split_view_set_show_sidebar (self->split, FALSE);
  g_clear_object (&self->view);
  return TRUE;
}

/* Whether the keyboard is in the details beside the conversation. */
gboolean
ww_details_sheet_has_focus (WwDetailsSheet *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return self->view != NULL && self->dialog == NULL && focus != NULL && gtk_widget_is_ancestor (focus, self->view);
}

/**
 * ww_details_sheet_toggle:
 *
 * Opens the details of @conversation, or closes them.
 */
void
ww_details_sheet_toggle (WwDetailsSheet *self, WwClient *client, WwConversation *conversation)
{
  if (ww_details_sheet_close (self))
    return;
  g_set_object (&self->client, client);
  open (self, conversation);
  if (self->dialog == NULL)
    gtk_widget_grab_focus (self->view);
}

/**
 * ww_details_sheet_follow:
 * @conversation: (nullable): the one that is open now
 *
 * Details beside stay open for the next conversation; a dialog was about the one before.
 */
void
ww_details_sheet_follow (WwDetailsSheet *self, WwConversation *conversation)
{
  if (self->view == NULL)
    return;
  if (conversation == NULL || self->dialog != NULL)
    ww_details_sheet_close (self);
  else
    open (self, conversation);
}

static void
ww_details_sheet_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WwDetailsSheet *self = WW_DETAILS_SHEET (object);

  switch ((Property) id)
    {
    case PROP_CONTENT:
      g_value_set_object (value, self->content);
      break;
    case PROP_BESIDE:
      g_value_set_boolean (value, self->beside);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ww_details_sheet_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  WwDetailsSheet *self = WW_DETAILS_SHEET (object);

  switch ((Property) id)
    {
    case PROP_CONTENT:
      g_set_object (&self->content, g_value_get_object (value));
      break;
    case PROP_BESIDE:
      self->beside = g_value_get_boolean (value);
      place (self);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ww_details_sheet_dispose (GObject *object)
{
  WwDetailsSheet *self = WW_DETAILS_SHEET (object);

  take_from_dialog (self);
  g_clear_object (&self->view);
  g_clear_object (&self->content);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (ww_details_sheet_parent_class)->dispose (object);
}

static void
ww_details_sheet_class_init (WwDetailsSheetClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ww_details_sheet_get_property;
  object_class->set_property = ww_details_sheet_set_property;
  object_class->dispose = ww_details_sheet_dispose;
  properties[PROP_CONTENT] = g_param_spec_object ("content", NULL, NULL, GTK_TYPE_WIDGET,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_BESIDE] = g_param_spec_boolean ("beside", NULL, NULL, TRUE,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-details-sheet.ui");
  gtk_widget_class_bind_template_child (widget_class, WwDetailsSheet, split);
}

static void
ww_details_sheet_init (WwDetailsSheet *self)
{
  self->beside = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
}
