/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-process.h"

#include <string.h>

#include <glib.h>
#include <unistd.h>

static char *
read_proc (int pid, const char *name)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/%s", pid, name);
  g_autoptr (GError) error = NULL;
  char *text;

  if (!g_file_get_contents (path, &text, NULL, &error))
    g_error ("%s", error->message);
  return text;
}

/* Seconds of processor time of all its threads, user and system, in steps of a clock tick (10 ms): proc(5). */
double
bench_process_cpu_s (int pid)
{
  g_autofree char *text = read_proc (pid, "stat");
  g_auto (GStrv) fields = NULL;

  /* The name before the last parenthesis can hold anything; after it, the first field is the third. */
  fields = g_strsplit (strrchr (text, ')') + 2, " ", -1);
  return (double) (g_ascii_strtoull (fields[14 - 3], NULL, 10) + g_ascii_strtoull (fields[15 - 3], NULL, 10)) /
         (double) sysconf (_SC_CLK_TCK);
}

static int64_t
read_rollup (int pid, const char *key)
{
  g_autofree char *text = read_proc (pid, "smaps_rollup");
  const char *line = strstr (text, key);

  if (line == NULL)
    g_error ("no %s in smaps_rollup", key);
  return (int64_t) g_ascii_strtoll (line + strlen (key), NULL, 10) * 1024;
}

/* Memory of the process that is in RAM. */
int64_t
bench_process_rss_bytes (int pid)
{
  return read_rollup (pid, "\nRss:");
}

/* The same, with what it shares with others divided by their number. */
int64_t
bench_process_pss_bytes (int pid)
{
  return read_rollup (pid, "\nPss:");
}
