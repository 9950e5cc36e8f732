/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a contact has sealed: the content and the payload in it. The first byte says which of them the rest is. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "ww-frame.h"
#include "ww-limits.h"

unsigned long fuzz_accepted;

static void
check_payload (const uint8_t *data, size_t len)
{
  Waxwing__Payload *payload = ww_payload_parse (data, len);

  if (payload == NULL)
    return;

  fuzz_accepted++;
  if (payload->kind_case == WAXWING__PAYLOAD__KIND_TEXT)
    FUZZ_PROMISE (strlen (payload->text->body) <= WW_MAX_TEXT);
  if (payload->kind_case == WAXWING__PAYLOAD__KIND_RECEIPT)
    for (size_t i = 0; i < payload->receipt->n_message_ids; i++)
      FUZZ_PROMISE (payload->receipt->message_ids[i].len == WW_ID_SIZE);
  waxwing__payload__free_unpacked (payload, NULL);
}

static void
check_content (const uint8_t *data, size_t len)
{
  Waxwing__Content *content = ww_content_parse (data, len);

  if (content == NULL)
    return;

  fuzz_accepted++;
  FUZZ_PROMISE (content->n_participants > 0 && content->n_participants <= WW_MAX_PARTICIPANTS);
  for (size_t i = 1; i < content->n_participants; i++)
    FUZZ_PROMISE (memcmp (content->participants[i - 1]->account_id.data, content->participants[i]->account_id.data,
                          WW_ID_SIZE) < 0);
  check_payload (content->payload.data, content->payload.len);
  waxwing__content__free_unpacked (content, NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  if (len == 0)
    return 0;
  if (data[0] == 0)
    check_content (data + 1, len - 1);
  else
    check_payload (data + 1, len - 1);

  return 0;
}

static void
add (uint8_t which, const void *message)
{
  size_t len;
  uint8_t *packed = ww_message_pack (message, &len);
  uint8_t *seed = malloc (len + 1);

  if (seed != NULL)
    {
      seed[0] = which;
      memcpy (seed + 1, packed, len);
      fuzz_add_seed (seed, len + 1);
    }
  free (seed);
  free (packed);
}

void
fuzz_seeds (void)
{
  uint8_t one[32] = { 1 }, two[32] = { 2 };
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__Text text = WAXWING__TEXT__INIT;
  Waxwing__Receipt receipt = WAXWING__RECEIPT__INIT;
  ProtobufCBinaryData ids[] = { { 16, one }, { 16, two } };
  Waxwing__Content content = WAXWING__CONTENT__INIT;
  Waxwing__Participant a = WAXWING__PARTICIPANT__INIT, b = WAXWING__PARTICIPANT__INIT;
  Waxwing__Participant *participants[] = { &a, &b };
  size_t len;

  text.body = (char *) "Grüße, 世界 👋";
  payload.kind_case = WAXWING__PAYLOAD__KIND_TEXT;
  payload.text = &text;
  add (1, &payload);

  a.account_id = ids[0];
  b.account_id = ids[1];
  a.record_hash = b.record_hash = (ProtobufCBinaryData) { 32, one };
  a.handle = (char *) "mailto:alice@example.org";
  content.conversation_id = ids[0];
  content.participants = participants;
  content.n_participants = 2;
  content.sender_name = (char *) "Alice";
  content.payload.data = ww_message_pack (&payload, &len);
  content.payload.len = len;
  add (0, &content);
  free (content.payload.data);

  receipt.state = WAXWING__RECEIPT__STATE__READ;
  receipt.message_ids = ids;
  receipt.n_message_ids = 2;
  payload.kind_case = WAXWING__PAYLOAD__KIND_RECEIPT;
  payload.receipt = &receipt;
  add (1, &payload);
}
