/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-group-fixture.h"

#include <string.h>

void
test_group_id (guint8 person, guint8 out[WW_ID_SIZE])
{
  memset (out, person, WW_ID_SIZE);
}

/* Nonces only have to differ. */
static void
make_nonce (guint8 nonce[WW_ID_SIZE])
{
  static guint64 counter;

  memset (nonce, 0, WW_ID_SIZE);
  counter++;
  memcpy (nonce, &counter, sizeof counter);
}

static WwGroupChange *
make (const guint8 *group, const guint8 (*heads)[WW_HASH_SIZE], guint n_heads, const TestAct *act)
{
  static const guint8 record[WW_HASH_SIZE] = { 1 }, signature[WW_SIGNATURE_SIZE] = { 2 };
  guint8 account[WW_ID_SIZE], nonce[WW_ID_SIZE], people[WW_MAX_PARTICIPANTS][WW_ID_SIZE];
  WwGroupDraft draft = { .group = group,
                         .parents = heads,
                         .n_parents = n_heads,
                         .account = account,
                         .device = account,
                         .record = record,
                         .nonce = nonce,
                         .kind = act->kind,
                         .name = act->name };
  g_autoptr (GBytes) bytes = NULL;
  WwGroupChange *change;
  gsize len;

  test_group_id (act->author, account);
  make_nonce (nonce);
  draft.n_members = act->people != NULL ? (guint) strlen (act->people) : 0;
  for (guint i = 0; i < draft.n_members; i++)
    test_group_id ((guint8) act->people[i], people[i]);
  draft.members = (const guint8 (*)[WW_ID_SIZE]) people;
  /* A picture is as good as its hash. */
  if (act->kind == WW_GROUP_PICTURE)
    draft.picture = record;
  bytes = ww_group_draft_pack (&draft);
  const guint8 *data = g_bytes_get_data (bytes, &len);
  g_assert_cmpint (ww_group_change_new (WW_BYTES (data, len), signature, &change), ==, WW_GROUP_OK);
  return change;
}

WwGroupChange *
test_group_create (guint8 author, const char *name, const char *people)
{
  const TestAct act = { author, WW_GROUP_CREATE, name, people };

  return make (NULL, NULL, 0, &act);
}

WwGroupChange *
test_group_act_on (const guint8 group[WW_ID_SIZE], const guint8 (*heads)[WW_HASH_SIZE], guint n_heads,
                   const TestAct *act)
{
  return make (group, heads, n_heads, act);
}

WwGroupChange *
test_group_act (const WwGroupLog *log, const TestAct *act)
{
  guint8 heads[WW_MAX_GROUP_PARENTS][WW_HASH_SIZE];
  guint n = ww_group_log_heads (log, heads);

  return make (ww_group_log_group (log), (const guint8 (*)[WW_HASH_SIZE]) heads, n, act);
}

char *
test_group_describe (const WwGroupState *state)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < ww_group_state_n_members (state); i++)
    g_string_append_c (text, (char) ww_group_state_member (state, i)[0]);
  g_string_append_printf (text, " %s", state->name);
  return g_string_free (text, FALSE);
}
