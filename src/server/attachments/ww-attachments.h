/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-attachment-store.h"
#include "ww-request.h"
#include "ww-services.h"

/* Attachments: who may upload what, and how long it stays. Their bytes come and go in ww-transfer.c. */
WwAttachments *ww_attachments_new (WwServices *services, char **error);
/* When the sockets are closed: turns the loop until what had arrived is stored. */
void ww_attachments_free (WwAttachments *self);
/* The largest number of sealed bytes. */
uint64_t ww_attachments_get_max (const WwAttachments *self);
/* Regularly: forgets what is too old. */
void ww_attachments_housekeeping (WwAttachments *self);

/* Requests of links */
void ww_attachments_prepare (WwRequest *request);
void ww_attachments_delete (WwRequest *request);
