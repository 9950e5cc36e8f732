/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>

typedef enum
{
  WW_HANDLE_INVALID = 0,
  WW_HANDLE_MAIL,
  WW_HANDLE_PHONE,
} WwHandleKind;

/*
 * Handles are "mailto:" with an address or "tel:" with an E.164 number. Normalisation: surrounding white
 * space goes, the scheme may be left out where the rest is unambiguous, an address' domain becomes lower-case
 * ASCII (IDNA is refused unless already in A-label form), its local part lower case (RFC 5321 lets it
 * differ, no mail system in use does), no quoted local parts, no comments, no control characters, ASCII only;
 * a number is "+" and 8 to 15 digits, visual separators (space, -, ., parentheses) go.
 * Returns the kind and the normalised handle (free()), or WW_HANDLE_INVALID and NULL.
 */
WwHandleKind ww_handle_normalise (const char *typed, char **out);
/* Whether it is already exactly what ww_handle_normalise() returns. */
WwHandleKind ww_handle_kind (const char *handle);
/* Without its scheme, for people: points into handle. */
const char *ww_handle_for_people (const char *handle);
