/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-safety"

#include "ww-safety.h"

#include "ww-error-private.h"
#include "ww-limits.h"
#include "ww-safety-number.h"
#include "ww-store-contacts.h"
#include "ww-store-records.h"

G_DEFINE_BOXED_TYPE (WwSafety, ww_safety, ww_safety_copy, ww_safety_free)

WwSafety *
ww_safety_copy (WwSafety *self)
{
  return g_memdup2 (self, sizeof *self);
}

void
ww_safety_free (WwSafety *self)
{
  g_free (self);
}

/* What is known of an account, for a half of a number. */
typedef struct
{
  guint8 account[16];
  guint8 key[65];
} Known;

/* One question: read in the store, then computed. Atomically counted. */
typedef struct
{
  WwStore *store;
  guint8 own_account[16];
  guint8 peer[16];
  char *number; /* NULL: of `peer` */
  guint8 own_key[65];
  GArray *known; /* of Known */
} Question;

static void
question_clear (gpointer data)
{
  Question *self = data;

  g_clear_object (&self->store);
  g_free (self->number);
  g_array_unref (self->known);
}

static void
question_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, question_clear);
}

static Question *
question_new (WwStore *store, const guint8 own_account[16])
{
  Question *self = g_atomic_rc_box_new0 (Question);

  self->store = g_object_ref (store);
  memcpy (self->own_account, own_account, WW_ID_SIZE);
  self->known = g_array_new (FALSE, FALSE, sizeof (Known));
  return self;
}

static gboolean
read_one (WwDatabase *database, Question *self, GError **error)
{
  g_autoptr (WwRecord) record = NULL;
  Known known;

  if (!ww_store_newest_record (database, self->peer, &record, error))
    return FALSE;
  if (record == NULL)
    {
      ww_error_set (error, WW_ERROR_NO_SUCH_PERSON);
      return FALSE;
    }
  memcpy (known.account, self->peer, WW_ID_SIZE);
  memcpy (known.key, ww_record_account_key (record), WW_POINT_SIZE);
  g_array_append_val (self->known, known);
  return TRUE;
}

static gboolean
read_all (WwDatabase *database, Question *self, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database,
      "SELECT " WW_CONTACT_COLUMNS " FROM contacts p JOIN conversations c ON c.peer=p.account"
      " WHERE p.account_key IS NOT NULL ORDER BY c.last_position DESC",
      error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      g_autoptr (WwContactRow) row = ww_store_read_contact_row (statement, 0);
      Known known;

      if (!row->has_account_key)
        continue;
      memcpy (known.account, row->account, WW_ID_SIZE);
      memcpy (known.key, row->account_key, WW_POINT_SIZE);
      g_array_append_val (self->known, known);
    }
  return step != WW_STEP_ERROR;
}

static gboolean
read_question (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Question *self = data;
  g_autoptr (WwRecord) own = NULL;

  if (!ww_store_newest_record (database, self->own_account, &own, error))
    return FALSE;
  if (own == NULL)
    {
      ww_error_set (error, WW_ERROR_NOT_ENROLLED);
      return FALSE;
    }
  memcpy (self->own_key, ww_record_account_key (own), WW_POINT_SIZE);
  return self->number == NULL ? read_one (database, self, error) : read_all (database, self, error);
}

static gboolean
compute (const Question *self, const char *own_half, const Known *known, char out[61])
{
  char half[WW_SAFETY_HALF_DIGITS + 1];

  if (ww_safety_number_half (known->account, known->key, half) != WW_CRYPTO_OK)
    return FALSE;
  ww_safety_number_join (own_half, half, out);
  return TRUE;
}

static DexFuture *
compute_fiber (gpointer data)
{
  Question *self = data;
  char own_half[WW_SAFETY_HALF_DIGITS + 1];

  if (ww_safety_number_half (self->own_account, self->own_key, own_half) != WW_CRYPTO_OK)
    return ww_error_reject (WW_ERROR_FAILED);
  for (guint i = 0; i < self->known->len; i++)
    {
      const Known *known = &g_array_index (self->known, Known, i);
      g_autoptr (WwSafety) safety = g_new0 (WwSafety, 1);

      if (!compute (self, own_half, known, safety->number))
        return ww_error_reject (WW_ERROR_FAILED);
      memcpy (safety->account_key, known->key, WW_POINT_SIZE);
      if (self->number == NULL)
        return dex_future_new_take_boxed (WW_TYPE_SAFETY, g_steal_pointer (&safety));
      if (g_str_equal (self->number, safety->number))
        return dex_future_new_take_boxed (G_TYPE_BYTES, g_bytes_new (known->account, WW_ID_SIZE));
    }
  return ww_error_reject (WW_ERROR_NO_SUCH_PERSON);
}

static DexFuture *
read_cb (DexFuture *future, gpointer data)
{
  return dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), 0, compute_fiber,
                              g_atomic_rc_box_acquire (data), question_unref);
}

static DexFuture *
answer (Question *self)
{
  return dex_future_then (ww_store_read (self->store, read_question, g_atomic_rc_box_acquire (self), question_unref),
                          read_cb, self, question_unref);
}

DexFuture *
ww_safety_load (WwStore *store, const guint8 own_account[16], const guint8 peer[16])
{
  Question *self = question_new (store, own_account);

  memcpy (self->peer, peer, WW_ID_SIZE);
  return answer (self);
}

DexFuture *
ww_safety_find (WwStore *store, const guint8 own_account[16], const char *number)
{
  Question *self = question_new (store, own_account);

  self->number = g_strdup (number);
  return answer (self);
}

char *
ww_safety_strip (const char *typed)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  for (const char *c = typed; *c != '\0'; c++)
    {
      if (g_ascii_isdigit (*c))
        g_string_append_c (digits, *c);
      else if (!g_ascii_isspace (*c))
        return NULL;
    }
  return digits->len == WW_SAFETY_NUMBER_DIGITS ? g_string_free (g_steal_pointer (&digits), FALSE) : NULL;
}
