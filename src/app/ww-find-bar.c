/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-find-bar"

#include "ww-find-bar.h"

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n.h>

#include "ww-future.h"
#include "ww-widget.h"

/* So many matches are fetched at a time. */
#define PAGE 100

struct _WwFindBar
{
  GtkWidget parent_instance;
  GtkSearchBar *bar;
  GtkSearchEntry *entry;
  GtkLabel *count;
  GtkWidget *older_button;
  GtkWidget *newer_button;

  WwConversation *conversation;
  DexFuture *search;
  WwSearchResults *results; /* the page that may still grow */
  GSignalGroup *results_signals;
  GPtrArray *ids;  /* of messages, newest first: all pages so far */
  guint taken;     /* how many of `results` are in `ids` */
  guint current;   /* which of them is shown */
  gboolean shown;  /* whether one is */
  gboolean onward; /* the person wants the one behind the last that is there */
};

G_DEFINE_FINAL_TYPE (WwFindBar, ww_find_bar, GTK_TYPE_WIDGET)

enum
{
  SHOW,
  HIGHLIGHT,
  CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
is_searching (WwFindBar *self)
{
  return self->search != NULL || (self->results != NULL && ww_search_results_get_searching (self->results));
}

static gboolean
has_more (WwFindBar *self)
{
  return is_searching (self) || (self->results != NULL && ww_search_results_get_has_more (self->results));
}

static void
update (WwFindBar *self)
{
  const char *wanted = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autofree char *text = NULL;

  if (self->ids->len > 0)
    text = g_strdup_printf (
        /* Translators: which of the matches is shown, and how many there are. */
        has_more (self) ? _ ("%1$u of %2$u or more") : _ ("%1$u of %2$u"), self->current + 1, self->ids->len);
  else if (*wanted != '\0' && !is_searching (self))
    text = g_strdup (_ ("No matches"));
  gtk_label_set_text (self->count, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->count), text != NULL);
  gtk_widget_set_sensitive (self->older_button, self->current + 1 < self->ids->len || has_more (self));
  gtk_widget_set_sensitive (self->newer_button, self->shown && self->current > 0);
}

static void
show_current (WwFindBar *self)
{
  self->shown = TRUE;
  update (self);
  g_signal_emit (self, signals[SHOW], 0, g_ptr_array_index (self->ids, self->current));
  gtk_accessible_announce (GTK_ACCESSIBLE (self->entry), gtk_label_get_text (self->count),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

/* Takes what has been found meanwhile, and shows the first one, or the one that was waited for. */
static void
take (WwFindBar *self)
{
  GListModel *model = G_LIST_MODEL (self->results);
  guint n = g_list_model_get_n_items (model);

  for (; self->taken < n; self->taken++)
    {
      g_autoptr (WwSearchHit) hit = g_list_model_get_item (model, self->taken);
      WwMessage *message = ww_search_hit_get_message (hit);

      if (message != NULL)
        g_ptr_array_add (self->ids, g_strdup (ww_message_get_id (message)));
    }
  if (!self->shown && self->ids->len > 0)
    show_current (self);
  else if (self->onward && self->current + 1 < self->ids->len)
    {
      self->onward = FALSE;
      self->current++;
      show_current (self);
    }
  update (self);
}

static void
results_changed_cb (WwFindBar *self)
{
  take (self);
}

static void
set_results (WwFindBar *self, WwSearchResults *results)
{
  self->taken = 0;
  g_set_object (&self->results, results);
  g_signal_group_set_target (self->results_signals, results);
}

static void
found_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwFindBar *self = owner;

  dex_clear (&self->search);
  if (error != NULL)
    {
      update (self);
      gtk_label_set_text (self->count, error->message);
      return;
    }
  set_results (self, g_value_get_object (value));
  take (self);
  if (self->ids->len == 0 && !is_searching (self))
    gtk_accessible_announce (GTK_ACCESSIBLE (self->entry), _ ("No matches"),
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
fetch (WwFindBar *self)
{
  const char *wanted = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  const char *before = self->ids->len > 0 ? g_ptr_array_index (self->ids, self->ids->len - 1) : NULL;

  dex_clear (&self->search);
  self->search = ww_future_watch (ww_conversation_find (self->conversation, wanted, PAGE, before), self, found_cb,
                                  NULL);
}

static void
search_changed_cb (WwFindBar *self)
{
  const char *wanted = gtk_editable_get_text (GTK_EDITABLE (self->entry));

  dex_clear (&self->search);
  set_results (self, NULL);
  g_ptr_array_set_size (self->ids, 0);
  self->current = 0;
  self->shown = FALSE;
  self->onward = FALSE;
  g_signal_emit (self, signals[HIGHLIGHT], 0, *wanted != '\0' ? wanted : NULL);
  if (*wanted != '\0' && self->conversation != NULL)
    fetch (self);
  update (self);
}

static void
older_cb (WwFindBar *self)
{
  if (self->current + 1 < self->ids->len)
    {
      self->current++;
      show_current (self);
    }
  else if (self->ids->len > 0 && has_more (self))
    {
      self->onward = TRUE;
      if (!is_searching (self))
        fetch (self);
    }
  else
    gtk_widget_error_bell (GTK_WIDGET (self));
}

static void
newer_cb (WwFindBar *self)
{
  if (!self->shown || self->current == 0)
    {
      gtk_widget_error_bell (GTK_WIDGET (self));
      return;
    }
  self->current--;
  show_current (self);
}

static void
stop_cb (WwFindBar *self)
{
  ww_find_bar_close (self);
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
mode_cb (WwFindBar *self)
{
  if (!gtk_search_bar_get_search_mode (self->bar))
    g_signal_emit (self, signals[HIGHLIGHT], 0, NULL);
}

/* Shift and Enter goes the other way; the entry itself only knows Enter. */
static gboolean
key_pressed_cb (WwFindBar *self, guint key, guint code, GdkModifierType modifiers)
{
  if ((key != GDK_KEY_Return && key != GDK_KEY_KP_Enter) || (modifiers & GDK_SHIFT_MASK) == 0)
    return GDK_EVENT_PROPAGATE;
  newer_cb (self);
  return GDK_EVENT_STOP;
}

/**
 * ww_find_bar_set_conversation:
 * @conversation: (nullable): what is searched
 */
void
ww_find_bar_set_conversation (WwFindBar *self, WwConversation *conversation)
{
  if (!g_set_object (&self->conversation, conversation))
    return;
  ww_find_bar_close (self);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
}

void
ww_find_bar_open (WwFindBar *self)
{
  if (self->conversation == NULL)
    return;
  gtk_search_bar_set_search_mode (self->bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
}

/**
 * ww_find_bar_close:
 *
 * Returns: whether it was open
 */
gboolean
ww_find_bar_close (WwFindBar *self)
{
  gboolean open = gtk_search_bar_get_search_mode (self->bar);

  gtk_search_bar_set_search_mode (self->bar, FALSE);
  return open;
}

static void
ww_find_bar_dispose (GObject *object)
{
  WwFindBar *self = WW_FIND_BAR (object);

  dex_clear (&self->search);
  g_clear_object (&self->results_signals);
  g_clear_object (&self->results);
  g_clear_object (&self->conversation);
  ww_widget_dispose_children (GTK_WIDGET (self), WW_TYPE_FIND_BAR);
  G_OBJECT_CLASS (ww_find_bar_parent_class)->dispose (object);
}

static void
ww_find_bar_finalize (GObject *object)
{
  g_ptr_array_unref (WW_FIND_BAR (object)->ids);
  G_OBJECT_CLASS (ww_find_bar_parent_class)->finalize (object);
}

static void
ww_find_bar_class_init (WwFindBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_find_bar_dispose;
  G_OBJECT_CLASS (klass)->finalize = ww_find_bar_finalize;
  signals[SHOW] = g_signal_new ("show-match", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[HIGHLIGHT] = g_signal_new ("highlight", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-find-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, WwFindBar, bar);
  gtk_widget_class_bind_template_child (widget_class, WwFindBar, entry);
  gtk_widget_class_bind_template_child (widget_class, WwFindBar, count);
  gtk_widget_class_bind_template_child (widget_class, WwFindBar, older_button);
  gtk_widget_class_bind_template_child (widget_class, WwFindBar, newer_button);
  gtk_widget_class_bind_template_callback (widget_class, mode_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, older_cb);
  gtk_widget_class_bind_template_callback (widget_class, newer_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
}

static void
ww_find_bar_init (WwFindBar *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->ids = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->bar, GTK_EDITABLE (self->entry));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);

  self->results_signals = g_signal_group_new (WW_TYPE_SEARCH_RESULTS);
  g_signal_group_connect_swapped (self->results_signals, "items-changed", G_CALLBACK (results_changed_cb), self);
  g_signal_group_connect_swapped (self->results_signals, "notify::searching", G_CALLBACK (results_changed_cb), self);
}
