/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-request.h"

/* Account records: handed out to devices that ask, and accepted when they follow from the one before. */
void ww_directory_look_up (WwRequest *request);
void ww_directory_publish (WwRequest *request);
void ww_directory_grant (WwRequest *request);
void ww_directory_reset (WwRequest *request);
