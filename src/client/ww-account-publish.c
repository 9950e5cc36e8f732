/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-account"

#include "ww-account-private.h"

#include "ww-checks.h"
#include "ww-crash-point.h"
#include "ww-error-codes.h"
#include "ww-error-private.h"
#include "ww-until.h"

/* Every lost race means that another record came in; more than a few in a row is not people. */
#define MAX_CONFLICTS 8

static gboolean
is_held (WwReply *reply, WwHold *hold)
{
  const Waxwing__Response *response = ww_reply_response (reply);

  if (response->body_case != WAXWING__RESPONSE__BODY_HELD)
    return FALSE;
  if (hold != NULL)
    {
      hold->held = TRUE;
      hold->due_ms = ww_clamp_time (response->held->due_ms);
      hold->expires_ms = ww_clamp_time (response->held->expires_ms);
    }
  return TRUE;
}

static gboolean
is_conflict (const GError *error)
{
  return g_error_matches (error, WW_ERROR, WW_ERROR_REFUSED) &&
         g_str_equal (ww_error_get_code (error), WW_CODE_RECORD_CONFLICT);
}

static gboolean
lists_this (WwAccount *self, const WwRecord *record)
{
  return ww_record_find_device (record, ww_identity_get_device_id (self->identity)) != NULL;
}

/* One attempt. *again: another record came first, and is known now. */
static gboolean
publish_once (WwAccount *self, const WwRecord *next, WwAccountPublish publish, gpointer data, WwHold *hold,
              gboolean *again, GError **error)
{
  g_autoptr (WwRecord) now = NULL;
  g_autoptr (GError) local = NULL;
  g_autoptr (WwReply) reply = dex_await_boxed (ww_until (publish (self->link, next, data), self->closing), &local);

  *again = is_conflict (local);
  if (local != NULL && !*again)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (reply != NULL && is_held (reply, hold))
    {
      if (hold != NULL)
        return TRUE;
      ww_error_set (error, WW_ERROR_PROTOCOL);
      return FALSE;
    }
  ww_crash_point ("published");
  /* Who leaves has nothing more to learn, and the server may not know this device any longer. */
  if (!*again && !lists_this (self, next))
    return TRUE;
  now = ww_account_refresh (self, error);
  return now != NULL;
}

gboolean
ww_account_publish (WwAccount *self, WwAccountBuild build, WwAccountPublish publish, gpointer data, WwHold *hold,
                    GError **error)
{
  gboolean again = TRUE;

  if (hold != NULL)
    *hold = (WwHold) { 0 };
  for (guint i = 0; again && i < MAX_CONFLICTS; i++)
    {
      g_autoptr (WwRecord) current = NULL, next = NULL;

      if (self->record == NULL || !lists_this (self, self->record))
        {
          ww_error_set (error, WW_ERROR_NOT_ENROLLED);
          return FALSE;
        }
      current = ww_record_ref (self->record);
      next = build (current, data, error);
      if (next == NULL || !publish_once (self, next, publish, data, hold, &again, error))
        return FALSE;
    }
  if (again)
    ww_error_set (error, WW_ERROR_PROTOCOL);
  return !again;
}

typedef struct
{
  WwAccount *account;
  const WwRecordChange *change;
  const guint8 *token; /* nullable */
} Publication;

static WwRecord *
build_change (const WwRecord *current, gpointer data, GError **error)
{
  Publication *self = data;

  return ww_record_build_next (ww_identity_get_account_key (self->account->identity), current, self->change,
                               ww_now_ms (), error);
}

static DexFuture *
publish_record (WwLink *link, const WwRecord *next, gpointer data)
{
  Publication *self = data;
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__PublishRecord publish = WAXWING__PUBLISH_RECORD__INIT;
  Waxwing__SignedRecord record;

  ww_directory_expect (self->account->directory, ww_record_hash (next));
  ww_record_fill_signed (next, &record);
  publish.record = &record;
  if (self->token != NULL)
    publish.token = (ProtobufCBinaryData) { WW_TOKEN_SIZE, (guint8 *) self->token };
  request.body_case = WAXWING__REQUEST__BODY_PUBLISH_RECORD;
  request.publish_record = &publish;
  return ww_link_request (link, &request, WAXWING__RESPONSE__BODY_DONE, WW_REQUEST_TIMEOUT_MS);
}

gboolean
ww_account_publish_change (WwAccount *self, const WwRecordChange *change, const guint8 *token, WwHold *hold,
                           GError **error)
{
  Publication publication = { self, change, token };

  return ww_account_publish (self, build_change, publish_record, &publication, hold, error);
}
