/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Ids as people and scripts see them: lower-case hexadecimal digits. */
char *ww_hex_encode (const guint8 *data, gsize len);
/* FALSE, and `out` all zero, unless `hex` is exactly 2 × len hexadecimal digits. */
gboolean ww_hex_decode (const char *hex, guint8 *out, gsize len);

G_END_DECLS
