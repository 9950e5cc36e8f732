/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whether an address is one of the public Internet: not this machine, not its network, not one that stands for another. */
gboolean ww_address_is_public (GInetAddress *address);

G_END_DECLS
