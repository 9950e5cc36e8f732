/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-presence.h"

#include <string.h>

#include "ww-hash.h"

struct _WwPresence
{
  GHashTable *all;      /* set of WwConnection* */
  GHashTable *clients;  /* char* → count */
  GHashTable *devices;  /* int64_t* (in the connection) → WwConnection* */
  GHashTable *accounts; /* GBytes* → GPtrArray* of WwConnection* */
  GHashTable *watchers; /* GBytes* (token hash) → GPtrArray* of WwConnection* */
};

static GHashTable *
new_multimap (void)
{
  return g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref,
                                (GDestroyNotify) g_ptr_array_unref);
}

/* Nobody is connected yet. */
WwPresence *
ww_presence_new (void)
{
  WwPresence *self = g_new0 (WwPresence, 1);

  self->all = g_hash_table_new (NULL, NULL);
  self->clients = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->devices = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->accounts = new_multimap ();
  self->watchers = new_multimap ();
  return self;
}

/* Frees the registers. */
void
ww_presence_free (WwPresence *self)
{
  g_hash_table_unref (self->all);
  g_hash_table_unref (self->clients);
  g_hash_table_unref (self->devices);
  g_hash_table_unref (self->accounts);
  g_hash_table_unref (self->watchers);
  g_free (self);
}

static void
multimap_add (GHashTable *map, const uint8_t *key, size_t len, WwConnection *connection)
{
  g_autoptr (GBytes) bytes = g_bytes_new (key, len);
  GPtrArray *list = g_hash_table_lookup (map, bytes);

  if (list == NULL)
    {
      list = g_ptr_array_sized_new (1);
      g_hash_table_insert (map, g_steal_pointer (&bytes), list);
    }
  g_ptr_array_add (list, connection);
}

static void
multimap_remove (GHashTable *map, const uint8_t *key, size_t len, WwConnection *connection)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (key, len);
  GPtrArray *list = g_hash_table_lookup (map, bytes);

  if (list == NULL)
    return;
  g_ptr_array_remove_fast (list, connection);
  if (list->len == 0)
    g_hash_table_remove (map, bytes);
}

/* Calls back for those who are there now, however the register changes meanwhile. */
static void
multimap_each (GHashTable *map, const uint8_t *key, size_t len, WwPresenceFunc func, void *data)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (key, len);
  GPtrArray *list = g_hash_table_lookup (map, bytes);
  g_autoptr (GPtrArray) now = NULL;

  if (list == NULL)
    return;
  now = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_connection_unref);
  for (guint i = 0; i < list->len; i++)
    g_ptr_array_add (now, ww_connection_ref (list->pdata[i]));
  for (guint i = 0; i < now->len; i++)
    func (now->pdata[i], data);
}

static guint
count_links (WwPresence *self, const char *client)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->clients, client));
}

/* See the header. */
bool
ww_presence_has_room (WwPresence *self, const WwConfig *config, const char *client)
{
  return count_links (self, client) < config->connections_per_address &&
         g_hash_table_size (self->all) < config->connections;
}

/* A new link. */
bool
ww_presence_add (WwPresence *self, WwConnection *connection)
{
  guint count = count_links (self, connection->client);

  if (!ww_presence_has_room (self, connection->services->config, connection->client))
    return false;
  g_hash_table_insert (self->clients, g_strdup (connection->client), GUINT_TO_POINTER (count + 1));
  g_hash_table_add (self->all, connection);
  return true;
}

static void
stop_watching (WwPresence *self, WwConnection *connection)
{
  uint8_t hash[WW_HASH_SIZE];

  if (!connection->watching)
    return;
  connection->watching = false;
  if (ww_hash (NULL, &WW_BYTES_OF (connection->watched_token), 1, hash) == WW_CRYPTO_OK)
    multimap_remove (self->watchers, hash, sizeof hash, connection);
}

static void
forget_device (WwPresence *self, WwConnection *connection)
{
  if (connection->state != WW_CONNECTION_DEVICE)
    return;
  if (g_hash_table_lookup (self->devices, &connection->device) == connection)
    g_hash_table_remove (self->devices, &connection->device);
  multimap_remove (self->accounts, connection->account_id, WW_ID_SIZE, connection);
  connection->services->metrics.devices--;
  connection->state = WW_CONNECTION_ANONYMOUS;
}

/* A link that is closed, or was never added. */
void
ww_presence_remove (WwPresence *self, WwConnection *connection)
{
  guint count;

  if (!g_hash_table_remove (self->all, connection))
    return;
  stop_watching (self, connection);
  forget_device (self, connection);
  count = count_links (self, connection->client);
  if (count > 1)
    g_hash_table_insert (self->clients, g_strdup (connection->client), GUINT_TO_POINTER (count - 1));
  else
    g_hash_table_remove (self->clients, connection->client);
}

/* See the header. The displaced connection is nobody's from now on. */
WwConnection *
ww_presence_set_device (WwPresence *self, WwConnection *connection, int64_t device,
                        const uint8_t account_id[WW_ID_SIZE], const uint8_t device_id[WW_ID_SIZE])
{
  WwConnection *displaced = g_hash_table_lookup (self->devices, &device);

  if (displaced != NULL)
    forget_device (self, displaced);
  connection->state = WW_CONNECTION_DEVICE;
  connection->device = device;
  memcpy (connection->account_id, account_id, WW_ID_SIZE);
  memcpy (connection->device_id, device_id, WW_ID_SIZE);
  g_hash_table_insert (self->devices, &connection->device, connection);
  multimap_add (self->accounts, connection->account_id, WW_ID_SIZE, connection);
  connection->services->metrics.devices++;
  return displaced;
}

/* The link of a device, or NULL. */
WwConnection *
ww_presence_find_device (WwPresence *self, int64_t device)
{
  return g_hash_table_lookup (self->devices, &device);
}

/* The connection hears of this verification, and of no other any more. */
void
ww_presence_watch (WwPresence *self, WwConnection *connection, const uint8_t token[WW_TOKEN_SIZE])
{
  uint8_t hash[WW_HASH_SIZE];

  if (!g_hash_table_contains (self->all, connection))
    return;
  stop_watching (self, connection);
  memcpy (connection->watched_token, token, WW_TOKEN_SIZE);
  if (ww_hash (NULL, &WW_BYTES_OF (connection->watched_token), 1, hash) != WW_CRYPTO_OK)
    return;
  connection->watching = true;
  multimap_add (self->watchers, hash, sizeof hash, connection);
}

/* Every authenticated link of an account. */
void
ww_presence_each_of_account (WwPresence *self, const uint8_t account_id[WW_ID_SIZE], WwPresenceFunc func, void *data)
{
  multimap_each (self->accounts, account_id, WW_ID_SIZE, func, data);
}

/* Every link that watches a verification, by the hash of its token. */
void
ww_presence_each_watcher (WwPresence *self, const uint8_t token_hash[WW_HASH_SIZE], WwPresenceFunc func, void *data)
{
  multimap_each (self->watchers, token_hash, WW_HASH_SIZE, func, data);
}

/* Every link. */
void
ww_presence_each (WwPresence *self, WwPresenceFunc func, void *data)
{
  g_autoptr (GPtrArray) now = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_connection_unref);
  GHashTableIter iter;
  gpointer connection;

  g_hash_table_iter_init (&iter, self->all);
  while (g_hash_table_iter_next (&iter, &connection, NULL))
    g_ptr_array_add (now, ww_connection_ref (connection));
  for (guint i = 0; i < now->len; i++)
    func (now->pdata[i], data);
}
