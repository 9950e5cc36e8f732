/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-sms-gateway.h"
#include "ww-verification.h"

/* Reaches "tel:" handles: a short message with a code in it. */
WwVerificationKind ww_verification_phone_kind (WwSmsGateway *gateway);
/* And the other direction: people send a code to `number`, which the gateway delivers. */
WwVerificationKind ww_verification_inbound_kind (const char *number);
