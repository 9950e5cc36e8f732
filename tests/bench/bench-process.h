/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

/* What another process has used, as /proc shows it. What cannot be read ends the program. */
double bench_process_cpu_s (int pid);
int64_t bench_process_rss_bytes (int pid);
int64_t bench_process_pss_bytes (int pid);
