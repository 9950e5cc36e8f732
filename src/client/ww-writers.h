/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * Who is writing in a conversation just now: the others, as they say so, and the person, as the others are told. Belongs to one
 * conversation, on the client's thread.
 */
typedef struct _WwWriters WwWriters;

/* `changed`: who is writing is somebody else now. `tell`: the others are to hear whether the person writes. */
typedef void (*WwWritersChanged) (gpointer owner);
typedef void (*WwWritersTell) (gpointer owner, gboolean active);
WwWriters *ww_writers_new (gpointer owner, WwWritersChanged changed, WwWritersTell tell);
void ww_writers_free (WwWriters *self);

/* Somebody says so. Who does not say so again within a few seconds has stopped. */
void ww_writers_set (WwWriters *self, const guint8 account[16], const char *name, gboolean active);
/* The names, in the order in which they began. */
GStrv ww_writers_dup_names (WwWriters *self);

/* The person presses keys, or has stopped. Others hear of it every few seconds at most. */
void ww_writers_set_own (WwWriters *self, gboolean active);
/* The message itself tells it: nothing more is said. */
void ww_writers_forget_own (WwWriters *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwWriters, ww_writers_free)

G_END_DECLS
