/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

/* A server is known by its origin: "https://example.org", "http://127.0.0.1:8080". Nothing here touches the network. */
char *ww_server_address_normalise (const char *typed, GError **error);
/* host[:port] as the Host header has it, of a normalised address. */
char *ww_server_address_dup_authority (const char *address);
char *ww_server_address_dup_uri (const char *address, const char *path);

/* Resolves to the name under which the server knows itself (string). */
DexFuture *ww_server_address_check (const char *address, GCancellable *cancellable);

G_END_DECLS
