/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-request.h"

/* A Send whose envelope nobody keeps: passed to the devices that are connected now, and answered. */
void ww_transient_send (WwRequest *request);
