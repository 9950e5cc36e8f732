/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-metrics.h"

static void
add (GString *text, const char *name, const char *type, const char *help, uint64_t value)
{
  g_string_append_printf (text,
                          "# HELP waxwing_%s %s\n"
                          "# TYPE waxwing_%s %s\n"
                          "waxwing_%s %" G_GUINT64_FORMAT "\n",
                          name, help, name, type, name, value);
}

/* Prometheus' text format, version 0.0.4. To be freed with g_free(). */
char *
ww_metrics_format (WwMetrics *self, const WwLoadStatisticsOp *storage)
{
  GString *text = g_string_new (NULL);

  add (text, "connections", "gauge", "Links that are open.", self->connections);
  add (text, "connected_devices", "gauge", "Devices whose link is authenticated.", self->devices);
  add (text, "connections_total", "counter", "Links opened.", self->connections_total);
  add (text, "requests_total", "counter", "Requests received.", self->requests_total);
  add (text, "refused_total", "counter", "Requests answered with an error.", self->refused_total);
  add (text, "sends_total", "counter", "Messages accepted.", self->sends_total);
  add (text, "deliveries_total", "counter", "Messages handed to a device.", self->deliveries_total);
  add (text, "transients_total", "counter", "Messages handed to a device that nobody keeps.", self->transients_total);
  add (text, "acknowledged_total", "counter", "Acknowledgements received.", self->acknowledged_total);
  add (text, "expired_total", "counter", "Messages that waited too long.", self->expired_total);
  add (text, "slow_readers_total", "counter", "Links closed because they did not read.", self->slow_readers_total);
  add (text, "unavailable_total", "counter", "Operations that the storage refused.", self->unavailable_total);
  add (text, "mails_sent_total", "counter", "Mails handed to the mail server.",
       (uint64_t) g_atomic_int_get (&self->mails.done_total));
  add (text, "mails_failed_total", "counter", "Mails that could not be handed over.",
       (uint64_t) g_atomic_int_get (&self->mails.failed_total));
  add (text, "sms_sent_total", "counter", "Short messages handed to the gateway.",
       (uint64_t) g_atomic_int_get (&self->sms.done_total));
  add (text, "sms_failed_total", "counter", "Short messages that could not be handed over.",
       (uint64_t) g_atomic_int_get (&self->sms.failed_total));
  if (storage != NULL)
    {
      add (text, "accounts", "gauge", "Accounts.", (uint64_t) storage->accounts);
      add (text, "devices", "gauge", "Devices of all accounts.", (uint64_t) storage->devices);
      add (text, "waiting_deliveries", "gauge", "Messages that wait for a device.", (uint64_t) storage->deliveries);
      add (text, "database_bytes", "gauge", "Size of the database.", (uint64_t) storage->bytes);
    }
  return g_string_free (text, FALSE);
}
