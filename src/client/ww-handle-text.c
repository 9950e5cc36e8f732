/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-handle-text"

#include "ww-handle-text.h"

#include <stdlib.h>

#include "ww-handle.h"

/**
 * ww_handle_text_normalise:
 * @typed: what a person typed so far
 *
 * Returns: (transfer full) (nullable): the handle that it is, or %NULL when it is none (yet)
 */
char *
ww_handle_text_normalise (const char *typed)
{
  char *handle = NULL;
  char *copy;

  if (ww_handle_normalise (typed, &handle) == WW_HANDLE_INVALID)
    return NULL;
  copy = g_strdup (handle);
  free (handle);
  return copy;
}

/**
 * ww_handle_text_for_people:
 * @handle: a handle, normalised or not
 *
 * Returns: (transfer none): it without its scheme; points into @handle
 */
const char *
ww_handle_text_for_people (const char *handle)
{
  return ww_handle_for_people (handle);
}
