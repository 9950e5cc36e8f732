/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ww-limits.h"

/* The secrets of verifications: how they are made, written, read and hashed. All random ones are unguessable. */

#define WW_INBOUND_CODE_LENGTH 8 /* of 32 letters: 40 bits */

void ww_secret_make_token (uint8_t token[WW_TOKEN_SIZE]);
void ww_secret_hash_token (const uint8_t token[WW_TOKEN_SIZE], uint8_t hash[WW_HASH_SIZE]);

/* Digits, each as likely as any other. */
void ww_secret_make_code (char code[WW_CODE_DIGITS + 1]);
/* What a person typed: digits of any script, with spaces and hyphens between them. */
bool ww_secret_parse_code (const char *typed, char code[WW_CODE_DIGITS + 1]);
/* The code alone could be tried out on its hash; with the token it cannot. */
void ww_secret_hash_code (const uint8_t token[WW_TOKEN_SIZE], const char *code, uint8_t hash[WW_HASH_SIZE]);

void ww_secret_make_inbound (char code[WW_INBOUND_CODE_LENGTH + 1]);
/* The end of what a telephone sent, whatever its capitals and spaces. */
bool ww_secret_parse_inbound (const char *text, char code[WW_INBOUND_CODE_LENGTH + 1]);
void ww_secret_hash_inbound (const char *code, uint8_t hash[WW_HASH_SIZE]);
