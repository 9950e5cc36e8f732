/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-request.h"

/*
 * Devices that wait for the approval of another device of their account, and what these two say to each
 * other through the server (docs/protocol.md, "Enrolment"). What a device asked for and what it was granted
 * is stored; the exchange itself lives in memory and is begun anew after a restart.
 */
WwApprovalRelay *ww_approval_relay_new (WwServices *services);
void ww_approval_relay_free (WwApprovalRelay *self);
/* Reads what waits; calls back when done. */
void ww_approval_relay_load (WwApprovalRelay *self, void (*done) (bool loaded, void *data), void *data);
/* Ends what has waited too long. To be called now and then. */
void ww_approval_relay_expire (WwApprovalRelay *self);

/* A device has asked to join, or asks again: `row` is taken over unless it is known. Sends it where it stands. */
void ww_approval_relay_joined (WwApprovalRelay *self, WwConnection *connection, WwStoredPending *row);
/* The link that watches this verification speaks for its pending device. False when there is none. */
bool ww_approval_relay_resume (WwApprovalRelay *self, WwConnection *connection, const uint8_t token_hash[WW_HASH_SIZE],
                               uint64_t *expires_ms);
/* A device has authenticated. */
void ww_approval_relay_device_arrived (WwApprovalRelay *self, WwConnection *connection);

/*
 * The account was, or is about to be, started over: ends what waits there, with a token only the device that asked with
 * that. Whoever does it hears it from the answer to its request, not as an event.
 */
void ww_approval_relay_drop (WwApprovalRelay *self, const uint8_t account_id[WW_ID_SIZE],
                             const uint8_t token_hash[WW_HASH_SIZE], const WwConnection *but);

/* For the directory, around the publication of the record that holds the new device. */
typedef enum
{
  WW_GRANT_ALLOWED,
  WW_GRANT_NOT_PENDING,
  WW_GRANT_NOT_COMPARED, /* this device has not gone through the exchange, or another one took over */
} WwGrantCheck;
WwGrantCheck ww_approval_relay_check_grant (WwApprovalRelay *self, const WwConnection *approver,
                                            const uint8_t device_id[WW_ID_SIZE], WwBytes *device);
void ww_approval_relay_granted (WwApprovalRelay *self, const uint8_t device_id[WW_ID_SIZE], WwBytes sealed_account_key);

/* Requests */
void ww_approval_relay_begin (WwRequest *request);
void ww_approval_relay_reveal (WwRequest *request);
void ww_approval_relay_refuse (WwRequest *request);
void ww_approval_relay_cancel (WwRequest *request);
