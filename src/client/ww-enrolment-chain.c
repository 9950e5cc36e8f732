/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-enrolment"

#include "ww-enrolment-private.h"

#include "ww-checks.h"
#include "ww-directory-private.h"
#include "ww-error-private.h"
#include "ww-until.h"

/* The history of the account that the handle belongs to, checked from its beginning, page by page. */

/* What is checked on a worker: every record costs a signature, and one more for each device. */
typedef struct
{
  WwReply *reply; /* DevicePrepared */
  WwRecordStatus status;
  GPtrArray *records;
} FirstPage;

static void
first_page_clear (gpointer data)
{
  FirstPage *self = data;

  ww_reply_unref (self->reply);
  g_ptr_array_unref (self->records);
}

static void
first_page_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, first_page_clear);
}

static DexFuture *
check_first_page_fiber (gpointer data)
{
  FirstPage *self = data;
  const Waxwing__DevicePrepared *prepared = ww_reply_response (self->reply)->device_prepared;
  WwRecord **records = NULL;
  size_t n_records = 0;

  self->status = ww_record_check_chain (NULL, NULL, prepared->chain, prepared->n_chain, prepared->n_chain, &records,
                                        &n_records);
  for (size_t i = 0; self->status == WW_RECORD_OK && i < n_records; i++)
    g_ptr_array_add (self->records, records[i]);
  free (records);
  if (self->status == WW_RECORD_OK && self->records->len == 0)
    self->status = WW_RECORD_MALFORMED;
  return dex_future_new_true ();
}

static gboolean
fail_with (WwRecordStatus status, GError **error)
{
  if (status == WW_RECORD_OK)
    return TRUE;
  ww_error_set (error, ww_error_from_record (status));
  return FALSE;
}

static void
append (WwEnrolmentRun *run, GPtrArray *records)
{
  for (guint i = 0; i < records->len; i++)
    g_ptr_array_add (run->chain, ww_record_ref (records->pdata[i]));
}

static WwReply *
ask_look_up (WwEnrolmentRun *run, GError **error)
{
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__LookUp look_up = WAXWING__LOOK_UP__INIT;
  WwRecord *newest = ww_enrolment_run_newest (run);

  look_up.by_case = WAXWING__LOOK_UP__BY_ACCOUNT_ID;
  look_up.account_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) ww_record_account_id (newest) };
  look_up.known_sequence = ww_record_sequence (newest);
  request.body_case = WAXWING__REQUEST__BODY_LOOK_UP;
  request.look_up = &look_up;
  return ww_enrolment_run_ask (run, &request, WAXWING__RESPONSE__BODY_LOOK_UP, error);
}

/* Whatever the account has published since the newest record that the run knows. */
gboolean
ww_enrolment_follow_chain (WwEnrolmentRun *run, GError **error)
{
  for (;;)
    {
      g_autoptr (WwReply) reply = ask_look_up (run, error);
      g_autoptr (WwChainCheck) check = NULL;
      const Waxwing__LookUpResult *found;

      if (reply == NULL)
        return FALSE;
      found = ww_reply_response (reply)->look_up;
      if (!found->found)
        return fail_with (WW_RECORD_ROLLED_BACK, error);
      check = ww_chain_check_new (reply, ww_enrolment_run_newest (run),
                                  ww_record_account_id (ww_enrolment_run_newest (run)));
      if (!dex_await (ww_until (ww_chain_check_run (check), run->closing), error) || !fail_with (check->status, error))
        return FALSE;
      append (run, check->records);
      if (check->records->len == 0 || ww_record_sequence (ww_enrolment_run_newest (run)) >= found->current_sequence)
        return TRUE;
    }
}

/* `reply` holds DevicePrepared. The first page comes with it; the others are asked for. */
gboolean
ww_enrolment_take_chain (WwEnrolmentRun *run, WwReply *reply, GError **error)
{
  FirstPage *page;
  gboolean taken;

  if (ww_reply_response (reply)->device_prepared->n_chain == 0)
    return TRUE;
  page = g_atomic_rc_box_new0 (FirstPage);
  page->reply = ww_reply_ref (reply);
  page->records = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_record_unref);
  taken = dex_await (ww_until (dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), 0, check_first_page_fiber,
                                                    g_atomic_rc_box_acquire (page), first_page_unref),
                               run->closing),
                     error) &&
          fail_with (page->status, error);
  if (taken)
    append (run, page->records);
  first_page_unref (page);
  if (!taken || !ww_enrolment_follow_chain (run, error))
    return FALSE;
  return ww_record_has_handle (ww_enrolment_run_newest (run), run->handle) ||
         fail_with (WW_RECORD_WRONG_ACCOUNT, error);
}
