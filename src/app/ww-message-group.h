/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What decides whether two messages stand together. `sender` is an account id, `ms` the time that is shown. */
typedef struct
{
  const char *sender;
  gboolean outgoing;
  gint64 ms;
} WwGroupKey;

gint64 ww_message_shown_ms (gint64 created_ms, gint64 arrived_ms);
gboolean ww_message_same_group (const WwGroupKey *a, const WwGroupKey *b);

G_END_DECLS
