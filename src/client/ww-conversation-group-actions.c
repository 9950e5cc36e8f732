/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-conversation"

#include "ww-conversation-private.h"

#include <glib/gi18n-lib.h>

#include "ww-client-private.h"
#include "ww-error-private.h"
#include "ww-handle-text-private.h"
#include "ww-hex.h"
#include "ww-limits.h"
#include "ww-store-group-act.h"

/* What a person does to a group: people are found first, then it is one transaction, told to the models after it. */

G_STATIC_ASSERT (WW_GROUP_MAX_NAME == WW_MAX_GROUP_NAME);
G_STATIC_ASSERT (WW_GROUP_MAX_PICTURE == WW_MAX_GROUP_PICTURE);

typedef struct
{
  WwConversationList *list;
  WwGroupKind kind;
  gboolean has_group;
  guint8 group[16];
  GStrv handles; /* normalised: people to find; nullable */
  gboolean has_person;
  guint8 person[16];
  char *name;
  GBytes *picture;
  gboolean wants_conversation; /* what it resolves to */
} Doing;

static Doing *
doing_new (WwConversationList *list, WwGroupKind kind)
{
  Doing *self = g_new0 (Doing, 1);

  self->list = g_object_ref (list);
  self->kind = kind;
  return self;
}

static void
doing_free (gpointer data)
{
  Doing *self = data;

  g_object_unref (self->list);
  g_strfreev (self->handles);
  g_free (self->name);
  g_clear_pointer (&self->picture, g_bytes_unref);
  g_free (self);
}

/* Somebody seen before is known without the network. */
static gboolean
find_person (Doing *self, const char *handle, WwGroupAct *act, GError **error)
{
  WwDirectory *directory = ww_conversation_list_get_directory (self->list);
  g_autoptr (GError) local = NULL;
  g_autoptr (WwRecord) record = NULL;

  if (directory == NULL)
    {
      ww_error_set (error, WW_ERROR_CANCELLED);
      return FALSE;
    }
  record = dex_await_boxed (ww_directory_find_handle (directory, handle), &local);
  if (record == NULL && g_error_matches (local, WW_ERROR, WW_ERROR_NO_SUCH_PERSON))
    {
      g_clear_error (&local);
      record = dex_await_boxed (ww_directory_look_up (directory, handle), &local);
    }
  if (record == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  /* Naming oneself does no harm: one is in the group anyway. */
  if (memcmp (ww_record_account_id (record), ww_conversation_list_get_account (self->list), WW_ID_SIZE) != 0)
    g_array_append_vals (act->people, ww_record_account_id (record), 1);
  return TRUE;
}

static WwRecord *
find_own_record (Doing *self, GError **error)
{
  WwDirectory *directory = ww_conversation_list_get_directory (self->list);

  if (directory == NULL || ww_conversation_list_get_identity (self->list) == NULL)
    {
      ww_error_set (error, WW_ERROR_NOT_ENROLLED);
      return NULL;
    }
  return dex_await_boxed (ww_directory_get (directory, ww_conversation_list_get_account (self->list)), error);
}

static WwGroupAct *
make_act (Doing *self, GError **error)
{
  g_autoptr (WwRecord) own = find_own_record (self, error);
  g_autoptr (WwGroupAct) act = NULL;

  if (own == NULL)
    return NULL;
  act = ww_group_act_new (ww_conversation_list_get_identity (self->list), own, self->kind);
  act->has_group = self->has_group;
  memcpy (act->group, self->group, WW_ID_SIZE);
  act->name = g_strdup (self->name);
  act->picture = self->picture != NULL ? g_bytes_ref (self->picture) : NULL;
  if (self->has_person)
    g_array_append_vals (act->people, self->person, 1);
  for (guint i = 0; self->handles != NULL && self->handles[i] != NULL; i++)
    if (!find_person (self, self->handles[i], act, error))
      return NULL;
  return g_steal_pointer (&act);
}

static WwConversation *
apply (WwConversationList *list, const WwGroupActed *acted)
{
  WwConversation *conversation = ww_conversation_list_apply_conversation (list, acted->conversation);

  for (guint i = 0; i < acted->contacts->len; i++)
    ww_conversation_list_apply_contact (list, acted->contacts->pdata[i]);
  for (guint i = 0; i < acted->states->len; i++)
    {
      const WwStateChange *change = acted->states->pdata[i];

      ww_conversation_list_apply_state (list, change->id, change->state, change->suite, change->error);
    }
  for (guint i = 0; i < acted->events->len; i++)
    {
      g_autoptr (WwMessage)
          message = ww_conversation_list_apply_message (list, acted->events->pdata[i], acted->conversation->peer);
    }
  ww_conversation_list_outbox_changed (list);
  return conversation;
}

static DexFuture *
do_fiber (gpointer data)
{
  Doing *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WwGroupAct) act = make_act (self, &error);
  g_autoptr (WwGroupActed) acted = NULL;
  WwConversation *conversation;
  WwStore *store = ww_conversation_list_get_store (self->list);

  if (act == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  if (store == NULL)
    return ww_error_reject (WW_ERROR_CANCELLED);
  acted = dex_await_boxed (ww_store_run (store, ww_store_act_in_group, g_steal_pointer (&act), ww_group_act_free),
                           &error);
  if (acted == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  conversation = apply (self->list, acted);
  return self->wants_conversation ? dex_future_new_for_object (conversation) : dex_future_new_true ();
}

/* It goes on when nobody waits for it, so that the models always hear of it. */
static DexFuture *
perform (Doing *doing)
{
  DexFuture *future = dex_scheduler_spawn (NULL, 0, do_fiber, doing, doing_free);

  dex_future_disown (dex_ref (future));
  return future;
}

static DexFuture *
reject (Doing *doing, WwError code)
{
  doing_free (doing);
  return ww_error_reject (code);
}

/* NULL when the conversation is no group, or is gone. */
static Doing *
doing_for (WwConversation *self, WwGroupKind kind)
{
  WwConversationList *list = ww_conversation_get_list (self);
  Doing *doing;

  if (list == NULL || ww_conversation_get_group (self) == NULL)
    return NULL;
  doing = doing_new (list, kind);
  doing->has_group = TRUE;
  memcpy (doing->group, ww_conversation_get_peer (self), WW_ID_SIZE);
  return doing;
}

/* NULL, with a sentence that says which one, when one of them is no address. */
static GStrv
normalise_all (const char *const *handles, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; handles != NULL && handles[i] != NULL; i++)
    {
      g_autofree char *handle = ww_handle_text_normalise (handles[i]);
      g_autofree char *sentence = NULL;

      if (handle == NULL)
        {
          sentence = ww_handle_text_explain (handles[i]);
          g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT, sentence);
          return NULL;
        }
      g_strv_builder_add (builder, handle);
    }
  return g_strv_builder_end (builder);
}

static gboolean
take_handles (Doing *doing, const char *const *handles, GError **error)
{
  doing->handles = normalise_all (handles, error);
  if (doing->handles == NULL)
    return FALSE;
  if (g_strv_length (doing->handles) > 0)
    return TRUE;
  g_set_error_literal (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT, _ ("A group needs at least one other person."));
  return FALSE;
}

static gboolean
is_name (const char *name)
{
  return name != NULL && g_utf8_validate (name, -1, NULL) && strlen (name) <= WW_MAX_GROUP_NAME;
}

/**
 * ww_client_create_group:
 * @name: UTF-8, at most %WW_GROUP_MAX_NAME bytes; may be ""
 * @handles: (array zero-terminated=1): as typed
 *
 * Returns: (transfer full): a future of the #WwConversation, which is there and in which can be written at once; the others
 *   hear of it as soon as there is a connection
 */
DexFuture *
ww_client_create_group (WwClient *self, const char *name, const char *const *handles)
{
  g_autoptr (GError) error = NULL;
  Doing *doing;

  g_return_val_if_fail (WW_IS_CLIENT (self), NULL);

  if (!is_name (name))
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  doing = doing_new (self->conversations, WW_GROUP_CREATE);
  doing->wants_conversation = TRUE;
  doing->name = g_strdup (name);
  if (take_handles (doing, handles, &error))
    return perform (doing);
  doing_free (doing);
  return dex_future_new_for_error (g_steal_pointer (&error));
}

/**
 * ww_conversation_add_members:
 * @handles: (array zero-terminated=1): as typed
 *
 * They learn what the group is called and who is in it, and nothing of what was written before.
 *
 * Returns: (transfer full): a future of %TRUE
 */
DexFuture *
ww_conversation_add_members (WwConversation *self, const char *const *handles)
{
  g_autoptr (GError) error = NULL;
  Doing *doing;

  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  doing = doing_for (self, WW_GROUP_ADD);
  if (doing == NULL)
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  if (take_handles (doing, handles, &error))
    return perform (doing);
  doing_free (doing);
  return dex_future_new_for_error (g_steal_pointer (&error));
}

/**
 * ww_conversation_remove_member:
 * @account: hex, of a #WwMember
 *
 * They are told, and get nothing of what is sent from now on.
 *
 * Returns: (transfer full): a future of %TRUE
 */
DexFuture *
ww_conversation_remove_member (WwConversation *self, const char *account)
{
  Doing *doing;

  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  doing = doing_for (self, WW_GROUP_REMOVE);
  if (doing == NULL)
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  doing->has_person = account != NULL && ww_hex_decode (account, doing->person, sizeof doing->person);
  if (!doing->has_person || memcmp (doing->person, ww_conversation_list_get_account (doing->list), WW_ID_SIZE) == 0)
    return reject (doing, WW_ERROR_INVALID_ARGUMENT);
  return perform (doing);
}

/**
 * ww_conversation_rename:
 * @name: UTF-8, at most %WW_GROUP_MAX_NAME bytes; "" takes the name away
 *
 * Returns: (transfer full): a future of %TRUE
 */
DexFuture *
ww_conversation_rename (WwConversation *self, const char *name)
{
  Doing *doing;

  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  doing = doing_for (self, WW_GROUP_RENAME);
  if (doing == NULL)
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  if (!is_name (name))
    return reject (doing, WW_ERROR_INVALID_ARGUMENT);
  doing->name = g_strdup (name);
  return perform (doing);
}

/* What a sandbox is asked to decode later. */
static gboolean
is_image (GBytes *picture)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (picture, &len);

  return len <= WW_MAX_GROUP_PICTURE &&
         ((len > 3 && memcmp (data, "\xff\xd8\xff", 3) == 0) ||
          (len > 8 && memcmp (data, "\x89PNG\r\n\x1a\n", 8) == 0) ||
          (len > 12 && memcmp (data, "RIFF", 4) == 0 && memcmp (data + 8, "WEBP", 4) == 0));
}

/**
 * ww_conversation_set_picture:
 * @picture: (nullable): a JPEG, PNG or WebP of at most %WW_GROUP_MAX_PICTURE bytes; %NULL takes the picture away
 *
 * Returns: (transfer full): a future of %TRUE
 */
DexFuture *
ww_conversation_set_picture (WwConversation *self, GBytes *picture)
{
  Doing *doing;

  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  doing = doing_for (self, WW_GROUP_PICTURE);
  if (doing == NULL)
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  if (picture != NULL && !is_image (picture))
    return reject (doing, WW_ERROR_INVALID_ARGUMENT);
  doing->picture = picture != NULL ? g_bytes_ref (picture) : NULL;
  return perform (doing);
}

/**
 * ww_conversation_leave:
 *
 * On all the account's devices. What was written stays; the others go on.
 *
 * Returns: (transfer full): a future of %TRUE
 */
DexFuture *
ww_conversation_leave (WwConversation *self)
{
  Doing *doing;

  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  doing = doing_for (self, WW_GROUP_LEAVE);
  return doing != NULL ? perform (doing) : ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
}
