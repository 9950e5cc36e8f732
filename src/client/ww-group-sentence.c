/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-group-events"

#include "ww-conversation-list.h"
#include "ww-group-events.h"

#include <glib/gi18n-lib.h>

#include "ww-hex.h"
#include "ww-limits.h"
#include "ww-text.h"

/* As in a conversation's title. */
#define NAME_CHARS 128

/* What is told, with names. */
typedef struct
{
  const char *word;
  gboolean by_own;
  char *actor;
  gboolean about_own; /* the own account is among those it is about */
  GPtrArray *names;   /* of the others */
  const char *name;   /* of the group */
} Telling;

static char *
made (const Telling *self)
{
  return self->by_own ? g_strdup (_ ("You made this group."))
                      /* Translators: %s is a person's name. */
                      : g_strdup_printf (_ ("%s made this group with you in it."), self->actor);
}

/* Several people at once: the first two by name. */
static char *
added_many (const Telling *self, const char *one, const char *other, guint more)
{
  if (self->by_own)
    return g_strdup_printf (ngettext ("You added %s, %s and %u other.", "You added %s, %s and %u others.", more), one,
                            other, more);
  /* Translators: the first %s is who did it. */
  return g_strdup_printf (ngettext ("%s added %s, %s and %u other.", "%s added %s, %s and %u others.", more),
                          self->actor, one, other, more);
}

static char *
added (const Telling *self)
{
  guint n = self->names->len;
  const char *const *names = (const char *const *) self->names->pdata;

  if (self->about_own)
    return n == 0 ? g_strdup_printf (_ ("%s added you."), self->actor)
                  /* Translators: %s is who did it. */
                  : g_strdup_printf (ngettext ("%s added you and %u other.", "%s added you and %u others.", n),
                                     self->actor, n);
  if (n == 1)
    return self->by_own ? g_strdup_printf (_ ("You added %s."), names[0])
                        /* Translators: the first %s is who did it. */
                        : g_strdup_printf (_ ("%s added %s."), self->actor, names[0]);
  if (n == 2)
    return self->by_own ? g_strdup_printf (_ ("You added %s and %s."), names[0], names[1])
                        /* Translators: the first %s is who did it. */
                        : g_strdup_printf (_ ("%s added %s and %s."), self->actor, names[0], names[1]);
  return n > 2 ? added_many (self, names[0], names[1], n - 2) : NULL;
}

static char *
taken_out (const Telling *self)
{
  if (self->about_own)
    return g_strdup_printf (_ ("%s removed you from the group."), self->actor);
  if (self->names->len == 0)
    return NULL;
  return self->by_own ? g_strdup_printf (_ ("You removed %s."), (const char *) self->names->pdata[0])
                      /* Translators: the first %s is who did it. */
                      : g_strdup_printf (_ ("%s removed %s."), self->actor, (const char *) self->names->pdata[0]);
}

static char *
left (const Telling *self)
{
  return self->by_own ? g_strdup (_ ("You left the group.")) : g_strdup_printf (_ ("%s left the group."), self->actor);
}

static char *
renamed (const Telling *self)
{
  if (*self->name == '\0')
    return self->by_own ? g_strdup (_ ("You took the group’s name away."))
                        : g_strdup_printf (_ ("%s took the group’s name away."), self->actor);
  return self->by_own ? g_strdup_printf (_ ("You named the group “%s”."), self->name)
                      : g_strdup_printf (_ ("%s named the group “%s”."), self->actor, self->name);
}

static char *
named (const Telling *self)
{
  return *self->name == '\0' ? g_strdup (_ ("The group has no name now."))
                             : g_strdup_printf (_ ("The group’s name is “%s” now."), self->name);
}

static char *
pictured (const Telling *self)
{
  return self->by_own ? g_strdup (_ ("You changed the group’s picture."))
                      : g_strdup_printf (_ ("%s changed the group’s picture."), self->actor);
}

static char *
unpictured (const Telling *self)
{
  return self->by_own ? g_strdup (_ ("You took the group’s picture away."))
                      : g_strdup_printf (_ ("%s took the group’s picture away."), self->actor);
}

/* Because of what others did at the same time. */
static char *
gone (const Telling *self)
{
  guint n = self->names->len;

  if (self->about_own)
    return g_strdup (_ ("You are not in this group any more."));
  if (n == 1)
    return g_strdup_printf (_ ("%s is not in the group any more."), (const char *) self->names->pdata[0]);
  return g_strdup_printf (
      ngettext ("%u person is not in the group any more.", "%u people are not in the group any more.", n), n);
}

static char *
come (const Telling *self)
{
  guint n = self->names->len;

  if (self->about_own)
    return g_strdup (_ ("You are in this group now."));
  if (n == 1)
    return g_strdup_printf (_ ("%s is in the group now."), (const char *) self->names->pdata[0]);
  return g_strdup_printf (ngettext ("%u more person is in the group now.", "%u more people are in the group now.", n),
                          n);
}

static char *
ended (const Telling *self)
{
  return g_strdup (_ ("Nobody else is in this group any more."));
}

static const struct
{
  const char *word;
  char *(*tell) (const Telling *self);
} tellers[] = {
  { "created", made },    { "added", added }, { "removed", taken_out }, { "left", left },
  { "renamed", renamed }, { "named", named }, { "picture", pictured },  { "no-picture", unpictured },
  { "gone", gone },       { "come", come },   { "ended", ended },
};

static void
read_people (Telling *self, char **words, WwConversationList *list)
{
  for (guint i = 0; words[i] != NULL; i++)
    {
      guint8 account[WW_ID_SIZE];

      if (!ww_hex_decode (words[i], account, sizeof account))
        continue;
      if (memcmp (account, ww_conversation_list_get_account (list), WW_ID_SIZE) == 0)
        self->about_own = TRUE;
      else
        g_ptr_array_add (self->names, ww_conversation_list_dup_name (list, account));
    }
}

/**
 * ww_group_event_sentence:
 *
 * Returns: (transfer full): what happened, as this device would say it now
 */
char *
ww_group_event_sentence (const char *notice, const char *text, WwConversationList *list)
{
  g_auto (GStrv) words = g_strsplit (notice != NULL ? notice : "", " ", -1);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *name = ww_text_one_line (text != NULL ? text : "", NAME_CHARS);
  g_autofree char *actor = NULL;
  Telling telling = { .word = words[0], .names = names, .name = name };
  char *sentence = NULL;
  guint8 account[WW_ID_SIZE];

  if (g_strv_length (words) >= 2)
    {
      if (ww_hex_decode (words[1], account, sizeof account))
        {
          telling.by_own = memcmp (account, ww_conversation_list_get_account (list), WW_ID_SIZE) == 0;
          telling.actor = actor = ww_conversation_list_dup_name (list, account);
        }
      read_people (&telling, words + 2, list);
    }
  for (guint i = 0; i < G_N_ELEMENTS (tellers) && telling.word != NULL; i++)
    if (g_str_equal (tellers[i].word, telling.word))
      sentence = tellers[i].tell (&telling);
  return sentence != NULL ? sentence : g_strdup (_ ("Something about this group has changed."));
}
