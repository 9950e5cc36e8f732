/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

GtkWidget *ww_member_row_new (WwMember *member);

G_END_DECLS
