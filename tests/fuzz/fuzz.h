/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* A fuzz target defines the first three; fuzz-runner.c, or fuzz-libfuzzer.c, the last. */

/* Feeds one input; aborts when a promise is broken. Returns 0. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t len);
/* Calls fuzz_add_seed() with inputs that are accepted, to start from. */
void fuzz_seeds (void);
/* How many inputs were accepted: a target that never gets past the first check tests nothing. */
extern unsigned long fuzz_accepted;

void fuzz_add_seed (const uint8_t *data, size_t len);

/* In place of assert(), which a release build leaves out. */
#define FUZZ_PROMISE(condition) \
  do                            \
    {                           \
      if (!(condition))         \
        __builtin_trap ();      \
    }                           \
  while (0)
