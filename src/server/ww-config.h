/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "ww-net-address.h"

/* What the person who runs the server decides. data/server/waxwing-server.conf explains every key. */

typedef enum
{
  WW_MAIL_TLS_AUTOMATIC, /* required, but for a mail server on a loopback address: there, if it offers it */
  WW_MAIL_TLS_NONE,
  WW_MAIL_TLS_OPPORTUNISTIC,
  WW_MAIL_TLS_REQUIRED,
} WwMailTls;

/* A token bucket: `burst` at once, then one more every 1/per_hour. */
typedef struct
{
  double per_hour;
  double burst;
} WwRate;

typedef struct
{
  /* [server] */
  char *name;
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
  WwMailTls mail_tls;

  /* [limits] */
  unsigned connections;
  unsigned connections_per_address;
  uint64_t mailbox_messages;
  int64_t mailbox_ms;
  uint64_t attachment_bytes; /* of one file, padded */
  uint64_t attachment_quota; /* bytes of all of an account's */
  int64_t attachment_ms;     /* that a complete one is kept */
  unsigned transfers;        /* of attachments, at once */
  unsigned transfers_per_address;
  int64_t claim_hold_ms; /* how long the devices of an account can refuse a claim */
  WwRate verifications_per_handle;
  WwRate verifications_per_address;
  WwRate requests_per_address; /* of links that are not authenticated */
  WwRate look_ups_per_device;
  WwRate sends_per_device;
  WwRate uploads_per_device;
} WwConfig;

WwConfig *ww_config_new (void);
void ww_config_free (WwConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwConfig, ww_config_free)

bool ww_config_load (WwConfig *self, const char *file, char **error);
bool ww_config_set_listen (WwConfig *self, const char *address, char **error);
/* What only makes sense together. */
bool ww_config_check (const WwConfig *self, char **error);
bool ww_config_check_certificate (const WwConfig *self);
char *ww_config_database_path (const WwConfig *self);
