/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

/* A server is known by its origin: "https://example.org", "http://127.0.0.1:8080". Nothing here touches the network. */
char *ww_server_address_normalise (const char *typed, GError **error);
/* host[:port] as the Host header has it, of a normalised address. */
char *ww_server_address_dup_authority (const char *address);
char *ww_server_address_dup_uri (const char *address, const char *path);

/* Who a server says it is. Boxed. */
typedef struct
{
  char *name;     /* under which it knows itself */
  GStrv verifies; /* what it can verify, as in waxwing.Hello; empty when it does not say */
} WwServerAnswer;
#define WW_TYPE_SERVER_ANSWER (ww_server_answer_get_type ())
GType ww_server_answer_get_type (void);
WwServerAnswer *ww_server_answer_copy (const WwServerAnswer *self);
void ww_server_answer_free (WwServerAnswer *self);

/* The answer out of the JSON of /.well-known/waxwing; NULL when that is no Waxwing server of this version. */
WwServerAnswer *ww_server_answer_parse (const char *text);

/* Resolves to a WwServerAnswer. */
DexFuture *ww_server_address_check (const char *address, GCancellable *cancellable);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwServerAnswer, ww_server_answer_free)

G_END_DECLS
