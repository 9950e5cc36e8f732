/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/*
 * A promise that another thread keeps is answered where it was made. Were it answered over there, libdex would let go of
 * what waits for it (callbacks, fibers, and the objects that they hold) on whichever thread is the last to look at it.
 */
typedef struct _WwAnswer WwAnswer;

/* On the thread that waits. *future is what it gets; transfer full. */
WwAnswer *ww_answer_new (DexFuture **future);
/* On any thread, once; they consume the answer, and their argument. Answers to one thread arrive in the order they were given. */
void ww_answer_resolve (WwAnswer *self, GValue *value);
void ww_answer_resolve_object (WwAnswer *self, gpointer object);
void ww_answer_reject (WwAnswer *self, GError *error);

G_END_DECLS
