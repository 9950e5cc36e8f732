/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Names that a sender gave to files: safe to show, and safe as one name in a directory. */
char *ww_file_name_clean (const char *name, gsize len, const char *fallback);
/* The same with a number before its ending: “photo (2).jpg”. */
char *ww_file_name_numbered (const char *name, guint number);

G_END_DECLS
