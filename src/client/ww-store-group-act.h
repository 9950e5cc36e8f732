/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-keyring.h"
#include "ww-record.h"
#include "ww-store-groups.h"

G_BEGIN_DECLS

/*
 * What the person does to a group, or with which they make one: signed on what is known at that moment, put into the log, and
 * into the outbox, in one transaction.
 */
typedef struct
{
  WwIdentity *identity;
  WwRecord *record; /* the own account's newest */
  gboolean has_group;
  guint8 group[16];
  WwGroupKind kind;
  GArray *people;  /* of guint8[16]: CREATE, ADD, REMOVE; without the own account */
  char *name;      /* CREATE, RENAME */
  GBytes *picture; /* PICTURE; nullable */
} WwGroupAct;

WwGroupAct *ww_group_act_new (WwIdentity *identity, WwRecord *record, WwGroupKind kind);
void ww_group_act_free (gpointer act);

/* What became of it, for the models. Boxed, counted. */
typedef struct
{
  WwConversationRow *conversation;
  GPtrArray *events;   /* of WwMessageRow */
  GPtrArray *contacts; /* of WwContactRow: people that are known now */
  GPtrArray *states;   /* of WwStateChange */
} WwGroupActed;

#define WW_TYPE_GROUP_ACTED (ww_group_acted_get_type ())
GType ww_group_acted_get_type (void);
WwGroupActed *ww_group_acted_ref (WwGroupActed *self);
void ww_group_acted_unref (WwGroupActed *self);

/* A WwStoreFunc; `data` is a WwGroupAct. */
gboolean ww_store_act_in_group (WwDatabase *database, gpointer data, GValue *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwGroupAct, ww_group_act_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwGroupActed, ww_group_acted_unref)

G_END_DECLS
