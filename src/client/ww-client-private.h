/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client.h"
#include "ww-keyring.h"
#include "ww-store.h"

G_BEGIN_DECLS

/* The state, for the files of WwClient only. Everything lives on the thread that made the client. */
struct _WwClient
{
  GObject parent_instance;

  char *profile;
  WwClientState state;
  WwConnectionState connection;
  gint64 connection_since_ms;
  GError *connection_error;
  GError *error;
  char *server;
  char *account_id;
  char *device_id;
  char *device_name;
  char *name;
  GStrv handles;
  guint64 record_sequence;

  GListStore *conversations;
  GListStore *devices;
  GListStore *pending_devices;
  GListStore *alerts;
  WwEnrolment *enrolment;
};

void ww_client_set_state (WwClient *self, WwClientState state, const GError *error);

G_END_DECLS
