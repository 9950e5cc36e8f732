/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-request.h"

/*
 * When devices were there, to the hour: so that people see which of theirs they still use, and so that an account whose
 * devices are all gone can be started over without asking them.
 */

/* The device speaks, or has just fallen silent. `seen_ms`: what is stored so far. */
void ww_activity_note (WwConnection *connection);
/* For links that are there for long. To be called now and then. */
void ww_activity_note_all (WwServices *services);

/* Requests */
void ww_activity_get (WwRequest *request);
void ww_activity_retire (WwRequest *request);
