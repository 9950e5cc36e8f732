/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-delivery.h"

/*
 * Hands mails to a mail server (SMTP through libcurl) or writes them into a directory, on a thread of its own.
 */
typedef struct _WwMailer WwMailer;

typedef enum
{
  WW_MAIL_TLS_AUTOMATIC, /* required, but for a mail server on a loopback address: there, if it offers it */
  WW_MAIL_TLS_NONE,
  WW_MAIL_TLS_OPPORTUNISTIC,
  WW_MAIL_TLS_REQUIRED,
} WwMailTls;

typedef struct
{
  const char *server;    /* smtp:// or smtps://; NULL: into the directory */
  const char *directory; /* made if need be */
  const char *user;      /* or NULL */
  const char *password_file;
  const char *ca_file; /* of the authority that signed the mail server's certificate; or NULL */
  WwMailTls tls;
} WwMailerSettings;

WwMailer *ww_mailer_new (const WwMailerSettings *settings, WwDeliveryCounts *counts, char **error);
/* Waits for the mail that is being sent, and tries each of the others once. */
void ww_mailer_free (WwMailer *self);

/* Takes a complete message and whom it goes to. False when too many wait already. */
bool ww_mailer_send (WwMailer *self, const char *from, const char *to, const char *message);
