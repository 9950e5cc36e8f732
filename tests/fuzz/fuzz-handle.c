/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handles as people type them: what comes out is in its one form, and within the limit. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "ww-handle.h"
#include "ww-limits.h"

unsigned long fuzz_accepted;

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  char *typed = calloc (len + 1, 1);
  char *out = NULL;
  WwHandleKind kind;

  if (typed == NULL)
    return 0;
  if (len > 0)
    memcpy (typed, data, len);
  kind = ww_handle_normalise (typed, &out);
  FUZZ_PROMISE ((kind == WW_HANDLE_INVALID) == (out == NULL));
  if (out != NULL)
    {
      fuzz_accepted++;
      FUZZ_PROMISE (strlen (out) <= WW_MAX_HANDLE);
      FUZZ_PROMISE (ww_handle_kind (out) == kind);
      for (const char *c = out; *c != '\0'; c++)
        FUZZ_PROMISE (*c > ' ' && *c < 0x7f && !(*c >= 'A' && *c <= 'Z'));
    }
  free (out);
  free (typed);

  return 0;
}

void
fuzz_seeds (void)
{
  static const char *const handles[] = { "mailto:alice@example.org", " Alice.B+c@X-y.Example ", "+33 6 12.34-(56)78",
                                         "tel:+15550109999" };

  for (size_t i = 0; i < sizeof handles / sizeof handles[0]; i++)
    fuzz_add_seed ((const uint8_t *) handles[i], strlen (handles[i]));
}
