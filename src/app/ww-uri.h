/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  WW_URI_INVALID,
  WW_URI_MESSAGE, /* waxwing:message?to=HANDLE */
  WW_URI_SERVER,  /* waxwing:server?url=URL */
  WW_URI_VERIFY,  /* waxwing:verify?number=DIGITS */
} WwUriKind;

WwUriKind ww_uri_parse (const char *uri, char **argument);

G_END_DECLS
