/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-group-row"

#include "ww-group-row.h"

#include "ww-limits.h"

G_DEFINE_BOXED_TYPE (WwGroupRow, ww_group_row, ww_group_row_copy, ww_group_row_free)

WwGroupRow *
ww_group_row_new (const guint8 id[16])
{
  WwGroupRow *self = g_new0 (WwGroupRow, 1);

  memcpy (self->id, id, WW_ID_SIZE);
  self->name = g_strdup ("");
  self->accounts = g_array_new (FALSE, FALSE, WW_ID_SIZE);
  self->contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_contact_row_free);
  return self;
}

/* The lists are never changed once they have left the store's thread, so that copies share them. */
WwGroupRow *
ww_group_row_copy (const WwGroupRow *self)
{
  WwGroupRow *copy = g_memdup2 (self, sizeof *self);

  copy->name = g_strdup (self->name);
  copy->picture = self->picture != NULL ? g_bytes_ref (self->picture) : NULL;
  copy->accounts = g_array_ref (self->accounts);
  copy->contacts = g_ptr_array_ref (self->contacts);
  return copy;
}

void
ww_group_row_free (WwGroupRow *self)
{
  g_free (self->name);
  g_clear_pointer (&self->picture, g_bytes_unref);
  g_array_unref (self->accounts);
  g_ptr_array_unref (self->contacts);
  g_free (self);
}

guint
ww_group_row_n_members (const WwGroupRow *self)
{
  return self->accounts->len;
}

const guint8 *
ww_group_row_member (const WwGroupRow *self, guint index)
{
  return (const guint8 *) self->accounts->data + index * WW_ID_SIZE;
}

gboolean
ww_group_row_has_member (const WwGroupRow *self, const guint8 account[16])
{
  for (guint i = 0; i < self->accounts->len; i++)
    if (memcmp (ww_group_row_member (self, i), account, WW_ID_SIZE) == 0)
      return TRUE;
  return FALSE;
}
