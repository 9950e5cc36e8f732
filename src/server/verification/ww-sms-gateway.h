/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-delivery.h"

/*
 * Hands short messages to an HTTP gateway (through libcurl), or writes them into a directory, on a thread of its own. What
 * the gateway is asked comes from templates: {to} (with its plus), {to-digits}, {text}, {from}, {coding} (0: GSM-7, 2: UCS-2),
 * {user} and {password} in the address and in the body are replaced, encoded for where they stand.
 */
typedef struct _WwSmsGateway WwSmsGateway;

typedef struct
{
  char *url; /* template, http:// or https://; NULL: into the directory */
  char *method;
  char *body;         /* template of a POST, or NULL */
  char *content_type; /* of the body; JSON is encoded as such, anything else as a form */
  char *headers_file; /* lines NAME: VALUE, or NULL */
  char *success_status;
  char *success_pattern; /* what the answer has to match, or NULL */
  char *user;
  char *password_file;
  char *sender;
} WwSmsGatewaySettings;

void ww_sms_gateway_settings_clear (WwSmsGatewaySettings *self);
/* Whether they fit together. A sentence in `error`, to be freed by the caller. */
bool ww_sms_gateway_settings_check (const WwSmsGatewaySettings *self, char **error);

/* `directory` is for what no gateway takes. On failure NULL and a sentence in `error`. */
WwSmsGateway *ww_sms_gateway_new (const WwSmsGatewaySettings *settings, const char *directory, WwDeliveryCounts *counts,
                                  char **error);
/* Waits for the message that is being sent, and tries each of the others once. */
void ww_sms_gateway_free (WwSmsGateway *self);
/* `to` is "+" and digits. False when too many wait already. */
bool ww_sms_gateway_send (WwSmsGateway *self, const char *to, const char *text);

/* A template with its values; for tests too. NULL in `values` is an empty one. To be freed with g_free(). */
typedef struct
{
  const char *to;
  const char *text;
  const char *from;
  const char *user;
  const char *password;
} WwSmsValues;

typedef enum
{
  WW_SMS_ENCODE_FORM, /* percent-encoding */
  WW_SMS_ENCODE_JSON,
} WwSmsEncoding;

char *ww_sms_fill (const char *template_text, const WwSmsValues *values, WwSmsEncoding encoding);
