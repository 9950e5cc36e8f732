/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* How an address or a number is being confirmed, as the enrolment and an addition both know it. */
typedef struct
{
  WwProof proof;
  const char *handle;
  const char *send_to;   /* INBOUND; nullable */
  const char *send_text; /* INBOUND; nullable */
  guint tries_left;      /* CODE; 0 when unknown */
  gint64 resend_at_ms;
} WwProofFacts;

/*
 * Where a person confirms an address or a number: waits for the link, takes the code, or says what to send.
 * Signals: "submit" (const char *): six digits were typed; "resend".
 */
#define WW_TYPE_PROOF_VIEW (ww_proof_view_get_type ())
G_DECLARE_FINAL_TYPE (WwProofView, ww_proof_view, WW, PROOF_VIEW, AdwBin)

void ww_proof_view_set_facts (WwProofView *self, const WwProofFacts *facts);
void ww_proof_view_set_answer (WwProofView *self, const GError *error);
void ww_proof_view_set_resent (WwProofView *self, const GError *error);
void ww_proof_view_focus (WwProofView *self);

const char *ww_proof_heading (WwProof proof);
const char *ww_proof_icon (WwProof proof);
char *ww_proof_dup_description (const WwProofFacts *facts);
char *ww_proof_dup_code (const char *typed);

G_END_DECLS
