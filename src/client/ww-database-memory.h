/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Has SQLite wipe what it frees: pages and values are messages in clear. Once for the process, before its first database.
 *
 * SQLCipher's own `PRAGMA cipher_memory_security` does this too, and locks each single allocation into memory as well. That
 * makes two system calls of every malloc(), which cost 30 times the write itself (135 µs a row against 4 µs), and unlocks
 * pages that other allocations share. SQLCipher locks and wipes its keys without it.
 */
void ww_database_wipe_memory (void);

G_END_DECLS
