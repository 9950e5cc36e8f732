/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>

/*
 * A question to a storage, answered later. The caller makes one with ww_operation_new(), fills in what stands under
 * "in", and hands it over; `done` is called once, on the event loop's thread, with `status` and what stands under
 * "out" filled in, after the change is durable. The engine frees the operation after that. What the "in" fields point to
 * belongs to the caller and lives until `done`.
 */
typedef enum
{
  WW_STORAGE_OK = 0,
  WW_STORAGE_UNAVAILABLE, /* could not be read or stored now; nothing has changed */
  WW_STORAGE_NOT_FOUND,
  WW_STORAGE_EXPIRED,
  WW_STORAGE_USED, /* a verification that has served its purpose */
  WW_STORAGE_NOT_CONFIRMED,
  WW_STORAGE_CONFLICT, /* something else came first */
  WW_STORAGE_MISMATCH, /* with what was issued or is on record */
  WW_STORAGE_STALE,    /* a recipient's record is not current */
  WW_STORAGE_FULL,     /* a mailbox is full */
  WW_STORAGE_TOO_MANY,
  WW_STORAGE_TOO_EARLY,
  WW_STORAGE_REFUSED, /* a device of the account said no to a claim */
} WwStorageStatus;

typedef struct _WwOperation WwOperation;

struct _WwOperation
{
  WwStorageStatus status;
  size_t cost; /* bytes that it keeps in memory while it waits */
  void (*done) (WwOperation *self);
  void *data;                                                   /* the caller's */
  void (*clear) (WwOperation *self);                            /* frees what stands under "out"; may be NULL */
  WwStorageStatus (*run) (void *connection, WwOperation *self); /* the engine's */
  WwOperation *next;
};

#define ww_operation_new(Type, done_func, user_data) \
  ((Type *) ww_operation_alloc (sizeof (Type), (done_func), (user_data)))

WwOperation *ww_operation_alloc (size_t size, void (*done) (WwOperation *), void *data);
/* Calls `done`, frees what it holds and itself. For engines. */
void ww_operation_finish (WwOperation *self);
