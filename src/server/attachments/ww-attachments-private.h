/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-attachments.h"
#include "ww-transfer.h"

struct _WwAttachments
{
  WwServices *services;
  WwAttachmentStore *store;
  GHashTable *clients; /* char* → how many transfers */
  GHashTable *uploads; /* WwTransfer*, by attachment id: one at a time for each */
  unsigned transfers;  /* that exist, with or without a socket */
  unsigned active;     /* that count for the limits */
  unsigned work;       /* housekeeping that is under way */
  int64_t swept_ms;    /* when looking for bytes that belong to nothing began last; 0: never */
  unsigned next_shard;
};
