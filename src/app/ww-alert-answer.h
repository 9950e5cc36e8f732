/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client.h"

G_BEGIN_DECLS

/* What a person can do about an alert besides having read it; both NULL when that is nothing. */
typedef struct
{
  const char *label;  /* translated, of a button */
  const char *action; /* of the application, on the alert's row */
} WwAlertAnswer;

WwAlertAnswer ww_alert_answer_for (WwAlert *alert);

G_END_DECLS
