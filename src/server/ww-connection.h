/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-limits.h"
#include "ww-services.h"
#include "waxwing.pb-c.h"

struct lws;
typedef struct _WwMailbox WwMailbox;

/* Why a link is closed: RFC 6455, section 7.4.1, and its registry. */
#define WW_CLOSE_NORMAL         1000
#define WW_CLOSE_GOING_AWAY     1001
#define WW_CLOSE_PROTOCOL_ERROR 1002
#define WW_CLOSE_POLICY         1008
#define WW_CLOSE_TOO_LARGE      1009
#define WW_CLOSE_TRY_AGAIN      1013

typedef enum
{
  WW_CONNECTION_ANONYMOUS,
  WW_CONNECTION_PENDING, /* speaks for a device that waits for its approval */
  WW_CONNECTION_DEVICE,  /* speaks for a device of an account */
} WwConnectionState;

/*
 * One link. Counted references, because requests outlive a socket; `wsi` is NULL once that is closed,
 * and everything sent after that goes nowhere.
 */
typedef struct
{
  unsigned refs;
  struct lws *wsi;
  WwServices *services;
  WwConnectionState state;
  char *client;    /* what counts as one client in rate limits */
  char *authority; /* the Host header, normalised; NULL: unusable */
  uint8_t challenge[WW_NONCE_SIZE];

  /* Of a device, pending or not */
  uint8_t account_id[WW_ID_SIZE];
  uint8_t device_id[WW_ID_SIZE];
  int64_t device;  /* the storage's number */
  int64_t seen_ms; /* what is stored of when it was there */
  bool retired;    /* it is about to forget its keys: not there, whatever the link does */
  WwMailbox *mailbox;

  bool authenticating; /* one Authenticate is under way */
  bool watching;
  uint8_t watched_token[WW_TOKEN_SIZE];
  int64_t opened_ms;

  GByteArray *incoming; /* a message that has not arrived completely; NULL most of the time */
  GQueue outgoing;      /* of Outgoing */
  size_t outgoing_bytes;
  unsigned requests;     /* not answered yet */
  unsigned close_status; /* not 0: close with this when the queue is written */
  bool close_scheduled;
  bool reading_paused;
} WwConnection;

WwConnection *ww_connection_new (WwServices *services, struct lws *wsi, const char *client, const char *authority);
WwConnection *ww_connection_ref (WwConnection *self);
void ww_connection_unref (WwConnection *self);

/* For the listener */
bool ww_connection_receive (WwConnection *self, const uint8_t *data, size_t len, bool last);
bool ww_connection_write (WwConnection *self);
void ww_connection_closed (WwConnection *self);

void ww_connection_send (WwConnection *self, const Waxwing__Frame *frame);
void ww_connection_send_event (WwConnection *self, Waxwing__Event__BodyCase body, void *message);
/* Closes after what is queued has been written. */
void ww_connection_close (WwConnection *self, unsigned status);
/* Whether the peer reads as fast as we write. */
bool ww_connection_has_room (const WwConnection *self);

static inline ProtobufCBinaryData
ww_protobuf_bytes (const void *data, size_t len)
{
  return (ProtobufCBinaryData) { .data = (uint8_t *) data, .len = len };
}
