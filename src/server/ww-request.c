/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-request.h"

#include <stdlib.h>

#include "ww-activity.h"
#include "ww-approval-relay.h"
#include "ww-attachments.h"
#include "ww-authentication.h"
#include "ww-claims.h"
#include "ww-clock.h"
#include "ww-directory.h"
#include "ww-enrolment.h"
#include "ww-frame.h"
#include "ww-mailbox.h"
#include "ww-verification.h"

#define PROTOCOL_VERSION 1

typedef void (*Handler) (WwRequest *request);

/* Who may ask what. */
static const struct
{
  Handler handler;
  bool device_only;
} handlers[] = {
  [WAXWING__REQUEST__BODY_START_VERIFICATION] = { ww_enrolment_start_verification, false },
  [WAXWING__REQUEST__BODY_WATCH_VERIFICATION] = { ww_enrolment_watch_verification, false },
  [WAXWING__REQUEST__BODY_CONFIRM_VERIFICATION] = { ww_enrolment_confirm_verification, false },
  [WAXWING__REQUEST__BODY_PREPARE_DEVICE] = { ww_enrolment_prepare_device, false },
  [WAXWING__REQUEST__BODY_CREATE_ACCOUNT] = { ww_enrolment_create_account, false },
  [WAXWING__REQUEST__BODY_JOIN_ACCOUNT] = { ww_enrolment_join_account, false },
  [WAXWING__REQUEST__BODY_REVEAL_NONCE] = { ww_approval_relay_reveal, false },
  [WAXWING__REQUEST__BODY_CANCEL_JOIN] = { ww_approval_relay_cancel, false },
  [WAXWING__REQUEST__BODY_AUTHENTICATE] = { ww_authentication_handle, false },
  [WAXWING__REQUEST__BODY_RESET_ACCOUNT] = { ww_directory_reset, false },
  [WAXWING__REQUEST__BODY_LOOK_UP] = { ww_directory_look_up, false },
  [WAXWING__REQUEST__BODY_PUBLISH_RECORD] = { ww_directory_publish, true },
  [WAXWING__REQUEST__BODY_SEND] = { ww_mailbox_send, true },
  [WAXWING__REQUEST__BODY_ACKNOWLEDGE] = { ww_mailbox_acknowledge, true },
  [WAXWING__REQUEST__BODY_BEGIN_APPROVAL] = { ww_approval_relay_begin, true },
  [WAXWING__REQUEST__BODY_GRANT_APPROVAL] = { ww_directory_grant, true },
  [WAXWING__REQUEST__BODY_REFUSE_APPROVAL] = { ww_approval_relay_refuse, true },
  [WAXWING__REQUEST__BODY_REFUSE_CLAIM] = { ww_claims_refuse, true },
  [WAXWING__REQUEST__BODY_GET_ACTIVITY] = { ww_activity_get, true },
  [WAXWING__REQUEST__BODY_RETIRE] = { ww_activity_retire, true },
  [WAXWING__REQUEST__BODY_PREPARE_UPLOAD] = { ww_attachments_prepare, true },
  [WAXWING__REQUEST__BODY_DELETE_ATTACHMENT] = { ww_attachments_delete, true },
};

/* Who is not authenticated could otherwise keep the storage busy at no cost. */
static uint64_t
take_rate (const WwRequest *self)
{
  if (self->connection->state == WW_CONNECTION_DEVICE)
    return 0;
  return ww_rate_limit_take (self->services->requests, self->connection->client);
}

static void
dispatch (WwRequest *self)
{
  WwConnection *connection = self->connection;
  unsigned body = (unsigned) self->body->body_case;
  uint64_t wait_ms = take_rate (self);

  if (connection->requests > WW_MAX_REQUESTS_IN_FLIGHT)
    ww_request_fail_later (self, WW_CODE_RATE_LIMITED, "Too many requests at once.", 0);
  else if (wait_ms > 0)
    ww_request_fail_later (self, WW_CODE_RATE_LIMITED, "Too many requests; wait a little and try again.", wait_ms);
  else if (self->services->stopping)
    ww_request_fail_unavailable (self);
  else if (body >= G_N_ELEMENTS (handlers) || handlers[body].handler == NULL)
    ww_request_fail (self, WW_CODE_BAD_REQUEST, "This server does not know this request.");
  else if (handlers[body].device_only && connection->state != WW_CONNECTION_DEVICE)
    ww_request_fail (self, WW_CODE_UNAUTHENTICATED, "This link is not authenticated.");
  else
    handlers[body].handler (self);
}

/* One message of a link. */
bool
ww_request_receive (WwConnection *connection, const uint8_t *data, size_t len)
{
  Waxwing__Frame *frame = ww_frame_parse (data, len);
  WwRequest *self;

  if (frame == NULL)
    return false;
  if (frame->body_case != WAXWING__FRAME__BODY_REQUEST || frame->id == 0)
    {
      waxwing__frame__free_unpacked (frame, NULL);
      return false;
    }
  self = g_new0 (WwRequest, 1);
  self->connection = ww_connection_ref (connection);
  self->services = connection->services;
  self->frame = frame;
  self->body = frame->request;
  connection->requests++;
  self->services->running++;
  self->services->metrics.requests_total++;
  dispatch (self);
  return true;
}

/* Answers with what belongs to `body`; `message` is not kept. Frees the request. */
void
ww_request_respond (WwRequest *self, Waxwing__Response__BodyCase body, void *message)
{
  Waxwing__Frame frame = WAXWING__FRAME__INIT;
  Waxwing__Response response = WAXWING__RESPONSE__INIT;

  response.body_case = body;
  /* All members of the union are pointers. */
  response.done = message;
  frame.id = self->frame->id;
  frame.body_case = WAXWING__FRAME__BODY_RESPONSE;
  frame.response = &response;
  self->connection->requests--;
  self->services->running--;
  ww_connection_send (self->connection, &frame);

  ww_connection_unref (self->connection);
  waxwing__frame__free_unpacked (self->frame, NULL);
  g_free (self->data);
  g_free (self);
}

/* The answer that says nothing but yes. */
void
ww_request_done (WwRequest *self)
{
  Waxwing__Done done = WAXWING__DONE__INIT;

  ww_request_respond (self, WAXWING__RESPONSE__BODY_DONE, &done);
}

static void
fail (WwRequest *self, const char *code, const char *message, bool retryable, uint64_t retry_after_ms)
{
  Waxwing__Error error = WAXWING__ERROR__INIT;

  error.code = (char *) code;
  error.message = (char *) message;
  error.retryable = retryable;
  error.retry_after_ms = retry_after_ms;
  self->services->metrics.refused_total++;
  ww_request_respond (self, WAXWING__RESPONSE__BODY_ERROR, &error);
}

/* No, and asking again will not help. */
void
ww_request_fail (WwRequest *self, const char *code, const char *message)
{
  fail (self, code, message, false, 0);
}

/* No, for now. */
void
ww_request_fail_later (WwRequest *self, const char *code, const char *message, uint64_t retry_after_ms)
{
  fail (self, code, message, true, retry_after_ms);
}

/* The storage did not take it, and nothing has changed. */
void
ww_request_fail_unavailable (WwRequest *self)
{
  self->services->metrics.unavailable_total++;
  fail (self, WW_CODE_UNAVAILABLE, "The server cannot store anything now; nothing was lost, try again later.", true, 0);
}

/* The first frame of every link. */
void
ww_request_greet (WwConnection *connection)
{
  Waxwing__Frame frame = WAXWING__FRAME__INIT;
  Waxwing__Hello hello = WAXWING__HELLO__INIT;
  const char *const *verifies = ww_verification_get_kinds (connection->services->verification);

  hello.version = PROTOCOL_VERSION;
  hello.challenge = ww_protobuf_bytes (connection->challenge, sizeof connection->challenge);
  hello.server = connection->services->config->name;
  hello.now_ms = (uint64_t) ww_clock_now_ms ();
  hello.max_attachment = ww_attachments_get_max (connection->services->attachments);
  hello.verifies = (char **) verifies;
  hello.n_verifies = g_strv_length (hello.verifies);
  frame.body_case = WAXWING__FRAME__BODY_HELLO;
  frame.hello = &hello;
  ww_connection_send (connection, &frame);
}
