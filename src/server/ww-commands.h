/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-config.h"

/* The commands of waxwing-server other than running it. Each returns the exit status. */
typedef int (*WwCommandFunc) (const WwConfig *config, const char *argument);

typedef struct
{
  const char *name;
  const char *argument; /* what stands after it; NULL: nothing */
  const char *help;
  WwCommandFunc func;
} WwCommand;

extern const WwCommand ww_commands[];
const WwCommand *ww_command_find (const char *name);
