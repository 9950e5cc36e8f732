/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A stretch of a text that can be opened: bytes from start (included) to end (excluded), and what is opened. */
typedef struct
{
  gsize start;
  gsize end;
  char *uri;
} WwLink;

void ww_link_free (WwLink *self);

GPtrArray *ww_links_find (const char *text);
gboolean ww_links_may_open (const char *uri);
char *ww_links_to_markup (const char *text, GPtrArray *links);

G_END_DECLS
