/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-handle-addition.h"
#include "ww-types.h"

G_BEGIN_DECLS

/* From nothing to an enrolled device. One at a time per WwClient. */
typedef enum
{
  WW_ENROLMENT_STATE_IDLE,
  WW_ENROLMENT_STATE_CONNECTING,
  WW_ENROLMENT_STATE_CONFIRMING, /* the person proves that the handle is theirs, as "proof" says */
  WW_ENROLMENT_STATE_PREPARING,  /* keys are made, the record is signed */
  WW_ENROLMENT_STATE_APPROVING,  /* a further device: waiting for one of the account's others; see "digits" */
  WW_ENROLMENT_STATE_HELD,       /* starting over: the account's other devices are asked first; see "held-until-ms" */
  WW_ENROLMENT_STATE_DONE,
  WW_ENROLMENT_STATE_FAILED, /* see "error" */
} WwEnrolmentState;
#define WW_TYPE_ENROLMENT_STATE (ww_enrolment_state_get_type ())
GType ww_enrolment_state_get_type (void);

#define WW_TYPE_ENROLMENT (ww_enrolment_get_type ())
G_DECLARE_FINAL_TYPE (WwEnrolment, ww_enrolment, WW, ENROLMENT, GObject)

WwEnrolmentState ww_enrolment_get_state (WwEnrolment *self);  /* property "state" */
const GError *ww_enrolment_get_error (WwEnrolment *self);     /* property "error", nullable */
const char *ww_enrolment_get_server (WwEnrolment *self);      /* normalised URL, nullable */
const char *ww_enrolment_get_handle (WwEnrolment *self);      /* normalised, nullable */
gint64 ww_enrolment_get_resend_at_ms (WwEnrolment *self);     /* property "resend-at-ms" */
gint64 ww_enrolment_get_expires_ms (WwEnrolment *self);       /* of the link, then of the pending device */
gboolean ww_enrolment_get_further_device (WwEnrolment *self); /* the handle belongs to an account already */
const char *ww_enrolment_get_digits (WwEnrolment *self);    /* "digits": six, or NULL until an approving device began */
const char *ww_enrolment_get_device_id (WwEnrolment *self); /* nullable */
/* What the server can verify: "mailto", "tel", "tel-inbound"; known after ww_enrolment_check_server(). NULL-terminated. */
const char *const *ww_enrolment_get_verifies (WwEnrolment *self);
WwProof ww_enrolment_get_proof (WwEnrolment *self);
const char *ww_enrolment_get_send_to (WwEnrolment *self);   /* property "send-to"; INBOUND: the number; nullable */
const char *ww_enrolment_get_send_text (WwEnrolment *self); /* property "send-text"; INBOUND: what to send; nullable */
guint ww_enrolment_get_tries_left (WwEnrolment *self);      /* property "tries-left"; CODE; 0 when unknown */
gint64 ww_enrolment_get_held_until_ms (WwEnrolment *self);  /* property "held-until-ms"; 0 unless HELD */

/* Asks the server who it is ("example.org", "https://…", "http://127.0.0.1:8080"). Resolves to its name (string).
 * WW_ERROR_INSECURE_SERVER for plain HTTP to other than loopback; WW_ERROR_OFFLINE when nothing answers. */
DexFuture *ww_enrolment_check_server (WwEnrolment *self, const char *server);
/* Starts; returns at once (the state says how it goes on), resolves to TRUE when DONE, rejects when FAILED. Reconnects by
 * itself meanwhile. `name` is what others see, may be ""; `device_name` must not be empty. */
typedef enum
{
  WW_ENROLMENT_DEFAULT = 0,
  WW_ENROLMENT_ACCEPT_COST = 1 << 0, /* the person agreed that text messages may cost them: "tel:" needs it */
  WW_ENROLMENT_INBOUND = 1 << 1,     /* "tel:": the person sends the message */
} WwEnrolmentFlags;
DexFuture *ww_enrolment_start (WwEnrolment *self, const char *handle, const char *name, const char *device_name,
                               WwEnrolmentFlags flags);
/*
 * In APPROVING: none of the account's devices is at hand. Makes a new account key and asks the server to start the account
 * over; what the future of _start() resolves to stays the same. Goes to HELD, which survives a restart of the program, or
 * on to DONE. Resolves to TRUE when the server has taken the request. In HELD after a restart: when it has said anew
 * that it is held, or is done.
 */
DexFuture *ww_enrolment_start_over (WwEnrolment *self);
DexFuture *ww_enrolment_resend (WwEnrolment *self);
DexFuture *ww_enrolment_submit_code (WwEnrolment *self, const char *code);
/* Gives up what is under way: nothing stays behind, IDLE again. */
void ww_enrolment_cancel (WwEnrolment *self);

G_END_DECLS
