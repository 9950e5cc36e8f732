/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-request.h"

/* How a device comes to an account: a verified handle, then a new account or the approval of another device. */
void ww_enrolment_init (WwServices *services);

/* Requests */
void ww_enrolment_start_verification (WwRequest *request);
void ww_enrolment_watch_verification (WwRequest *request);
void ww_enrolment_confirm_verification (WwRequest *request);
void ww_enrolment_prepare_device (WwRequest *request);
void ww_enrolment_create_account (WwRequest *request);
void ww_enrolment_join_account (WwRequest *request);
