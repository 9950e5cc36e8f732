/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-pending-file.h"

G_BEGIN_DECLS

/*
 * What goes out with the next message beside its words. Hidden while that is nothing. Each conversation has its own.
 * Emits "changed".
 */
#define WW_TYPE_ATTACH_STRIP (ww_attach_strip_get_type ())
G_DECLARE_FINAL_TYPE (WwAttachStrip, ww_attach_strip, WW, ATTACH_STRIP, GtkWidget)

void ww_attach_strip_set_client (WwAttachStrip *self, WwClient *client);
void ww_attach_strip_set_owner (WwAttachStrip *self, const char *owner);
void ww_attach_strip_add (WwAttachStrip *self, WwPendingFile *file);
void ww_attach_strip_add_file (WwAttachStrip *self, GFile *file);
void ww_attach_strip_set_problem (WwAttachStrip *self, const char *problem);
gboolean ww_attach_strip_is_empty (WwAttachStrip *self);
gboolean ww_attach_strip_is_ready (WwAttachStrip *self);
GPtrArray *ww_attach_strip_take (WwAttachStrip *self, WwOutgoing *outgoing);
void ww_attach_strip_give_back (WwAttachStrip *self, const char *owner, GPtrArray *files);
GListModel *ww_attach_strip_get_files (WwAttachStrip *self);

G_END_DECLS
