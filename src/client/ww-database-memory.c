/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-database"

#include "ww-database-memory.h"

#include <sqlite3.h>
#include <string.h>

#include "ww-bytes.h"

/* SQLite's own allocator, under ours. */
static sqlite3_mem_methods below;

static void
wiping_free (void *memory)
{
  if (memory == NULL)
    return;

  ww_wipe (memory, (gsize) below.xSize (memory));
  below.xFree (memory);
}

/* The allocator's own realloc() would leave the old contents where they were. */
static void *
wiping_realloc (void *memory, int size)
{
  int old_size = below.xSize (memory);
  void *moved;

  if (size <= old_size)
    {
      ww_wipe ((char *) memory + size, (gsize) (old_size - size));
      return memory;
    }

  moved = below.xMalloc (size);
  if (moved == NULL)
    return NULL;

  memcpy (moved, memory, (gsize) old_size);
  wiping_free (memory);
  return moved;
}

static gpointer
install (gpointer data)
{
  sqlite3_mem_methods methods;

  if (sqlite3_config (SQLITE_CONFIG_GETMALLOC, &below) == SQLITE_OK)
    {
      methods = below;
      methods.xFree = wiping_free;
      methods.xRealloc = wiping_realloc;
      if (sqlite3_config (SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK)
        return NULL;
    }

  g_warning ("SQLite was in use before the store: what it frees is not wiped");
  return NULL;
}

void
ww_database_wipe_memory (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, install, NULL);
}
