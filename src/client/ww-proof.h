/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-enrolment.h"

G_BEGIN_DECLS

/* What enrolling and adding a handle have in common: how a person proves that a handle is theirs. */
WwProof ww_proof_choose (const char *handle, WwEnrolmentFlags flags);
/*
 * Whether it can begin: WW_ERROR_COST_NOT_ACCEPTED for a number that the person has not agreed to pay for, WW_ERROR_REFUSED
 * with "handle-unsupported" when `verifies` (as Hello has it; an empty list says nothing) lacks the kind.
 */
gboolean ww_proof_check (const char *handle, WwEnrolmentFlags flags, const char *const *verifies, GError **error);
/* Puts our translated sentence in the place of the server's, where we have a better one; code and kind stay. */
void ww_proof_explain (GError **error, const char *handle, WwProof proof);
/* What a refusal with that code, of such a proof, says to people. NULL: nothing in particular. Static. */
const char *ww_proof_get_sentence (const char *code, const char *handle, WwProof proof);
/* A code as typed, without the spaces and hyphens that people put between digits. Transfer full. */
char *ww_proof_strip_code (const char *typed);
/* BCP 47, for the mail or message. Transfer full. */
char *ww_proof_dup_language (void);

G_END_DECLS
