/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-enrolment-private.h"

#include "ww-error-private.h"
#include "ww-hex.h"
#include "ww-store-meta.h"

/* The one claim that this profile may wait for, among the store's single values. Bytes are kept as hex. */
#define META_HANDLE   "claim-handle"
#define META_TOKEN    "claim-token"
#define META_PUSH     "claim-push-address"
#define META_ENROLLED "claim-enrolled-ms"
#define META_DUE      "claim-due-ms"

G_DEFINE_BOXED_TYPE (WwHeldClaim, ww_held_claim, ww_held_claim_copy, ww_held_claim_free)

WwHeldClaim *
ww_held_claim_copy (const WwHeldClaim *self)
{
  WwHeldClaim *copy = g_memdup2 (self, sizeof *self);

  copy->handle = g_strdup (self->handle);
  copy->newest = self->newest != NULL ? ww_record_ref (self->newest) : NULL;
  return copy;
}

void
ww_held_claim_free (WwHeldClaim *self)
{
  g_free (self->handle);
  g_clear_pointer (&self->newest, ww_record_unref);
  ww_wipe (self->token, sizeof self->token);
  g_free (self);
}

static gboolean
get_bytes (WwDatabase *database, const char *key, guint8 *out, gsize size, GError **error)
{
  g_autofree char *text = NULL;

  if (!ww_store_get_meta_text (database, key, &text, error))
    return FALSE;
  if (text != NULL && ww_hex_decode (text, out, size))
    return TRUE;
  ww_error_set (error, WW_ERROR_STORE_FAILED);
  return FALSE;
}

static gboolean
set_bytes (WwDatabase *database, const char *key, const guint8 *bytes, gsize size, GError **error)
{
  g_autofree char *text = ww_hex_encode (bytes, size);
  gboolean done = ww_store_set_meta_text (database, key, text, error);

  ww_wipe (text, strlen (text));
  return done;
}

gboolean
ww_store_has_held_claim (WwDatabase *database, gboolean *found, GError **error)
{
  g_autofree char *handle = NULL;

  if (!ww_store_get_meta_text (database, META_HANDLE, &handle, error))
    return FALSE;
  *found = handle != NULL;
  return TRUE;
}

/* *claim is NULL when there is none. `account` is that of the identity in the keyring. */
gboolean
ww_store_get_held_claim (WwDatabase *database, const guint8 account[16], WwHeldClaim **claim, GError **error)
{
  g_autoptr (WwHeldClaim) found = g_new0 (WwHeldClaim, 1);

  *claim = NULL;
  if (!ww_store_get_meta_text (database, META_HANDLE, &found->handle, error))
    return FALSE;
  if (found->handle == NULL)
    return TRUE;
  if (!get_bytes (database, META_TOKEN, found->token, sizeof found->token, error) ||
      !get_bytes (database, META_PUSH, found->push_address, sizeof found->push_address, error) ||
      !ww_store_get_meta_int (database, META_ENROLLED, 0, &found->enrolled_ms, error) ||
      !ww_store_get_meta_int (database, META_DUE, 0, &found->due_ms, error) ||
      !ww_store_newest_record (database, account, &found->newest, error))
    return FALSE;
  /* Keys of another attempt than the store: nothing can be claimed with them. */
  if (found->newest != NULL)
    *claim = g_steal_pointer (&found);
  return TRUE;
}

gboolean
ww_store_set_held_claim (WwDatabase *database, const WwHeldClaim *claim, GError **error)
{
  return ww_store_set_meta_text (database, META_HANDLE, claim->handle, error) &&
         set_bytes (database, META_TOKEN, claim->token, sizeof claim->token, error) &&
         set_bytes (database, META_PUSH, claim->push_address, sizeof claim->push_address, error) &&
         ww_store_set_meta_int (database, META_ENROLLED, claim->enrolled_ms, error) &&
         ww_store_set_held_due (database, claim->due_ms, error);
}

gboolean
ww_store_set_held_due (WwDatabase *database, gint64 due_ms, GError **error)
{
  return ww_store_set_meta_int (database, META_DUE, due_ms, error);
}

gboolean
ww_store_delete_held_claim (WwDatabase *database, GError **error)
{
  static const char *const keys[] = { META_HANDLE, META_TOKEN, META_PUSH, META_ENROLLED, META_DUE };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (!ww_store_set_meta_text (database, keys[i], NULL, error))
      return FALSE;
  return TRUE;
}
