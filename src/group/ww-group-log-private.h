/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-group-log.h"

G_BEGIN_DECLS

/* A set of changes, by their index in the log. */
#define WW_GROUP_WORDS (WW_MAX_GROUP_LOG_CHANGES / 64)
typedef struct
{
  guint64 words[WW_GROUP_WORDS];
} WwChangeSet;

static inline void
ww_change_set_add (WwChangeSet *self, guint index)
{
  self->words[index / 64] |= G_GUINT64_CONSTANT (1) << (index % 64);
}

static inline gboolean
ww_change_set_has (const WwChangeSet *self, guint index)
{
  return (self->words[index / 64] >> (index % 64) & 1) != 0;
}

static inline void
ww_change_set_unite (WwChangeSet *self, const WwChangeSet *other)
{
  for (guint i = 0; i < WW_GROUP_WORDS; i++)
    self->words[i] |= other->words[i];
}

static inline gboolean
ww_change_set_is_within (const WwChangeSet *self, const WwChangeSet *other)
{
  for (guint i = 0; i < WW_GROUP_WORDS; i++)
    if ((self->words[i] & ~other->words[i]) != 0)
      return FALSE;
  return TRUE;
}

typedef struct
{
  WwGroupChange *change;
  guint64 epoch;     /* one more than the highest of its parents' */
  WwChangeSet past;  /* what it follows, directly or not */
  WwChangeSet known; /* of those and itself, what counts as far as it knows */
} WwGroupEntry;

/* What happened to one account, by the indices of the changes. */
typedef struct
{
  guint8 id[WW_ID_SIZE];
  GArray *added;   /* of guint */
  GArray *removed; /* of guint */
  guint n_authored;
} WwGroupAccount;

struct _WwGroupLog
{
  GPtrArray *entries;   /* of WwGroupEntry, parents first */
  GHashTable *by_hash;  /* hash → index + 1 */
  GHashTable *accounts; /* id → WwGroupAccount */
  gsize size;           /* bytes of all of them */
  WwChangeSet followed; /* those that are somebody's parent */
  WwChangeSet counted;  /* what counts, all changes considered; as old as `state` */
  WwGroupState *state;  /* NULL until somebody asks for it */
};

static inline WwGroupEntry *
ww_group_log_entry (const WwGroupLog *self, guint index)
{
  return self->entries->pdata[index];
}

WwGroupAccount *ww_group_log_account (const WwGroupLog *self, const guint8 id[WW_ID_SIZE]); /* nullable */

/* Which of the changes `among` count, when nothing else is known. `among` holds with each change what it follows. */
void ww_group_fold (const WwGroupLog *self, const WwChangeSet *among, WwChangeSet *counted);
/* The change by which somebody is in the group after all of `among`; -1 when they are not. */
int ww_group_find_addition (const WwGroupLog *self, const WwGroupAccount *account, const WwChangeSet *among,
                            const WwChangeSet *counted);
WwGroupState *ww_group_fold_state (const WwGroupLog *self, const WwChangeSet *among, const WwChangeSet *counted);

G_END_DECLS
