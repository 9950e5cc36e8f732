/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-config.h"

/* Runs a server until it is told to stop; the exit status. `config_file` is read again on SIGHUP, or NULL. */
int ww_server_run (WwConfig *config, const char *config_file);
/* Keeps a second server, or a tool that needs the database for itself, away from DATA. -1 with a sentence in `error`. */
int ww_server_lock_data (const char *data_dir, char **error);
