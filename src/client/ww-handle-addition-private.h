/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-additions.h"
#include "ww-store-additions.h"

G_BEGIN_DECLS

/* The state, for ww-handle-addition.c and ww-additions*.c only. */
struct _WwHandleAddition
{
  GObject parent_instance;

  WwAdditions *additions; /* weak: does the work */
  WwAdditionRow *row;     /* as it is in the store */
  WwProof proof;
  WwHandleAdditionState state;
  GError *error;
  guint tries_left;

  /* Of WwAdditions. */
  gboolean cancelled;
  gboolean busy;    /* its fiber is at work */
  gboolean again;   /* and is to look once more */
  guint submitting; /* codes on their way */
  guint timer;      /* until its hold is over */
  DexPromise *ended;
};

/* `row` is transfer full. */
WwHandleAddition *ww_handle_addition_new (WwAdditions *additions, WwAdditionRow *row);
/* Moves to a state; `error` is what FAILED shows. What waits for the end learns it. */
void ww_handle_addition_set_state (WwHandleAddition *self, WwHandleAdditionState state, const GError *error);
/* Nobody learns its end any more: those who wait are rejected with WW_ERROR_CANCELLED. */
void ww_handle_addition_let_go (WwHandleAddition *self);
/* The row has changed: notifies of what is seen of it. */
void ww_handle_addition_set_times (WwHandleAddition *self, gint64 resend_at_ms, gint64 expires_ms);
void ww_handle_addition_set_message (WwHandleAddition *self, const char *send_to, const char *send_text);
void ww_handle_addition_set_tries_left (WwHandleAddition *self, guint tries_left);
void ww_handle_addition_set_held_until (WwHandleAddition *self, gint64 held_until_ms);

G_END_DECLS
