/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench-link.h"
#include "ww-test-client.h"

/*
 * Many accounts with one device each, enrolled as everybody is: verification, the link of the mail, the record. Their
 * devices share one set of keys, because making a thousand RSA keys would take longer than all the rest.
 */

typedef struct _BenchPerson BenchPerson;
typedef void (*BenchFrameFunc) (BenchPerson *person, const Waxwing__Frame *frame);

struct _BenchPerson
{
  TestDevice *device;
  char *address;
  uint8_t token[WW_TOKEN_SIZE];
  TestRecord *record;
  BenchLink *link;
  enum
  {
    BENCH_OFFLINE,
    BENCH_GREETED,
    BENCH_VERIFYING,
    BENCH_ENROLLED,
    BENCH_AUTHENTICATED,
    BENCH_DRAINED, /* everything that waited has come: ready */
  } stage;
  BenchFrameFunc frame; /* gets what comes once it is ready */
  void *data;
};

typedef struct
{
  BenchLoop *loop;
  const char *mail_directory; /* where the server writes its mails */
  WwDeviceKeys *keys;
  GHashTable *seen;  /* names of mails */
  GPtrArray *people; /* of BenchPerson */
} BenchPeople;

void bench_people_init (BenchPeople *self, BenchLoop *loop, const char *mail_directory);
void bench_people_clear (BenchPeople *self);
void bench_people_enrol (BenchPeople *self, guint n);
void bench_people_connect (BenchPeople *self, guint n, BenchPauseFunc pause);
void bench_people_disconnect (BenchPeople *self);
void bench_person_request (BenchPerson *self, uint64_t id, Waxwing__Request__BodyCase body, void *message);
