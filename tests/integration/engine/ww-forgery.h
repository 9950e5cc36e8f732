/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-house.h"
#include "ww-proxy.h"

#include "ww-envelope.h"

G_BEGIN_DECLS

#define ALICE "mailto:alice@example.org"
#define BOB   "mailto:bob@example.org"
#define CAROL "mailto:carol@example.org"

/* Alice and Carol are honest and on the real server; Bob's server lies. */
extern WwHouse *house;
extern WwProxy *proxy;
extern WwClient *alice, *bob, *carol;

void ww_forgery_open (void);
void ww_forgery_close (void);

const guint8 *account_of (WwClient *client);
const WwRecord *record_of (WwClient *client);
const char *code_of (WwError code);

/* Of those that the client has. `code` NULL: those without one. */
guint count_alerts (WwClient *client, WwAlertKind kind, const char *code);
/* How many deliveries of that code the client keeps aside. */
gint64 get_refused (WwClient *client, const char *code);

typedef struct
{
  WwAlertKind kind;
  const char *code;
  guint n;
} AlertWait;

/* A WwHouseCondition: Bob has so many. */
gboolean alert_is_there (gpointer alert_wait);

#define FORGERY_PARTICIPANTS 3

/* A delivery to Bob, made with Alice's real keys, before somebody changes it. */
typedef struct
{
  WwClient *author; /* whose keys sign */
  WwEnvelopeHeader header;
  Waxwing__Content content;
  Waxwing__Participant participants[FORGERY_PARTICIPANTS];
  Waxwing__Participant *list[FORGERY_PARTICIPANTS];
  guint8 conversation[16];
  guint8 hashes[FORGERY_PARTICIPANTS][32];
  Waxwing__Payload payload;
  Waxwing__Text text;
  Waxwing__Receipt receipt;
  ProtobufCBinaryData receipt_id;
  Waxwing__ReadState read_state;
  Waxwing__ContactStates contact_states;
  Waxwing__ContactState contact_state;
  Waxwing__ContactState *contact_list[1];
  Waxwing__Tapback tapback;
  Waxwing__Edit edit;
  Waxwing__Unsend unsend;
  Waxwing__Typing typing;
  Waxwing__Settings settings;
  Waxwing__Setting setting;
  Waxwing__Setting *setting_list[1];
  Waxwing__Deletion deletion;
  WwBuffer packed_payload;
  WwSuite suite;
  WwEnvelope envelope;
  guint8 wrap_device[16];
  guint8 other_id[16]; /* of a message that is there, with somebody else */
  guint8 bobs_id[16];  /* of one that Bob wrote to Alice */
  gboolean transient;  /* delivered as what is in no mailbox */
} Forgery;

/* A text from Alice to Bob. */
void forgery_init (Forgery *self);
/* Between these two; also their conversation. */
void set_participants (Forgery *self, WwClient *a, WwClient *b);
/* All three of them, in the conversation that is there. */
void set_all_participants (Forgery *self);
/* For Bob's device. */
void seal (Forgery *self);
void deliver (Forgery *self);
void forgery_clear (Forgery *self);

G_END_DECLS
