/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

#include <glib/gi18n-lib.h>

#include "ww-error-private.h"
#include "ww-profile-wipe.h"
#include "ww-store-history.h"

/*
 * How a device goes: its person signs out; another device removes it, and it keeps what it has until its person has that
 * forgotten; or another device removes it with the word that everything is forgotten at once. What is forgotten is
 * forgotten in the order of ww-profile-wipe.h, and gone on with at the next start.
 */

/* Keys, then files, then the mark. What could not be done is done at the next start; the files go in any case. */
static gboolean
finish_wipe (WwClient *self, GError **error)
{
  g_autoptr (WwProfile) profile = g_object_ref (self->profile_lock);
  g_autoptr (WwKeyring) keyring = g_object_ref (self->keyring);
  gboolean keys = dex_await (ww_keyring_clear (keyring), error);

  return dex_await (ww_profile_delete_store (profile), keys ? error : NULL) && keys &&
         dex_await (ww_profile_end_wipe (profile), error);
}

static GError *
dup_farewell (WwFarewell farewell)
{
  if (farewell != WW_FAREWELL_REMOVED)
    return NULL;
  return g_error_new_literal (
      WW_ERROR, WW_ERROR_NOT_ENROLLED,
      _ ("Another device of yours removed this one from the account. Its keys and messages were "
         "deleted here, as that device asked."));
}

/* The state at the end of a wipe; `farewell` is why. */
static void
show_end (WwClient *self, WwFarewell farewell, const GError *error)
{
  g_autoptr (GError) told = dup_farewell (farewell);

  if (error == NULL)
    ww_client_set_state (self, WW_CLIENT_STATE_NOT_ENROLLED, told);
  else
    ww_client_set_state (self,
                         g_error_matches (error, WW_ERROR, WW_ERROR_KEYRING_LOCKED) ? WW_CLIENT_STATE_LOCKED
                                                                                    : WW_CLIENT_STATE_FAILED,
                         error);
}

/* For fibers. `self` has a profile. */
static gboolean
wipe (WwClient *self, WwFarewell farewell, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (dex_await (ww_profile_begin_wipe (self->profile_lock, farewell), &local))
    {
      /* Whether the store can still be closed in order does not matter any more. */
      dex_await (ww_client_stop (self), NULL);
      finish_wipe (self, &local);
    }
  show_end (self, farewell, local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
ww_client_resume_wipe (WwClient *self, gboolean *wiped, GError **error)
{
  WwFarewell farewell = (WwFarewell) dex_await_int (ww_profile_load_wipe (self->profile_lock), NULL);

  *wiped = farewell != WW_FAREWELL_NONE;
  if (!*wiped)
    return TRUE;
  if (!finish_wipe (self, error))
    return FALSE;
  show_end (self, farewell, NULL);
  return TRUE;
}

GError *
ww_client_dup_farewell (WwClient *self)
{
  return dup_farewell ((WwFarewell) dex_await_int (ww_profile_load_farewell (self->profile_lock), NULL));
}

/* --- Removed by another device --- */

typedef struct
{
  guint8 account[16];
  guint8 device[16];
  guint8 account_key[65];
} Question;

static gboolean
read_wipe (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  const Question *question = data;
  gboolean wiped;

  if (!ww_store_find_wipe (database, question->account, question->device, question->account_key, &wiped, error))
    return FALSE;
  g_value_init (result, G_TYPE_BOOLEAN);
  g_value_set_boolean (result, wiped);
  return TRUE;
}

/* When it cannot be read, nothing is forgotten. */
static gboolean
is_wiped (WwClient *self)
{
  Question *question = g_new0 (Question, 1);

  memcpy (question->account, ww_identity_get_account_id (self->identity), WW_ID_SIZE);
  memcpy (question->device, ww_identity_get_device_id (self->identity), WW_ID_SIZE);
  ww_signing_key_public (ww_identity_get_account_key (self->identity), question->account_key);
  return dex_await_boolean (ww_store_read (self->store, read_wipe, question, g_free), NULL);
}

static void
show_removed (WwClient *self)
{
  guint8 account_key[WW_POINT_SIZE];
  g_autoptr (GError) error = NULL;
  WwRecord *record = ww_account_get_record (self->account);

  ww_signing_key_public (ww_identity_get_account_key (self->identity), account_key);
  if (record != NULL && memcmp (ww_record_account_key (record), account_key, sizeof account_key) != 0)
    error = g_error_new_literal (
        WW_ERROR, WW_ERROR_NOT_ENROLLED,
        _ ("Your account was started over without this device. What is stored here can still be "
           "read."));
  else
    error = g_error_new_literal (
        WW_ERROR, WW_ERROR_NOT_ENROLLED,
        _ ("Another device of yours removed this one from the account. What is stored here can "
           "still be read."));
  ww_client_set_state (self, WW_CLIENT_STATE_REMOVED, error);
}

gboolean
ww_client_open_removed (WwClient *self, GError **error)
{
  if (is_wiped (self))
    return wipe (self, WW_FAREWELL_REMOVED, error);
  show_removed (self);
  return TRUE;
}

/* Whoever opens or closes meanwhile waits for the end of it. */
static void
begin_work (WwClient *self)
{
  self->opening = dex_promise_new ();
  ww_client_set_state (self, WW_CLIENT_STATE_OPENING, NULL);
}

static void
end_work (WwClient *self, const GError *error)
{
  g_autoptr (DexPromise) opening = g_steal_pointer (&self->opening);

  if (error != NULL)
    dex_promise_reject (opening, g_error_copy (error));
  else
    dex_promise_resolve_boolean (opening, TRUE);
}

static DexFuture *
removal_fiber (gpointer data)
{
  WwClient *self = data;
  g_autoptr (GError) error = NULL;
  gboolean wiped = is_wiped (self);

  if (self->state != WW_CLIENT_STATE_READY || self->opening != NULL || self->identity == NULL)
    return dex_future_new_true ();
  if (!wiped)
    {
      show_removed (self);
      return dex_future_new_true ();
    }
  begin_work (self);
  wipe (self, WW_FAREWELL_REMOVED, &error);
  end_work (self, error);
  return dex_future_new_true ();
}

void
ww_client_take_removal (WwClient *self)
{
  /* The account's own signature says so; nothing more is sent or received. */
  if (self->leaving)
    return;
  ww_link_stop (self->link);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, removal_fiber, g_object_ref (self), g_object_unref));
}

/* --- Leaving by itself --- */

static gboolean
is_last_device (WwClient *self)
{
  WwRecord *record = self->account != NULL ? ww_account_get_record (self->account) : NULL;
  size_t n_devices = 0;

  if (record != NULL)
    ww_record_devices (record, &n_devices);
  return n_devices <= 1;
}

/* No record can be without a device: the account stays, and nobody is there any more. */
static gboolean
retire (WwClient *self, GError **error)
{
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__Retire retirement = WAXWING__RETIRE__INIT;

  request.body_case = WAXWING__REQUEST__BODY_RETIRE;
  request.retire = &retirement;
  return dex_await (ww_link_request (self->link, &request, WAXWING__RESPONSE__BODY_DONE, WW_REQUEST_TIMEOUT_MS), error);
}

/* With the word that it shall forget everything: if the program ends in between, the next start goes on with that. */
static gboolean
publish_departure (WwClient *self, GError **error)
{
  g_autoptr (WwAccount) account = g_object_ref (self->account);
  g_autoptr (WwIdentity) identity = ww_identity_ref (self->identity);
  WwRecordChange change = { .device_removed = ww_identity_get_device_id (identity), .wipe = TRUE };

  return ww_account_publish_change (account, &change, NULL, NULL, error);
}

static gboolean
depart (WwClient *self, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (is_last_device (self))
    return retire (self, error);
  if (publish_departure (self, &local))
    return TRUE;
  /* The others left in the same moment. */
  if (self->link != NULL && g_error_matches (local, WW_ERROR, WW_ERROR_INVALID_ARGUMENT) && is_last_device (self))
    return retire (self, error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static DexFuture *
sign_out_fiber (gpointer data)
{
  WwClient *self = data;
  g_autoptr (GError) error = NULL;
  gboolean gone = depart (self, &error);

  self->leaving = FALSE;
  if (self->state != WW_CLIENT_STATE_READY || self->opening != NULL)
    return gone ? dex_future_new_true () : dex_future_new_for_error (g_steal_pointer (&error));
  if (!gone)
    {
      WwRecord *record = ww_account_get_record (self->account);

      /* Another device removed this one meanwhile. */
      if (record != NULL && ww_record_find_device (record, ww_identity_get_device_id (self->identity)) == NULL)
        ww_client_take_removal (self);
      return dex_future_new_for_error (g_steal_pointer (&error));
    }
  begin_work (self);
  wipe (self, WW_FAREWELL_SIGNED_OUT, &error);
  end_work (self, error);
  return error == NULL ? dex_future_new_true () : dex_future_new_for_error (g_steal_pointer (&error));
}

/**
 * ww_client_sign_out:
 *
 * Leaves the account from this device, then forgets everything here as ww_client_wipe() does. For the last device of an
 * account only starting over leads back.
 *
 * Returns: (transfer full): a future of %TRUE; WW_ERROR_OFFLINE, and nothing happened, when the server cannot be told
 */
DexFuture *
ww_client_sign_out (WwClient *self)
{
  if (self->state != WW_CLIENT_STATE_READY || self->link == NULL)
    return ww_error_reject (WW_ERROR_NOT_ENROLLED);
  if (self->leaving)
    return ww_error_reject (WW_ERROR_CANCELLED);
  if (ww_link_get_state (self->link) != WW_LINK_STATE_UP)
    return dex_future_new_reject (
        WW_ERROR, WW_ERROR_OFFLINE,
        _ ("There is no connection to the server, which has to learn that this device leaves. "
           "Sign out when you are connected again."));
  self->leaving = TRUE;
  return dex_scheduler_spawn (NULL, 0, sign_out_fiber, g_object_ref (self), g_object_unref);
}

static DexFuture *
wipe_fiber (gpointer data)
{
  WwClient *self = data;
  g_autoptr (GError) error = NULL;

  wipe (self, WW_FAREWELL_SIGNED_OUT, &error);
  end_work (self, error);
  return error == NULL ? dex_future_new_true () : dex_future_new_for_error (g_steal_pointer (&error));
}

/**
 * ww_client_wipe:
 *
 * Forgets keys and messages on this device, after it was removed from the account or when it cannot be opened. Signs
 * nothing and tells nobody: in READY it is ww_client_sign_out() that leaves.
 *
 * Returns: (transfer full): a future of %TRUE; the state is NOT_ENROLLED then. What a locked keyring keeps is removed when it
 *   is unlocked
 */
DexFuture *
ww_client_wipe (WwClient *self)
{
  if (self->state == WW_CLIENT_STATE_NOT_ENROLLED)
    return dex_future_new_true ();
  if (self->state == WW_CLIENT_STATE_READY)
    return dex_future_new_reject (WW_ERROR, WW_ERROR_INVALID_ARGUMENT,
                                  _ ("This device still belongs to the account. Sign out instead."));
  if (self->opening != NULL || self->profile_lock == NULL || self->keyring == NULL)
    return ww_error_reject (WW_ERROR_NOT_ENROLLED);
  begin_work (self);
  return dex_scheduler_spawn (NULL, 0, wipe_fiber, g_object_ref (self), g_object_unref);
}
