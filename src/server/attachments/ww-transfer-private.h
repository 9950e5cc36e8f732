/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-attachments-private.h"

/* Not among the library's names */
#define WW_TRANSFER_STATUS_LOCKED   423
#define WW_TRANSFER_STATUS_TOO_MANY 429
#define WW_TRANSFER_STATUS_FULL     507

#define WW_TRANSFER_PIECE (128 * 1024) /* read or written on the disk at once */

typedef enum
{
  WW_TRANSFER_ASK,     /* HEAD */
  WW_TRANSFER_RECEIVE, /* PUT */
  WW_TRANSFER_SEND,    /* GET */
} WwTransferKind;

/*
 * Counted references: one for the socket, one for each call of the storage or the attachment store that is under way.
 */
struct _WwTransfer
{
  unsigned refs;
  WwAttachments *attachments;
  struct lws *wsi; /* NULL once the socket is closed */
  char *client;
  bool counted; /* among the client's */
  WwTransferKind kind;
  uint8_t id[WW_ID_SIZE];
  uint8_t token[WW_TOKEN_SIZE];
  int64_t begun_ms;
  int64_t last_ms; /* when something arrived last */

  /* What the client says: bytes first … first + len - 1, of total */
  uint64_t first;
  uint64_t len;
  uint64_t total;
  char *range; /* GET, the header as it came; or NULL */

  uint64_t size;     /* of the attachment */
  uint64_t received; /* and so much of it is durable */

  /* The body, as it comes */
  uint64_t body_bytes;
  bool body_done;
  bool looked_up;
  bool registered; /* in `uploads` */
  bool paused;
  bool working;   /* something of the store or the storage is under way */
  uint8_t *piece; /* what has arrived, or what has been read */
  size_t piece_len;
  uint8_t *writing; /* the store has it */
  size_t writing_len;
  bool durable;    /* what is being written, with everything before it */
  uint64_t offset; /* where the next piece goes, or comes from */

  /* The answer */
  unsigned status; /* 0: none yet */
  bool headers_sent;
  bool close; /* the socket, after the answer */
  size_t piece_sent;
};

void ww_transfer_ref (WwTransfer *self);
void ww_transfer_unref (WwTransfer *self);
void ww_transfer_done (WwTransfer *self);
void ww_transfer_set_paused (WwTransfer *self, bool paused);
/* The answer, unless there is one already. Written when the body has arrived. */
void ww_transfer_answer (WwTransfer *self, unsigned status);

/* ww-transfer-head.c: reads the headers; 0, or the status with which the request is refused. */
unsigned ww_transfer_parse (WwTransfer *self, const char *path);
/* GET: the range of an attachment of this size into first and len. False: it has none of that. */
bool ww_transfer_parse_range (const char *range, uint64_t size, uint64_t *first, uint64_t *len);
bool ww_transfer_write_headers (WwTransfer *self);

/* ww-transfer-receive.c */
void ww_transfer_receive_begin (WwTransfer *self);
void ww_transfer_receive_pump (WwTransfer *self);

/* ww-transfer-send.c */
void ww_transfer_send_begin (WwTransfer *self);
int ww_transfer_send_write (WwTransfer *self);
