/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Under libFuzzer: the target's seeds join the corpus, which is the first directory on the command line.
 */
#include "fuzz.h"

#include <stdio.h>
#include <sys/stat.h>

int LLVMFuzzerInitialize (int *argc, char ***argv);

static const char *corpus;
static unsigned int n_seeds;

void
fuzz_add_seed (const uint8_t *data, size_t len)
{
  char path[4096];
  FILE *file;

  if (corpus == NULL)
    return;
  snprintf (path, sizeof path, "%s/seed-%u", corpus, n_seeds++);
  file = fopen (path, "wb");
  if (file == NULL)
    return;
  fwrite (data, 1, len, file);
  fclose (file);
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  struct stat status;

  for (int i = 1; i < *argc && corpus == NULL; i++)
    if (stat ((*argv)[i], &status) == 0 && S_ISDIR (status.st_mode))
      corpus = (*argv)[i];
  fuzz_seeds ();

  return 0;
}
