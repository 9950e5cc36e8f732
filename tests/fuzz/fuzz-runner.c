/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a fuzz target as an ordinary test: the seeds as they are, then mutants of them, a fixed number and
 * the same ones each time. Under libFuzzer (./dev fuzz) this file isn't used.
 *
 *   RUNS, from the command line, is the number of mutants. Seeds come from the target.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SEEDS 16

typedef struct
{
  uint8_t *data;
  size_t len;
} Seed;

static Seed seeds[MAX_SEEDS];
static size_t n_seeds;
static uint64_t state = 0x9e3779b97f4a7c15;

/* xorshift64*: what matters is that it is the same everywhere. */
static uint64_t
draw (uint64_t below)
{
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;

  return (state * 0x2545f4914f6cdd1d >> 16) % below;
}

void
fuzz_add_seed (const uint8_t *data, size_t len)
{
  if (n_seeds == MAX_SEEDS)
    abort ();
  seeds[n_seeds].data = malloc (len > 0 ? len : 1);
  if (seeds[n_seeds].data == NULL)
    abort ();
  if (len > 0)
    memcpy (seeds[n_seeds].data, data, len);
  seeds[n_seeds++].len = len;
}

/* Bytes that parsers trip over: signs, edges of varints, keys of nested messages. */
static uint8_t
interesting (void)
{
  static const uint8_t bytes[] = { 0x00, 0x01, 0x7f, 0x80, 0xff, 0x0a, 0x12, 0x1a, 0x22, 0x2a, '.', '@', '+' };

  return draw (2) == 0 ? bytes[draw (sizeof bytes)] : (uint8_t) draw (256);
}

/* One change, in place; `room` is what the buffer holds. */
static size_t
mutate (uint8_t *data, size_t len, size_t room)
{
  size_t at = len > 0 ? (size_t) draw (len) : 0;
  size_t n = 1 + (size_t) draw (8);

  switch (draw (6))
    {
    case 0: /* flip a bit */
      if (len > 0)
        data[at] ^= (uint8_t) (1u << draw (8));
      break;
    case 1: /* set a byte */
      if (len > 0)
        data[at] = interesting ();
      break;
    case 2: /* insert */
      if (len + n <= room)
        {
          memmove (data + at + n, data + at, len - at);
          for (size_t i = 0; i < n; i++)
            data[at + i] = interesting ();
          len += n;
        }
      break;
    case 3: /* take out */
      if (n > len - at)
        n = len - at;
      memmove (data + at, data + at + n, len - at - n);
      len -= n;
      break;
    case 4: /* cut */
      len = at;
      break;
    default: /* copy a piece elsewhere */
      {
        size_t to = len > 0 ? (size_t) draw (len) : 0;

        if (n > len - at)
          n = len - at;
        if (n > len - to)
          n = len - to;
        memmove (data + to, data + at, n);
      }
      break;
    }

  return len;
}

/* An exact allocation, so that a read past the end is one past the allocation. */
static void
run (const uint8_t *data, size_t len)
{
  uint8_t *copy = malloc (len > 0 ? len : 1);

  if (copy == NULL)
    abort ();
  memcpy (copy, data, len);
  LLVMFuzzerTestOneInput (copy, len);
  free (copy);
}

int
main (int argc, char **argv)
{
  long runs = argc > 1 ? strtol (argv[1], NULL, 10) : 10000;

  fuzz_add_seed ((const uint8_t *) "", 0);
  fuzz_seeds ();
  for (size_t i = 0; i < n_seeds; i++)
    run (seeds[i].data, seeds[i].len);

  for (long i = 0; i < runs; i++)
    {
      const Seed *seed = &seeds[draw (n_seeds)];
      size_t room = seed->len + 64;
      size_t len = seed->len;
      uint8_t *data = malloc (room);

      if (data == NULL)
        abort ();
      memcpy (data, seed->data, len);
      for (uint64_t changes = 1 + draw (4); changes > 0; changes--)
        len = mutate (data, len, room);
      run (data, len);
      free (data);
    }

  for (size_t i = 0; i < n_seeds; i++)
    free (seeds[i].data);
  /* Meson reads TAP: the target aborts where it finds something. */
  printf ("1..1\nok 1 %zu seeds, %ld mutants, %lu accepted\n", n_seeds, runs, fuzz_accepted);
  if (fuzz_accepted == 0)
    {
      printf ("Bail out! not even the seeds were accepted\n");
      return 1;
    }

  return 0;
}
