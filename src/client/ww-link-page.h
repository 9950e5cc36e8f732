/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the head of a page says of it: its title, a description, and where a picture is. Each may be "". */
typedef struct
{
  char *title;
  char *description;
  char *picture; /* as it stands there: perhaps relative */
} WwLinkPage;

/* `charset`: of the transport; nullable. Anybody may have written these bytes; they may end anywhere. */
WwLinkPage *ww_link_page_read (const char *data, gsize len, const char *charset);
void ww_link_page_free (WwLinkPage *self);
/* Whether there is more to wait for: the head has not ended yet. */
gboolean ww_link_page_goes_on (const char *data, gsize len);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwLinkPage, ww_link_page_free)

G_END_DECLS
