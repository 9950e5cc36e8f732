/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-welcome"

#include "ww-store-welcome.h"

#include "ww-hex.h"
#include "ww-limits.h"
#include "ww-store-groups.h"
#include "ww-store-handover.h"
#include "ww-store-meta.h"
#include "ww-store-settings.h"
#include "ww-store-standing.h"

/* A single value for each device, named by it: when it was promised. */
#define PREFIX       "welcome-"
#define KEY_SIZE     (sizeof PREFIX + 2 * WW_ID_SIZE)
#define FORGOTTEN_MS (30LL * 24 * 60 * 60 * 1000) /* by then it is clear that the device never joined */

static void
make_key (const guint8 device[16], char key[KEY_SIZE])
{
  g_autofree char *id = ww_hex_encode (device, WW_ID_SIZE);

  g_snprintf (key, KEY_SIZE, PREFIX "%s", id);
}

static gboolean
forget_old (WwDatabase *database, gint64 now_ms, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "DELETE FROM meta WHERE key GLOB '" PREFIX "*' AND value NOT BETWEEN ?1 AND ?2", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_int (statement, 1, now_ms - FORGOTTEN_MS);
  ww_statement_bind_int (statement, 2, now_ms);
  return ww_statement_run (statement, error);
}

gboolean
ww_store_promise_welcome (WwDatabase *database, const guint8 device[16], gint64 now_ms, GError **error)
{
  char key[KEY_SIZE];

  make_key (device, key);
  return forget_old (database, now_ms, error) && ww_store_set_meta_int (database, key, now_ms, error);
}

/* *promised: it was, and is not any more. */
static gboolean
take_promise (WwDatabase *database, const guint8 device[16], gboolean *promised, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "DELETE FROM meta WHERE key=?1 RETURNING 1", error);
  char key[KEY_SIZE];
  WwStep step;

  if (statement == NULL)
    return FALSE;
  make_key (device, key);
  ww_statement_bind_text (statement, 1, key);
  step = ww_statement_step (statement, error);
  *promised = step == WW_STEP_ROW;
  return step != WW_STEP_ERROR;
}

gboolean
ww_store_keep_welcomes (WwDatabase *database, const WwRecord *record, gint64 now_ms, gboolean *welcomed, GError **error)
{
  const guint8 *account = ww_record_account_id (record);
  size_t n;
  const WwRecordDevice *devices = ww_record_devices (record, &n);

  *welcomed = FALSE;
  for (size_t i = 0; i < n; i++)
    {
      const guint8 *device = devices[i].device_id;
      gboolean promised;

      if (!take_promise (database, device, &promised, error))
        return FALSE;
      /* What is said to all own devices is said once; what only one of them may take, to each. */
      if (promised && !*welcomed &&
          !(ww_store_queue_groups (database, account, now_ms, error) &&
            ww_store_queue_contact_states (database, account, now_ms, error) &&
            ww_store_queue_settings (database, account, now_ms, error)))
        return FALSE;
      if (promised && !ww_store_offer_history (database, account, device, now_ms, error))
        return FALSE;
      *welcomed |= promised;
    }
  return TRUE;
}
