/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-request.h"

/* Authenticate: from now on the link speaks for a device. */
void ww_authentication_handle (WwRequest *request);
