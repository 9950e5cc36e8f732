/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Copies of what messages carry, made for other programs: in the runtime directory, which is memory, below one directory of
 * this application. `message` is the id of the message, or begins with it. */

/* A directory of its own, so that the file can be called what it is called. NULL: there is no room. */
GFile *ww_opened_copies_make_place (const char *message);
/* Of one message, which was taken back; on a thread of its own. */
void ww_opened_copies_forget (const char *message);
/* At the start and at the end; blocks. */
void ww_opened_copies_forget_all (void);

G_END_DECLS
