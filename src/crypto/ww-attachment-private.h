/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-attachment.h"

/* For published examples only: a key may seal one file, ever. */
WwCryptoStatus ww_attachment_sealer_new_with_key (const uint8_t key[WW_ATTACHMENT_KEY_SIZE], uint64_t size,
                                                  WwAttachmentSealer **out);
