/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What front ends need of handles: the whole of it, which the server knows too, is in wire/. */
char *ww_handle_text_normalise (const char *typed);
const char *ww_handle_text_for_people (const char *handle);

G_END_DECLS
