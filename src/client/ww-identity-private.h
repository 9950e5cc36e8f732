/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-keyring.h"

G_BEGIN_DECLS

/* The form in which an identity is kept in the keyring. Secret. */
gboolean ww_identity_serialise (WwIdentity *self, WwBuffer *out);
WwIdentity *ww_identity_parse (WwBytes secret);

G_END_DECLS
