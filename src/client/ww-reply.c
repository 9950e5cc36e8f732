/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-reply.h"

#include "ww-frame.h"

struct _WwReply
{
  gatomicrefcount ref_count;
  Waxwing__Frame *frame;
};

G_DEFINE_BOXED_TYPE (WwReply, ww_reply, ww_reply_ref, ww_reply_unref)

WwReply *
ww_reply_new (const guint8 *data, gsize len)
{
  Waxwing__Frame *frame = ww_frame_parse (data, len);
  WwReply *self;

  if (frame == NULL)
    return NULL;
  self = g_new0 (WwReply, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->frame = frame;
  return self;
}

WwReply *
ww_reply_ref (WwReply *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ww_reply_unref (WwReply *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  waxwing__frame__free_unpacked (self->frame, NULL);
  g_free (self);
}

const Waxwing__Frame *
ww_reply_frame (WwReply *self)
{
  return self->frame;
}

const Waxwing__Response *
ww_reply_response (WwReply *self)
{
  g_assert (self->frame->body_case == WAXWING__FRAME__BODY_RESPONSE);
  return self->frame->response;
}

const Waxwing__Event *
ww_reply_event (WwReply *self)
{
  g_assert (self->frame->body_case == WAXWING__FRAME__BODY_EVENT);
  return self->frame->event;
}
