/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-store-handover.h"

G_BEGIN_DECLS

/* Between the side that gives and the one that takes. */

/* A statement with a device, and a number if it names ?2. */
gboolean ww_handover_run (WwDatabase *database, const char *sql, const guint8 device[16], gint64 number,
                          GError **error);
gboolean ww_handover_queue (WwDatabase *database, const guint8 own_account[16], const Waxwing__Payload *payload,
                            gint64 now_ms, GError **error);
gboolean ww_handover_queue_end (WwDatabase *database, const guint8 own_account[16], const guint8 device[16],
                                const guint8 archive[16], gint64 now_ms, GError **error);
gboolean ww_handover_take_request (WwDatabase *database, const guint8 own_account[16], const guint8 sender[16],
                                   const Waxwing__HistoryRequest *request, gint64 now_ms, gboolean *changed,
                                   GError **error);
gboolean ww_handover_take_end_of_given (WwDatabase *database, const guint8 sender[16], const guint8 archive[16],
                                        gboolean *changed, GError **error);

G_END_DECLS
