/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * How long each turn of a program's main loop takes, seen from inside: preloaded into a GTK program, which is otherwise the one
 * that people run. A turn begins when poll() has returned and ends when it is called again: for that long nothing that the
 * person does is answered.
 *
 * The records go to the file that BENCH_TURNS names, which is mapped: nothing is written on the thread that is watched.
 * flow.py reads them.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <gtk/gtk.h>

#define MAX_TURNS (1 << 20)

/* All in nanoseconds. `wall` has what the machine gave to others, `cpu` is the thread's own. */
typedef struct
{
  gint64 start; /* CLOCK_MONOTONIC; 0: no record */
  gint64 wall;
  gint64 cpu;
  gint64 layout; /* of cpu, in GDK's frame clock: sizes and places of the widgets */
  gint64 paint;  /* of cpu: what is drawn, by GSK */
} Turn;

/* What a frame is doing. */
typedef enum
{
  PHASE_OTHER,
  PHASE_LAYOUT,
  PHASE_PAINT,
} Phase;

static Turn *turns;
static guint n_turns;
static Turn turn;
static gint64 turn_cpu;
static Phase phase;
static gint64 phase_cpu;

static gint64
now (clockid_t clock)
{
  struct timespec time;

  clock_gettime (clock, &time);
  return (gint64) time.tv_sec * 1000000000 + time.tv_nsec;
}

static gboolean
phase_cb (GSignalInvocationHint *hint, guint n_values, const GValue *values, gpointer data)
{
  gint64 cpu = now (CLOCK_THREAD_CPUTIME_ID);

  if (phase == PHASE_LAYOUT)
    turn.layout += cpu - phase_cpu;
  else if (phase == PHASE_PAINT)
    turn.paint += cpu - phase_cpu;
  phase = (Phase) GPOINTER_TO_INT (data);
  phase_cpu = cpu;
  return G_SOURCE_CONTINUE;
}

/* Once GTK is there. The handlers of a phase run between its hook and that of the next one. */
static void
watch_frames (void)
{
  static const struct
  {
    const char *signal;
    Phase phase;
  } phases[] = {
    { "layout", PHASE_LAYOUT },
    { "paint", PHASE_PAINT },
    { "after-paint", PHASE_OTHER },
  };

  g_type_class_ref (GDK_TYPE_FRAME_CLOCK);
  for (guint i = 0; i < G_N_ELEMENTS (phases); i++)
    g_signal_add_emission_hook (g_signal_lookup (phases[i].signal, GDK_TYPE_FRAME_CLOCK), 0, phase_cb,
                                GINT_TO_POINTER (phases[i].phase), NULL);
}

static int
poll_cb (GPollFD *fds, guint n_fds, int timeout)
{
  static gboolean watching;
  gint64 cpu = now (CLOCK_THREAD_CPUTIME_ID);
  int result;

  if (turn.start != 0 && n_turns < MAX_TURNS)
    {
      turn.wall = now (CLOCK_MONOTONIC) - turn.start;
      turn.cpu = cpu - turn_cpu;
      turns[n_turns++] = turn;
    }
  if (!watching && gtk_is_initialized ())
    {
      watching = TRUE;
      watch_frames ();
    }
  result = g_poll (fds, n_fds, timeout);
  turn = (Turn) { .start = now (CLOCK_MONOTONIC) };
  turn_cpu = now (CLOCK_THREAD_CPUTIME_ID);
  return result;
}

__attribute__ ((constructor)) static void
start (void)
{
  const char *path = getenv ("BENCH_TURNS");
  int fd = path != NULL ? open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;

  /* What the program starts is not watched. */
  unsetenv ("LD_PRELOAD");
  unsetenv ("BENCH_TURNS");
  if (fd < 0 || ftruncate (fd, MAX_TURNS * sizeof (Turn)) != 0)
    abort ();
  turns = mmap (NULL, MAX_TURNS * sizeof (Turn), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (turns == MAP_FAILED)
    abort ();
  close (fd);
  g_main_context_set_poll_func (NULL, poll_cb);
}
