/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-handle-text.h"

G_BEGIN_DECLS

/*
 * The rules behind ww-handle-text.h, for a given region (ISO 3166-1 alpha-2, or NULL).
 *
 * The region in which the person's national numbers are: the country of LC_ADDRESS where its locale names one; else the
 * territory of the locale of LC_MESSAGES, then of LC_CTYPE ("de_AT.UTF-8" → "AT"). None of them ("C", "eo"): no region, and
 * numbers are typed with their country code. LC_TELEPHONE has no say: it tells how numbers look, not where they are.
 */
char *ww_handle_text_find_region (const char *address_country, const char *messages, const char *ctype);
char *ww_handle_text_normalise_in (const char *typed, const char *region);
char *ww_handle_text_for_display_in (const char *handle, const char *region);
char *ww_handle_text_explain_in (const char *typed, const char *region);
/* Of this process, now. Transfer full; nullable. */
char *ww_handle_text_dup_region (void);
/* Whether it is meant as an address: by its scheme, or by its @. */
gboolean ww_handle_text_looks_like_mail (const char *typed);

G_END_DECLS
