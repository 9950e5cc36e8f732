/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-alert-answer"

#include "ww-alert-answer.h"

#include <glib/gi18n.h>

/**
 * ww_alert_answer_for:
 *
 * Returns: how what the alert tells of is undone or refused, the same in the window and in a notification
 */
WwAlertAnswer
ww_alert_answer_for (WwAlert *alert)
{
  switch (ww_alert_get_kind (alert))
    {
    case WW_ALERT_KIND_DEVICE_ADDED:
      return (WwAlertAnswer) { _ ("Remove Device"), "app.alert-remove-device" };
    case WW_ALERT_KIND_HANDLE_ADDED:
      return (WwAlertAnswer) { _ ("Remove Address"), "app.alert-remove-address" };
    case WW_ALERT_KIND_RESET_CLAIMED:
    case WW_ALERT_KIND_HANDLE_CLAIMED:
      if (ww_alert_get_can_refuse (alert))
        return (WwAlertAnswer) { _ ("Refuse"), "app.alert-refuse" };
      break;
    case WW_ALERT_KIND_DEVICE_REMOVED:
    case WW_ALERT_KIND_HANDLE_REMOVED:
    case WW_ALERT_KIND_RESET:
    case WW_ALERT_KIND_RECORD_PROBLEM:
    case WW_ALERT_KIND_MESSAGE_PROBLEM:
    case WW_ALERT_KIND_HANDLE_MOVED:
      break;
    }
  return (WwAlertAnswer) { NULL, NULL };
}
