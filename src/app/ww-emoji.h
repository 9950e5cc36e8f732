/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint ww_emoji_count_alone (const char *text, guint most);

G_END_DECLS
