/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-account"

#include "ww-account-private.h"

#include "ww-approval.h"
#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-until.h"

#define RETRY_MS 5000

G_DEFINE_FINAL_TYPE (WwAccount, ww_account, G_TYPE_OBJECT)

static guint signal_changed, signal_withheld;

static void
own_record_cb (WwDirectory *directory, WwRecord *record, gpointer data)
{
  WwAccount *self = data;

  if (self->record != NULL && ww_record_sequence (self->record) >= ww_record_sequence (record))
    return;
  ww_record_ref (record);
  g_clear_pointer (&self->record, ww_record_unref);
  self->record = record;
  g_signal_emit (self, signal_changed, 0, record);
}

WwAccount *
ww_account_new (WwLink *link, WwDirectory *directory, WwIdentity *identity)
{
  WwAccount *self = g_object_new (WW_TYPE_ACCOUNT, NULL);

  self->link = g_object_ref (link);
  self->directory = g_object_ref (directory);
  self->identity = ww_identity_ref (identity);
  g_signal_connect_object (directory, "own-record", G_CALLBACK (own_record_cb), self, G_CONNECT_DEFAULT);
  return self;
}

void
ww_account_close (WwAccount *self)
{
  if (dex_future_is_pending (DEX_FUTURE (self->closing)))
    dex_promise_reject (self->closing, ww_error_new (WW_ERROR_CANCELLED));
}

WwIdentity *
ww_account_get_identity (WwAccount *self)
{
  return self->identity;
}

WwRecord *
ww_account_get_record (WwAccount *self)
{
  return self->record;
}

static DexFuture *
loaded_cb (DexFuture *future, gpointer data)
{
  WwAccount *self = data;
  const GValue *value = dex_future_get_value (future, NULL);

  if (value != NULL && self->record == NULL)
    own_record_cb (self->directory, g_value_get_boxed (value), self);
  return dex_ref (future);
}

DexFuture *
ww_account_load (WwAccount *self)
{
  return dex_future_then (ww_directory_get (self->directory, ww_identity_get_account_id (self->identity)), loaded_cb,
                          g_object_ref (self), g_object_unref);
}

WwRecord *
ww_account_refresh (WwAccount *self, GError **error)
{
  return dex_await_boxed (
      ww_until (ww_directory_refresh (self->directory, ww_identity_get_account_id (self->identity)), self->closing),
      error);
}

static gboolean
is_behind (WwAccount *self)
{
  return self->record == NULL || ww_record_sequence (self->record) < self->wanted;
}

static void
be_settled (WwAccount *self)
{
  if (self->settled != NULL && dex_future_is_pending (DEX_FUTURE (self->settled)))
    dex_promise_resolve_boolean (self->settled, TRUE);
}

/* A refused chain was told by the directory; asking again at once would only be refused again. */
static DexFuture *
follow_fiber (gpointer data)
{
  WwAccount *self = data;
  g_autoptr (GError) error = NULL;

  while (is_behind (self) && ww_link_get_state (self->link) == WW_LINK_STATE_UP && error == NULL)
    {
      g_autoptr (WwRecord) record = ww_account_refresh (self, &error);

      be_settled (self);
      if (record != NULL && is_behind (self))
        {
          self->wanted = 0;
          g_signal_emit (self, signal_withheld, 0, record);
          break;
        }
      if (g_error_matches (error, WW_ERROR, WW_ERROR_TIMED_OUT))
        {
          g_clear_error (&error);
          dex_await (ww_until (dex_timeout_new_msec (RETRY_MS), self->closing), NULL);
          if (!dex_future_is_pending (DEX_FUTURE (self->closing)))
            break;
        }
    }
  self->following = FALSE;
  be_settled (self);
  return dex_future_new_true ();
}

/* What is refused is told by the directory. */
static DexFuture *
look_again_fiber (gpointer data)
{
  WwAccount *self = data;
  g_autoptr (WwRecord) record = ww_account_refresh (self, NULL);

  self->looking = FALSE;
  return dex_future_new_true ();
}

void
ww_account_follow (WwAccount *self, guint64 sequence)
{
  /* A number that comes late, or a server that has gone back: the chain itself says which. */
  if (self->record != NULL && sequence < ww_record_sequence (self->record) && !self->looking &&
      dex_future_is_pending (DEX_FUTURE (self->closing)))
    {
      self->looking = TRUE;
      dex_future_disown (dex_scheduler_spawn (NULL, 0, look_again_fiber, g_object_ref (self), g_object_unref));
    }
  self->wanted = MAX (self->wanted, sequence);
  if (self->following || !is_behind (self) || !dex_future_is_pending (DEX_FUTURE (self->closing)))
    return;
  self->following = TRUE;
  be_settled (self);
  dex_clear (&self->settled);
  self->settled = dex_promise_new ();
  dex_future_disown (dex_scheduler_spawn (NULL, 0, follow_fiber, g_object_ref (self), g_object_unref));
}

DexFuture *
ww_account_settle (WwAccount *self)
{
  return self->settled != NULL ? dex_ref (DEX_FUTURE (self->settled)) : dex_future_new_true ();
}

typedef struct
{
  WwAccount *account;
  char *server;
} RemovalCheck;

static void
removal_check_free (gpointer data)
{
  RemovalCheck *self = data;

  g_object_unref (self->account);
  g_free (self->server);
  g_free (self);
}

/* What it finds reaches everybody as the account's new record. */
static DexFuture *
check_removal_fiber (gpointer data)
{
  RemovalCheck *self = data;
  WwAccount *account = self->account;
  g_autoptr (WwLink) link = ww_link_new (self->server, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (WwRecord) record = NULL;

  ww_link_start (link);
  if (dex_await (ww_until (ww_link_wait_up (link), account->closing), &error))
    record = dex_await_boxed (
        ww_until (ww_directory_refresh_over (account->directory, link, ww_identity_get_account_id (account->identity)),
                  account->closing),
        &error);
  ww_link_stop (link);
  if (record == NULL)
    g_debug ("whether this device was removed is not known: %s", error->message);
  return dex_future_new_true ();
}

void
ww_account_check_removal (WwAccount *self, const char *server)
{
  RemovalCheck *check = g_new0 (RemovalCheck, 1);

  check->account = g_object_ref (self);
  check->server = g_strdup (server);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, check_removal_fiber, check, removal_check_free));
}

char *
ww_account_dup_device_name (WwAccount *self, const WwRecordDevice *device)
{
  WW_AUTO_BUFFER name = { 0 };

  if (device->sealed_name.len == 0 ||
      ww_name_open (ww_identity_get_account_key (self->identity), ww_identity_get_account_id (self->identity),
                    device->device_id, device->sealed_name, &name) != WW_CRYPTO_OK)
    return NULL;
  return g_utf8_make_valid ((const char *) name.data, (gssize) name.len);
}

static void
ww_account_dispose (GObject *object)
{
  ww_account_close (WW_ACCOUNT (object));
  G_OBJECT_CLASS (ww_account_parent_class)->dispose (object);
}

static void
ww_account_finalize (GObject *object)
{
  WwAccount *self = WW_ACCOUNT (object);

  g_clear_object (&self->link);
  g_clear_object (&self->directory);
  g_clear_pointer (&self->identity, ww_identity_unref);
  g_clear_pointer (&self->record, ww_record_unref);
  be_settled (self);
  dex_clear (&self->settled);
  dex_clear (&self->closing);
  G_OBJECT_CLASS (ww_account_parent_class)->finalize (object);
}

static void
ww_account_class_init (WwAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ww_account_dispose;
  object_class->finalize = ww_account_finalize;
  signal_changed = g_signal_new ("changed", WW_TYPE_ACCOUNT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                 WW_TYPE_RECORD);
  signal_withheld = g_signal_new ("withheld", WW_TYPE_ACCOUNT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  WW_TYPE_RECORD);
}

static void
ww_account_init (WwAccount *self)
{
  self->closing = dex_promise_new ();
}
