/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-config.h"
#include "ww-metrics.h"

/*
 * Hands mails to a mail server (SMTP through libcurl) or writes them into a directory, on a thread of its own.
 */
typedef struct _WwMailer WwMailer;

WwMailer *ww_mailer_new (const WwConfig *config, WwMetrics *metrics, char **error);
/* Waits for the mail that is being sent, and tries each of the others once. */
void ww_mailer_free (WwMailer *self);

/* Takes a complete message and whom it goes to. False when too many wait already. */
bool ww_mailer_send (WwMailer *self, const char *from, const char *to, const char *message);
