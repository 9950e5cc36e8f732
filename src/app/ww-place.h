/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A point on the Earth, in degrees, as people write it and as the desktop is told of it. */
gboolean ww_place_parse (const char *text, double *latitude, double *longitude);
char *ww_place_format (double latitude, double longitude);
char *ww_place_to_uri (double latitude, double longitude);

G_END_DECLS
