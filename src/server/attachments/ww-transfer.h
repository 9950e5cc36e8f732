/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ww-services.h"

struct lws;

/*
 * One HTTP request for an attachment: a part that comes, bytes that go, or the question how much is there. For the
 * listener, whose callbacks these functions answer: not 0 closes the socket.
 */
typedef struct _WwTransfer WwTransfer;

bool ww_transfer_is_for (const char *path);
/* The headers have arrived. Takes `client` over, which is what counts as one client. */
WwTransfer *ww_transfer_new (WwAttachments *attachments, struct lws *wsi, const char *path, char *client);
int ww_transfer_receive (WwTransfer *self, const uint8_t *data, size_t len);
void ww_transfer_received_all (WwTransfer *self);
int ww_transfer_write (WwTransfer *self);
void ww_transfer_closed (WwTransfer *self);
