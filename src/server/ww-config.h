/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "ww-mailer.h"
#include "ww-net-address.h"
#include "ww-rate-limit.h"
#include "ww-sms-gateway.h"

/* What the person who runs the server decides. data/server/waxwing-server.conf explains every key. */

typedef struct
{
  /* [server] */
  char *name; /* that people see; NULL until ww_config_complete() */
  char *data_dir;
  WwNetAddress listen;
  WwNetAddress administration;
  char *public_url;      /* without a slash at its end; NULL: http://ADDRESS of listen */
  bool behind_proxy;     /* plain HTTP elsewhere than on loopback, X-Forwarded-For is believed */
  char *tls_certificate; /* NULL: plain HTTP */
  char *tls_key;

  /* [mail] */
  char *smtp; /* smtp:// or smtps:// URL; NULL: into files */
  char *mail_from;
  char *mail_user;
  char *mail_password_file;
  char *mail_ca_file;
  WwMailTls mail_tls;

  /* [sms] */
  WwSmsGatewaySettings sms_gateway; /* no URL: into files, or not at all when there is a mail server */
  char *sms_inbound_number;         /* NULL: nobody can send anything */
  char *sms_inbound_secret_file;

  /* [limits] */
  unsigned connections;
  unsigned connections_per_address;
  uint64_t mailbox_messages;
  int64_t mailbox_ms;
  uint64_t attachment_bytes;   /* of one file, padded */
  uint64_t attachment_quota;   /* bytes of all of an account's */
  uint64_t attachment_reserve; /* bytes of the disk that are not for attachments */
  int64_t attachment_ms;       /* that a complete one is kept */
  unsigned transfers;          /* of attachments, at once */
  unsigned transfers_per_address;
  int64_t claim_hold_ms; /* how long the devices of an account can refuse a claim */
  WwRate verifications_per_handle;
  WwRate verifications_per_address;
  WwRate sms_per_range;        /* numbers that differ in their last four digits only */
  WwRate sms;                  /* to all numbers */
  WwRate requests_per_address; /* of links that are not authenticated */
  WwRate look_ups_per_device;
  WwRate sends_per_device;
  WwRate transients_per_device;
  WwRate uploads_per_device;
} WwConfig;

WwConfig *ww_config_new (void);
void ww_config_free (WwConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwConfig, ww_config_free)

bool ww_config_load (WwConfig *self, const char *file, char **error);
bool ww_config_set_listen (WwConfig *self, const char *address, char **error);
/* What only makes sense together. */
bool ww_config_check (const WwConfig *self, char **error);
void ww_config_complete (WwConfig *self);
bool ww_config_check_certificate (const WwConfig *self);
char *ww_config_database_path (const WwConfig *self);
