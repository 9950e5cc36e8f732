/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* From the first start to an enrolled device. Signal "finished": the person has seen that all is ready. */
#define WW_TYPE_ENROLMENT_VIEW (ww_enrolment_view_get_type ())
G_DECLARE_FINAL_TYPE (WwEnrolmentView, ww_enrolment_view, WW, ENROLMENT_VIEW, AdwBin)

void ww_enrolment_view_set_client (WwEnrolmentView *self, WwClient *client);
void ww_enrolment_view_use_server (WwEnrolmentView *self, const char *server);
void ww_enrolment_view_start_anew (WwEnrolmentView *self, const char *reason);

G_END_DECLS
