/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What front ends need of handles: the whole of it, which the server knows too, is in wire/. */
char *ww_handle_text_normalise (const char *typed);
const char *ww_handle_text_for_people (const char *handle);
/* For headings and rows: an address as it is, a number in the form of the person's own country. Transfer full. */
char *ww_handle_text_for_display (const char *handle);
/* The same, but a number in international form: for saying which country a number was taken for. Transfer full. */
char *ww_handle_text_international (const char *handle);
gboolean ww_handle_text_is_phone (const char *handle);
/* Why `typed` is no handle, as a sentence for people; NULL when it is one. Transfer full. */
char *ww_handle_text_explain (const char *typed);

G_END_DECLS
