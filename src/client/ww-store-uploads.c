/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-store-uploads.h"

#include "waxwing.pb-c.h"
#include "ww-error-private.h"

void
ww_upload_row_free (WwUploadRow *self)
{
  g_free (self->file);
  g_free (self);
}

gboolean
ww_store_insert_uploads (WwDatabase *database, const guint8 message[WW_ID_SIZE], const char *const *files,
                         GError **error)
{
  for (guint i = 0; files != NULL && files[i] != NULL; i++)
    {
      g_autoptr (WwStatement) statement = ww_database_prepare (
          database, "INSERT INTO uploads (message, ordinal, file) VALUES (?, ?, ?)", error);

      if (statement == NULL)
        return FALSE;
      ww_statement_bind_blob (statement, 1, message, WW_ID_SIZE);
      ww_statement_bind_int (statement, 2, i);
      ww_statement_bind_text (statement, 3, files[i]);
      if (!ww_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
ww_store_has_uploads (WwDatabase *database, const guint8 message[WW_ID_SIZE], gboolean *any, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, "SELECT 1 FROM uploads WHERE message = ?", error);
  WwStep step;

  *any = FALSE;
  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, message, WW_ID_SIZE);
  step = ww_statement_step (statement, error);
  *any = step == WW_STEP_ROW;
  return step != WW_STEP_ERROR;
}

gboolean
ww_store_list_uploads (WwDatabase *database, GPtrArray **rows, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "SELECT message, ordinal, file FROM uploads ORDER BY message, ordinal", error);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_upload_row_free);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      gsize len;
      const guint8 *message = ww_statement_blob (statement, 0, &len);
      WwUploadRow *row;

      if (message == NULL || len != WW_ID_SIZE)
        continue;
      row = g_new0 (WwUploadRow, 1);
      memcpy (row->message, message, WW_ID_SIZE);
      row->ordinal = (guint) ww_statement_int (statement, 1);
      row->file = g_strdup (ww_statement_text (statement, 2));
      g_ptr_array_add (found, row);
    }
  if (step == WW_STEP_ERROR)
    return FALSE;
  *rows = g_steal_pointer (&found);
  return TRUE;
}

static GBytes *
read_payload (WwDatabase *database, const guint8 message[WW_ID_SIZE], GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "SELECT payload FROM messages WHERE id = ?", error);
  const guint8 *payload;
  gsize len;

  if (statement == NULL)
    return NULL;
  ww_statement_bind_blob (statement, 1, message, WW_ID_SIZE);
  if (ww_statement_step (statement, error) != WW_STEP_ROW)
    return NULL;
  payload = ww_statement_blob (statement, 0, &len);
  return g_bytes_new (payload, len);
}

static ProtobufCBinaryData
borrow (const guint8 *data, gsize len)
{
  return (ProtobufCBinaryData) { len, (uint8_t *) data };
}

/* The same payload with its places. What is borrowed is given back before it is freed. */
static GBytes *
fill_places (GBytes *before, const WwUploadPlace *places, guint n_places)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (before, &len);
  Waxwing__Payload *payload = waxwing__payload__unpack (NULL, len, data);
  GBytes *after = NULL;

  if (payload != NULL && payload->kind_case == WAXWING__PAYLOAD__KIND_ATTACHMENTS &&
      payload->attachments->n_attachments == n_places)
    {
      g_autofree ProtobufCBinaryData *kept = g_new0 (ProtobufCBinaryData, 4 * n_places);
      guint8 *packed;

      for (guint i = 0; i < n_places; i++)
        {
          Waxwing__Attachment *attachment = payload->attachments->attachments[i];

          kept[4 * i] = attachment->attachment_id;
          kept[4 * i + 1] = attachment->download_token;
          kept[4 * i + 2] = attachment->key;
          kept[4 * i + 3] = attachment->hash;
          attachment->attachment_id = borrow (places[i].id, sizeof places[i].id);
          attachment->download_token = borrow (places[i].download_token, sizeof places[i].download_token);
          attachment->key = borrow (places[i].key, sizeof places[i].key);
          attachment->hash = borrow (places[i].hash, sizeof places[i].hash);
          attachment->size = places[i].size;
        }
      len = waxwing__payload__get_packed_size (payload);
      packed = g_malloc (len);
      after = g_bytes_new_take (packed, waxwing__payload__pack (payload, packed));
      for (guint i = 0; i < n_places; i++)
        {
          Waxwing__Attachment *attachment = payload->attachments->attachments[i];

          attachment->attachment_id = kept[4 * i];
          attachment->download_token = kept[4 * i + 1];
          attachment->key = kept[4 * i + 2];
          attachment->hash = kept[4 * i + 3];
        }
    }
  if (payload != NULL)
    waxwing__payload__free_unpacked (payload, NULL);
  return after;
}

static gboolean
write_payload (WwDatabase *database, const char *sql, const guint8 message[WW_ID_SIZE], GBytes *payload, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, g_bytes_get_data (payload, NULL), g_bytes_get_size (payload));
  ww_statement_bind_blob (statement, 2, message, WW_ID_SIZE);
  return ww_statement_run (statement, error);
}

static gboolean
delete_uploads (WwDatabase *database, const guint8 message[WW_ID_SIZE], GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, "DELETE FROM uploads WHERE message = ?", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, message, WW_ID_SIZE);
  return ww_statement_run (statement, error);
}

gboolean
ww_store_finish_uploads (WwDatabase *database, const guint8 message[WW_ID_SIZE], const WwUploadPlace *places,
                         guint n_places, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) before = read_payload (database, message, &local);
  g_autoptr (GBytes) after = before != NULL ? fill_places (before, places, n_places) : NULL;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (after != NULL &&
      (!write_payload (database, "UPDATE messages SET payload = ? WHERE id = ?", message, after, error) ||
       !write_payload (database, "UPDATE outbox SET payload = ? WHERE id = ?", message, after, error)))
    return FALSE;
  return delete_uploads (database, message, error);
}
