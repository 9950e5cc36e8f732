/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Alerts as they are stored, and what can be refused. */
#include "ww-client-fixture.h"

#include "ww-alert-private.h"
#include "ww-checks.h"

static WwAlertRow *
claim_row (guint64 number, WwClaimState state, gint64 due_ms)
{
  WwAlertRow *row = ww_alert_row_new ();

  row->kind = WW_ALERT_KIND_HANDLE_CLAIMED;
  row->at_ms = 1000;
  row->handle = g_strdup ("mailto:alice@example.org");
  test_id (row->claim, number);
  row->claim_state = state;
  row->due_ms = due_ms;
  row->source = g_bytes_new (row->claim, sizeof row->claim);
  return row;
}

#define FUTURE_MS (ww_now_ms () + 3600000)

static gboolean
apply_row (WwDatabase *database, WwAlertRow *row)
{
  g_autoptr (GError) error = NULL;
  gboolean added, changed;

  g_assert_true (ww_store_apply_claim (database, row, &added, &changed, &error));
  g_assert_no_error (error);
  return added;
}

static void
insert (WwDatabase *database, WwAlertKind kind)
{
  g_autoptr (WwAlertRow) row = ww_alert_row_new ();
  g_autoptr (GError) error = NULL;
  gboolean added;

  row->kind = kind;
  g_assert_true (ww_store_insert_alert (database, row, &added, &error));
  g_assert_no_error (error);
  g_assert_true (added);
}

static void
apply (WwDatabase *database, guint64 number, WwClaimState state, gboolean expect_added, gboolean expect_changed)
{
  g_autoptr (WwAlertRow) row = claim_row (number, state, 5000);
  g_autoptr (GError) error = NULL;
  gboolean added, changed;

  g_assert_true (ww_store_apply_claim (database, row, &added, &changed, &error));
  g_assert_no_error (error);
  g_assert_cmpint (added, ==, expect_added);
  g_assert_cmpint (changed, ==, expect_changed);
  if (changed)
    g_assert_cmpstr (row->handle, ==, "mailto:alice@example.org");
}

/* There once; ended once. */
static void
test_claims (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  WwAlertRow *row;

  apply (database, 1, WW_CLAIM_WAITING, TRUE, FALSE);
  apply (database, 1, WW_CLAIM_WAITING, FALSE, FALSE);
  apply (database, 1, WW_CLAIM_REFUSED, FALSE, TRUE);
  apply (database, 1, WW_CLAIM_REFUSED, FALSE, FALSE);
  apply (database, 1, WW_CLAIM_COMPLETED, FALSE, FALSE);
  apply (database, 1, WW_CLAIM_WAITING, FALSE, FALSE);
  apply (database, 2, WW_CLAIM_EXPIRED, TRUE, FALSE);
  g_assert_true (ww_store_list_alerts (database, &rows, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 2);
  row = rows->pdata[1];
  g_assert_cmpint (row->claim_state, ==, WW_CLAIM_REFUSED);
  g_assert_cmpint (row->due_ms, ==, 5000);
  g_assert_false (row->seen);
}

/* A server can invent as many as it likes. Those whose time went by while nobody was there to hear the end count no more. */
static void
test_claim_limit (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autoptr (WwAlertRow) late = claim_row (1000, WW_CLAIM_WAITING, FUTURE_MS);

  for (guint i = 0; i < WW_ALERTS_CLAIMED; i++)
    {
      g_autoptr (WwAlertRow) old = claim_row (2000 + i, WW_CLAIM_WAITING, ww_now_ms () - 1);
      g_autoptr (WwAlertRow) row = claim_row (i, WW_CLAIM_WAITING, FUTURE_MS);

      g_assert_true (apply_row (database, old));
      g_assert_true (apply_row (database, row));
    }
  g_assert_false (apply_row (database, late));
  apply (database, 7, WW_CLAIM_EXPIRED, FALSE, TRUE);
  g_assert_true (apply_row (database, late));
}

static gboolean
lists (WwDatabase *database, WwAlertKind kind, WwClaimState state)
{
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (ww_store_list_alerts (database, &rows, &error));
  g_assert_cmpuint (rows->len, <=, 2 * WW_ALERTS_LISTED);
  for (guint i = 0; i < rows->len; i++)
    {
      const WwAlertRow *row = rows->pdata[i];

      if (row->kind == kind && row->claim_state == state)
        return TRUE;
    }
  return FALSE;
}

/* What others can make without end neither hides what the person has to see, nor fills the disk. */
static void
test_flood (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autoptr (WwAlertRow) waiting = claim_row (1, WW_CLAIM_WAITING, FUTURE_MS);
  g_autoptr (GError) error = NULL;

  insert (database, WW_ALERT_KIND_DEVICE_ADDED);
  g_assert_true (apply_row (database, waiting));
  for (guint i = 0; i < WW_ALERTS_OF_OTHERS; i++)
    {
      g_autoptr (WwAlertRow) ended = claim_row (2 + i, WW_CLAIM_COMPLETED, FUTURE_MS);

      g_assert_true (apply_row (database, ended));
      insert (database, i % 2 == 0 ? WW_ALERT_KIND_MESSAGE_PROBLEM : WW_ALERT_KIND_RECORD_PROBLEM);
      insert (database, WW_ALERT_KIND_HANDLE_MOVED);
    }
  g_assert_true (lists (database, WW_ALERT_KIND_DEVICE_ADDED, WW_CLAIM_NONE));
  g_assert_true (lists (database, WW_ALERT_KIND_HANDLE_CLAIMED, WW_CLAIM_WAITING));
  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM alerts"), ==, WW_ALERTS_OF_OTHERS + 2);
  g_assert_true (ww_store_mark_alert_seen (database, 1, &error));
  g_assert_false (lists (database, WW_ALERT_KIND_DEVICE_ADDED, WW_CLAIM_NONE));
}

/* Seen, it makes room like any other. */
static void
test_has_to_stay (void)
{
  static const struct
  {
    WwAlertKind kind;
    gboolean stays;
  } cases[] = {
    { WW_ALERT_KIND_DEVICE_ADDED, TRUE },  { WW_ALERT_KIND_HANDLE_REMOVED, TRUE },
    { WW_ALERT_KIND_RESET, TRUE },         { WW_ALERT_KIND_RECORD_PROBLEM, FALSE },
    { WW_ALERT_KIND_HANDLE_MOVED, FALSE }, { WW_ALERT_KIND_MESSAGE_PROBLEM, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WwAlertRow) row = ww_alert_row_new ();
      g_autoptr (WwAlert) alert = NULL;

      row->kind = cases[i].kind;
      alert = ww_alert_new (row);
      g_assert_cmpint (ww_alert_has_to_stay (alert), ==, cases[i].stays);
      ww_alert_set_seen (alert, TRUE);
      g_assert_false (ww_alert_has_to_stay (alert));
    }
}

static void
test_can_refuse (void)
{
  static const struct
  {
    WwClaimState state;
    gint64 due_in_ms;
    gboolean can_refuse;
  } cases[] = {
    { WW_CLAIM_WAITING, 60000, TRUE },    { WW_CLAIM_WAITING, -1, FALSE },    { WW_CLAIM_REFUSED, 60000, FALSE },
    { WW_CLAIM_COMPLETED, 60000, FALSE }, { WW_CLAIM_EXPIRED, 60000, FALSE }, { WW_CLAIM_NONE, 60000, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 due_ms = ww_now_ms () + cases[i].due_in_ms;
      g_autoptr (WwAlertRow) row = claim_row (1, cases[i].state, due_ms);
      g_autoptr (WwAlert) alert = ww_alert_new (row);

      g_assert_cmpint (ww_alert_get_can_refuse (alert), ==, cases[i].can_refuse);
      g_assert_cmpint (ww_alert_get_due_ms (alert), ==, due_ms);
    }
}

static void
count_cb (WwAlert *alert, GParamSpec *pspec, gpointer data)
{
  ++*(guint *) data;
}

/* The time comes, and whoever shows the alert is told. */
static void
test_due (void)
{
  g_autoptr (WwAlertRow) row = claim_row (1, WW_CLAIM_WAITING, ww_now_ms () + 300);
  g_autoptr (WwAlert) alert = ww_alert_new (row);
  guint notified = 0;

  g_assert_true (ww_alert_get_can_refuse (alert));
  g_signal_connect (alert, "notify::can-refuse", G_CALLBACK (count_cb), &notified);
  test_wait_for (notified > 0);
  g_assert_false (ww_alert_get_can_refuse (alert));
  g_assert_cmpint (ww_now_ms (), >=, row->due_ms);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/alerts/claims", test_claims);
  g_test_add_func ("/client/alerts/claim-limit", test_claim_limit);
  g_test_add_func ("/client/alerts/flood", test_flood);
  g_test_add_func ("/client/alerts/has-to-stay", test_has_to_stay);
  g_test_add_func ("/client/alerts/can-refuse", test_can_refuse);
  g_test_add_func ("/client/alerts/due", test_due);
  return g_test_run ();
}
