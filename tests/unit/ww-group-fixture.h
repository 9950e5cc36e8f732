/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-group-log.h"

G_BEGIN_DECLS

/* People are single bytes here: their account id is that byte 16 times. */
void test_group_id (guint8 person, guint8 out[WW_ID_SIZE]);

/* What somebody makes of a group; `heads` NULL: of everything in `log`. Not signed: ww_group_log_add() does not look. */
typedef struct
{
  guint8 author;
  WwGroupKind kind;
  const char *name;   /* CREATE, RENAME */
  const char *people; /* CREATE, ADD, REMOVE: a byte each, ascending */
} TestAct;

WwGroupChange *test_group_create (guint8 author, const char *name, const char *people);
WwGroupChange *test_group_act (const WwGroupLog *log, const TestAct *act);
WwGroupChange *test_group_act_on (const guint8 group[WW_ID_SIZE], const guint8 (*heads)[WW_HASH_SIZE], guint n_heads,
                                  const TestAct *act);
/* "abc name" */
char *test_group_describe (const WwGroupState *state);

G_END_DECLS
