/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-settings"

#include "ww-store-settings.h"

#include "ww-checks.h"
#include "ww-limits.h"
#include "ww-store-messages-private.h"

/* What `conversations` holds of the registers, so that a list needs no other table. */
static const struct
{
  const char *key;
  const char *sql;
} columns[] = {
  { WW_SETTING_MUTED, "UPDATE conversations SET muted_until_ms=?2 WHERE id=?1 AND ?3 IS NOT NULL" },
  { WW_SETTING_PINNED, "UPDATE conversations SET pinned=?2 WHERE id=?1 AND ?3 IS NOT NULL" },
  { WW_SETTING_RECEIPTS, "UPDATE conversations SET receipts=?2 WHERE id=?1 AND ?3 IS NOT NULL" },
  { WW_SETTING_DRAFT, "UPDATE conversations SET draft=?3 WHERE id=?1 AND ?2 IS NOT NULL" },
};

static void
bind_conversation (WwStatement *statement, int index, const guint8 *conversation)
{
  ww_statement_bind_blob (statement, index, conversation != NULL ? conversation : (const guint8 *) "",
                          conversation != NULL ? WW_ID_SIZE : 0);
}

gboolean
ww_store_get_number (WwDatabase *database, const guint8 *conversation, const char *key, gint64 otherwise,
                     gint64 *number, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "SELECT number FROM settings WHERE conversation=?1 AND key=?2", error);
  WwStep step;

  *number = otherwise;
  if (statement == NULL)
    return FALSE;
  bind_conversation (statement, 1, conversation);
  ww_statement_bind_text (statement, 2, key);
  step = ww_statement_step (statement, error);
  if (step == WW_STEP_ROW)
    *number = ww_statement_int (statement, 0);
  return step != WW_STEP_ERROR;
}

static gboolean
mirror (WwDatabase *database, const guint8 *conversation, const char *key, gint64 number, const char *text,
        GError **error)
{
  if (conversation == NULL)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      g_autoptr (WwStatement) statement = NULL;

      if (!g_str_equal (columns[i].key, key))
        continue;
      statement = ww_database_prepare (database, columns[i].sql, error);
      if (statement == NULL)
        return FALSE;
      ww_statement_bind_blob (statement, 1, conversation, WW_ID_SIZE);
      ww_statement_bind_int (statement, 2, number);
      ww_statement_bind_text (statement, 3, text);
      return ww_statement_run (statement, error);
    }
  return TRUE;
}

/* TRUE in *room for a register that is there, or while there are not too many. */
static gboolean
has_room (WwDatabase *database, const guint8 *conversation, const char *key, gboolean *room, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database,
                                       "SELECT EXISTS (SELECT 1 FROM settings WHERE conversation=?1 AND key=?2)"
                                       " OR (SELECT count(*) FROM settings)<?3",
                                       error);

  if (statement == NULL)
    return FALSE;
  bind_conversation (statement, 1, conversation);
  ww_statement_bind_text (statement, 2, key);
  ww_statement_bind_int (statement, 3, WW_SETTINGS_KEPT);
  if (ww_statement_step (statement, error) != WW_STEP_ROW)
    return FALSE;
  *room = ww_statement_int (statement, 0) != 0;
  return TRUE;
}

/* The later one counts, of the same time the greater one: so all devices keep the same. */
static gboolean
put (WwDatabase *database, const guint8 *conversation, const char *key, gint64 number, const char *text,
     gint64 changed_ms, gboolean *changed, GError **error)
{
  g_autoptr (WwStatement) statement = NULL;
  gboolean room;

  *changed = FALSE;
  if (!has_room (database, conversation, key, &room, error))
    return FALSE;
  if (!room)
    return TRUE;
  statement = ww_database_prepare (database,
                                   "INSERT INTO settings (conversation, key, number, text, changed_ms)"
                                   " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (conversation, key) DO UPDATE"
                                   " SET number=?3, text=?4, changed_ms=?5 WHERE (excluded.changed_ms, excluded.number,"
                                   " excluded.text) > (changed_ms, number, text)",
                                   error);
  if (statement == NULL)
    return FALSE;
  bind_conversation (statement, 1, conversation);
  ww_statement_bind_text (statement, 2, key);
  ww_statement_bind_int (statement, 3, number);
  ww_statement_bind_text (statement, 4, text);
  ww_statement_bind_int (statement, 5, changed_ms);
  if (!ww_statement_run (statement, error))
    return FALSE;
  *changed = ww_database_changes (database) > 0;
  return !*changed || mirror (database, conversation, key, number, text, error);
}

/* What it is now; *known is FALSE when nobody ever set it. */
static gboolean
look (WwDatabase *database, const guint8 *conversation, const char *key, gint64 *number, char **text,
      gint64 *changed_ms, gboolean *known, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "SELECT number, text, changed_ms FROM settings WHERE conversation=?1 AND key=?2", error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  bind_conversation (statement, 1, conversation);
  ww_statement_bind_text (statement, 2, key);
  step = ww_statement_step (statement, error);
  *known = step == WW_STEP_ROW;
  if (*known)
    {
      *number = ww_statement_int (statement, 0);
      *text = g_strdup (ww_statement_text (statement, 1));
      *changed_ms = ww_statement_int (statement, 2);
    }
  return step != WW_STEP_ERROR;
}

static void
fill (Waxwing__Setting *setting, const guint8 *conversation, const char *key, gint64 number, const char *text,
      gint64 changed_ms)
{
  waxwing__setting__init (setting);
  if (conversation != NULL)
    setting->conversation_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) conversation };
  setting->key = (char *) key;
  setting->number = number;
  setting->text = (char *) text;
  setting->changed_ms = (guint64) changed_ms;
}

static gboolean
queue (WwDatabase *database, const guint8 own_account[16], Waxwing__Setting **list, gsize n, gint64 now_ms,
       GError **error)
{
  Waxwing__Settings settings = WAXWING__SETTINGS__INIT;
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;

  settings.settings = list;
  settings.n_settings = n;
  payload.kind_case = WAXWING__PAYLOAD__KIND_SETTINGS;
  payload.settings = &settings;
  return ww_store_queue_payload (database, NULL, own_account, now_ms, &payload, error);
}

/**
 * ww_store_change_setting:
 * @conversation: (nullable): 16 bytes
 * @text: not longer than WW_MAX_TEXT
 *
 * Later than what is there, even should that be from a device whose clock is ahead.
 */
gboolean
ww_store_change_setting (WwDatabase *database, const guint8 own_account[16], const guint8 *conversation,
                         const char *key, gint64 number, const char *text, gint64 now_ms, gboolean *changed,
                         GError **error)
{
  g_autofree char *old_text = NULL;
  gint64 old_number = 0, old_ms = 0;
  gboolean known;
  Waxwing__Setting setting;
  Waxwing__Setting *list[] = { &setting };

  *changed = FALSE;
  if (!look (database, conversation, key, &old_number, &old_text, &old_ms, &known, error))
    return FALSE;
  if (known && old_number == number && g_str_equal (old_text, text))
    return TRUE;
  now_ms = old_ms < G_MAXINT64 ? MAX (now_ms, old_ms + 1) : G_MAXINT64;
  if (!put (database, conversation, key, number, text, now_ms, changed, error))
    return FALSE;
  fill (&setting, conversation, key, number, text, now_ms);
  return !*changed || queue (database, own_account, list, 1, now_ms, error);
}

gboolean
ww_store_apply_setting (WwDatabase *database, const Waxwing__Setting *setting, gboolean *changed, GError **error)
{
  return put (database, setting->conversation_id.len > 0 ? setting->conversation_id.data : NULL, setting->key,
              setting->number, setting->text, ww_clamp_time (setting->changed_ms), changed, error);
}

gboolean
ww_store_adopt_settings (WwDatabase *database, const guint8 conversation[16], GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      g_autofree char *text = NULL;
      gint64 number, changed_ms;
      gboolean known;

      if (!look (database, conversation, columns[i].key, &number, &text, &changed_ms, &known, error) ||
          (known && !mirror (database, conversation, columns[i].key, number, text, error)))
        return FALSE;
    }
  return TRUE;
}

static void
setting_free (gpointer setting)
{
  waxwing__setting__free_unpacked (setting, NULL);
}

/* Rows of the table, kept with what they point to. */
static GPtrArray *
list_all (WwDatabase *database, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (setting_free);
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "SELECT conversation, key, number, text, changed_ms FROM settings", error);
  WwStep step;

  if (statement == NULL)
    return NULL;
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      gsize len;
      const guint8 *conversation = ww_statement_blob (statement, 0, &len);
      Waxwing__Setting setting;
      g_autofree guint8 *packed = NULL;

      fill (&setting, len == WW_ID_SIZE ? conversation : NULL, ww_statement_text (statement, 1),
            ww_statement_int (statement, 2), ww_statement_text (statement, 3), ww_statement_int (statement, 4));
      packed = g_malloc (waxwing__setting__get_packed_size (&setting));
      g_ptr_array_add (found, waxwing__setting__unpack (NULL, waxwing__setting__pack (&setting, packed), packed));
    }
  return step == WW_STEP_DONE ? g_steal_pointer (&found) : NULL;
}

/* Drafts can be long: so many bytes of them go into one message at most. */
#define MAX_BATCH (256 * 1024)

gboolean
ww_store_queue_settings (WwDatabase *database, const guint8 own_account[16], gint64 now_ms, GError **error)
{
  g_autoptr (GPtrArray) all = list_all (database, error);
  guint first = 0;
  gsize size = 0;

  if (all == NULL)
    return FALSE;
  for (guint i = 0; i < all->len; i++)
    {
      gsize next = waxwing__setting__get_packed_size (all->pdata[i]);

      if (i > first && (i - first == WW_MAX_SETTINGS || size + next > MAX_BATCH))
        {
          if (!queue (database, own_account, (Waxwing__Setting **) all->pdata + first, i - first, now_ms, error))
            return FALSE;
          first = i;
          size = 0;
        }
      size += next;
    }
  return first == all->len ||
         queue (database, own_account, (Waxwing__Setting **) all->pdata + first, all->len - first, now_ms, error);
}
