/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-meta"

#include "ww-store-meta.h"

static WwStatement *
select_value (WwDatabase *database, const char *key, GError **error)
{
  WwStatement *statement = ww_database_prepare (database, "SELECT value FROM meta WHERE key=?1", error);

  if (statement != NULL)
    ww_statement_bind_text (statement, 1, key);
  return statement;
}

static WwStatement *
replace_value (WwDatabase *database, const char *key, GError **error)
{
  WwStatement *statement = ww_database_prepare (database, "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)",
                                                error);

  if (statement != NULL)
    ww_statement_bind_text (statement, 1, key);
  return statement;
}

/**
 * ww_store_get_meta_text:
 * @value: (out) (transfer full) (nullable): %NULL when it was never set, or unset
 */
gboolean
ww_store_get_meta_text (WwDatabase *database, const char *key, char **value, GError **error)
{
  g_autoptr (WwStatement) statement = select_value (database, key, error);
  WwStep step;

  *value = NULL;
  if (statement == NULL)
    return FALSE;

  step = ww_statement_step (statement, error);
  if (step == WW_STEP_ROW)
    *value = g_strdup (ww_statement_text (statement, 0));

  return step != WW_STEP_ERROR;
}

/**
 * ww_store_set_meta_text:
 * @value: (nullable): %NULL unsets it
 */
gboolean
ww_store_set_meta_text (WwDatabase *database, const char *key, const char *value, GError **error)
{
  g_autoptr (WwStatement) statement = replace_value (database, key, error);

  if (statement == NULL)
    return FALSE;

  ww_statement_bind_text (statement, 2, value);
  return ww_statement_run (statement, error);
}

/**
 * ww_store_get_meta_int:
 * @fallback: what @value becomes when it was never set
 */
gboolean
ww_store_get_meta_int (WwDatabase *database, const char *key, gint64 fallback, gint64 *value, GError **error)
{
  g_autoptr (WwStatement) statement = select_value (database, key, error);
  WwStep step;

  *value = fallback;
  if (statement == NULL)
    return FALSE;

  step = ww_statement_step (statement, error);
  if (step == WW_STEP_ROW && !ww_statement_is_null (statement, 0))
    *value = ww_statement_int (statement, 0);

  return step != WW_STEP_ERROR;
}

gboolean
ww_store_set_meta_int (WwDatabase *database, const char *key, gint64 value, GError **error)
{
  g_autoptr (WwStatement) statement = replace_value (database, key, error);

  if (statement == NULL)
    return FALSE;

  ww_statement_bind_int (statement, 2, value);
  return ww_statement_run (statement, error);
}
