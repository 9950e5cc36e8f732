/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The stable codes of waxwing.Error. Scripts see them in waxwing-cli's --json output, so that a code,
 * once given out, keeps its meaning.
 */

#define WW_CODE_BAD_REQUEST          "bad-request" /* malformed, or not allowed now */
#define WW_CODE_TOO_LARGE            "too-large"
#define WW_CODE_UNAUTHENTICATED      "unauthenticated" /* who you are is not proven */
#define WW_CODE_FORBIDDEN            "forbidden"       /* proven, but not yours */
#define WW_CODE_NOT_FOUND            "not-found"
#define WW_CODE_RATE_LIMITED         "rate-limited"
#define WW_CODE_HANDLE_INVALID       "handle-invalid"
#define WW_CODE_HANDLE_UNSUPPORTED   "handle-unsupported" /* this server cannot verify this kind */
#define WW_CODE_VERIFICATION_EXPIRED "verification-expired"
#define WW_CODE_VERIFICATION_USED    "verification-used"
#define WW_CODE_NOT_VERIFIED         "not-verified" /* not confirmed yet */
#define WW_CODE_WRONG_CODE           "wrong-code"
#define WW_CODE_TOO_MANY_TRIES       "too-many-tries" /* wrong codes; the verification has ended */
#define WW_CODE_HANDLE_TAKEN         "handle-taken"   /* another account has it, and it cannot move now */
#define WW_CODE_LAST_HANDLE          "last-handle"    /* an account keeps at least one */
#define WW_CODE_CLAIM_REFUSED        "claim-refused"  /* a device of the account said no */
#define WW_CODE_RECORD_INVALID       "record-invalid"
#define WW_CODE_RECORD_CONFLICT      "record-conflict" /* another record came first */
#define WW_CODE_STALE_RECORD         "stale-record"    /* a recipient's devices have changed */
#define WW_CODE_APPROVAL_ENDED       "approval-ended"
#define WW_CODE_APPROVAL_BUSY        "approval-busy"
#define WW_CODE_TOO_MANY_DEVICES     "too-many-devices"
#define WW_CODE_MAILBOX_FULL         "mailbox-full"
#define WW_CODE_QUOTA_EXCEEDED       "quota-exceeded" /* of the account's attachments */
#define WW_CODE_UNAVAILABLE          "unavailable"    /* the server cannot store now; nothing was accepted */
