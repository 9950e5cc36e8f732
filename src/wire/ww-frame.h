/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "waxwing.pb-c.h"

/*
 * Parsing with the sizes checked: what these functions return has every `bytes` field at its exact size
 * (or, where optional, empty), every list within ww-limits.h and every string valid UTF-8 within its limit,
 * so that the code behind them indexes without looking again. NULL: refuse the frame and close the link.
 * Free with the generated waxwing__…__free_unpacked (message, NULL).
 */
Waxwing__Frame *ww_frame_parse (const uint8_t *data, size_t len);
Waxwing__AccountRecord *ww_record_bytes_parse (const uint8_t *data, size_t len);
Waxwing__DeviceKeys *ww_device_bytes_parse (const uint8_t *data, size_t len);
Waxwing__Content *ww_content_parse (const uint8_t *data, size_t len);
Waxwing__Payload *ww_payload_parse (const uint8_t *data, size_t len);
Waxwing__GroupChange *ww_group_change_parse (const uint8_t *data, size_t len);
Waxwing__ArchiveChunk *ww_archive_chunk_parse (const uint8_t *data, size_t len);
Waxwing__ArchiveEntry *ww_archive_entry_parse (const uint8_t *data, size_t len);

/* Serialises; the caller frees with free(). Never fails but for memory (NULL). */
uint8_t *ww_frame_pack (const Waxwing__Frame *frame, size_t *len);
uint8_t *ww_message_pack (const void *protobuf_message, size_t *len);
