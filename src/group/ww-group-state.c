/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-group-state.h"

#include <string.h>

WwGroupState *
ww_group_state_new (void)
{
  WwGroupState *self = g_new0 (WwGroupState, 1);

  self->members = g_array_new (FALSE, FALSE, WW_ID_SIZE);
  self->name = g_strdup ("");
  return self;
}

void
ww_group_state_free (WwGroupState *self)
{
  g_array_unref (self->members);
  g_free (self->name);
  g_free (self);
}

guint
ww_group_state_n_members (const WwGroupState *self)
{
  return self->members->len;
}

const guint8 *
ww_group_state_member (const WwGroupState *self, guint index)
{
  return (const guint8 *) self->members->data + index * WW_ID_SIZE;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, WW_ID_SIZE);
}

gboolean
ww_group_state_has (const WwGroupState *self, const guint8 account[WW_ID_SIZE])
{
  return g_array_binary_search (self->members, account, compare_ids, NULL);
}

gboolean
ww_group_state_has_ended (const WwGroupState *self)
{
  return self->members->len < 2;
}

gboolean
ww_group_state_equal (const WwGroupState *self, const WwGroupState *other)
{
  return self->members->len == other->members->len &&
         (self->members->len == 0 ||
          memcmp (self->members->data, other->members->data, self->members->len * WW_ID_SIZE) == 0) &&
         g_str_equal (self->name, other->name) && self->has_picture == other->has_picture &&
         (!self->has_picture || memcmp (self->picture, other->picture, WW_HASH_SIZE) == 0);
}
