/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

/* What a program knows of its computer and its person, and the connection goes by. Both can be called in every state. */

/* The computer slept: connects anew at once, whatever the old connection seems to be. */
void ww_client_wake (WwClient *self);
/* Whether the person has the program before them (TRUE until it is said): a dead connection is noticed sooner then, and the
 * processor wakes more often for it. */
void ww_client_set_attentive (WwClient *self, gboolean attentive);

G_END_DECLS
