/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

/*
 * Fills in a template of data/server. {{name}} becomes the value of that name; in a template whose name
 * ends in .html the values are escaped, so that no value can become markup. The arguments after the name are pairs
 * of name and value, up to a NULL. To be freed with g_free().
 */
char *ww_template_fill (const char *template_name, ...) __attribute__ ((sentinel));
/* The bytes of a file of data/server as they are, owned by the program. */
const char *ww_template_file (const char *name, unsigned long *len);

/* The language of texts.ini that a person gets, and how it is written: "ltr" or "rtl". tags is a BCP 47 tag, or several as
 * in Accept-Language, where browsers put the dearest first; it may be NULL. */
const char *ww_template_choose_language (const char *tags);
const char *ww_template_direction (const char *language);
/* A text of texts.ini in a chosen language, filled in. For the loop's thread only. To be freed with g_free(). */
char *ww_template_text (const char *group, const char *key, const char *language, ...) __attribute__ ((sentinel));
