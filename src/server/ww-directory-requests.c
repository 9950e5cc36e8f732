/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-directory-private.h"

#include <string.h>

#include "ww-approval-relay.h"
#include "ww-enrolment-private.h"

static void
take_token (WwPublication *publication, const ProtobufCBinaryData *token)
{
  if (token->len == 0)
    return;
  publication->has_token = true;
  ww_enrolment_hash_token (token, publication->token_hash);
}

/* PublishRecord: the next record of the device's own account, without any new device; with a token, with one more handle. */
void
ww_directory_publish (WwRequest *request)
{
  const Waxwing__PublishRecord *asked = request->body->publish_record;
  WwPublication how = { 0 };

  take_token (&how, &asked->token);
  ww_directory_begin (request, asked->record, &how);
}

/* ResetAccount: from somebody who has proven the account's handle, and nothing else. */
void
ww_directory_reset (WwRequest *request)
{
  const Waxwing__ResetAccount *asked = request->body->reset_account;
  WwPublication how = { .reset = true };

  if (request->connection->state == WW_CONNECTION_DEVICE)
    {
      ww_request_fail (request, WW_CODE_BAD_REQUEST, "This link is authenticated already.");
      return;
    }
  take_token (&how, &asked->token);
  ww_directory_begin (request, asked->record, &how);
}

/* GrantApproval: the next record, with the device whose digits were compared. */
void
ww_directory_grant (WwRequest *request)
{
  const Waxwing__GrantApproval *asked = request->body->grant_approval;
  WwBytes device;

  switch (ww_approval_relay_check_grant (request->services->relay, request->connection, asked->device_id.data, &device))
    {
    case WW_GRANT_NOT_PENDING:
      ww_request_fail (request, WW_CODE_APPROVAL_ENDED, "No such device waits for an approval.");
      return;
    case WW_GRANT_NOT_COMPARED:
      ww_request_fail (request, WW_CODE_BAD_REQUEST, "The digits of this device were not compared here.");
      return;
    case WW_GRANT_ALLOWED:
      ww_directory_begin (request, asked->record, &(WwPublication) { .grant = asked });
      return;
    }
}
