/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client.h"

G_BEGIN_DECLS

/* The six that are at hand everywhere. */
#define WW_QUICK_TAPBACKS 6

/* One emoji, and who tapped back with it. */
typedef struct
{
  char *emoji;
  guint count;
  gboolean own;
} WwTapbackGroup;

const char *ww_quick_tapback_emoji (guint index);
const char *ww_quick_tapback_name (guint index);
gboolean ww_tapback_same (const char *a, const char *b);
const char *ww_tapbacks_get_own (GListModel *tapbacks);
GPtrArray *ww_tapbacks_group (GListModel *tapbacks);
char *ww_tapbacks_dup_names (GListModel *tapbacks, const char *emoji);
char *ww_tapbacks_dup_words (GListModel *tapbacks);

G_END_DECLS
