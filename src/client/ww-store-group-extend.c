/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-groups"

#include "ww-store-groups.h"

#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-group-events.h"
#include "ww-hash.h"
#include "ww-limits.h"
#include "ww-store-outbox.h"

/* Changes enter the log of their group, with all that follows from them: one transaction. */

typedef struct
{
  WwDatabase *database;
  const WwExtension *extension;
  gint64 now_ms;
  WwExtended *out;
  WwGroupLog *log;
  WwGroupState *before;
  guint first;        /* index of the first new change */
  GPtrArray *waiting; /* of WwGroupChange */
  WwGroupStatus worst;
} Extending;

WwExtended *
ww_extended_new (void)
{
  WwExtended *self = g_new0 (WwExtended, 1);

  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_message_row_free);
  self->states = ww_state_changes_new ();
  self->came = g_array_new (FALSE, FALSE, WW_ID_SIZE);
  return self;
}

void
ww_extended_free (WwExtended *self)
{
  g_clear_pointer (&self->log, ww_group_log_free);
  g_array_unref (self->came);
  g_ptr_array_unref (self->events);
  g_ptr_array_unref (self->states);
  g_free (self);
}

static WwGroupState *
copy_state (const WwGroupState *state)
{
  WwGroupState *copy = ww_group_state_new ();

  g_array_append_vals (copy->members, state->members->data, state->members->len);
  g_set_str (&copy->name, state->name);
  copy->has_picture = state->has_picture;
  memcpy (copy->picture, state->picture, WW_HASH_SIZE);
  return copy;
}

static gboolean
read_waiting (Extending *self, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      self->database, "SELECT change, signature FROM group_waiting WHERE grp=?1 ORDER BY row", error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, self->extension->group, WW_ID_SIZE);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      WwGroupChange *change;
      gsize len, signature_len;
      const guint8 *bytes = ww_statement_blob (statement, 0, &len);
      const guint8 *signature = ww_statement_blob (statement, 1, &signature_len);

      if (signature_len == WW_SIGNATURE_SIZE &&
          ww_group_change_new (WW_BYTES (bytes, len), signature, &change) == WW_GROUP_OK)
        g_ptr_array_add (self->waiting, change);
    }
  return step != WW_STEP_ERROR;
}

/* Until none of them finds its place any more. What is left waits. */
static void
add_all (Extending *self)
{
  gboolean progress = TRUE;

  for (guint i = 0; i < self->extension->changes->len; i++)
    g_ptr_array_add (self->waiting, ww_group_change_ref (self->extension->changes->pdata[i]));
  while (progress)
    {
      progress = FALSE;
      for (guint i = 0; i < self->waiting->len;)
        {
          WwGroupStatus status = ww_group_log_add (self->log, self->waiting->pdata[i]);

          if (status == WW_GROUP_WAITS)
            {
              i++;
              continue;
            }
          progress = progress || status == WW_GROUP_OK;
          if (status != WW_GROUP_OK && status != WW_GROUP_KNOWN)
            self->worst = status;
          g_ptr_array_remove_index (self->waiting, i);
        }
    }
}

/*
 * Only who is in the group hands on what is done to it, by what was known here before or by what is known now: so that
 * nothing that somebody makes up after they were removed gets in. Whoever adds this account is in it.
 */
static gboolean
may_hand_on (Extending *self)
{
  const guint8 *sender = self->extension->sender;

  return memcmp (sender, self->extension->own_account, WW_ID_SIZE) == 0 || ww_group_state_has (self->before, sender) ||
         ww_group_state_has (ww_group_log_state (self->log), sender);
}

/* A group that is new here has to be whole, and about this account. */
static gboolean
is_for_us (Extending *self)
{
  if (!self->out->is_new)
    return TRUE;
  return ww_group_log_n_changes (self->log) > 0 &&
         memcmp (ww_group_log_group (self->log), self->extension->group, WW_ID_SIZE) == 0 &&
         (ww_group_state_has (ww_group_log_state (self->log), self->extension->own_account) ||
          memcmp (self->extension->sender, self->extension->own_account, WW_ID_SIZE) == 0);
}

static gboolean
insert_change (WwDatabase *database, const char *sql, const WwGroupChange *change, gint64 now_ms, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, sql, error);
  gsize len;
  const guint8 *bytes = g_bytes_get_data (change->bytes, &len);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, change->group, WW_ID_SIZE);
  ww_statement_bind_blob (statement, 2, change->hash, WW_HASH_SIZE);
  ww_statement_bind_blob (statement, 3, bytes, len);
  ww_statement_bind_blob (statement, 4, change->signature, WW_SIGNATURE_SIZE);
  if (now_ms != 0)
    ww_statement_bind_int (statement, 5, now_ms);
  return ww_statement_run (statement, error);
}

static gboolean
run_for_group (WwDatabase *database, const char *sql, const guint8 group[16], GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, group, WW_ID_SIZE);
  return ww_statement_run (statement, error);
}

static gboolean
write_log (Extending *self, GError **error)
{
  guint kept = MIN (self->waiting->len, WW_MAX_WAITING_CHANGES);

  for (guint i = self->first; i < ww_group_log_n_changes (self->log); i++)
    if (!insert_change (self->database,
                        "INSERT INTO group_changes (grp, hash, change, signature) VALUES (?1, ?2, ?3, ?4)",
                        ww_group_log_change (self->log, i), 0, error))
      return FALSE;
  if (!run_for_group (self->database, "DELETE FROM group_waiting WHERE grp=?1", self->extension->group, error))
    return FALSE;
  /* A group of which nothing is here could be made up without end. */
  if (ww_group_log_n_changes (self->log) == 0)
    return TRUE;
  for (guint i = 0; i < kept; i++)
    if (!insert_change (self->database,
                        "INSERT OR IGNORE INTO group_waiting (grp, hash, change, signature, at_ms)"
                        " VALUES (?1, ?2, ?3, ?4, ?5)",
                        self->waiting->pdata[self->waiting->len - 1 - i], self->now_ms, error))
      return FALSE;
  return TRUE;
}

static gboolean
write_members (Extending *self, const WwGroupState *state, GError **error)
{
  if (!run_for_group (self->database, "DELETE FROM group_members WHERE grp=?1", self->extension->group, error))
    return FALSE;
  for (guint i = 0; i < ww_group_state_n_members (state); i++)
    {
      g_autoptr (WwStatement) statement = ww_database_prepare (
          self->database, "INSERT INTO group_members (grp, account) VALUES (?1, ?2)", error);

      if (statement == NULL)
        return FALSE;
      ww_statement_bind_blob (statement, 1, self->extension->group, WW_ID_SIZE);
      ww_statement_bind_blob (statement, 2, ww_group_state_member (state, i), WW_ID_SIZE);
      if (!ww_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
run_with_blob (WwDatabase *database, const char *sql, const guint8 group[16], const guint8 *data, gsize len,
               GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, group, WW_ID_SIZE);
  ww_statement_bind_blob (statement, 2, data, len);
  return ww_statement_run (statement, error);
}

/* An image that is not the one that the log names is nobody's. */
static gboolean
write_picture (Extending *self, const WwGroupState *state, GError **error)
{
  const guint8 *group = self->extension->group;
  guint8 digest[WW_HASH_SIZE];
  gsize len = 0;
  const guint8 *data = self->extension->picture != NULL ? g_bytes_get_data (self->extension->picture, &len) : NULL;
  const WwBytes part = WW_BYTES (data, len);

  if (!state->has_picture)
    return run_for_group (self->database, "UPDATE groups SET picture=NULL, picture_hash=NULL WHERE id=?1", group,
                          error);
  if (!run_with_blob (self->database,
                      "UPDATE groups SET picture=NULL, picture_hash=?2 WHERE id=?1 AND picture_hash IS NOT ?2", group,
                      state->picture, WW_HASH_SIZE, error))
    return FALSE;
  if (len == 0 || len > WW_MAX_GROUP_PICTURE || ww_hash (NULL, &part, 1, digest) != WW_CRYPTO_OK ||
      memcmp (digest, state->picture, WW_HASH_SIZE) != 0)
    return TRUE;
  return run_with_blob (self->database, "UPDATE groups SET picture=?2 WHERE id=?1", group, data, len, error);
}

static gboolean
write_state (Extending *self, GError **error)
{
  const WwGroupState *state = ww_group_log_state (self->log);
  guint8 heads[WW_MAX_GROUP_PARENTS][WW_HASH_SIZE];
  guint n = ww_group_log_heads (self->log, heads);
  g_autoptr (WwStatement)
      statement = ww_database_prepare (self->database,
                                       "INSERT INTO groups (id, name, heads, left) VALUES (?1, ?2, ?3, ?4) ON CONFLICT"
                                       " (id) DO UPDATE SET name=?2, heads=?3, left=?4",
                                       error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, self->extension->group, WW_ID_SIZE);
  ww_statement_bind_text (statement, 2, state->name);
  ww_statement_bind_blob (statement, 3, heads, n * WW_HASH_SIZE);
  ww_statement_bind_int (statement, 4,
                         ww_group_state_has_ended (state) || !ww_group_state_has (state, self->extension->own_account));
  return ww_statement_run (statement, error) && write_members (self, state, error) &&
         write_picture (self, state, error);
}

static gboolean
write_events (Extending *self, GError **error)
{
  g_autoptr (GPtrArray) rows = ww_group_events_make (self->log, self->first, self->before, self->out->is_new,
                                                     self->extension->own_account);

  for (guint i = 0; i < rows->len; i++)
    {
      WwMessageRow *row = rows->pdata[i];
      WwInsertResult result;

      if (!ww_store_insert_message (self->database, row, self->extension->group, self->now_ms, &result, error))
        return FALSE;
      if (result == WW_INSERTED)
        g_ptr_array_add (self->out->events, ww_message_row_copy (row));
    }
  return TRUE;
}

static void
find_who_came (Extending *self)
{
  const WwGroupState *state = ww_group_log_state (self->log);

  for (guint i = 0; i < ww_group_state_n_members (state); i++)
    if (!ww_group_state_has (self->before, ww_group_state_member (state, i)))
      g_array_append_vals (self->out->came, ww_group_state_member (state, i), 1);
}

/* Who put this account in. */
static void
find_adder (Extending *self)
{
  for (guint i = ww_group_log_n_changes (self->log); i > 0; i--)
    {
      const WwGroupChange *change = ww_group_log_change (self->log, i - 1);

      if (ww_group_change_is_removal (change) || !ww_group_change_names (change, self->extension->own_account) ||
          !ww_group_log_counts (self->log, i - 1))
        continue;
      memcpy (self->out->adder, change->account, WW_ID_SIZE);
      return;
    }
}

/* Nobody else goes on with it. */
static gboolean
drop_when_over (Extending *self, GError **error)
{
  const WwGroupState *state = ww_group_log_state (self->log);

  if (!ww_group_state_has_ended (state) && ww_group_state_has (state, self->extension->own_account))
    return ww_store_follow_group (self->database, self->extension->group, self->out->states, error);
  return ww_store_drop_group_outbox (self->database, self->extension->group,
                                     ww_error_get_sentence (WW_ERROR_NOT_IN_GROUP), self->out->states, error);
}

static gboolean
write_all (Extending *self, GError **error)
{
  return write_log (self, error) && write_state (self, error) && write_events (self, error) &&
         drop_when_over (self, error);
}

static WwError
code_for (WwGroupStatus status)
{
  return status == WW_GROUP_FULL ? WW_ERROR_GROUP_FULL : WW_ERROR_GROUP_CHANGE;
}

static gboolean
extend (Extending *self, GError **error)
{
  guint n_before;

  if (!ww_store_load_group (self->database, self->extension->group, &self->log, error) || !read_waiting (self, error))
    return FALSE;
  self->out->is_new = self->log == NULL;
  if (self->log == NULL)
    self->log = ww_group_log_new ();
  self->before = copy_state (ww_group_log_state (self->log));
  n_before = self->first = ww_group_log_n_changes (self->log);
  add_all (self);
  self->out->waits = self->waiting->len > 0;
  if (!may_hand_on (self) || !is_for_us (self) ||
      (self->worst != WW_GROUP_OK && ww_group_log_n_changes (self->log) == n_before))
    {
      self->out->result = WW_EXTENDED_REFUSED;
      self->out->code = code_for (self->worst);
      return TRUE;
    }
  find_adder (self);
  find_who_came (self);
  self->out->result = ww_group_log_n_changes (self->log) > n_before ? WW_EXTENDED : WW_EXTENDED_NOTHING;
  if (self->out->result == WW_EXTENDED)
    return write_all (self, error);
  return write_log (self, error) && (self->out->is_new || write_picture (self, self->before, error));
}

/**
 * ww_store_extend_group:
 *
 * REFUSED leaves everything as it was.
 */
gboolean
ww_store_extend_group (WwDatabase *database, const WwExtension *extension, gint64 now_ms, WwExtended *extended,
                       GError **error)
{
  Extending extending = { database, extension, now_ms, extended };
  gboolean done;

  extending.waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_group_change_unref);
  done = extend (&extending, error);
  g_ptr_array_unref (extending.waiting);
  g_clear_pointer (&extending.before, ww_group_state_free);
  extended->log = extending.log;
  return done;
}

/**
 * ww_group_log_pack:
 * @indices: (nullable): of guint; %NULL: all
 * @picture: (nullable)
 * @asked_device: (nullable): 16 bytes
 *
 * Returns: (transfer full): a serialised Payload with a GroupChanges
 */
GBytes *
ww_group_log_pack (const WwGroupLog *log, const GArray *indices, GBytes *picture, const guint8 *asked_device)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__GroupChanges changes = WAXWING__GROUP_CHANGES__INIT;
  guint n = indices != NULL ? indices->len : ww_group_log_n_changes (log);
  g_autofree Waxwing__SignedChange *storage = g_new0 (Waxwing__SignedChange, n + 1);
  g_autofree Waxwing__SignedChange **list = g_new0 (Waxwing__SignedChange *, n + 1);
  guint8 heads[WW_MAX_GROUP_PARENTS][WW_HASH_SIZE];
  ProtobufCBinaryData head_list[WW_MAX_GROUP_PARENTS];
  guint8 *packed;
  gsize len;

  for (guint i = 0; i < n; i++)
    {
      WwGroupChange *change = ww_group_log_change (log, indices != NULL ? g_array_index (indices, guint, i) : i);

      waxwing__signed_change__init (&storage[i]);
      storage[i].change.data = (guint8 *) g_bytes_get_data (change->bytes, &storage[i].change.len);
      storage[i].signature = (ProtobufCBinaryData) { WW_SIGNATURE_SIZE, change->signature };
      list[i] = &storage[i];
    }
  changes.group_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) ww_group_log_group (log) };
  changes.changes = list;
  changes.n_changes = n;
  changes.n_heads = ww_group_log_heads (log, heads);
  changes.heads = head_list;
  for (gsize i = 0; i < changes.n_heads; i++)
    head_list[i] = (ProtobufCBinaryData) { WW_HASH_SIZE, heads[i] };
  if (picture != NULL)
    changes.picture.data = (guint8 *) g_bytes_get_data (picture, &changes.picture.len);
  if (asked_device != NULL)
    changes.asked_device = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) asked_device };
  payload.kind_case = WAXWING__PAYLOAD__KIND_GROUP_CHANGE;
  payload.group_change = &changes;
  packed = ww_message_pack (&payload, &len);
  return g_bytes_new_with_free_func (packed, len, free, packed);
}
