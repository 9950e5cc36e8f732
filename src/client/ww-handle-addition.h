/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

/* How the person proves that a handle is theirs. */
typedef enum
{
  WW_PROOF_LINK,    /* a mail comes, and its link is opened */
  WW_PROOF_CODE,    /* a message comes, and its code is typed */
  WW_PROOF_INBOUND, /* the person sends a message with the code that is shown */
} WwProof;
#define WW_TYPE_PROOF (ww_proof_get_type ())
GType ww_proof_get_type (void);
const char *ww_proof_to_string (WwProof proof);

typedef enum
{
  WW_HANDLE_ADDITION_STATE_CONFIRMING, /* waits for the person */
  WW_HANDLE_ADDITION_STATE_PUBLISHING,
  WW_HANDLE_ADDITION_STATE_HELD, /* another account has the handle and is asked first; see "held-until-ms" */
  WW_HANDLE_ADDITION_STATE_DONE,
  WW_HANDLE_ADDITION_STATE_FAILED, /* see "error" */
} WwHandleAdditionState;
#define WW_TYPE_HANDLE_ADDITION_STATE (ww_handle_addition_state_get_type ())
GType ww_handle_addition_state_get_type (void);

/* A handle on its way into the own account. Survives a restart; goes on at every connection. */
#define WW_TYPE_HANDLE_ADDITION (ww_handle_addition_get_type ())
G_DECLARE_FINAL_TYPE (WwHandleAddition, ww_handle_addition, WW, HANDLE_ADDITION, GObject)

/* Properties of the same names; all but "handle" and "proof" change and notify. */
const char *ww_handle_addition_get_handle (WwHandleAddition *self);
WwProof ww_handle_addition_get_proof (WwHandleAddition *self);
WwHandleAdditionState ww_handle_addition_get_state (WwHandleAddition *self);
const GError *ww_handle_addition_get_error (WwHandleAddition *self);   /* nullable */
const char *ww_handle_addition_get_send_to (WwHandleAddition *self);   /* INBOUND: the number; nullable */
const char *ww_handle_addition_get_send_text (WwHandleAddition *self); /* INBOUND: what to send; nullable */
guint ww_handle_addition_get_tries_left (WwHandleAddition *self);      /* CODE; 0 when unknown */
gint64 ww_handle_addition_get_resend_at_ms (WwHandleAddition *self);
gint64 ww_handle_addition_get_expires_ms (WwHandleAddition *self);
gint64 ww_handle_addition_get_held_until_ms (WwHandleAddition *self); /* 0 unless HELD */

DexFuture *ww_handle_addition_submit_code (WwHandleAddition *self,
                                           const char *code); /* TRUE, or REFUSED "wrong-code" … */
DexFuture *ww_handle_addition_resend (WwHandleAddition *self);
DexFuture *ww_handle_addition_cancel (WwHandleAddition *self); /* forgets it */
/* TRUE once it is DONE; rejects when it FAILED; TIMED_OUT. -1: as long as it takes. */
DexFuture *ww_handle_addition_wait (WwHandleAddition *self, gint timeout_ms);

G_END_DECLS
