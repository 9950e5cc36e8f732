/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

typedef enum
{
  WW_ATTACHMENT_KIND_PHOTO,
  WW_ATTACHMENT_KIND_VIDEO,
  WW_ATTACHMENT_KIND_AUDIO,
  WW_ATTACHMENT_KIND_FILE,
} WwAttachmentKind;
#define WW_TYPE_ATTACHMENT_KIND (ww_attachment_kind_get_type ())
GType ww_attachment_kind_get_type (void);

typedef enum
{
  WW_ATTACHMENT_STATE_UPLOADING, /* own, on its way to the server, or waiting for it; can be read once it is sealed */
  WW_ATTACHMENT_STATE_REMOTE,    /* on the server only: ww_attachment_fetch() */
  WW_ATTACHMENT_STATE_LOADING,   /* on its way here, or waiting for the server */
  WW_ATTACHMENT_STATE_PAUSED,    /* either way: ww_attachment_resume() */
  WW_ATTACHMENT_STATE_HERE,      /* can be read */
  WW_ATTACHMENT_STATE_FAILED,    /* either way, see "error"; ww_attachment_resume() tries again */
  WW_ATTACHMENT_STATE_GONE,      /* the server does not have it any more */
} WwAttachmentState;
#define WW_TYPE_ATTACHMENT_STATE (ww_attachment_state_get_type ())
GType ww_attachment_state_get_type (void);
const char *ww_attachment_state_to_string (WwAttachmentState state); /* as in waxwing-cli --json */

/*
 * A file in a message. What the sender said of it is there at once, the file itself when it was fetched.
 * Properties, all to be read: "state", "done", "total", "error" change and notify; the rest is constant.
 */
#define WW_TYPE_ATTACHMENT (ww_attachment_get_type ())
G_DECLARE_FINAL_TYPE (WwAttachment, ww_attachment, WW, ATTACHMENT, GObject)

const char *ww_attachment_get_id (WwAttachment *self);         /* for caches; the same after a restart */
const char *ww_attachment_get_name (WwAttachment *self);       /* safe to show and as a file name; never empty */
const char *ww_attachment_get_media_type (WwAttachment *self); /* as the sender says; may be "" */
guint64 ww_attachment_get_size (WwAttachment *self);
WwAttachmentKind ww_attachment_get_kind (WwAttachment *self);
guint ww_attachment_get_width (WwAttachment *self); /* as shown; 0: unknown */
guint ww_attachment_get_height (WwAttachment *self);
GBytes *ww_attachment_get_preview (WwAttachment *self);    /* a tiny picture, to be decoded like any other; nullable */
gint64 ww_attachment_get_duration_ms (WwAttachment *self); /* 0: unknown */
gboolean ww_attachment_get_voice (WwAttachment *self);     /* a recorded voice message */
/* How loud it is over its time, a byte for each part of it: from silence (0) to the loudest (255); nullable. */
GBytes *ww_attachment_get_levels (WwAttachment *self);
WwAttachmentState ww_attachment_get_state (WwAttachment *self);
guint64 ww_attachment_get_done (WwAttachment *self); /* of total, while something moves */
guint64 ww_attachment_get_total (WwAttachment *self);
const char *ww_attachment_get_error (WwAttachment *self); /* sentence, or NULL */
/* Whether it can be read here: HERE, and what is being uploaded once it is sealed. */
gboolean ww_attachment_get_readable (WwAttachment *self);

void ww_attachment_fetch (WwAttachment *self);
void ww_attachment_pause (WwAttachment *self);
void ww_attachment_resume (WwAttachment *self);
/* Of a download: it is REMOTE again. */
void ww_attachment_cancel (WwAttachment *self);

/*
 * All of these reject with WW_ERROR_INVALID_ARGUMENT while it cannot be read, and with WW_ERROR_MESSAGE_ALTERED when what is
 * here is not what was sent.
 */
/* → GInputStream, seekable; may be read on another thread, by one at a time. */
DexFuture *ww_attachment_open (WwAttachment *self);
/* → GBytes; also WW_ERROR_INVALID_ARGUMENT for more than `max` bytes. */
DexFuture *ww_attachment_load_bytes (WwAttachment *self, gsize max);
/*
 * → GFile: a new one in a directory, under its own name or the one that a person chose. What stands there already, links included,
 * is neither touched nor followed: the new one gets a number then (“name (1).png”). Only its owner may read it, nobody execute it.
 */
DexFuture *ww_attachment_save_in (WwAttachment *self, GFile *directory);
DexFuture *ww_attachment_save_as (WwAttachment *self, GFile *file);
/* The same for what is in no file, such as a card. `name` is made safe. */
DexFuture *ww_bytes_save_in (GBytes *bytes, const char *name, GFile *directory);
DexFuture *ww_bytes_save_as (GBytes *bytes, GFile *file);

G_END_DECLS
