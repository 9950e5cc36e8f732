/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-window"

#include "ww-window-private.h"

/* The parts of the window in the order of reading. The details stand beside them: whoever is in there goes on to the
 * first, or back to the last. */
typedef enum
{
  LIST,
  HEADER,
  MESSAGES,
  WRITING,
  N_REGIONS
} Region;

static gboolean
shows_list (WwWindow *self)
{
  return !adw_navigation_split_view_get_collapsed (self->split_view) ||
         !adw_navigation_split_view_get_show_content (self->split_view);
}

static gboolean
shows_content (WwWindow *self)
{
  return !adw_navigation_split_view_get_collapsed (self->split_view) ||
         adw_navigation_split_view_get_show_content (self->split_view);
}

/* Where the keyboard is; what is before the first region, for a step forward, when it is nowhere. */
static int
find_region (WwWindow *self, int step)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  int nowhere = step > 0 ? -1 : N_REGIONS;

  if (focus == NULL)
    return nowhere;
  if (gtk_widget_is_ancestor (focus, GTK_WIDGET (self->sidebar)))
    /* In one column the list has a header of its own, and that is the other part then. */
    return ww_sidebar_in_list (self->sidebar, focus) || !adw_navigation_split_view_get_collapsed (self->split_view)
               ? LIST
               : HEADER;
  if (!gtk_widget_is_ancestor (focus, GTK_WIDGET (self->conversation_page)) ||
      ww_conversation_page_in_details (self->conversation_page))
    return nowhere;
  if (ww_conversation_page_in_header (self->conversation_page, focus))
    return HEADER;
  return ww_conversation_page_in_messages (self->conversation_page, focus) ? MESSAGES : WRITING;
}

static gboolean
focus (WwWindow *self, Region region)
{
  GtkWidget *before = gtk_window_get_focus (GTK_WINDOW (self));

  switch (region)
    {
    case LIST:
      if (!shows_list (self))
        return FALSE;
      ww_sidebar_focus_list (self->sidebar);
      return TRUE;
    case HEADER:
      if (shows_content (self))
        return ww_conversation_page_focus_header (self->conversation_page);
      ww_sidebar_focus_header (self->sidebar);
      return TRUE;
    case MESSAGES:
      return shows_content (self) && ww_conversation_page_focus_messages (self->conversation_page);
    case WRITING:
      if (!shows_content (self))
        return FALSE;
      ww_conversation_page_focus_composer (self->conversation_page);
      return gtk_window_get_focus (GTK_WINDOW (self)) != before;
    case N_REGIONS:
      break;
    }
  return FALSE;
}

/**
 * ww_window_focus_region:
 * @step: 1 or -1
 *
 * Gives the keyboard to the next part of the window, or to the one before: the list, the header, the messages, where one
 * writes. What isn't there, or can't have the keyboard, is passed over.
 */
void
ww_window_focus_region (WwWindow *self, int step)
{
  int region = find_region (self, step);

  for (int tried = 0; tried < N_REGIONS; tried++)
    {
      region = (region + step + N_REGIONS) % N_REGIONS;
      if (focus (self, (Region) region))
        return;
    }
}
