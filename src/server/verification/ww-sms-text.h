/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

/* What fits into one short message (3GPP TS 23.038): 160 septets of the default alphabet, or 70 units of UTF-16. */
bool ww_sms_is_gsm7 (const char *text);
bool ww_sms_fits (const char *text);
