/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a file is, for people, and what may be done with it. */
gboolean ww_file_type_may_be_photo (const char *content_type);
char *ww_file_type_describe (const char *media_type, const char *name);
GIcon *ww_file_type_icon (const char *media_type, const char *name);
char *ww_file_type_display_name (const char *name);
gboolean ww_file_type_may_open (const char *media_type, const char *name, const guint8 *start, gsize size);

G_END_DECLS
