/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

/*
 * A look at serialised bytes before protobuf-c allocates anything for them: false unless they are a
 * message of this type that is safe to unpack.
 */
bool ww_scan (const ProtobufCMessageDescriptor *descriptor, const uint8_t *data, size_t len);

/* Valid UTF-8 (RFC 3629) without a zero byte. */
bool ww_text_is_valid (const uint8_t *data, size_t len);
