/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-mute"

#include "ww-mute.h"

#include <glib/gi18n.h>

#include "ww-clock.h"
#include "ww-question.h"
#include "ww-time.h"

#define HOUR_MS (60 * 60 * G_GINT64_CONSTANT (1000))

static void
append (GMenu *menu, const char *label, const char *action, int hours)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "i", hours);
  g_menu_append_item (menu, item);
}

/**
 * ww_mute_menu_new:
 * @muted: whether it is muted already, so that it can be unmuted too
 * @action: the action that takes the hours, an "i"
 *
 * Returns: (transfer full): how long a conversation can be muted
 */
GMenuModel *
ww_mute_menu_new (gboolean muted, const char *action)
{
  GMenu *menu = g_menu_new ();

  if (muted)
    append (menu, _ ("_Unmute"), action, WW_MUTE_OFF);
  append (menu, _ ("For _1 Hour"), action, 1);
  append (menu, _ ("For _8 Hours"), action, 8);
  append (menu, _ ("_Always"), action, WW_MUTE_ALWAYS);
  return G_MENU_MODEL (menu);
}

/**
 * ww_mute_apply:
 * @hours: for how long, %WW_MUTE_OFF or %WW_MUTE_ALWAYS
 * @parent: where it is said when that goes wrong
 */
void
ww_mute_apply (WwConversation *conversation, int hours, GtkWidget *parent)
{
  gint64 until_ms = hours == WW_MUTE_ALWAYS ? G_MAXINT64 : 0;

  if (hours > 0)
    until_ms = g_get_real_time () / 1000 + hours * HOUR_MS;
  ww_question_report (ww_conversation_set_muted_until (conversation, until_ms), _ ("Couldn't Mute the Conversation"),
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
  when = ww_time_format_sentence (until_ms, now);
  /* Translators: %s is a time, as in “today at 14:30”. */
  return g_strdup_printf (_ ("Muted until %s"), when);
}
