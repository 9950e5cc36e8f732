/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The anchor, with a real list on a real display: at every frame that is shown, what one reads is where it was. */
#include <adwaita.h>

#include "ww-transcript-anchor.h"

#define PAGE 60

typedef struct
{
  GtkWidget *window;
  GtkScrolledWindow *scrolled;
  GtkListView *list;
  GListStore *store;
  WwTranscriptAnchor *anchor;
  GRand *random;
  guint next; /* number of the next row that is put in at the front, counted down */
  guint frames;
} Fixture;

static gpointer
item_of (GtkWidget *child)
{
  GtkWidget *label = gtk_widget_get_first_child (child);

  return GTK_IS_LABEL (label) ? g_object_get_data (G_OBJECT (label), "item") : NULL;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  gtk_list_item_set_child (list_item, gtk_label_new (NULL));
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  GtkStringObject *item = gtk_list_item_get_item (list_item);
  GtkWidget *label = gtk_list_item_get_child (list_item);

  gtk_label_set_text (GTK_LABEL (label), gtk_string_object_get_string (item));
  g_object_set_data (G_OBJECT (label), "item", item);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  g_object_set_data (G_OBJECT (gtk_list_item_get_child (list_item)), "item", NULL);
}

static void
painted_cb (Fixture *fixture)
{
  fixture->frames++;
}

/* A frame that was shown, with everything in it that was asked for before. */
static void
wait_frames (Fixture *fixture, guint n)
{
  guint end = fixture->frames + n;

  while (fixture->frames < end)
    {
      gtk_widget_queue_draw (fixture->window);
      g_main_context_iteration (NULL, TRUE);
    }
}

static GtkStringObject *
make_row (Fixture *fixture)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text, "row %u", fixture->next--);
  for (int lines = g_rand_int_range (fixture->random, 0, 7); lines > 0; lines--)
    g_string_append (text, "\nand a line");
  return gtk_string_object_new (g_string_free_and_steal (text));
}

/* One page at the front, in one change, as the list of messages does. */
static void
prepend (Fixture *fixture, guint n)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_insert (rows, 0, make_row (fixture));
  ww_transcript_anchor_hold (fixture->anchor);
  g_list_store_splice (fixture->store, 0, 0, rows->pdata, n);
}

/* Where the row of an item is; a row that is not to be seen is nowhere. */
static double
offset_of (Fixture *fixture, gpointer item)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (fixture->list)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      graphene_rect_t bounds;

      if (item_of (child) != item || !gtk_widget_get_child_visible (child))
        continue;
      g_assert_true (gtk_widget_compute_bounds (child, GTK_WIDGET (fixture->list), &bounds));
      return bounds.origin.y;
    }
  return -G_MAXDOUBLE;
}

static gpointer
topmost (Fixture *fixture)
{
  gpointer best = NULL;
  double best_y = G_MAXDOUBLE;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (fixture->list)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      double y = item_of (child) != NULL ? offset_of (fixture, item_of (child)) : -1;

      if (y >= 0 && y < best_y)
        {
          best = item_of (child);
          best_y = y;
        }
    }
  return best;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GdkFrameClock *clock;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  fixture->random = g_rand_new_with_seed (g_test_rand_int ());
  fixture->next = 100000;
  fixture->store = g_list_store_new (GTK_TYPE_STRING_OBJECT);
  fixture->list = GTK_LIST_VIEW (gtk_list_view_new (
      GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (fixture->store)))), factory));
  gtk_widget_set_valign (GTK_WIDGET (fixture->list), GTK_ALIGN_END);
  fixture->scrolled = GTK_SCROLLED_WINDOW (gtk_scrolled_window_new ());
  gtk_scrolled_window_set_child (fixture->scrolled, GTK_WIDGET (fixture->list));
  fixture->anchor = ww_transcript_anchor_new (fixture->scrolled, fixture->list, item_of);
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 400, 500);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->scrolled));
  gtk_window_present (GTK_WINDOW (fixture->window));
  clock = gtk_widget_get_frame_clock (fixture->window);
  g_signal_connect_swapped (clock, "after-paint", G_CALLBACK (painted_cb), fixture);
  wait_frames (fixture, 3);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (gtk_widget_get_frame_clock (fixture->window), fixture);
  g_assert_finalize_object (fixture->anchor);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_object_unref (fixture->store);
  g_rand_free (fixture->random);
}

/* The list was laid out while it was empty: it has no size yet when the first rows come. */
static void
test_first_rows (Fixture *fixture, gconstpointer data)
{
  guint first = GPOINTER_TO_UINT (data);
  g_autoptr (GObject) item = NULL;

  prepend (fixture, PAGE);
  item = g_list_model_get_item (G_LIST_MODEL (fixture->store), first);
  ww_transcript_anchor_place (fixture->anchor, PAGE - 1, 1);
  ww_transcript_anchor_place (fixture->anchor, first, 0);
  wait_frames (fixture, 4);
  g_assert_true (ww_transcript_anchor_get_settled (fixture->anchor));
  g_assert_cmpfloat_with_epsilon (offset_of (fixture, item), 0, 1);

  for (int pages = 0; pages < 3; pages++)
    {
      prepend (fixture, PAGE);
      wait_frames (fixture, 1);
      g_assert_cmpfloat_with_epsilon (offset_of (fixture, item), 0, 1);
    }
}

/* Pages come at the very top, where GTK alone might take what is new for what one looks at, and anywhere else. */
static void
test_pages (Fixture *fixture, gconstpointer data)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (fixture->scrolled);

  prepend (fixture, PAGE);
  wait_frames (fixture, 2);
  for (int i = 0; i < 60; i++)
    {
      double value = i % 3 == 0 ? 0 : g_rand_double_range (fixture->random, 0, gtk_adjustment_get_upper (adjustment));
      double before;
      g_autoptr (GObject) item = NULL;

      gtk_adjustment_set_value (adjustment, value);
      wait_frames (fixture, 1 + (guint) g_rand_int_range (fixture->random, 0, 2));
      item = g_object_ref (topmost (fixture));
      before = offset_of (fixture, item);
      prepend (fixture, (guint) g_rand_int_range (fixture->random, 1, PAGE));
      if (g_rand_boolean (fixture->random))
        prepend (fixture, 5);
      for (int frame = 0; frame < 3; frame++)
        {
          wait_frames (fixture, 1);
          g_assert_cmpfloat_with_epsilon (offset_of (fixture, item), before, 1.5);
        }
    }
}

/* Rows above what one reads, and the first that one sees, become higher and lower. */
static void
test_heights (Fixture *fixture, gconstpointer data)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (fixture->scrolled);

  prepend (fixture, 2 * PAGE);
  wait_frames (fixture, 2);
  for (int i = 0; i < 40; i++)
    {
      g_autoptr (GObject) item = NULL;
      double before;

      /* Far enough from both ends that what is missing there needn't be made up for. */
      gtk_adjustment_set_value (adjustment, g_rand_double_range (fixture->random, 0.3, 0.6) *
                                                gtk_adjustment_get_upper (adjustment));
      wait_frames (fixture, 3);
      item = g_object_ref (topmost (fixture));
      before = offset_of (fixture, item);
      ww_transcript_anchor_hold (fixture->anchor);
      for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (fixture->list)); child != NULL;
           child = gtk_widget_get_next_sibling (child))
        if (item_of (child) != NULL)
          gtk_widget_set_margin_bottom (gtk_widget_get_first_child (child), g_rand_int_range (fixture->random, 0, 40));
      wait_frames (fixture, 1);
      g_assert_cmpfloat_with_epsilon (offset_of (fixture, item), before, 1.5);
    }
}

/* Rows far away, which have no widget yet, come to the top, to the middle and to the end. */
static void
test_far_rows (Fixture *fixture, gconstpointer data)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (fixture->scrolled);
  double page = gtk_adjustment_get_page_size (adjustment);

  for (int i = 0; i < 40; i++)
    prepend (fixture, PAGE);
  wait_frames (fixture, 3);
  page = gtk_adjustment_get_page_size (adjustment);
  for (int i = 0; i < 40; i++)
    {
      double align = (i % 3) / 2.0;
      guint position = (guint) g_rand_int_range (fixture->random, 20, 40 * PAGE - 20);
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (fixture->store), position);
      double offset;

      ww_transcript_anchor_place (fixture->anchor, position, align);
      wait_frames (fixture, 3);
      g_assert_true (ww_transcript_anchor_get_settled (fixture->anchor));
      offset = offset_of (fixture, item);
      g_assert_cmpfloat (offset, >=, -1);
      if (align == 0)
        g_assert_cmpfloat_with_epsilon (offset, 0, 1);
      else if (align < 1)
        g_assert_cmpfloat_with_epsilon (offset, page / 2, 80);
      else
        g_assert_cmpfloat (offset, >, page - 200);
    }
}

/* What is released, or no longer there, holds nothing. */
static void
test_gone (Fixture *fixture, gconstpointer data)
{
  prepend (fixture, PAGE);
  ww_transcript_anchor_place (fixture->anchor, 30, 0);
  g_list_store_remove_all (fixture->store);
  wait_frames (fixture, 2);
  prepend (fixture, PAGE);
  wait_frames (fixture, 2);
  g_assert_true (ww_transcript_anchor_get_settled (fixture->anchor));

  ww_transcript_anchor_place (fixture->anchor, 30, 0);
  g_assert_false (ww_transcript_anchor_get_settled (fixture->anchor));
  ww_transcript_anchor_release (fixture->anchor);
  g_assert_true (ww_transcript_anchor_get_settled (fixture->anchor));
}

/* What is asked for while nothing is on the screen is there when it comes onto it. */
static void
test_unmapped (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GObject) item = NULL;

  prepend (fixture, 2 * PAGE);
  wait_frames (fixture, 2);
  item = g_list_model_get_item (G_LIST_MODEL (fixture->store), PAGE);
  gtk_widget_set_visible (GTK_WIDGET (fixture->scrolled), FALSE);
  wait_frames (fixture, 1);
  ww_transcript_anchor_place (fixture->anchor, PAGE, 0);
  wait_frames (fixture, 2);
  gtk_widget_set_visible (GTK_WIDGET (fixture->scrolled), TRUE);
  wait_frames (fixture, 3);
  g_assert_true (ww_transcript_anchor_get_settled (fixture->anchor));
  g_assert_cmpfloat_with_epsilon (offset_of (fixture, item), 0, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/app/anchor/first-rows/first", Fixture, GUINT_TO_POINTER (0), set_up, test_first_rows, tear_down);
  g_test_add ("/app/anchor/first-rows/middle", Fixture, GUINT_TO_POINTER (20), set_up, test_first_rows, tear_down);
  g_test_add ("/app/anchor/pages", Fixture, NULL, set_up, test_pages, tear_down);
  g_test_add ("/app/anchor/heights", Fixture, NULL, set_up, test_heights, tear_down);
  g_test_add ("/app/anchor/far", Fixture, NULL, set_up, test_far_rows, tear_down);
  g_test_add ("/app/anchor/gone", Fixture, NULL, set_up, test_gone, tear_down);
  g_test_add ("/app/anchor/unmapped", Fixture, NULL, set_up, test_unmapped, tear_down);
  return g_test_run ();
}
