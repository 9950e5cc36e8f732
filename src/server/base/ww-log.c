/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-log.h"

#include <stdio.h>
#include <uv.h>

#include "ww-clock.h"

#define BOUNDED_EVENTS   64
#define LINES_PER_MINUTE 10

static const char *const level_names[] = { "info", "warning", "error" };

typedef struct
{
  const char *event;
  int64_t minute;
  unsigned lines;
} BoundedEvent;

static BoundedEvent bounded_events[BOUNDED_EVENTS];
static uv_mutex_t bounded_mutex;
static uv_once_t bounded_once = UV_ONCE_INIT;

static void
bounded_init (void)
{
  uv_mutex_init (&bounded_mutex);
}

/* The first four bytes in hexadecimal: enough to follow one device through a log, useless for anything else. */
WwLogId
ww_log_id (const uint8_t id[16])
{
  WwLogId result;

  g_snprintf (result.text, sizeof result.text, "%02x%02x%02x%02x", id[0], id[1], id[2], id[3]);
  return result;
}

static void
write_line (WwLogLevel level, const char *format, va_list arguments)
{
  char text[512];

  g_vsnprintf (text, sizeof text, format, arguments);
  for (char *p = text; *p != '\0'; p++)
    if ((unsigned char) *p < 0x20 || *p == 0x7f)
      *p = ' ';
  fprintf (stderr, "waxwing-server: %s: %s\n", level_names[level], text);
}

/* Writes one line. */
void
ww_log (WwLogLevel level, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  write_line (level, format, arguments);
  va_end (arguments);
}

/* Whether one more line of this event is allowed in this minute. */
static gboolean
bounded_allows (const char *event)
{
  int64_t minute = ww_clock_monotonic_ms () / 60000;
  BoundedEvent *free_slot = NULL;

  for (unsigned i = 0; i < BOUNDED_EVENTS; i++)
    {
      BoundedEvent *slot = &bounded_events[i];

      if (slot->event == event)
        {
          if (slot->minute != minute)
            {
              slot->minute = minute;
              slot->lines = 0;
            }
          return slot->lines++ < LINES_PER_MINUTE;
        }
      if (slot->event == NULL && free_slot == NULL)
        free_slot = slot;
    }
  if (free_slot == NULL)
    return FALSE;
  *free_slot = (BoundedEvent) { event, minute, 1 };
  return TRUE;
}

/* Writes one line unless there were many of this event in the current minute. */
void
ww_log_bounded (WwLogLevel level, const char *event, const char *format, ...)
{
  va_list arguments;
  gboolean allowed;

  uv_once (&bounded_once, bounded_init);
  uv_mutex_lock (&bounded_mutex);
  allowed = bounded_allows (event);
  uv_mutex_unlock (&bounded_mutex);
  if (!allowed)
    return;

  va_start (arguments, format);
  write_line (level, format, arguments);
  va_end (arguments);
}
