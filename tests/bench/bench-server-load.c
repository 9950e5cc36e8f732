/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Loads a server of this machine. It does what the lines of its standard input say, and answers each with a line:
 *
 *   enrol N                       makes accounts until there are N
 *   load PAIRS SECONDS            each pair's sender sends its next message when the last one is durable; the receiver
 *                                 acknowledges: “messages seconds server-cpu-seconds bytes-of-a-request”
 *   echo LINKS SECONDS BYTES      each link sends its next message when the last one has come back: as above
 *   idle N LINKS                  opens links that do nothing, LINKS being authenticated, greeted or bare:
 *                                 “bytes of RSS, bytes of PSS” that the server has grown by
 *   server PID                    the server was started anew on the same port
 *
 * Arguments: PORT PID MAIL-DIRECTORY PATH. Whatever is not as it must be ends it with a sentence: a lost, doubled or
 * reordered message too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/resource.h>

#include "bench-people.h"
#include "bench-process.h"

#define BODY_SIZE (512 + 16) /* of a short text, padded and sealed */
#define BATCH     100

typedef struct
{
  BenchLoop loop;
  BenchPeople people;
  int pid;
} Load;

/* --- Messages ------------------------------------------------------------------------------ */

typedef struct
{
  BenchPerson *sender, *receiver;
  TestMessage *message;
  const gint64 *end; /* monotonic: nothing is sent after it */
  uint64_t first;    /* ids of messages are of one use */
  uint64_t sent, answered, delivered, acknowledged;
  uint64_t arrived[WW_MAX_DELIVERIES_IN_FLIGHT]; /* to be acknowledged together */
  size_t n_arrived;
  uint64_t in_acknowledgement[WW_MAX_DELIVERIES_IN_FLIGHT + 1]; /* how many each open request holds, oldest first */
  size_t n_acknowledgements;
} Pair;

static void
send_next (Pair *self)
{
  test_id (self->message->header + 2, self->first + self->sent++);
  bench_person_request (self->sender, self->sent, WAXWING__REQUEST__BODY_SEND, &self->message->send);
}

static void
sender_frame (BenchPerson *person, const Waxwing__Frame *frame)
{
  Pair *self = person->data;

  if (frame->body_case != WAXWING__FRAME__BODY_RESPONSE || frame->response->body_case != WAXWING__RESPONSE__BODY_SENT ||
      frame->response->sent->duplicate || frame->id != self->sent)
    g_error ("%s: a message was not taken", person->address);
  self->answered++;
  if (g_get_monotonic_time () < *self->end)
    send_next (self);
}

static void
take_delivery (Pair *self, const Waxwing__Delivery *delivery)
{
  uint8_t expected[WW_ID_SIZE];

  test_id (expected, self->first + self->delivered++);
  if (memcmp (delivery->header.data + 2, expected, WW_ID_SIZE) != 0)
    g_error ("%s: message %" G_GUINT64_FORMAT " is lost, doubled or out of order", self->receiver->address,
             self->delivered - 1);
  if (self->n_arrived == G_N_ELEMENTS (self->arrived))
    g_error ("%s: more deliveries than the window holds", self->receiver->address);
  self->arrived[self->n_arrived++] = delivery->sequence;
}

static void
take_acknowledged (Pair *self)
{
  if (self->n_acknowledgements == 0)
    g_error ("%s: an answer to nothing", self->receiver->address);
  self->acknowledged += self->in_acknowledgement[0];
  self->n_acknowledgements--;
  memmove (self->in_acknowledgement, self->in_acknowledgement + 1,
           self->n_acknowledgements * sizeof self->in_acknowledgement[0]);
}

static void
receiver_frame (BenchPerson *person, const Waxwing__Frame *frame)
{
  Pair *self = person->data;

  if (frame->body_case == WAXWING__FRAME__BODY_EVENT && frame->event->body_case == WAXWING__EVENT__BODY_DELIVERY)
    take_delivery (self, frame->event->delivery);
  else if (frame->body_case == WAXWING__FRAME__BODY_RESPONSE &&
           frame->response->body_case == WAXWING__RESPONSE__BODY_DONE)
    take_acknowledged (self);
  else
    g_error ("%s: neither a delivery nor its acknowledgement", person->address);
}

/* What has arrived together is acknowledged together, as the application does after its commit. */
static void
receiver_pause (BenchLink *link)
{
  BenchPerson *person = link->data;
  Pair *self = person->data;
  Waxwing__Acknowledge request = WAXWING__ACKNOWLEDGE__INIT;

  if (person->stage != BENCH_DRAINED || self == NULL || self->n_arrived == 0)
    return;
  request.sequences = self->arrived;
  request.n_sequences = self->n_arrived;
  self->in_acknowledgement[self->n_acknowledgements++] = self->n_arrived;
  bench_person_request (person, self->delivered, WAXWING__REQUEST__BODY_ACKNOWLEDGE, &request);
  self->n_arrived = 0;
}

static void
pair_init (Pair *self, BenchPerson *sender, BenchPerson *receiver, const gint64 *end)
{
  static const uint8_t body[BODY_SIZE];
  static uint64_t first;
  uint8_t id[WW_ID_SIZE];

  test_id (id, 0);
  self->sender = sender;
  self->receiver = receiver;
  sender->data = receiver->data = self;
  sender->frame = sender_frame;
  receiver->frame = receiver_frame;
  self->end = end;
  self->first = first += 1000000000;
  self->message = test_message_new (sender->device, id, body, sizeof body, receiver->device->account, NULL);
}

static bool
all_is_acknowledged (const Pair *pairs, guint n)
{
  for (guint i = 0; i < n; i++)
    if (pairs[i].acknowledged < pairs[i].sent || pairs[i].answered < pairs[i].sent)
      return false;
  return true;
}

/* --- What is measured ---------------------------------------------------------------------- */

typedef struct
{
  gint64 start;
  double server_cpu_s;
} Measure;

static Measure
measure_begin (const Load *load)
{
  return (Measure) { g_get_monotonic_time (), bench_process_cpu_s (load->pid) };
}

static void
measure_end (const Load *load, const Measure *begin, uint64_t messages, size_t bytes)
{
  printf ("%" G_GUINT64_FORMAT " %.6f %.2f %zu\n", messages, (double) (g_get_monotonic_time () - begin->start) / 1e6,
          bench_process_cpu_s (load->pid) - begin->server_cpu_s, bytes);
}

static void
load_pairs (Load *load, guint n, double seconds)
{
  g_autofree Pair *pairs = g_new0 (Pair, n);
  Measure begin;
  gint64 end;
  uint64_t sent = 0;

  if (load->people.people->len < 2 * n)
    g_error ("too few people for %u pairs", n);
  bench_people_connect (&load->people, 2 * n, receiver_pause);
  begin = measure_begin (load);
  end = begin.start + (gint64) (seconds * 1e6);
  for (guint i = 0; i < n; i++)
    {
      pair_init (&pairs[i], load->people.people->pdata[2 * i], load->people.people->pdata[2 * i + 1], &end);
      send_next (&pairs[i]);
    }
  bench_wait (&load->loop, g_get_monotonic_time () >= end && all_is_acknowledged (pairs, n));
  for (guint i = 0; i < n; i++)
    sent += pairs[i].sent;
  measure_end (load, &begin, sent, waxwing__send__get_packed_size (&pairs[0].message->send));
  bench_people_disconnect (&load->people);
  for (guint i = 0; i < n; i++)
    {
      pairs[i].sender->data = pairs[i].receiver->data = NULL;
      test_message_free (pairs[i].message);
    }
}

/* --- Bare links ---------------------------------------------------------------------------- */

typedef struct
{
  const uint8_t *message;
  size_t len;
  gint64 end;
  uint64_t returned;
  guint waiting; /* links whose message is under way */
  guint greeted;
} Bare;

static void
echo_cb (BenchLink *link, const uint8_t *data, size_t len)
{
  Bare *self = link->data;

  if (len != self->len || memcmp (data, self->message, len) != 0)
    g_error ("the echo is another one");
  self->returned++;
  if (g_get_monotonic_time () < self->end)
    bench_link_send (link, self->message, self->len);
  else
    self->waiting--;
}

static void
greeting_cb (BenchLink *link, const uint8_t *data, size_t len)
{
  Bare *self = link->data;

  self->greeted++;
}

static bool
all_are_open (const GPtrArray *links)
{
  for (guint i = 0; i < links->len; i++)
    if (!((const BenchLink *) links->pdata[i])->open)
      return false;
  return true;
}

/* To be freed with g_ptr_array_unref(), which closes them. */
static GPtrArray *
open_bare_links (Load *load, guint n, BenchMessageFunc message, Bare *bare, bool greeted)
{
  GPtrArray *links = g_ptr_array_new_with_free_func ((GDestroyNotify) bench_link_free);

  while (links->len < n)
    {
      for (guint i = 0; i < BATCH && links->len < n; i++)
        g_ptr_array_add (links, bench_link_new (&load->loop, message, NULL, bare));
      bench_wait (&load->loop, greeted ? bare->greeted == links->len : all_are_open (links));
    }
  return links;
}

static void
load_echo (Load *load, guint n, double seconds, size_t len)
{
  g_autofree uint8_t *message = g_malloc (len);
  Bare bare = { .message = message, .len = len, .waiting = n };
  g_autoptr (GPtrArray) links = open_bare_links (load, n, echo_cb, &bare, false);
  Measure begin = measure_begin (load);

  memset (message, 'w', len);
  bare.end = begin.start + (gint64) (seconds * 1e6);
  for (guint i = 0; i < n; i++)
    bench_link_send (links->pdata[i], message, len);
  bench_wait (&load->loop, bare.waiting == 0);
  measure_end (load, &begin, bare.returned, len);
}

static void
load_idle (Load *load, guint n, const char *kind)
{
  int64_t rss = bench_process_rss_bytes (load->pid);
  int64_t pss = bench_process_pss_bytes (load->pid);
  Bare bare = { 0 };
  g_autoptr (GPtrArray) links = NULL;

  if (strcmp (kind, "authenticated") == 0)
    bench_people_connect (&load->people, n, NULL);
  else
    links = open_bare_links (load, n, greeting_cb, &bare, strcmp (kind, "greeted") == 0);
  printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", bench_process_rss_bytes (load->pid) - rss,
          bench_process_pss_bytes (load->pid) - pss);
  bench_people_disconnect (&load->people);
}

/* --- Orders -------------------------------------------------------------------------------- */

static void
obey (Load *load, const char *line)
{
  char kind[16];
  double seconds;
  size_t len;
  unsigned n;

  if (sscanf (line, "enrol %u", &n) == 1)
    {
      bench_people_enrol (&load->people, n);
      puts ("done");
    }
  else if (sscanf (line, "load %u %lf", &n, &seconds) == 2)
    load_pairs (load, n, seconds);
  else if (sscanf (line, "echo %u %lf %zu", &n, &seconds, &len) == 3)
    load_echo (load, n, seconds, len);
  else if (sscanf (line, "idle %u %15s", &n, kind) == 2)
    load_idle (load, n, kind);
  else if (sscanf (line, "server %d", &load->pid) == 1)
    puts ("done");
  else
    g_error ("cannot “%s”", line);
  fflush (stdout);
}

/* One descriptor for each link. */
static void
allow_descriptors (void)
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

int
main (int argc, char **argv)
{
  Load load = { 0 };
  char line[200];
  g_autofree char *authority = NULL;

  if (argc != 5)
    {
      fprintf (stderr, "usage: %s PORT PID MAIL-DIRECTORY PATH\n", argv[0]);
      return 2;
    }
  allow_descriptors ();
  authority = g_strconcat ("127.0.0.1:", argv[1], NULL);
  load.pid = atoi (argv[2]);
  bench_loop_init (&load.loop, (uint16_t) atoi (argv[1]), authority, argv[4]);
  bench_people_init (&load.people, &load.loop, argv[3]);
  while (fgets (line, sizeof line, stdin) != NULL)
    obey (&load, line);
  bench_people_clear (&load.people);
  bench_loop_clear (&load.loop);
  return EXIT_SUCCESS;
}
