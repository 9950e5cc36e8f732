/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What somebody else wrote, as one line for a list or a title: white space becomes single spaces, control characters and
 * those that turn the direction of writing (U+202A–E, U+2066–9) go, invalid UTF-8 is replaced, and what is longer
 * than `max_chars` is cut with an ellipsis.
 */
char *ww_text_one_line (const char *text, gsize max_chars);

G_END_DECLS
