/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-http.h"

#include <string.h>

#define TYPE_TEXT    "text/plain; charset=utf-8"
#define TYPE_METRICS "text/plain; version=0.0.4; charset=utf-8"

static void
metrics_cb (WwOperation *base)
{
  WwHttp *http = base->data;

  ww_http_answer (
      http, 200, TYPE_METRICS,
      ww_metrics_format (&http->services->metrics, base->status == WW_STORAGE_OK ? (WwLoadStatisticsOp *) base : NULL));
  ww_http_unref (http);
}

/* Healthy is a server that can read its storage and accepts requests. */
static void
health_cb (WwOperation *base)
{
  WwHttp *http = base->data;

  if (base->status == WW_STORAGE_OK && !http->services->stopping)
    ww_http_answer (http, 200, TYPE_TEXT, g_strdup ("ok\n"));
  else
    ww_http_answer (http, 503, TYPE_TEXT, g_strdup ("unavailable\n"));
  ww_http_unref (http);
}

static void
ask_storage (WwHttp *http, void (*done) (WwOperation *))
{
  WwStorage *storage = http->services->storage;

  storage->engine->load_statistics (storage, ww_operation_new (WwLoadStatisticsOp, done, ww_http_ref (http)));
}

/* Everything on the administration's address. */
void
ww_administration_handle (WwHttp *http)
{
  if (http->method != WW_HTTP_GET && http->method != WW_HTTP_HEAD)
    ww_http_answer (http, 405, TYPE_TEXT, g_strdup ("method not allowed\n"));
  else if (strcmp (http->path, "/health") == 0)
    ask_storage (http, health_cb);
  else if (strcmp (http->path, "/metrics") == 0)
    ask_storage (http, metrics_cb);
  else
    ww_http_answer (http, 404, TYPE_TEXT, g_strdup ("not found\n"));
}
