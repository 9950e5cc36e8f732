/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-store.h"

G_BEGIN_DECLS

/* Safety numbers of the people in the store, computed on a worker. */

/* Account keys as the store has them for one person. Boxed, for fibers. */
typedef struct
{
  guint8 account_key[65]; /* of the person's current record */
  char number[61];
} WwSafety;

#define WW_TYPE_SAFETY (ww_safety_get_type ())
GType ww_safety_get_type (void);
WwSafety *ww_safety_copy (WwSafety *self);
void ww_safety_free (WwSafety *self);

/* Resolves to a WwSafety, or WW_ERROR_NO_SUCH_PERSON when no record of the person is here. */
DexFuture *ww_safety_load (WwStore *store, const guint8 own_account[16], const guint8 peer[16]);
/* Resolves to the account (GBytes) of the person whose number it is; WW_ERROR_NO_SUCH_PERSON. `number`: 60 digits. */
DexFuture *ww_safety_find (WwStore *store, const guint8 own_account[16], const char *number);
/* The 60 digits in what was typed or scanned, without white space; NULL when there are no 60. */
char *ww_safety_strip (const char *typed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwSafety, ww_safety_free)

G_END_DECLS
