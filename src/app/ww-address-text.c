/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-address-text"

#include "ww-address-text.h"

#include <gtk/gtk.h>

#include "ww-handle-text.h"

/* Left-to-right isolate, and its end. */
#define ISOLATE     "\xe2\x81\xa6"
#define END_ISOLATE "\xe2\x81\xa9"

/* The groups of a number would change places in a sentence that is read from the right. */
static char *
isolate (char *text)
{
  char *isolated;

  if (gtk_widget_get_default_direction () != GTK_TEXT_DIR_RTL)
    return text;
  isolated = g_strconcat (ISOLATE, text, END_ISOLATE, NULL);
  g_free (text);
  return isolated;
}

/**
 * ww_address_text_for_display:
 * @handle: a normalised handle
 *
 * Returns: (transfer full): as ww_handle_text_for_display()
 */
char *
ww_address_text_for_display (const char *handle)
{
  return isolate (ww_handle_text_for_display (handle));
}

/**
 * ww_address_text_international:
 * @handle: a normalised handle
 *
 * Returns: (transfer full): as ww_handle_text_international()
 */
char *
ww_address_text_international (const char *handle)
{
  return isolate (ww_handle_text_international (handle));
}
