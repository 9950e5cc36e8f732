/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-enrolment.h"

/* For what a token can fail with. */
void ww_enrolment_fail_token (WwRequest *request, WwStorageStatus status);
void ww_enrolment_hash_token (const ProtobufCBinaryData *token, uint8_t hash[WW_HASH_SIZE]);
