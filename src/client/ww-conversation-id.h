/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The conversation of two people: the first 16 bytes of SHA-256 over "waxwing/1/conversation" | 0 | smaller account id |
 * larger account id, so that both sides, on all their devices, arrive at the same id without asking anyone.
 */
void ww_conversation_id_for_pair (const guint8 a[16], const guint8 b[16], guint8 out[16]);

G_END_DECLS
