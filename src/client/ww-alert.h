/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

typedef enum
{
  WW_ALERT_KIND_DEVICE_ADDED,
  WW_ALERT_KIND_DEVICE_REMOVED,
  WW_ALERT_KIND_HANDLE_ADDED,
  WW_ALERT_KIND_HANDLE_REMOVED,
  WW_ALERT_KIND_RESET,
  WW_ALERT_KIND_RECORD_PROBLEM,  /* the server showed a record that was refused */
  WW_ALERT_KIND_MESSAGE_PROBLEM, /* a message was refused and kept aside */
  WW_ALERT_KIND_RESET_CLAIMED,   /* somebody who receives what is sent to a handle wants to start the account over */
  WW_ALERT_KIND_HANDLE_CLAIMED,  /* somebody who receives what is sent to a handle wants it for another account */
  WW_ALERT_KIND_HANDLE_MOVED,    /* a handle belongs to another account now */
} WwAlertKind;
#define WW_TYPE_ALERT_KIND (ww_alert_kind_get_type ())
GType ww_alert_kind_get_type (void);
const char *ww_alert_kind_to_string (WwAlertKind kind);

/* What every device of the account must show its person (S12). Comes from comparing signed records, exactly once each. */
#define WW_TYPE_ALERT (ww_alert_get_type ())
G_DECLARE_FINAL_TYPE (WwAlert, ww_alert, WW, ALERT, GObject)

gint64 ww_alert_get_row (WwAlert *self);
WwAlertKind ww_alert_get_kind (WwAlert *self);
gint64 ww_alert_get_at_ms (WwAlert *self);            /* when it happened, as the record says */
const char *ww_alert_get_device_id (WwAlert *self);   /* nullable */
const char *ww_alert_get_device_name (WwAlert *self); /* nullable */
const char *ww_alert_get_handle (WwAlert *self);      /* nullable */
const char *ww_alert_get_code (WwAlert *self);        /* error code of a problem; nullable */
const char *ww_alert_get_title (WwAlert *self);       /* translated */
const char *ww_alert_get_body (WwAlert *self);        /* translated sentence */
gboolean ww_alert_get_seen (WwAlert *self);           /* property "seen" */
gboolean ww_alert_get_notified (WwAlert *self);       /* already shown as a desktop notification */
gint64 ww_alert_get_due_ms (WwAlert *self);           /* *_CLAIMED: when it happens unless refused; else 0 */
/* *_CLAIMED: ww_client_refuse_claim() still can; property "can-refuse", notifies when the claim ends. */
gboolean ww_alert_get_can_refuse (WwAlert *self);

G_END_DECLS
