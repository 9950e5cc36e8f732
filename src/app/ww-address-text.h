/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Addresses and numbers as they stand in the window, whichever way its language is read. Transfer full. */
char *ww_address_text_for_display (const char *handle);
char *ww_address_text_international (const char *handle);

G_END_DECLS
