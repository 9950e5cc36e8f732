/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-activity.h"

#include <string.h>

#include "ww-clock.h"
#include "ww-log.h"
#include "ww-presence.h"

#define HOUR_MS (60LL * 60 * 1000)
/* Of one turn, so that at the full hour mail does not have to wait for it. */
#define MAX_NOTED 1024

/* --- Seen ---------------------------------------------------------------------------------- */

static void
touched_cb (WwOperation *base)
{
  /* If it could not be stored, the next hour's can. */
}

/* Whether the hour has changed since it was last stored. */
static bool
is_news (const WwConnection *connection, int64_t now_ms)
{
  return connection->state == WW_CONNECTION_DEVICE && !connection->retired &&
         connection->seen_ms / HOUR_MS < now_ms / HOUR_MS;
}

static void
touch (WwServices *services, GArray *devices, int64_t now_ms)
{
  WwTouchDevicesOp *op;

  if (devices->len == 0)
    return;
  op = ww_operation_new (WwTouchDevicesOp, touched_cb, NULL);
  op->n_devices = devices->len;
  op->devices = g_memdup2 (devices->data, devices->len * sizeof (int64_t));
  op->seen_ms = now_ms;
  services->storage->engine->touch_devices (services->storage, op);
}

/* See the header. */
void
ww_activity_note (WwConnection *connection)
{
  int64_t now_ms = ww_clock_now_ms ();
  g_autoptr (GArray) devices = g_array_new (FALSE, FALSE, sizeof (int64_t));

  if (!is_news (connection, now_ms))
    return;
  g_array_append_val (devices, connection->device);
  connection->seen_ms = now_ms;
  touch (connection->services, devices, now_ms);
}

typedef struct
{
  GArray *devices;
  int64_t now_ms;
} Round;

static void
note_cb (WwConnection *connection, void *data)
{
  Round *round = data;

  if (round->devices->len >= MAX_NOTED || !is_news (connection, round->now_ms))
    return;
  g_array_append_val (round->devices, connection->device);
  connection->seen_ms = round->now_ms;
}

/* See the header. */
void
ww_activity_note_all (WwServices *services)
{
  g_autoptr (GArray) devices = g_array_new (FALSE, FALSE, sizeof (int64_t));
  Round round = { devices, ww_clock_now_ms () };

  ww_presence_each (services->presence, note_cb, &round);
  touch (services, devices, round.now_ms);
}

/* --- GetActivity --------------------------------------------------------------------------- */

static void
loaded_cb (WwOperation *base)
{
  WwLoadActivityOp *op = (WwLoadActivityOp *) base;
  WwRequest *request = base->data;
  Waxwing__Activity answer = WAXWING__ACTIVITY__INIT;
  Waxwing__DeviceActivity rows[WW_MAX_DEVICES];
  Waxwing__DeviceActivity *devices[WW_MAX_DEVICES];

  if (base->status != WW_STORAGE_OK)
    {
      ww_request_fail_unavailable (request);
      return;
    }
  for (size_t i = 0; i < op->n_devices; i++)
    {
      waxwing__device_activity__init (&rows[i]);
      rows[i].device_id = ww_protobuf_bytes (op->devices[i].device_id, WW_ID_SIZE);
      rows[i].last_seen_ms = (uint64_t) op->devices[i].last_seen_ms;
      rows[i].connected = ww_presence_find_device (request->services->presence, op->devices[i].device) != NULL;
      devices[i] = &rows[i];
    }
  answer.devices = devices;
  answer.n_devices = op->n_devices;
  ww_request_respond (request, WAXWING__RESPONSE__BODY_ACTIVITY, &answer);
}

/* When the devices of the own account were there. */
void
ww_activity_get (WwRequest *request)
{
  WwLoadActivityOp *op = ww_operation_new (WwLoadActivityOp, loaded_cb, request);

  memcpy (op->account_id, request->connection->account_id, WW_ID_SIZE);
  request->services->storage->engine->load_activity (request->services->storage, op);
}

/* --- Retire -------------------------------------------------------------------------------- */

static void
retired_cb (WwOperation *base)
{
  WwRequest *request = base->data;

  if (base->status == WW_STORAGE_OK)
    {
      ww_log (WW_LOG_INFO, "device %s retired", ww_log_id (request->connection->device_id).text);
      ww_request_done (request);
    }
  else
    {
      request->connection->retired = false;
      ww_request_fail_unavailable (request);
    }
}

/* The device is about to forget its keys. */
void
ww_activity_retire (WwRequest *request)
{
  WwRetireDeviceOp *op = ww_operation_new (WwRetireDeviceOp, retired_cb, request);

  request->connection->retired = true;
  op->device = request->connection->device;
  request->services->storage->engine->retire_device (request->services->storage, op);
}
