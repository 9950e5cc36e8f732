/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

#include <uv.h>

#include "ww-bytes.h"
#include "ww-limits.h"

/*
 * Where the sealed bytes of attachments are. An engine implements WwAttachmentStoreEngine; who uses it knows only this
 * header. What belongs to which attachment, and how much of it counts, is in the database (ww-storage-attachments.h):
 * bytes behind what counts are rubbish of a crash, to be written over.
 *
 * Every call answers once, on the loop's thread, never from within the call. What a call points to belongs to the caller
 * and lives until the answer. Of one attachment, one write at a time.
 */
typedef enum
{
  WW_ATTACHMENT_STORE_OK = 0,
  WW_ATTACHMENT_STORE_NOT_FOUND,
  WW_ATTACHMENT_STORE_FULL,   /* no room; what was durable still is */
  WW_ATTACHMENT_STORE_FAILED, /* could not be read or written now */
} WwAttachmentStoreStatus;

typedef struct _WwAttachmentStore WwAttachmentStore;
typedef void (*WwAttachmentStoreFunc) (WwAttachmentStoreStatus status, void *data);
/* `ids` belongs to the store and lives until this returns. */
typedef void (*WwAttachmentListFunc) (WwAttachmentStoreStatus status, const uint8_t (*ids)[WW_ID_SIZE], size_t n,
                                      void *data);

/* Attachments are listed in this many portions, by the first byte of their id. */
#define WW_ATTACHMENT_SHARDS 256

typedef struct
{
  const char *name;
  void (*close) (WwAttachmentStore *self); /* when nothing is under way */
  /*
   * Puts bytes at an offset; at 0 it begins a new attachment. With `durable`, everything written to it so far is on the
   * disk when the answer comes; `bytes` may be empty then.
   */
  void (*write) (WwAttachmentStore *self, const uint8_t id[WW_ID_SIZE], uint64_t offset, WwBytes bytes, bool durable,
                 WwAttachmentStoreFunc func, void *data);
  /* All `len` bytes, or a failure. */
  void (*read) (WwAttachmentStore *self, const uint8_t id[WW_ID_SIZE], uint64_t offset, uint8_t *out, size_t len,
                WwAttachmentStoreFunc func, void *data);
  /* Those that are there; the others are gone already. Takes a copy of `ids`. */
  void (*remove) (WwAttachmentStore *self, const uint8_t (*ids)[WW_ID_SIZE], size_t n, WwAttachmentStoreFunc func,
                  void *data);
  void (*list) (WwAttachmentStore *self, unsigned shard, WwAttachmentListFunc func, void *data);
} WwAttachmentStoreEngine;

struct _WwAttachmentStore
{
  const WwAttachmentStoreEngine *engine;
};

/*
 * Files in a directory, which is created if need be; FULL when less than `reserve` bytes of the disk would be left free. On
 * failure NULL and a sentence in `error`.
 */
WwAttachmentStore *ww_attachment_directory_open (const char *path, uint64_t reserve, uv_loop_t *loop, char **error);

/* 32 lower-case hex digits, as everywhere outside of the protocol's frames. */
#define WW_ATTACHMENT_NAME_SIZE (2 * WW_ID_SIZE + 1)
void ww_attachment_id_format (const uint8_t id[WW_ID_SIZE], char out[WW_ATTACHMENT_NAME_SIZE]);
/* Exactly `size` bytes in lower-case hex, and nothing behind them. */
bool ww_attachment_parse_hex (const char *text, uint8_t *out, size_t size);
