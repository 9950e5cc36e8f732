/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

#include <glib.h>

/*
 * Hands things over to somebody outside, on a thread of its own: a queue with a bound, a few tries with growing pauses,
 * then it is given up.
 */
typedef struct _WwDelivery WwDelivery;

typedef enum
{
  WW_DELIVERY_DONE,
  WW_DELIVERY_FAILED,  /* worth another try */
  WW_DELIVERY_REFUSED, /* not worth it */
} WwDeliveryResult;

/* What became of them; atomic. */
typedef struct
{
  int done_total;
  int failed_total;
} WwDeliveryCounts;

/* Called on the thread. */
typedef WwDeliveryResult (*WwDeliveryFunc) (void *data, void *item);

WwDelivery *ww_delivery_new (WwDeliveryFunc deliver, void *data, GDestroyNotify free_item, WwDeliveryCounts *counts);
/* Waits for the item that is under way, and tries each of the others once. */
void ww_delivery_free (WwDelivery *self);
/* Takes the item over. False when too many wait already. */
bool ww_delivery_add (WwDelivery *self, void *item);
