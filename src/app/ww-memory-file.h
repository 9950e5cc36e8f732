/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Bytes that stand behind a GFile without being on any disk: for those who take nothing but files. */
typedef struct _WwMemoryFile WwMemoryFile;

WwMemoryFile *ww_memory_file_new (GBytes *bytes, GError **error);
WwMemoryFile *ww_memory_file_ref (WwMemoryFile *self);
void ww_memory_file_unref (WwMemoryFile *self);
GFile *ww_memory_file_get_file (WwMemoryFile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwMemoryFile, ww_memory_file_unref)

G_END_DECLS
