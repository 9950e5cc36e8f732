/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What one can do with an attachment that is here. What goes wrong is said where `widget` is. */
void ww_attachment_actions_save (WwAttachment *attachment, GtkWidget *widget);
void ww_attachment_actions_open (WwAttachment *attachment, GtkWidget *widget);
void ww_attachment_actions_copy (WwAttachment *attachment, GtkWidget *widget);
/* The same for what is in no file, such as a card; `name` is what its file will be called. */
void ww_attachment_actions_save_bytes (GBytes *bytes, const char *name, GtkWidget *widget);
void ww_attachment_actions_open_bytes (GBytes *bytes, const char *name, const char *message, GtkWidget *widget);

/* Says something for a moment. */
void ww_attachment_actions_toast (GtkWidget *widget, const char *text);

G_END_DECLS
