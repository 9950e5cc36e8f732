/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client.h"

G_BEGIN_DECLS

/* What a message carries beside its text, read and checked before anything is sent, so that it can go to several people. */
typedef struct _WwCliCargo WwCliCargo;

extern const GOptionEntry ww_cli_cargo_options[];

/* From the options of the command line. Awaits; NULL with `error`. */
WwCliCargo *ww_cli_cargo_new (GError **error);
gboolean ww_cli_cargo_is_empty (const WwCliCargo *self);
/* Whether a text can go with it. */
gboolean ww_cli_cargo_takes_text (const WwCliCargo *self);
gboolean ww_cli_cargo_has_files (const WwCliCargo *self);
void ww_cli_cargo_add_to (const WwCliCargo *self, WwOutgoing *outgoing);
void ww_cli_cargo_free (WwCliCargo *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwCliCargo, ww_cli_cargo_free)

G_END_DECLS
