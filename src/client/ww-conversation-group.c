/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-conversation"

#include "ww-conversation-private.h"

#include <glib/gi18n-lib.h>

#include "ww-error-private.h"
#include "ww-limits.h"
#include "ww-member-private.h"
#include "ww-text.h"

/* What a conversation with more people shows of itself: members, title, and who stands in the way of sending. */

#define TITLE_CHARS 128
/* How many of the members an unnamed group is called by. */
#define TITLE_NAMES 3

G_DEFINE_ENUM_TYPE (WwConversationKind, ww_conversation_kind,
                    G_DEFINE_ENUM_VALUE (WW_CONVERSATION_KIND_PERSON, "person"),
                    G_DEFINE_ENUM_VALUE (WW_CONVERSATION_KIND_GROUP, "group"))

static WwMember *
get_member (GListStore *members, guint index)
{
  WwMember *member = g_list_model_get_item (G_LIST_MODEL (members), index);

  /* The store has it. */
  g_object_unref (member);
  return member;
}

static guint
count (GListStore *members)
{
  return g_list_model_get_n_items (G_LIST_MODEL (members));
}

static gboolean
find (GListStore *members, const guint8 account[16])
{
  for (guint i = 0; i < count (members); i++)
    if (memcmp (ww_member_get_account_bytes (get_member (members, i)), account, WW_ID_SIZE) == 0)
      return TRUE;
  return FALSE;
}

static void
describe (WwConversation *self, WwMember *member)
{
  WwConversationList *list = ww_conversation_get_list (self);
  const WwGroupRow *group = ww_conversation_get_group (self);
  const guint8 *account = ww_member_get_account_bytes (member);
  const WwContactRow *contact = NULL;

  if (list == NULL)
    return;
  if (!ww_member_get_own (member))
    contact = ww_conversation_list_get_contact (list, account);
  g_autofree char *name = ww_conversation_list_dup_name (list, account);

  ww_member_describe (member, name,
                      ww_member_get_own (member) ? ww_conversation_list_get_handle (list)
                                                 : (contact != NULL ? contact->handle : ""),
                      contact, !group->left && !ww_member_get_own (member));
}

static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  WwMember *one = (WwMember *) a, *other = (WwMember *) b;
  int order;

  if (ww_member_get_own (one) != ww_member_get_own (other))
    return ww_member_get_own (one) ? -1 : 1;
  order = g_utf8_collate (ww_member_get_name (one), ww_member_get_name (other));
  return order != 0 ? order : strcmp (ww_member_get_account (one), ww_member_get_account (other));
}

static gboolean
is_sorted (GListStore *members)
{
  for (guint i = 1; i < count (members); i++)
    if (compare (get_member (members, i - 1), get_member (members, i), NULL) > 0)
      return FALSE;
  return TRUE;
}

/* The others, the first few by name. */
static char *
title_of_members (GListStore *members)
{
  const char *names[TITLE_NAMES];
  guint n = 0;

  for (guint i = 0; i < count (members); i++)
    {
      WwMember *member = get_member (members, i);

      if (ww_member_get_own (member))
        continue;
      if (n < TITLE_NAMES)
        names[n] = ww_member_get_name (member);
      n++;
    }
  switch (n)
    {
    case 0:
      return g_strdup (_ ("Empty Group"));
    case 1:
      /* Translators: a group that has no name, of the user and this person. */
      return g_strdup_printf (_ ("Group with %s"), names[0]);
    case 2:
      /* Translators: a group that has no name, by two people in it. */
      return g_strdup_printf (_ ("%s and %s"), names[0], names[1]);
    case 3:
      /* Translators: a group that has no name, by three people in it. */
      return g_strdup_printf (_ ("%s, %s and %s"), names[0], names[1], names[2]);
    default:
      /* Translators: a group that has no name, by two people in it and the number of the others. */
      return g_strdup_printf (ngettext ("%s, %s and %u other", "%s, %s and %u others", n - 2), names[0], names[1],
                              n - 2);
    }
}

/* Changed before verified before neither: what the person has to know first. */
static WwTrust
worst_trust (GListStore *members, const char **changed)
{
  gboolean all_verified = TRUE, any = FALSE;
  WwTrust worst = WW_TRUST_UNVERIFIED;

  *changed = NULL;
  for (guint i = 0; i < count (members); i++)
    {
      WwMember *member = get_member (members, i);
      WwTrust trust = ww_member_get_trust (member);

      if (ww_member_get_own (member))
        continue;
      any = TRUE;
      all_verified = all_verified && trust == WW_TRUST_VERIFIED;
      if (trust < WW_TRUST_CHANGED || trust <= worst)
        continue;
      worst = trust;
      *changed = ww_member_get_name (member);
    }
  if (worst == WW_TRUST_UNVERIFIED && any && all_verified)
    return WW_TRUST_VERIFIED;
  return worst;
}

static gboolean
is_weak (WwConversation *self, GListStore *members)
{
  WwConversationList *list = ww_conversation_get_list (self);

  for (guint i = 0; list != NULL && i < count (members); i++)
    {
      const WwContactRow *contact = ww_conversation_list_get_contact (
          list, ww_member_get_account_bytes (get_member (members, i)));

      if (contact != NULL && contact->weak)
        return TRUE;
    }
  return FALSE;
}

static void
summarise (WwConversation *self)
{
  GListStore *members = ww_conversation_get_member_store (self);
  g_autofree char *title = ww_text_one_line (ww_conversation_get_group (self)->name, TITLE_CHARS);
  g_autofree char *problem = NULL;
  const char *changed;
  WwTrust trust = worst_trust (members, &changed);

  if (*title == '\0')
    {
      g_free (title);
      title = title_of_members (members);
    }
  if (changed != NULL)
    problem = ww_error_dup_group_sentence (changed);
  ww_conversation_take_summary (self, title, trust, is_weak (self, members), problem);
}

/* Those who are still there stay the same objects. */
static void
update_members (WwConversation *self, const WwGroupRow *group)
{
  WwConversationList *list = ww_conversation_get_list (self);
  GListStore *members = ww_conversation_get_member_store (self);

  for (guint i = count (members); i > 0; i--)
    if (!ww_group_row_has_member (group, ww_member_get_account_bytes (get_member (members, i - 1))))
      g_list_store_remove (members, i - 1);
  for (guint i = 0; i < ww_group_row_n_members (group); i++)
    {
      const guint8 *account = ww_group_row_member (group, i);
      g_autoptr (WwMember) member = NULL;

      if (find (members, account))
        continue;
      member = ww_member_new (account, memcmp (account, ww_conversation_list_get_account (list), WW_ID_SIZE) == 0);
      g_list_store_append (members, member);
    }
}

/**
 * ww_conversation_describe_members:
 *
 * To be called when what is known of people has changed.
 */
void
ww_conversation_describe_members (WwConversation *self)
{
  GListStore *members = ww_conversation_get_member_store (self);

  if (ww_conversation_get_group (self) == NULL)
    return;
  for (guint i = 0; i < count (members); i++)
    describe (self, get_member (members, i));
  if (!is_sorted (members))
    g_list_store_sort (members, compare, NULL);
  summarise (self);
}

void
ww_conversation_set_group (WwConversation *self, const WwGroupRow *group)
{
  if (ww_conversation_get_list (self) == NULL)
    return;
  g_object_freeze_notify (G_OBJECT (self));
  ww_conversation_take_group (self, group);
  update_members (self, group);
  ww_conversation_describe_members (self);
  g_object_thaw_notify (G_OBJECT (self));
}

WwConversationKind
ww_conversation_get_kind (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), WW_CONVERSATION_KIND_PERSON);

  return ww_conversation_get_group (self) != NULL ? WW_CONVERSATION_KIND_GROUP : WW_CONVERSATION_KIND_PERSON;
}

/**
 * ww_conversation_get_name:
 *
 * Returns: what somebody in the group called it; "" when nobody did, and for a person. For people, "title" is the one.
 */
const char *
ww_conversation_get_name (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  return ww_conversation_get_group (self) != NULL ? ww_conversation_get_group (self)->name : "";
}

/**
 * ww_conversation_get_picture:
 *
 * Returns: (transfer none) (nullable): an image that somebody in the group chose, as it came: to be decoded in a sandbox
 */
GBytes *
ww_conversation_get_picture (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  return ww_conversation_get_group (self) != NULL ? ww_conversation_get_group (self)->picture : NULL;
}

/**
 * ww_conversation_get_members:
 *
 * Returns: (transfer none): of #WwMember, this account first, the others by name
 */
GListModel *
ww_conversation_get_members (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  return G_LIST_MODEL (ww_conversation_get_member_store (self));
}

gboolean
ww_conversation_get_left (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), FALSE);

  return ww_conversation_get_group (self) != NULL && ww_conversation_get_group (self)->left;
}
