/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-connection.h"
#include "ww-error-codes.h"

/*
 * A request on its way to its answer. Handlers take it over, and give exactly one answer with one of
 * the functions below, at once or when the storage is done; that frees it. What it holds of the frame
 * lives as long.
 */
typedef struct
{
  WwConnection *connection;
  WwServices *services;
  Waxwing__Frame *frame;
  const Waxwing__Request *body;
  void *data; /* a handler's own, freed with g_free() */
} WwRequest;

/* Parses and dispatches; false: malformed. */
bool ww_request_receive (WwConnection *connection, const uint8_t *data, size_t len);

void ww_request_respond (WwRequest *self, Waxwing__Response__BodyCase body, void *message);
void ww_request_done (WwRequest *self);
void ww_request_fail (WwRequest *self, const char *code, const char *message);
/* For what a later attempt may bring; 0: the client chooses when. */
void ww_request_fail_later (WwRequest *self, const char *code, const char *message, uint64_t retry_after_ms);
void ww_request_fail_unavailable (WwRequest *self);

/* Sends the greeting of a new link. */
void ww_request_greet (WwConnection *connection);
