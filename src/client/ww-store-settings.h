/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "waxwing.pb-c.h"
#include "ww-store-messages.h"

G_BEGIN_DECLS

/*
 * Registers that the own devices share: docs/protocol.md, "Settings". On the store's thread, inside a WwStoreFunc.
 */
#define WW_SETTING_MUTED    "muted"    /* of a conversation: until when, ms; 0: not; G_MAXINT64: for good */
#define WW_SETTING_PINNED   "pinned"   /* of a conversation: 0: not; else the larger one is first */
#define WW_SETTING_RECEIPTS "receipts" /* of a conversation: WwReceipts. Of the account: 1 unless the person says 0 */
#define WW_SETTING_DRAFT    "draft"    /* of a conversation: a text */
#define WW_SETTING_TYPING   "typing"   /* of the account: 1 unless the person says 0 */
#define WW_SETTING_PREVIEWS "previews" /* of the account: 1 unless the person says 0 */

/* `conversation`: 16 bytes, or NULL: of the account. *number is `otherwise` when nobody ever set it. */
gboolean ww_store_get_number (WwDatabase *database, const guint8 *conversation, const char *key, gint64 otherwise,
                              gint64 *number, GError **error);

/* Sets it here and tells the own devices. What is as it was changes nothing and tells nobody. */
gboolean ww_store_change_setting (WwDatabase *database, const guint8 own_account[16], const guint8 *conversation,
                                  const char *key, gint64 number, const char *text, gint64 now_ms, gboolean *changed,
                                  GError **error);
/* What another own device set: the later one counts. */
gboolean ww_store_apply_setting (WwDatabase *database, const Waxwing__Setting *setting, gboolean *changed,
                                 GError **error);
/* All of them, for a device that is new. */
gboolean ww_store_queue_settings (WwDatabase *database, const guint8 own_account[16], gint64 now_ms, GError **error);
/* A conversation that has just been made may have been muted or pinned elsewhere before. */
gboolean ww_store_adopt_settings (WwDatabase *database, const guint8 conversation[16], GError **error);

/* At most so many are kept: more than a person could set. */
#define WW_SETTINGS_KEPT 20000

G_END_DECLS
