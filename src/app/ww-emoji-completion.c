/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-emoji-completion"

#include "ww-emoji-completion.h"

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n.h>

#include "ww-emoji-data.h"

#define OFFERS_MAX 6
/* A word this short stands in the names of half of all emoji. */
#define WORD_MIN 2
#define WORD_MAX 32

struct _WwEmojiCompletion
{
  GObject parent_instance;
  GtkTextView *view; /* unowned, as the parent: they are whoever owns this, and its child */
  GtkWidget *popover;
  GtkListBox *list;
  GPtrArray *offers; /* of WwEmojiMatch */
  guint length;      /* of what is replaced, in letters before the cursor */
  gboolean smiley;   /* one that Enter sends as it stands */
  gboolean replacing;
  guint replace_id; /* set while a whole name waits to be replaced */
};

G_DEFINE_FINAL_TYPE (WwEmojiCompletion, ww_emoji_completion, G_TYPE_OBJECT)

static void
hide (WwEmojiCompletion *self)
{
  g_clear_pointer (&self->offers, g_ptr_array_unref);
  gtk_popover_popdown (GTK_POPOVER (self->popover));
}

/* What stands before the cursor on its line, as far as a name can reach. */
static char *
dup_before_cursor (WwEmojiCompletion *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter start, end;

  gtk_text_buffer_get_iter_at_mark (buffer, &end, gtk_text_buffer_get_insert (buffer));
  start = end;
  gtk_text_iter_set_line_offset (&start, 0);
  if (gtk_text_iter_get_offset (&end) - gtk_text_iter_get_offset (&start) > WORD_MAX + 3)
    {
      start = end;
      gtk_text_iter_backward_chars (&start, WORD_MAX + 3);
    }
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
replace (WwEmojiCompletion *self, guint length, const char *emoji)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter start, end;

  self->replacing = TRUE;
  gtk_text_buffer_get_iter_at_mark (buffer, &end, gtk_text_buffer_get_insert (buffer));
  start = end;
  gtk_text_iter_backward_chars (&start, (int) length);
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, &start, &end);
  gtk_text_buffer_insert (buffer, &start, emoji, -1);
  gtk_text_buffer_end_user_action (buffer);
  self->replacing = FALSE;
}

static gboolean
accept (WwEmojiCompletion *self, GtkListBoxRow *row)
{
  int index = row != NULL ? gtk_list_box_row_get_index (row) : -1;

  if (self->offers == NULL || index < 0 || (guint) index >= self->offers->len)
    return FALSE;
  replace (self, self->length, ((WwEmojiMatch *) g_ptr_array_index (self->offers, index))->emoji);
  hide (self);
  return TRUE;
}

static void
row_activated_cb (WwEmojiCompletion *self, GtkListBoxRow *row)
{
  accept (self, row);
}

static GtkWidget *
create_row (const WwEmojiMatch *match)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *name = gtk_label_new (match->name);

  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (name), 28);
  gtk_box_append (GTK_BOX (box), gtk_label_new (match->emoji));
  gtk_box_append (GTK_BOX (box), name);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  return row;
}

static void
select_row (WwEmojiCompletion *self, int index)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, index);
  const WwEmojiMatch *match;

  if (row == NULL)
    return;
  gtk_list_box_select_row (self->list, row);
  match = g_ptr_array_index (self->offers, index);
  /* The keyboard stays in the text, so that a screen reader would say nothing of this by itself. */
  gtk_accessible_announce (GTK_ACCESSIBLE (self->view), match->name, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
point_to_cursor (WwEmojiCompletion *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkWidget *parent = gtk_widget_get_parent (self->popover);
  GdkRectangle place;
  GtkTextIter cursor;
  graphene_point_t point;

  gtk_text_buffer_get_iter_at_mark (buffer, &cursor, gtk_text_buffer_get_insert (buffer));
  gtk_text_view_get_iter_location (self->view, &cursor, &place);
  gtk_text_view_buffer_to_window_coords (self->view, GTK_TEXT_WINDOW_WIDGET, place.x, place.y, &place.x, &place.y);
  if (gtk_widget_compute_point (GTK_WIDGET (self->view), parent,
                                &GRAPHENE_POINT_INIT ((float) place.x, (float) place.y), &point))
    gtk_popover_set_pointing_to (GTK_POPOVER (self->popover),
                                 &(GdkRectangle) { (int) point.x, (int) point.y, MAX (place.width, 1), place.height });
}

static void
offer (WwEmojiCompletion *self, GPtrArray *offers, guint length, gboolean smiley)
{
  g_clear_pointer (&self->offers, g_ptr_array_unref);
  self->offers = offers;
  self->length = length;
  self->smiley = smiley;
  gtk_list_box_remove_all (self->list);
  for (guint i = 0; i < offers->len; i++)
    gtk_list_box_append (self->list, create_row (g_ptr_array_index (offers, i)));
  select_row (self, 0);
  point_to_cursor (self);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static gboolean
is_word_letter (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '+' || c == '-';
}

/* Where a name after a colon begins that @text ends with; NULL when it ends with none. */
static const char *
find_word (const char *text)
{
  const char *p = text + strlen (text);

  while (p > text && is_word_letter (p[-1]))
    p--;
  if (p == text || p[-1] != ':' || (p - 1 > text && !g_ascii_isspace (p[-2])))
    return NULL;
  return p;
}

/* Of “:smile:” before the cursor; *letters of it. NULL: there is none. */
static const char *
find_whole (char *text, guint *letters)
{
  gsize length = strlen (text);
  const char *word, *emoji;

  if (length < 3 || text[length - 1] != ':')
    return NULL;
  text[length - 1] = '\0';
  word = find_word (text);
  emoji = word != NULL ? ww_emoji_data_get (word) : NULL;
  text[length - 1] = ':';
  if (emoji != NULL)
    *letters = (guint) strlen (word) + 1;
  return emoji;
}

static void
replace_cb (gpointer data)
{
  WwEmojiCompletion *self = data;
  g_autofree char *text = dup_before_cursor (self);
  guint letters;
  const char *emoji = find_whole (text, &letters);

  self->replace_id = 0;
  if (emoji != NULL)
    replace (self, letters, emoji);
}

/*
 * “:smile:” becomes one at its second colon. Whoever put that in still holds a place in the text, which another change would
 * make void: it is replaced when they are done, and before the next key.
 */
static gboolean
replace_whole (WwEmojiCompletion *self, char *text)
{
  guint letters;

  if (find_whole (text, &letters) == NULL)
    return FALSE;
  if (self->replace_id == 0)
    {
      self->replace_id = g_idle_add_once (replace_cb, self);
      g_source_set_priority (g_main_context_find_source_by_id (NULL, self->replace_id), G_PRIORITY_HIGH);
    }
  return TRUE;
}

static gboolean
offer_smiley (WwEmojiCompletion *self, const char *text)
{
  gsize length = 0;
  const char *emoji = ww_emoji_data_get_smiley (text, &length);
  GPtrArray *offers;
  WwEmojiMatch *match;

  if (emoji == NULL)
    return FALSE;
  match = g_new0 (WwEmojiMatch, 1);
  match->emoji = g_strdup (emoji);
  match->name = g_strdup (text + strlen (text) - length);
  offers = g_ptr_array_new_with_free_func (ww_emoji_match_free);
  g_ptr_array_add (offers, match);
  offer (self, offers, (guint) length, TRUE);
  return TRUE;
}

static void
changed_cb (WwEmojiCompletion *self)
{
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) offers = NULL;
  const char *word;

  if (self->replacing)
    return;
  if (!gtk_widget_has_focus (GTK_WIDGET (self->view)))
    {
      hide (self);
      return;
    }
  text = dup_before_cursor (self);
  if (replace_whole (self, text))
    {
      hide (self);
      return;
    }
  if (offer_smiley (self, text))
    return;
  word = find_word (text);
  if (word != NULL && strlen (word) >= WORD_MIN)
    offers = ww_emoji_data_find (word, OFFERS_MAX);
  if (offers != NULL && offers->len > 0)
    offer (self, g_steal_pointer (&offers), (guint) strlen (word) + 1, FALSE);
  else
    hide (self);
}

static gboolean
step (WwEmojiCompletion *self, int by)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  int index = (row != NULL ? gtk_list_box_row_get_index (row) : 0) + by;

  select_row (self, CLAMP (index, 0, (int) self->offers->len - 1));
  return GDK_EVENT_STOP;
}

static gboolean
key_pressed_cb (WwEmojiCompletion *self, guint key, guint code, GdkModifierType modifiers,
                GtkEventController *controller)
{
  if (self->offers == NULL || (modifiers & gtk_accelerator_get_default_mod_mask ()) != 0)
    return GDK_EVENT_PROPAGATE;
  switch (key)
    {
    case GDK_KEY_Escape:
      hide (self);
      return GDK_EVENT_STOP;
    case GDK_KEY_Up:
      return step (self, -1);
    case GDK_KEY_Down:
      return step (self, 1);
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      /* Who ends a message with “:)” wants to send it. */
      return !self->smiley && accept (self, gtk_list_box_get_selected_row (self->list));
    case GDK_KEY_Tab:
      return accept (self, gtk_list_box_get_selected_row (self->list));
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
left_cb (WwEmojiCompletion *self)
{
  hide (self);
}

/**
 * ww_emoji_completion_dispose:
 *
 * To be called when the parent goes.
 */
void
ww_emoji_completion_dispose (WwEmojiCompletion *self)
{
  g_clear_handle_id (&self->replace_id, g_source_remove);
  g_clear_pointer (&self->offers, g_ptr_array_unref);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
}

static void
ww_emoji_completion_class_init (WwEmojiCompletionClass *klass)
{
}

static void
ww_emoji_completion_init (WwEmojiCompletion *self)
{
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_BROWSE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "emoji-offers");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Emoji"), -1);
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (row_activated_cb), self, G_CONNECT_SWAPPED);

  self->popover = gtk_popover_new ();
  gtk_popover_set_autohide (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self->popover), GTK_POS_TOP);
  gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
  gtk_widget_set_can_focus (self->popover, FALSE);
  gtk_widget_add_css_class (self->popover, "menu");
  gtk_popover_set_child (GTK_POPOVER (self->popover), GTK_WIDGET (self->list));
}

/**
 * ww_emoji_completion_new:
 * @view: where one writes
 * @parent: around it, with a layout manager
 */
WwEmojiCompletion *
ww_emoji_completion_new (GtkTextView *view, GtkWidget *parent)
{
  WwEmojiCompletion *self = g_object_new (WW_TYPE_EMOJI_COMPLETION, NULL);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->view = view;
  gtk_widget_set_parent (self->popover, parent);
  g_signal_connect_object (gtk_text_view_get_buffer (view), "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (view), keys);
  g_signal_connect_object (focus, "leave", G_CALLBACK (left_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (view), focus);
  return self;
}
