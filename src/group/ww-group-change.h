/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "ww-record.h"

G_BEGIN_DECLS

/* Why a change, or what it came with, was refused. */
typedef enum
{
  WW_GROUP_OK = 0,
  WW_GROUP_KNOWN,         /* it is in the log already */
  WW_GROUP_WAITS,         /* what it follows is not in the log yet */
  WW_GROUP_MALFORMED,     /* does not parse, wrong sizes, a limit passed */
  WW_GROUP_OTHER,         /* a change of another group */
  WW_GROUP_BAD_SIGNATURE, /* not signed by that device of the author, or the record is not the author's */
  WW_GROUP_FORBIDDEN,     /* its author was not in the group, or what it says was not possible */
  WW_GROUP_FULL,          /* the log takes no more of these */
} WwGroupStatus;

typedef enum
{
  WW_GROUP_CREATE,
  WW_GROUP_ADD,
  WW_GROUP_REMOVE,
  WW_GROUP_LEAVE,
  WW_GROUP_RENAME,
  WW_GROUP_PICTURE,
  WW_GROUP_UNKNOWN, /* of a newer version: has its place, changes nothing */
} WwGroupKind;

/* One change, as it was signed. Immutable, counted (atomically). */
typedef struct
{
  guint8 hash[WW_HASH_SIZE]; /* its name */
  guint8 group[WW_ID_SIZE];
  guint8 account[WW_ID_SIZE]; /* the author */
  guint8 device[WW_ID_SIZE];
  guint8 record[WW_HASH_SIZE];
  guint64 created_ms;
  WwGroupKind kind;
  guint n_parents;
  guint8 (*parents)[WW_HASH_SIZE]; /* ascending */
  guint n_members;                 /* CREATE, ADD: who comes in; REMOVE, LEAVE: the one who goes */
  guint8 (*members)[WW_ID_SIZE];   /* ascending */
  char *name;                      /* CREATE, RENAME */
  gboolean has_picture;
  guint8 picture[WW_HASH_SIZE]; /* PICTURE */
  GBytes *bytes;                /* as signed */
  guint8 signature[WW_SIGNATURE_SIZE];
} WwGroupChange;

/* What a new change shall say; the rest of it is made. */
typedef struct
{
  const guint8 *group; /* NULL for CREATE */
  const guint8 (*parents)[WW_HASH_SIZE];
  guint n_parents;
  const guint8 *account;
  const guint8 *device;
  const guint8 *record;
  guint64 created_ms;
  const guint8 *nonce; /* 16 random bytes */
  WwGroupKind kind;
  const guint8 (*members)[WW_ID_SIZE]; /* CREATE, ADD: ascending; REMOVE: one */
  guint n_members;
  const char *name;
  const guint8 *picture; /* PICTURE; NULL: none */
} WwGroupDraft;

/* The bytes to sign under WW_TAG_GROUP. */
GBytes *ww_group_draft_pack (const WwGroupDraft *self);

/* Checks form only: sizes, orders, that the id of a first change is its hash's. */
WwGroupStatus ww_group_change_new (WwBytes bytes, const guint8 signature[WW_SIGNATURE_SIZE], WwGroupChange **out);
WwGroupChange *ww_group_change_ref (WwGroupChange *self);
void ww_group_change_unref (WwGroupChange *self);

/* Whether the author's device signed it. `record`: verified, the one whose hash the change names. */
WwGroupStatus ww_group_change_check (const WwGroupChange *self, const WwRecord *record);

/* Whether it only takes somebody out. */
gboolean ww_group_change_is_removal (const WwGroupChange *self);
gboolean ww_group_change_names (const WwGroupChange *self, const guint8 account[WW_ID_SIZE]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwGroupChange, ww_group_change_unref)

G_END_DECLS
