/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-schema"

#include "ww-store-schema.h"

#include "ww-client-resources.h"
#include "ww-error-private.h"
#include "ww-store-contacts.h"
#include "ww-store-records.h"

/* "WaxW": tells our databases from whatever else the same key might open (SQLite, "PRAGMA application_id"). */
#define APPLICATION_ID 0x57617857

static gboolean
read_int (WwDatabase *database, const char *sql, gint64 *value, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;

  switch (ww_statement_step (statement, error))
    {
    case WW_STEP_ROW:
      *value = ww_statement_int (statement, 0);
      return TRUE;
    case WW_STEP_DONE:
      ww_error_set (error, WW_ERROR_STORE_FAILED);
      return FALSE;
    case WW_STEP_ERROR:
      return FALSE;
    }

  return FALSE;
}

static gboolean
read_state (WwDatabase *database, gint64 *tables, gint64 *application, gint64 *version, GError **error)
{
  return read_int (database, "SELECT count(*) FROM sqlite_schema", tables, error) &&
         read_int (database, "PRAGMA application_id", application, error) &&
         read_int (database, "PRAGMA user_version", version, error);
}

/**
 * ww_store_schema_check:
 *
 * The first statement that reads the file, and so the one that finds out whether the key fits. A database that
 * holds nothing is fine: a program that was killed while it made one leaves that behind.
 */
gboolean
ww_store_schema_check (WwDatabase *database, GError **error)
{
  gint64 tables, application, version;

  if (!read_state (database, &tables, &application, &version, error))
    return FALSE;

  if (tables == 0 && application == 0 && version == 0)
    return TRUE;

  if (application != APPLICATION_ID)
    {
      ww_error_set (error, WW_ERROR_STORE_FOREIGN);
      return FALSE;
    }
  if (version > WW_STORE_VERSION)
    {
      ww_error_set (error, WW_ERROR_STORE_NEWER);
      return FALSE;
    }
  /* There never was a version 0 with anything in it. */
  if (version < 1)
    {
      ww_error_set (error, WW_ERROR_STORE_FOREIGN);
      return FALSE;
    }

  return TRUE;
}

/* What leads from one version to the next: the first makes version 1 out of an empty file. */
static const char *const migrations[WW_STORE_VERSION] = {
  "/im/waxwing/client/ww-store-schema.sql",        "/im/waxwing/client/ww-store-schema-2.sql",
  "/im/waxwing/client/ww-store-schema-3.sql",      "/im/waxwing/client/ww-store-schema-4.sql",
  "/im/waxwing/client/ww-store-schema-search.sql", "/im/waxwing/client/ww-store-schema-6.sql",
  "/im/waxwing/client/ww-store-schema-7.sql",      "/im/waxwing/client/ww-store-schema-8.sql",
};

/* Accounts are read first: a statement does not outlive what it reads. */
static GPtrArray *
list_accounts (WwDatabase *database, GError **error)
{
  g_autoptr (GPtrArray) accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (WwStatement) statement = ww_database_prepare (database, "SELECT account FROM contacts", error);
  WwStep step;

  if (statement == NULL)
    return NULL;
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      gsize len;
      const guint8 *account = ww_statement_blob (statement, 0, &len);

      if (len == WW_ID_SIZE)
        g_ptr_array_add (accounts, g_bytes_new (account, len));
    }
  return step == WW_STEP_DONE ? g_steal_pointer (&accounts) : NULL;
}

/* Version 2 keeps what it needs of the current record beside the person; whoever was written to before is trusted. */
static gboolean
fill_contacts (WwDatabase *database, GError **error)
{
  g_autoptr (GPtrArray) accounts = list_accounts (database, error);

  if (accounts == NULL)
    return FALSE;
  for (guint i = 0; i < accounts->len; i++)
    {
      const guint8 *account = g_bytes_get_data (accounts->pdata[i], NULL);
      g_autoptr (WwRecord) record = NULL;

      if (!ww_store_newest_record (database, account, &record, error) ||
          (record != NULL && !ww_store_set_contact_identity (database, record, error)))
        return FALSE;
    }
  return ww_database_exec (database, "UPDATE contacts SET trusted_key = account_key WHERE standing = 2", error);
}

typedef gboolean (*Completion) (WwDatabase *database, GError **error);
static const Completion completions[WW_STORE_VERSION] = { NULL, fill_contacts };

static gboolean
migrate (WwDatabase *database, gint64 version, GError **error)
{
  g_autofree char *pragmas = g_strdup_printf ("PRAGMA application_id=%d; PRAGMA user_version=%d;", APPLICATION_ID,
                                              WW_STORE_VERSION);

  for (gint64 i = version; i < WW_STORE_VERSION; i++)
    {
      g_autoptr (GBytes)
          sql = g_resource_lookup_data (ww_client_get_resource (), migrations[i], G_RESOURCE_LOOKUP_FLAGS_NONE, error);

      /* Resources end in a zero byte that does not count. */
      if (sql == NULL || !ww_database_exec (database, g_bytes_get_data (sql, NULL), error) ||
          (completions[i] != NULL && !completions[i](database, error)))
        return FALSE;
    }

  return ww_database_exec (database, pragmas, error);
}

/**
 * ww_store_schema_prepare:
 *
 * Each later version adds a file that leads to it from the one before, and a golden dump to the tests.
 */
gboolean
ww_store_schema_prepare (WwDatabase *database, GError **error)
{
  gint64 version;

  if (!read_int (database, "PRAGMA user_version", &version, error))
    return FALSE;
  if (version == WW_STORE_VERSION)
    return TRUE;

  if (!ww_database_exec (database, "BEGIN IMMEDIATE", error))
    return FALSE;

  if (migrate (database, version, error) && ww_database_exec (database, "COMMIT", error))
    return TRUE;

  ww_database_exec (database, "ROLLBACK", NULL);
  return FALSE;
}
