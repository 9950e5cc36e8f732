/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-error.h"

G_BEGIN_DECLS

/* The default sentence of a code: translated, says what happened and what to do. Static. */
const char *ww_error_get_sentence (WwError code);
/* The same by its stable word, as rows of the store keep it. NULL for a word that is none of ours. */
const char *ww_error_get_sentence_for_code (const char *code);
/* With the default sentence. Nothing happens if `error` is NULL. */
void ww_error_set (GError **error, WwError code);
/* Why nothing goes out to a group in which that person's identity has changed. */
char *ww_error_dup_group_sentence (const char *name);
GError *ww_error_new (WwError code);
/* What the server refused: its stable code, its sentence (for the log, when we have a better one), whether to try again. */
GError *ww_error_new_refused (const char *code, const char *message, gboolean retryable);
/* A rejected future with the default sentence. */
DexFuture *ww_error_reject (WwError code);

G_END_DECLS
