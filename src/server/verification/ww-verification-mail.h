/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-mailer.h"
#include "ww-verification.h"

/* Reaches "mailto:" handles: a mail with the link in it. */
typedef struct _WwVerificationMail WwVerificationMail;

/* `from` as in a mail's From header. NULL with a sentence in `error` when that holds no address. */
WwVerificationMail *ww_verification_mail_new (WwMailer *mailer, const char *from, const char *server_name,
                                              char **error);
void ww_verification_mail_free (WwVerificationMail *self);
WwVerificationKind ww_verification_mail_kind (WwVerificationMail *self);
