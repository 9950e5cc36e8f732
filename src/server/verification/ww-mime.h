/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

/* A mail in plain text and HTML. No field may hold a line break but `text` and `html`, in UTF-8. */
typedef struct
{
  const char *from;
  const char *to; /* an ASCII address */
  const char *subject;
  const char *message_id; /* with its angle brackets */
  const char *language;
  int64_t date_ms;
  const char *text;
  const char *html;
} WwMimeMail;

/* RFC 5322, RFC 2045 to 2047, with CRLF. To be freed with g_free(). */
char *ww_mime_format (const WwMimeMail *mail);
