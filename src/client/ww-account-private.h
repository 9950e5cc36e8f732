/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-account.h"

G_BEGIN_DECLS

/* The state, for ww-account*.c only. */
struct _WwAccount
{
  GObject parent_instance;

  WwLink *link;
  WwDirectory *directory;
  WwIdentity *identity;
  WwRecord *record;
  DexPromise *closing;
  guint64 wanted; /* the newest sequence that the server spoke of */
  gboolean following;
  gboolean looking;    /* once more, for a lower one */
  DexPromise *settled; /* resolves after the first attempt to get it; nullable */
};

/* For fibers: asks the server for what is newer, and gives the newest record that is known then. */
WwRecord *ww_account_refresh (WwAccount *self, GError **error);

G_END_DECLS
