/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Waits until a text is on the screen, whoever draws it: two kinds of coloured squares in turn (🟥🟩🟥🟩), which are
 * found by their colours. Sidebars show the last message too, so only the right half of the screen counts.
 *
 * Arguments: two of red, green, blue, yellow. Prints “ready”, then “FIRST SEEN”: when anything was on a screen that was
 * black before, and when the text was there, in seconds of CLOCK_MONOTONIC.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/Xdamage.h>
#include <poll.h>

#define SQUARES   4 /* in turn, in one line */
#define MIN_RUN   5 /* pixels of one square */
#define TIMEOUT_S 60
#define CALM_MS   2 /* between two looks */

typedef enum
{
  OTHER,
  RED,
  GREEN,
  BLUE,
  YELLOW,
} Colour;

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

/* The squares of Noto Color Emoji, with some tolerance. */
static Colour
classify (unsigned long pixel)
{
  unsigned r = pixel >> 16 & 0xff, g = pixel >> 8 & 0xff, b = pixel & 0xff;

  if (r > 180 && g < 100 && b < 100)
    return RED;
  if (r > 200 && g > 150 && b < 120)
    return YELLOW;
  if (g > 120 && r < 150 && b < 120)
    return GREEN;
  if (b > 160 && r < 100)
    return BLUE;
  return OTHER;
}

/* Whether a line has the two colours in turn, often enough. */
static bool
line_has (XImage *image, int y, const Colour colours[2])
{
  int squares = 0, run = 0;

  for (int x = 0; x < image->width; x++)
    {
      Colour colour = classify (XGetPixel (image, x, y));

      if (colour == colours[squares % 2])
        run++;
      else
        run = 0;
      if (run == MIN_RUN && ++squares == SQUARES)
        return true;
    }
  return false;
}

static XImage *
look (Display *display)
{
  int width = DisplayWidth (display, DefaultScreen (display));
  int height = DisplayHeight (display, DefaultScreen (display));

  return XGetImage (display, DefaultRootWindow (display), width / 2, 0, (unsigned) (width - width / 2),
                    (unsigned) height, AllPlanes, ZPixmap);
}

static bool
is_black (XImage *image)
{
  for (int y = 0; y < image->height; y += MIN_RUN)
    for (int x = 0; x < image->width; x += MIN_RUN)
      if ((XGetPixel (image, x, y) & 0xffffff) != 0)
        return false;
  return true;
}

static bool
has_text (XImage *image, const Colour colours[2])
{
  for (int y = 0; y < image->height; y += MIN_RUN)
    if (line_has (image, y, colours))
      return true;
  return false;
}

/* Waits for something to be drawn. False: nothing was, until the time is over. */
static bool
wait_for_damage (Display *display, Damage damage, double end)
{
  struct pollfd fd = { .fd = ConnectionNumber (display), .events = POLLIN };
  XEvent event;

  while (XPending (display) == 0)
    if (now () > end || poll (&fd, 1, 1000) < 0)
      return false;
  while (XPending (display) > 0)
    XNextEvent (display, &event);
  XDamageSubtract (display, damage, None, None);
  return true;
}

static Colour
parse (const char *name)
{
  static const char *const names[] = { "", "red", "green", "blue", "yellow" };

  for (int i = RED; i <= YELLOW; i++)
    if (strcmp (name, names[i]) == 0)
      return (Colour) i;
  fprintf (stderr, "“%s” is not a colour\n", name);
  exit (2);
}

int
main (int argc, char **argv)
{
  Display *display = XOpenDisplay (NULL);
  Colour colours[2];
  Damage damage;
  double first = 0, end = now () + TIMEOUT_S;
  int event_base, error_base;

  if (argc != 3 || display == NULL || !XDamageQueryExtension (display, &event_base, &error_base))
    {
      fprintf (stderr, "usage: %s COLOUR COLOUR, with a display that has the Damage extension\n", argv[0]);
      return 2;
    }
  colours[0] = parse (argv[1]);
  colours[1] = parse (argv[2]);
  damage = XDamageCreate (display, DefaultRootWindow (display), XDamageReportNonEmpty);
  XSync (display, False);
  puts ("ready");
  fflush (stdout);
  while (wait_for_damage (display, damage, end))
    {
      XImage *image = look (display);
      double seen = now ();
      bool found = has_text (image, colours);

      if (first == 0 && !is_black (image))
        first = seen;
      XDestroyImage (image);
      if (found)
        {
          printf ("%.6f %.6f\n", first, seen);
          return EXIT_SUCCESS;
        }
      nanosleep (&(struct timespec) { .tv_nsec = CALM_MS * 1000000 }, NULL);
    }
  fprintf (stderr, "the text was not on the screen within %d s\n", TIMEOUT_S);
  return EXIT_FAILURE;
}
