/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames of the link: what is accepted has the sizes that its readers count on, and packs to an accepted frame. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "ww-frame.h"
#include "ww-limits.h"

unsigned long fuzz_accepted;

static void
check_send (const Waxwing__Send *send)
{
  FUZZ_PROMISE (send->envelope->header.len == WW_HEADER_SIZE);
  FUZZ_PROMISE (send->envelope->n_wraps <= WW_MAX_WRAPS);
  for (size_t i = 0; i < send->envelope->n_wraps; i++)
    FUZZ_PROMISE (send->envelope->wraps[i]->device_id.len == WW_ID_SIZE);
}

static void
check_claim (const Waxwing__Claim *claim)
{
  FUZZ_PROMISE (claim->claim_id.len == WW_ID_SIZE);
  FUZZ_PROMISE (claim->account_id.len == WW_ID_SIZE || claim->account_id.len == 0);
  FUZZ_PROMISE (claim->record == NULL || claim->record->signature.len == WW_SIGNATURE_SIZE);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  Waxwing__Frame *frame = ww_frame_parse (data, len);
  Waxwing__Frame *again;
  uint8_t *packed;
  size_t packed_len;

  if (frame == NULL)
    return 0;

  fuzz_accepted++;
  if (frame->body_case == WAXWING__FRAME__BODY_REQUEST && frame->request->body_case == WAXWING__REQUEST__BODY_SEND)
    check_send (frame->request->send);
  if (frame->body_case == WAXWING__FRAME__BODY_EVENT && frame->event->body_case == WAXWING__EVENT__BODY_DELIVERY)
    FUZZ_PROMISE (frame->event->delivery->wrap->device_id.len == WW_ID_SIZE);
  if (frame->body_case == WAXWING__FRAME__BODY_EVENT && frame->event->body_case == WAXWING__EVENT__BODY_CLAIM)
    check_claim (frame->event->claim);

  packed = ww_frame_pack (frame, &packed_len);
  FUZZ_PROMISE (packed != NULL);
  again = ww_frame_parse (packed, packed_len);
  FUZZ_PROMISE (again != NULL);
  waxwing__frame__free_unpacked (again, NULL);
  waxwing__frame__free_unpacked (frame, NULL);
  free (packed);

  return 0;
}

static void
add (Waxwing__Frame *frame)
{
  size_t len;
  uint8_t *packed = ww_frame_pack (frame, &len);

  fuzz_add_seed (packed, len);
  free (packed);
}

/* What belongs to claims, resets and activity. */
static void
add_claims (Waxwing__SignedRecord *record)
{
  static uint8_t bytes[WW_TOKEN_SIZE] = { 2 };
  ProtobufCBinaryData id = { WW_ID_SIZE, bytes };
  Waxwing__Frame frame = WAXWING__FRAME__INIT;
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__Response response = WAXWING__RESPONSE__INIT;
  Waxwing__Event event = WAXWING__EVENT__INIT;
  Waxwing__ResetAccount reset = WAXWING__RESET_ACCOUNT__INIT;
  Waxwing__RefuseClaim refuse = WAXWING__REFUSE_CLAIM__INIT;
  Waxwing__Activity activity = WAXWING__ACTIVITY__INIT;
  Waxwing__DeviceActivity device = WAXWING__DEVICE_ACTIVITY__INIT;
  Waxwing__DeviceActivity *devices[] = { &device };
  Waxwing__Claim claim = WAXWING__CLAIM__INIT;
  Waxwing__HandleMoved moved = WAXWING__HANDLE_MOVED__INIT;

  frame.id = 8;
  frame.body_case = WAXWING__FRAME__BODY_REQUEST;
  frame.request = &request;
  reset.token = (ProtobufCBinaryData) { WW_TOKEN_SIZE, bytes };
  reset.record = record;
  request.body_case = WAXWING__REQUEST__BODY_RESET_ACCOUNT;
  request.reset_account = &reset;
  add (&frame);
  refuse.claim_id = id;
  request.body_case = WAXWING__REQUEST__BODY_REFUSE_CLAIM;
  request.refuse_claim = &refuse;
  add (&frame);

  frame.body_case = WAXWING__FRAME__BODY_RESPONSE;
  frame.response = &response;
  device.device_id = id;
  activity.devices = devices;
  activity.n_devices = 1;
  response.body_case = WAXWING__RESPONSE__BODY_ACTIVITY;
  response.activity = &activity;
  add (&frame);

  frame.id = 0;
  frame.body_case = WAXWING__FRAME__BODY_EVENT;
  frame.event = &event;
  claim.claim_id = claim.account_id = id;
  claim.handle = (char *) "mailto:a@example.org";
  claim.record = record;
  event.body_case = WAXWING__EVENT__BODY_CLAIM;
  event.claim = &claim;
  add (&frame);
  moved.handle = claim.handle;
  moved.account_id = id;
  event.body_case = WAXWING__EVENT__BODY_HANDLE_MOVED;
  event.handle_moved = &moved;
  add (&frame);
}

void
fuzz_seeds (void)
{
  uint8_t bytes[WW_HEADER_SIZE] = { 1 };
  ProtobufCBinaryData id = { 16, bytes }, signature = { 64, bytes }, some = { 5, bytes };
  Waxwing__Frame frame = WAXWING__FRAME__INIT;
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__Response response = WAXWING__RESPONSE__INIT;
  Waxwing__Event event = WAXWING__EVENT__INIT;
  Waxwing__Send send = WAXWING__SEND__INIT;
  Waxwing__Envelope envelope = WAXWING__ENVELOPE__INIT;
  Waxwing__Wrap wrap = WAXWING__WRAP__INIT;
  Waxwing__Wrap *wraps[] = { &wrap, &wrap };
  Waxwing__Recipient recipient = WAXWING__RECIPIENT__INIT;
  Waxwing__Recipient *recipients[] = { &recipient };
  Waxwing__Acknowledge acknowledge = WAXWING__ACKNOWLEDGE__INIT;
  uint64_t sequences[] = { 1, 300, UINT64_MAX };
  Waxwing__Authenticate authenticate = WAXWING__AUTHENTICATE__INIT;
  Waxwing__Delivery delivery = WAXWING__DELIVERY__INIT;
  Waxwing__LookUpResult result = WAXWING__LOOK_UP_RESULT__INIT;
  Waxwing__SignedRecord record = WAXWING__SIGNED_RECORD__INIT;
  Waxwing__SignedRecord *chain[] = { &record };

  wrap.device_id = recipient.account_id = result.account_id = authenticate.device_id = id;
  wrap.sealed_key = envelope.body = delivery.body = record.record = some;
  record.signature = authenticate.signature = signature;
  envelope.header = delivery.header = (ProtobufCBinaryData) { WW_HEADER_SIZE, bytes };

  frame.id = 7;
  frame.body_case = WAXWING__FRAME__BODY_REQUEST;
  frame.request = &request;
  envelope.wraps = wraps;
  envelope.n_wraps = 2;
  send.envelope = &envelope;
  send.recipients = recipients;
  send.n_recipients = 1;
  request.body_case = WAXWING__REQUEST__BODY_SEND;
  request.send = &send;
  add (&frame);

  acknowledge.sequences = sequences;
  acknowledge.n_sequences = 3;
  request.body_case = WAXWING__REQUEST__BODY_ACKNOWLEDGE;
  request.acknowledge = &acknowledge;
  add (&frame);

  authenticate.authority = (char *) "example.org:8443";
  request.body_case = WAXWING__REQUEST__BODY_AUTHENTICATE;
  request.authenticate = &authenticate;
  add (&frame);

  frame.body_case = WAXWING__FRAME__BODY_RESPONSE;
  frame.response = &response;
  result.found = 1;
  result.chain = chain;
  result.n_chain = 1;
  response.body_case = WAXWING__RESPONSE__BODY_LOOK_UP;
  response.look_up = &result;
  add (&frame);

  frame.id = 0;
  frame.body_case = WAXWING__FRAME__BODY_EVENT;
  frame.event = &event;
  delivery.wrap = &wrap;
  event.body_case = WAXWING__EVENT__BODY_DELIVERY;
  event.delivery = &delivery;
  add (&frame);
  add_claims (&record);
}
