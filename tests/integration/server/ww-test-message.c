/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-test-client.h"

#include <string.h>

#define SEALED_KEY_SIZE 113

/* An id that says which one it is. */
void
test_id (uint8_t id[WW_ID_SIZE], uint64_t number)
{
  memset (id, 0x77, WW_ID_SIZE);
  number = GUINT64_TO_BE (number);
  memcpy (id + WW_ID_SIZE - sizeof number, &number, sizeof number);
}

static Waxwing__Wrap *
wrap_new (const TestDevice *device)
{
  Waxwing__Wrap *wrap = g_new (Waxwing__Wrap, 1);

  waxwing__wrap__init (wrap);
  wrap->device_id = (ProtobufCBinaryData) { WW_ID_SIZE, (uint8_t *) device->id };
  wrap->suite = 2;
  wrap->sealed_key.len = SEALED_KEY_SIZE;
  wrap->sealed_key.data = g_malloc (SEALED_KEY_SIZE);
  memset (wrap->sealed_key.data, device->id[0], SEALED_KEY_SIZE);
  return wrap;
}

static Waxwing__Recipient *
recipient_new (const TestAccount *account)
{
  Waxwing__Recipient *recipient = g_new (Waxwing__Recipient, 1);

  waxwing__recipient__init (recipient);
  recipient->account_id = (ProtobufCBinaryData) { WW_ID_SIZE, (uint8_t *) account->account_id };
  recipient->record_sequence = account->sequence;
  return recipient;
}

/* See the header. */
TestMessage *
test_message_new (TestDevice *sender, const uint8_t id[WW_ID_SIZE], const void *body, size_t len, ...)
{
  TestMessage *self = g_new0 (TestMessage, 1);
  Waxwing__Envelope *envelope = g_new (Waxwing__Envelope, 1);
  GPtrArray *wraps = g_ptr_array_new ();
  GPtrArray *recipients = g_ptr_array_new ();
  const TestAccount *account;
  va_list accounts;

  va_start (accounts, len);
  while ((account = va_arg (accounts, const TestAccount *)) != NULL)
    {
      g_ptr_array_add (recipients, recipient_new (account));
      for (guint i = 0; i < account->devices->len; i++)
        if (account->devices->pdata[i] != sender)
          g_ptr_array_add (wraps, wrap_new (account->devices->pdata[i]));
    }
  va_end (accounts);

  self->header[0] = 1;
  self->header[1] = 1;
  memcpy (self->header + 2, id, WW_ID_SIZE);
  memcpy (self->header + 18, sender->account->account_id, WW_ID_SIZE);
  memcpy (self->header + 34, sender->id, WW_ID_SIZE);
  waxwing__envelope__init (envelope);
  envelope->header = (ProtobufCBinaryData) { sizeof self->header, self->header };
  envelope->body = (ProtobufCBinaryData) { len, g_memdup2 (body, len) };
  envelope->n_wraps = wraps->len;
  envelope->wraps = (Waxwing__Wrap **) g_ptr_array_free (wraps, FALSE);
  waxwing__send__init (&self->send);
  self->send.envelope = envelope;
  self->send.n_recipients = recipients->len;
  self->send.recipients = (Waxwing__Recipient **) g_ptr_array_free (recipients, FALSE);
  return self;
}

/* Frees everything. */
void
test_message_free (TestMessage *self)
{
  for (size_t i = 0; i < self->send.envelope->n_wraps; i++)
    {
      g_free (self->send.envelope->wraps[i]->sealed_key.data);
      g_free (self->send.envelope->wraps[i]);
    }
  for (size_t i = 0; i < self->send.n_recipients; i++)
    g_free (self->send.recipients[i]);
  g_free (self->send.envelope->wraps);
  g_free (self->send.recipients);
  g_free (self->send.envelope->body.data);
  g_free (self->send.envelope);
  g_free (self);
}

/* See the header. */
bool
test_send (TestLink *link, TestMessage *message)
{
  g_autoptr (TestFrame)
      frame = test_link_call (link, WAXWING__REQUEST__BODY_SEND, &message->send, WAXWING__RESPONSE__BODY_SENT);

  g_assert_cmpuint (frame->response->sent->received_ms, >, 0);
  return frame->response->sent->duplicate;
}

/* See the header. */
void
test_send_text (TestLink *link, TestDevice *sender, TestAccount *recipient, uint64_t number, const char *text)
{
  g_autoptr (TestMessage) message = NULL;
  uint8_t id[WW_ID_SIZE];

  test_id (id, number);
  message = test_message_new (sender, id, text, strlen (text), recipient, NULL);
  g_assert_false (test_send (link, message));
}

/* See the header. */
uint64_t
test_expect_text (TestLink *link, const char *text)
{
  g_autoptr (TestFrame) frame = test_link_event (link, WAXWING__EVENT__BODY_DELIVERY);
  const Waxwing__Delivery *delivery = frame->event->delivery;

  g_assert_cmpmem (delivery->body.data, delivery->body.len, text, strlen (text));
  g_assert_cmpuint (delivery->wrap->suite, ==, 2);
  g_assert_cmpuint (delivery->wrap->sealed_key.len, ==, SEALED_KEY_SIZE);
  return delivery->sequence;
}

/* One delivery. */
void
test_acknowledge (TestLink *link, uint64_t sequence)
{
  Waxwing__Acknowledge request = WAXWING__ACKNOWLEDGE__INIT;
  g_autoptr (TestFrame) frame = NULL;

  request.sequences = &sequence;
  request.n_sequences = 1;
  frame = test_link_call (link, WAXWING__REQUEST__BODY_ACKNOWLEDGE, &request, WAXWING__RESPONSE__BODY_DONE);
}
