/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>

G_BEGIN_DECLS

/* What the sender of a film or a piece of music says of it, so that whoever gets it need not fetch it to know. */
typedef struct
{
  gint64 duration_ms; /* 0: unknown */
  GdkPixbuf *poster;  /* a picture of the film, as large as its pictures are; NULL: there is none */
} WwMediaProbe;

void ww_media_probe_free (WwMediaProbe *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwMediaProbe, ww_media_probe_free)

/* A file of the person's own, which they are about to send; one of others is not played before they ask for it. */
void ww_media_probe_async (GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
WwMediaProbe *ww_media_probe_finish (GAsyncResult *result, GError **error);

G_END_DECLS
