/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-enrolment.h"

G_BEGIN_DECLS

/* The state, for the files of WwEnrolment only. */
struct _WwEnrolment
{
  GObject parent_instance;

  WwClient *client;         /* not owned: it owns us */
  WwEnrolmentState state;
  GError *error;
  char *server;
  char *handle;
  gint64 resend_at_ms;
  gint64 expires_ms;
  gboolean further_device;
  char digits[7];           /* "" when there are none */
  char *device_id;
};

WwEnrolment *ww_enrolment_new (WwClient *client);
void ww_enrolment_set_state (WwEnrolment *self, WwEnrolmentState state, const GError *error);
void ww_enrolment_set_server (WwEnrolment *self, const char *server);
void ww_enrolment_set_handle (WwEnrolment *self, const char *handle);
void ww_enrolment_set_times (WwEnrolment *self, gint64 resend_at_ms, gint64 expires_ms);
void ww_enrolment_set_further_device (WwEnrolment *self, gboolean further_device);
void ww_enrolment_set_digits (WwEnrolment *self, const char *digits);
void ww_enrolment_set_device_id (WwEnrolment *self, const char *device_id);

G_END_DECLS
