/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* A numeric address and a port; port 0 lets the system choose. */
typedef struct
{
  char host[46];
  uint16_t port;
} WwNetAddress;

bool ww_net_address_parse (const char *text, WwNetAddress *out);
/* As in a URL: brackets around IPv6. To be freed with g_free(). */
char *ww_net_address_to_string (const WwNetAddress *self);
bool ww_net_address_is_loopback (const WwNetAddress *self);
bool ww_net_address_is_any (const WwNetAddress *self);

/*
 * Host and port of a request, as two programs can compare them: lower case, without the default ports.
 * NULL when it is no authority. To be freed with g_free().
 */
char *ww_net_normalise_authority (const char *authority);
/* What stands for one client in rate limits: an IPv4 address, or the /64 of an IPv6 address. */
char *ww_net_client_key (const char *address);
