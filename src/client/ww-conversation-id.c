/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-conversation-id.h"

#include <string.h>

#include "ww-hash.h"

/**
 * ww_conversation_id_for_pair:
 * @a: an account id
 * @b: the other's; may be the same, for notes to oneself
 * @out: 16 bytes
 *
 * docs/protocol.md, "Conversations". The order of @a and @b makes no difference.
 */
void
ww_conversation_id_for_pair (const guint8 a[16], const guint8 b[16], guint8 out[16])
{
  gboolean in_order = memcmp (a, b, 16) <= 0;
  WwBytes parts[] = { WW_BYTES (in_order ? a : b, 16), WW_BYTES (in_order ? b : a, 16) };
  guint8 hash[32];

  /* Hashing 55 bytes fails only without memory, which GLib does not survive either. */
  if (ww_hash ("waxwing/1/conversation", parts, G_N_ELEMENTS (parts), hash) != WW_CRYPTO_OK)
    g_error ("SHA-256 is not available");

  memcpy (out, hash, 16);
}
