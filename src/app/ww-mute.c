/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-mute"

#include "ww-mute.h"

#include <glib/gi18n.h>

#include "ww-clock.h"
#include "ww-question.h"
#include "ww-time.h"

#define HOUR_MS (60 * 60 * G_GINT64_CONSTANT (1000))
/* When a day begins for who wants to be left alone until then. */
#define MORNING 8

/**
 * ww_mute_menu_new:
 * @action: the action that takes a #WwMuteTerm, an "i"
 *
 * Returns: (transfer full): how long a conversation can be muted
 */
GMenu *
ww_mute_menu_new (const char *action)
{
  const struct
  {
    const char *label;
    WwMuteTerm term;
  } choices[] = {
    { _ ("For an _Hour"), WW_MUTE_HOUR },
    { _ ("Until _Tomorrow"), WW_MUTE_TOMORROW },
    { _ ("_Always"), WW_MUTE_ALWAYS },
  };
  GMenu *menu = g_menu_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (choices[i].label, NULL);

      g_menu_item_set_action_and_target (item, action, "i", choices[i].term);
      g_menu_append_item (menu, item);
    }
  return menu;
}

static gint64
tomorrow_ms (GDateTime *now)
{
  g_autoptr (GDateTime) day = g_date_time_add_days (now, 1);
  g_autoptr (GDateTime) morning = g_date_time_new_local (g_date_time_get_year (day), g_date_time_get_month (day),
                                                         g_date_time_get_day_of_month (day), MORNING, 0, 0);

  return g_date_time_to_unix (morning) * 1000;
}

/**
 * ww_mute_end_ms:
 *
 * Returns: when a mute that begins now ends; %G_MAXINT64 for never
 */
gint64
ww_mute_end_ms (WwMuteTerm term, GDateTime *now)
{
  switch (term)
    {
    case WW_MUTE_HOUR:
      return g_date_time_to_unix (now) * 1000 + HOUR_MS;
    case WW_MUTE_TOMORROW:
      return tomorrow_ms (now);
    case WW_MUTE_ALWAYS:
      break;
    }
  return G_MAXINT64;
}

/**
 * ww_mute_apply:
 * @parent: where it is said when that goes wrong
 */
void
ww_mute_apply (WwConversation *conversation, WwMuteTerm term, GtkWidget *parent)
{
  g_autoptr (GDateTime) now = ww_clock_dup_now (ww_clock_get_default ());

  ww_question_report (ww_conversation_set_muted_until (conversation, ww_mute_end_ms (term, now)),
                      _ ("Couldn't Mute the Conversation"), parent);
}

void
ww_mute_end (WwConversation *conversation, GtkWidget *parent)
{
  ww_question_report (ww_conversation_set_muted_until (conversation, 0), _ ("Couldn't Unmute the Conversation"),
                      parent);
}

/**
 * ww_mute_describe:
 *
 * Returns: (transfer full): whether the conversation is muted, and until when
 */
char *
ww_mute_describe (WwConversation *conversation)
{
  gint64 until_ms = ww_conversation_get_muted_until_ms (conversation);
  g_autoptr (GDateTime) now = NULL;
  g_autofree char *when = NULL;

  if (!ww_conversation_get_muted (conversation))
    return g_strdup (_ ("New messages are notified"));
  if (until_ms == G_MAXINT64)
    return g_strdup (_ ("Muted always"));
  now = ww_clock_dup_now (ww_clock_get_default ());
  when = ww_time_same_day (until_ms, g_date_time_to_unix (now) * 1000) ? ww_time_format_clock (until_ms)
                                                                       : ww_time_format_sentence (until_ms, now);
  /* Translators: %s is a time, as in “14:30” or “tomorrow at 08:00”. */
  return g_strdup_printf (_ ("Muted until %s"), when);
}
