/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-store-messages.h"

G_BEGIN_DECLS

/* Which part of a conversation is wanted. */
typedef enum
{
  WW_PAGE_NEWEST,
  WW_PAGE_OLDER,  /* what ends before `position` */
  WW_PAGE_NEWER,  /* what begins after `position` */
  WW_PAGE_AROUND, /* with the message `id` in the middle */
  WW_PAGE_UNREAD, /* with the first unread message in the middle; the newest when there is none */
} WwPageKind;

typedef struct
{
  WwPageKind kind;
  guint8 conversation[16];
  gint64 position;
  guint8 id[16];
  guint limit;
} WwPageRequest;

/* Boxed, counted. */
typedef struct
{
  GPtrArray *rows; /* of WwMessageRow, ascending by position */
  gboolean has_older;
  gboolean has_newer;
  guint target; /* index of the message asked for; G_MAXUINT when none was, or nothing is unread */
} WwPage;

#define WW_TYPE_PAGE (ww_page_get_type ())
GType ww_page_get_type (void);
WwPage *ww_page_ref (WwPage *self);
void ww_page_unref (WwPage *self);

/* On the store's thread: a WwStoreFunc, whose data is a WwPageRequest and whose result is a WwPage. Costs the rows that
 * it gives and two more, however long the conversation is. */
gboolean ww_store_load_page (WwDatabase *database, gpointer request, GValue *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwPage, ww_page_unref)

G_END_DECLS
