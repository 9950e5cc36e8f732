/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

void
ww_client_wake (WwClient *self)
{
  g_return_if_fail (WW_IS_CLIENT (self));

  if (self->link != NULL)
    ww_link_wake (self->link);
}

void
ww_client_set_attentive (WwClient *self, gboolean attentive)
{
  g_return_if_fail (WW_IS_CLIENT (self));

  self->unattended = !attentive;
  if (self->link != NULL)
    ww_link_set_attentive (self->link, attentive);
}
