/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The same picture with nothing beside it: neither where and when it was made, nor with what, nor by whom, nor a smaller picture of
 * what it was before. NULL when it is of another kind than JPEG, PNG, WebP and GIF, or broken. */
GBytes *ww_media_strip (GBytes *picture);

G_END_DECLS
