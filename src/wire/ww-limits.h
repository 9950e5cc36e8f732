/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Every limit of the protocol. The server and the clients enforce the same numbers, and each has a
 * test at the limit and one past it. Sizes are bytes, times are milliseconds.
 */

/* Sizes of what has one size */
#define WW_ID_SIZE           16 /* account, device, message, conversation */
#define WW_HASH_SIZE         32 /* SHA-256 */
#define WW_SIGNATURE_SIZE    64 /* ECDSA P-256, r | s */
#define WW_POINT_SIZE        65 /* P-256, uncompressed */
#define WW_TOKEN_SIZE        32
#define WW_PUSH_ADDRESS_SIZE 32
#define WW_NONCE_SIZE        32  /* of the approval exchange and the link's challenge */
#define WW_HEADER_SIZE       122 /* of an envelope */

/* The link */
#define WW_MAX_FRAME                (1536 * 1024) /* one WebSocket message */
#define WW_MAX_BODY                 (1024 * 1024) /* sealed message */
#define WW_MAX_REQUESTS_IN_FLIGHT   64            /* of one connection */
#define WW_MAX_DELIVERIES_IN_FLIGHT 64            /* not yet acknowledged */
#define WW_MAX_ACKNOWLEDGED         256           /* sequences in one request */
#define WW_MAX_AUTHORITY            260           /* host name of 253, colon, port */
#define WW_MAX_SERVER_NAME          253
#define WW_MAX_ERROR_CODE           64
#define WW_MAX_ERROR_MESSAGE        1024

/* Accounts */
#define WW_MAX_HANDLE       254
#define WW_MAX_HANDLES      20
#define WW_MAX_DEVICES      20 /* of an account */
#define WW_MAX_DEVICE_NAME  64
#define WW_MAX_DISPLAY_NAME 128
#define WW_MAX_SEALED_NAME  256
#define WW_MAX_RSA_KEY      200 /* DER SubjectPublicKeyInfo of RSA 1280 */
#define WW_MAX_SUITES       8
#define WW_MAX_DEVICE_KEYS  2048 /* serialised DeviceKeys, with room for keys of later suites */
#define WW_MAX_RECORD       (64 * 1024)
#define WW_MAX_CHAIN        256 /* records in one answer; more are asked for again */

/* Messages */
#define WW_MAX_PARTICIPANTS   256
#define WW_MAX_WRAPS          (WW_MAX_PARTICIPANTS * WW_MAX_DEVICES)
#define WW_MAX_SEALED_KEY     4096
#define WW_MAX_TRANSIENT      (16 * 1024)       /* sealed body of what nobody keeps */
#define WW_TRANSIENT_MS       (5LL * 60 * 1000) /* between its creation and the reader's clock, either way */
#define WW_MAX_TEXT           (64 * 1024)       /* UTF-8 */
#define WW_MAX_RECEIPT_IDS    256
#define WW_MAX_CONTACT_STATES 256
#define WW_MIN_PADDED         256
#define WW_MAX_EMOJI          64           /* of a tapback: one grapheme, UTF-8 */
#define WW_MAX_CARD           (256 * 1024) /* vCard */
#define WW_MAX_PLACE_NAME     256
#define WW_MAX_ACCURACY_M     20100000 /* farther than any two places are apart */
#define WW_MAX_URL            2048
#define WW_MAX_LINK_TITLE     512
#define WW_MAX_LINK_TEXT      1024
#define WW_MAX_LINK_IMAGE     (48 * 1024)
#define WW_MAX_SETTINGS       256
#define WW_MAX_SETTING_KEY    32
#define WW_MAX_DELETION_IDS   1024
#define WW_MAX_EDITS          10                           /* of one message */
#define WW_EDIT_MS            (15LL * 60 * 1000)           /* after it was sent */
#define WW_UNSEND_MS          (24LL * 60 * 60 * 1000)      /* after it was sent */
#define WW_AMENDMENT_MS       (60LL * 24 * 60 * 60 * 1000) /* that what came before its message waits for it */

/* Groups */
#define WW_MAX_GROUP_NAME        256
#define WW_MAX_GROUP_PICTURE     (48 * 1024)  /* JPEG, PNG or WebP */
#define WW_MAX_GROUP_PARENTS     16           /* heads of a log, and parents of a change */
#define WW_MAX_GROUP_CHANGE      (8 * 1024)   /* serialised */
#define WW_MAX_GROUP_CHANGES     1024         /* in the log of one group */
#define WW_MAX_GROUP_LOG_CHANGES 1280         /* with those that only take people out */
#define WW_MAX_AUTHOR_CHANGES    256          /* of one account in one log */
#define WW_MAX_GROUP_LOG         (640 * 1024) /* all of them, serialised */
#define WW_MAX_WAITING_CHANGES   64           /* that came before those that they follow */

/* Attachments */
#define WW_ATTACHMENT_SEGMENT  (64 * 1024)           /* of the padded file */
#define WW_MAX_ATTACHMENT      (100LL * 1024 * 1024) /* padded file, by default */
#define WW_MAX_ATTACHMENT_SIZE (1LL << 40)           /* that a message may speak of */
#define WW_MAX_ATTACHMENTS     32                    /* in one message */
#define WW_MAX_PART            (4 * 1024 * 1024)     /* of one upload request */
#define WW_MAX_FILE_NAME       255
#define WW_MAX_MEDIA_TYPE      127
#define WW_MAX_PREVIEW         4096
#define WW_MAX_SOUND_LEVELS    64
#define WW_MAX_PICTURE_SIDE    65535
#define WW_ATTACHMENT_MS       (30LL * 24 * 60 * 60 * 1000) /* that a complete one is kept */
#define WW_UPLOAD_MS           (3LL * 24 * 60 * 60 * 1000)  /* that an incomplete one is kept after its last part */

/* History */
#define WW_MAX_ARCHIVE_CHUNK   (2 * 1024 * 1024)                 /* serialised; smaller when it is compressed */
#define WW_MAX_ARCHIVE_ENTRY   (WW_MAX_ARCHIVE_CHUNK - 1024)     /* serialised */
#define WW_MAX_ARCHIVE_ENTRIES 4096                              /* of one chunk */
#define WW_MAX_ARCHIVE_CHUNKS  65536                             /* of one archive */
#define WW_MAX_PACKED_CHUNK    (WW_MAX_ARCHIVE_CHUNK + 8 * 1024) /* with its head, should it not get any smaller */
#define WW_MAX_CHUNKS_SENT     2                                 /* that the other device has not confirmed */
#define WW_MAX_NOTICE          160                               /* word of a notice */

/* Mailboxes */
#define WW_MAILBOX_MESSAGES 10000
#define WW_MAILBOX_MS       (30LL * 24 * 60 * 60 * 1000)

/* Verification and approval */
#define WW_VERIFICATION_MS     (60LL * 60 * 1000)
#define WW_MAX_LANGUAGE        64 /* BCP 47 tag */
#define WW_MAX_CODE            16 /* typed by a person */
#define WW_RESEND_MS           (30LL * 1000)
#define WW_APPROVAL_MS         (10LL * 60 * 1000)
#define WW_APPROVAL_BEGINS     5 /* exchanges of one pending device */
#define WW_APPROVAL_TRIES      2 /* wrong digits */
#define WW_MAX_PENDING_DEVICES 3 /* of one account */
#define WW_CODE_DIGITS         6
#define WW_CODE_TRIES          5                            /* of typing one verification's code */
#define WW_CODE_MS             (10LL * 60 * 1000)           /* that a code works */
#define WW_MAX_SEND_TO         24                           /* number to send a code to */
#define WW_MAX_SEND_TEXT       160                          /* what to send there */
#define WW_MAX_VERIFIES        8                            /* kinds of verification that a server names */
#define WW_HOLD_MS             (24LL * 60 * 60 * 1000)      /* of a claim, by default */
#define WW_ACTIVE_MS           (30LL * 24 * 60 * 60 * 1000) /* since when a device counts as active */
#define WW_CLAIM_MS            (7LL * 24 * 60 * 60 * 1000)  /* to complete a claim after its hold */
#define WW_MAX_CLAIMS          3                            /* that wait at one account */
