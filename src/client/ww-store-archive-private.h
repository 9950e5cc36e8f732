/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-store-archive.h"

G_BEGIN_DECLS

/* For ww-store-archive-take.c and what it is made of: the transaction while it runs. */
typedef struct
{
  WwDatabase *database;
  const guint8 *own_account;
  gint64 now_ms;
  WwArchiveTaken *taken;
  GHashTable *touched; /* ids of conversations (GBytes) */
  gint64 row;          /* the next message's; each is older than the one before */
  gboolean amended;    /* something waits for a message that is not here */
} WwArchiveTaking;

gboolean ww_archive_taking_has (WwArchiveTaking *self, const char *sql, const guint8 id[16], gboolean *has,
                                GError **error);
void ww_archive_taking_touch (WwArchiveTaking *self, const guint8 conversation[16]);
gboolean ww_archive_taking_message (WwArchiveTaking *self, const Waxwing__ArchiveMessage *message, GError **error);

G_END_DECLS
