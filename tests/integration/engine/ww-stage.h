/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-house.h"
#include "ww-proxy.h"

G_BEGIN_DECLS

#define ALICE "mailto:alice@example.org"
#define BOB   "mailto:bob@example.org"
#define CAROL "mailto:carol@example.org"

typedef struct
{
  WwHouse *house;
  WwProxy *proxy;
  WwClient *laptop, *desktop, *bob;
} WwStage;

extern WwStage ww_stage;

void ww_stage_open (void);
void ww_stage_close (void);
void ww_stage_reopen_desktop (void);

WwRecord *ww_stage_record_of (WwClient *client);
const WwSigningKey *ww_stage_account_key_of (WwClient *client);
const char *ww_stage_code_of (WwError code);

/* The desktop's alerts. `code` NULL: with whatever code. */
guint ww_stage_count_alerts (WwAlertKind kind, const char *code);
/* Waits for the alert number `n`, gives others the time to appear, and wants none. */
void ww_stage_expect_alerts (WwAlertKind kind, const char *code, guint n);

/* One more record of Alice's account. A WwHouseCondition: whether the desktop knows it. */
void ww_stage_publish_next (void);
gboolean ww_stage_knows_all (gpointer data);

/* Changes of what travels, in the memory of protobuf-c. `key` NULL: with the signature that it had. */
void ww_stage_replace (ProtobufCBinaryData *field, const void *data, gsize len);
void ww_stage_put_record (Waxwing__SignedRecord *travelling, const Waxwing__AccountRecord *record,
                          const WwSigningKey *key);
void ww_stage_put_built (Waxwing__SignedRecord *travelling, const WwRecord *record);
gboolean ww_stage_is_about (const Waxwing__LookUpResult *found, WwClient *client);
/* The reset of Alice's account that somebody else would publish. Transfer full. */
WwRecord *ww_stage_build_reset (const WwSigningKey *key);

G_END_DECLS
