/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-writers.h"

#include <string.h>

/* The others are told so often while keys are pressed, and wait a little longer for the next time. */
#define TELL_US    (5 * G_USEC_PER_SEC)
#define SILENT_MS  8000
#define IDLE_MS    6000
#define MAX_OTHERS 32

typedef struct
{
  WwWriters *writers; /* owns this */
  guint8 account[16];
  char *name;
  guint timer;
} Writer;

struct _WwWriters
{
  gpointer owner;
  WwWritersChanged changed;
  WwWritersTell tell;
  GPtrArray *others; /* of Writer */
  gint64 told_us;    /* monotonic; 0: the others do not think that the person writes */
  guint idle;
};

static void
writer_free (gpointer data)
{
  Writer *writer = data;

  g_clear_handle_id (&writer->timer, g_source_remove);
  g_free (writer->name);
  g_free (writer);
}

WwWriters *
ww_writers_new (gpointer owner, WwWritersChanged changed, WwWritersTell tell)
{
  WwWriters *self = g_new0 (WwWriters, 1);

  self->owner = owner;
  self->changed = changed;
  self->tell = tell;
  self->others = g_ptr_array_new_with_free_func (writer_free);
  return self;
}

void
ww_writers_free (WwWriters *self)
{
  g_clear_handle_id (&self->idle, g_source_remove);
  g_ptr_array_unref (self->others);
  g_free (self);
}

static gboolean
silent_cb (gpointer data)
{
  Writer *writer = data;
  WwWriters *self = writer->writers;

  writer->timer = 0;
  g_ptr_array_remove (self->others, writer);
  self->changed (self->owner);
  return G_SOURCE_REMOVE;
}

static Writer *
find (WwWriters *self, const guint8 account[16])
{
  for (guint i = 0; i < self->others->len; i++)
    if (memcmp (((Writer *) self->others->pdata[i])->account, account, 16) == 0)
      return self->others->pdata[i];
  return NULL;
}

static void
add (WwWriters *self, const guint8 account[16], const char *name)
{
  Writer *writer;

  if (self->others->len >= MAX_OTHERS)
    return;
  writer = g_new0 (Writer, 1);
  writer->writers = self;
  memcpy (writer->account, account, sizeof writer->account);
  writer->name = g_strdup (name);
  writer->timer = g_timeout_add (SILENT_MS, silent_cb, writer);
  g_ptr_array_add (self->others, writer);
  self->changed (self->owner);
}

void
ww_writers_set (WwWriters *self, const guint8 account[16], const char *name, gboolean active)
{
  Writer *writer = find (self, account);

  if (writer == NULL && active)
    {
      add (self, account, name);
    }
  else if (writer != NULL && active)
    {
      g_clear_handle_id (&writer->timer, g_source_remove);
      writer->timer = g_timeout_add (SILENT_MS, silent_cb, writer);
    }
  else if (writer != NULL)
    {
      g_ptr_array_remove (self->others, writer);
      self->changed (self->owner);
    }
}

GStrv
ww_writers_dup_names (WwWriters *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->others->len; i++)
    g_strv_builder_add (builder, ((Writer *) self->others->pdata[i])->name);
  return g_strv_builder_end (builder);
}

static void
stop (WwWriters *self)
{
  g_clear_handle_id (&self->idle, g_source_remove);
  if (self->told_us == 0)
    return;
  self->told_us = 0;
  self->tell (self->owner, FALSE);
}

static gboolean
idle_cb (gpointer data)
{
  WwWriters *self = data;

  self->idle = 0;
  stop (self);
  return G_SOURCE_REMOVE;
}

void
ww_writers_set_own (WwWriters *self, gboolean active)
{
  gint64 now = g_get_monotonic_time ();

  if (!active)
    {
      stop (self);
      return;
    }
  g_clear_handle_id (&self->idle, g_source_remove);
  self->idle = g_timeout_add (IDLE_MS, idle_cb, self);
  if (self->told_us != 0 && now - self->told_us < TELL_US)
    return;
  self->told_us = now;
  self->tell (self->owner, TRUE);
}

void
ww_writers_forget_own (WwWriters *self)
{
  g_clear_handle_id (&self->idle, g_source_remove);
  self->told_us = 0;
}
