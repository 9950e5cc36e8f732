/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Takes out of a picture what is not the picture: where and when it was made, with what, and by whom. */
GBytes *ww_picture_strip (GBytes *picture);

G_END_DECLS
