/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "ww-limits.h"

G_BEGIN_DECLS

/* What follows from some changes together. */
typedef struct
{
  GArray *members; /* of guint8[16], ascending; at most WW_MAX_PARTICIPANTS */
  char *name;
  gboolean has_picture;
  guint8 picture[WW_HASH_SIZE]; /* SHA-256 of the image */
} WwGroupState;

WwGroupState *ww_group_state_new (void);
void ww_group_state_free (WwGroupState *self);

guint ww_group_state_n_members (const WwGroupState *self);
const guint8 *ww_group_state_member (const WwGroupState *self, guint index);
gboolean ww_group_state_has (const WwGroupState *self, const guint8 account[WW_ID_SIZE]);
/* One person alone is no group. */
gboolean ww_group_state_has_ended (const WwGroupState *self);
gboolean ww_group_state_equal (const WwGroupState *self, const WwGroupState *other);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwGroupState, ww_group_state_free)

G_END_DECLS
