/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-conversation"

#include "ww-conversation-private.h"

#include <glib/gi18n-lib.h>

#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-handle.h"
#include "ww-hex.h"
#include "ww-message-list-private.h"
#include "ww-message-media.h"
#include "ww-text.h"
#include "ww-writers.h"

#define PREVIEW_CHARS 160
#define TITLE_CHARS   128

struct _WwConversation
{
  GObject parent_instance;

  WwConversationList *list; /* not owned; NULL once it let go */
  guint8 id_bytes[16];
  guint8 peer[16];
  char *id;
  char *title;
  char *handle;
  GStrv handles;
  WwStanding standing;
  WwTrust trust;
  char *self_handle;
  char *preview;
  char *draft;
  char *problem;
  gboolean weak;
  WwMessage *last_message;
  gint64 last_ms;
  guint unread;
  gint64 unread_stamp; /* which answer of the store the count is from */
  gint64 read_position;
  gint64 muted_until_ms;
  guint unmute_source;
  gint64 pinned;
  WwReceipts receipts;
  gint64 settings_stamp; /* which answer of the store these are from */
  WwWriters *writers;
  GStrv typing;
  GWeakRef messages;
  WwGroupRow *group; /* NULL for a person */
  GListStore *members;
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_TITLE,
  PROP_HANDLE,
  PROP_PREVIEW,
  PROP_PREVIEW_OUTGOING,
  PROP_LAST_MESSAGE,
  PROP_LAST_MS,
  PROP_UNREAD,
  PROP_DRAFT,
  PROP_WEAK,
  PROP_PROBLEM,
  PROP_SELF_HANDLE,
  PROP_HANDLES,
  PROP_STANDING,
  PROP_TRUST,
  PROP_KIND,
  PROP_NAME,
  PROP_PICTURE,
  PROP_MEMBERS,
  PROP_LEFT,
  PROP_READ_POSITION,
  PROP_MUTED_UNTIL_MS,
  PROP_MUTED,
  PROP_PINNED,
  PROP_RECEIPTS,
  PROP_TYPING,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ENUM_TYPE (WwStanding, ww_standing, G_DEFINE_ENUM_VALUE (WW_STANDING_REQUEST, "request"),
                    G_DEFINE_ENUM_VALUE (WW_STANDING_ACCEPTED, "accepted"),
                    G_DEFINE_ENUM_VALUE (WW_STANDING_BLOCKED, "blocked"))

G_DEFINE_ENUM_TYPE (WwTrust, ww_trust, G_DEFINE_ENUM_VALUE (WW_TRUST_UNVERIFIED, "unverified"),
                    G_DEFINE_ENUM_VALUE (WW_TRUST_VERIFIED, "verified"),
                    G_DEFINE_ENUM_VALUE (WW_TRUST_CHANGED, "changed"),
                    G_DEFINE_ENUM_VALUE (WW_TRUST_VERIFIED_CHANGED, "verified-changed"))

G_DEFINE_ENUM_TYPE (WwReceipts, ww_receipts, G_DEFINE_ENUM_VALUE (WW_RECEIPTS_DEFAULT, "default"),
                    G_DEFINE_ENUM_VALUE (WW_RECEIPTS_ON, "on"), G_DEFINE_ENUM_VALUE (WW_RECEIPTS_OFF, "off"))

G_DEFINE_FINAL_TYPE (WwConversation, ww_conversation, G_TYPE_OBJECT)

static void
ww_conversation_finalize (GObject *object)
{
  WwConversation *self = WW_CONVERSATION (object);

  g_free (self->id);
  g_free (self->title);
  g_free (self->handle);
  g_strfreev (self->handles);
  g_free (self->self_handle);
  g_free (self->preview);
  g_free (self->draft);
  g_free (self->problem);
  g_clear_object (&self->last_message);
  g_clear_pointer (&self->group, ww_group_row_free);
  g_clear_object (&self->members);
  ww_writers_free (self->writers);
  g_strfreev (self->typing);
  g_weak_ref_clear (&self->messages);
  g_clear_handle_id (&self->unmute_source, g_source_remove);

  G_OBJECT_CLASS (ww_conversation_parent_class)->finalize (object);
}

static void
ww_conversation_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  WwConversation *self = WW_CONVERSATION (object);

  switch (property_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_HANDLE:
      g_value_set_string (value, self->handle);
      break;
    case PROP_PREVIEW:
      g_value_set_string (value, self->preview);
      break;
    case PROP_PREVIEW_OUTGOING:
      g_value_set_boolean (value, ww_conversation_get_preview_outgoing (self));
      break;
    case PROP_LAST_MESSAGE:
      g_value_set_object (value, self->last_message);
      break;
    case PROP_LAST_MS:
      g_value_set_int64 (value, self->last_ms);
      break;
    case PROP_UNREAD:
      g_value_set_uint (value, self->unread);
      break;
    case PROP_DRAFT:
      g_value_set_string (value, self->draft);
      break;
    case PROP_WEAK:
      g_value_set_boolean (value, self->weak);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_SELF_HANDLE:
      g_value_set_string (value, self->self_handle);
      break;
    case PROP_HANDLES:
      g_value_set_boxed (value, self->handles);
      break;
    case PROP_STANDING:
      g_value_set_enum (value, self->standing);
      break;
    case PROP_TRUST:
      g_value_set_enum (value, self->trust);
      break;
    case PROP_KIND:
      g_value_set_enum (value, ww_conversation_get_kind (self));
      break;
    case PROP_NAME:
      g_value_set_string (value, ww_conversation_get_name (self));
      break;
    case PROP_PICTURE:
      g_value_set_boxed (value, ww_conversation_get_picture (self));
      break;
    case PROP_MEMBERS:
      g_value_set_object (value, self->members);
      break;
    case PROP_LEFT:
      g_value_set_boolean (value, ww_conversation_get_left (self));
      break;
    case PROP_READ_POSITION:
      g_value_set_int64 (value, self->read_position);
      break;
    case PROP_MUTED_UNTIL_MS:
      g_value_set_int64 (value, self->muted_until_ms);
      break;
    case PROP_MUTED:
      g_value_set_boolean (value, ww_conversation_get_muted (self));
      break;
    case PROP_PINNED:
      g_value_set_boolean (value, self->pinned != 0);
      break;
    case PROP_RECEIPTS:
      g_value_set_enum (value, self->receipts);
      break;
    case PROP_TYPING:
      g_value_set_boxed (value, self->typing);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ww_conversation_class_init (WwConversationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = ww_conversation_finalize;
  object_class->get_property = ww_conversation_get_property;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_HANDLE] = g_param_spec_string ("handle", NULL, NULL, NULL, flags);
  properties[PROP_PREVIEW] = g_param_spec_string ("preview", NULL, NULL, "", flags);
  properties[PROP_PREVIEW_OUTGOING] = g_param_spec_boolean ("preview-outgoing", NULL, NULL, FALSE, flags);
  properties[PROP_LAST_MESSAGE] = g_param_spec_object ("last-message", NULL, NULL, WW_TYPE_MESSAGE, flags);
  properties[PROP_LAST_MS] = g_param_spec_int64 ("last-ms", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_DRAFT] = g_param_spec_string ("draft", NULL, NULL, "", flags);
  properties[PROP_WEAK] = g_param_spec_boolean ("weak", NULL, NULL, FALSE, flags);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  properties[PROP_SELF_HANDLE] = g_param_spec_string ("self-handle", NULL, NULL, NULL, flags);
  properties[PROP_HANDLES] = g_param_spec_boxed ("handles", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_STANDING] = g_param_spec_enum ("standing", NULL, NULL, WW_TYPE_STANDING, WW_STANDING_ACCEPTED, flags);
  properties[PROP_TRUST] = g_param_spec_enum ("trust", NULL, NULL, WW_TYPE_TRUST, WW_TRUST_UNVERIFIED, flags);
  properties[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, WW_TYPE_CONVERSATION_KIND, WW_CONVERSATION_KIND_PERSON,
                                             flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, "", flags);
  properties[PROP_PICTURE] = g_param_spec_boxed ("picture", NULL, NULL, G_TYPE_BYTES, flags);
  properties[PROP_MEMBERS] = g_param_spec_object ("members", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_LEFT] = g_param_spec_boolean ("left", NULL, NULL, FALSE, flags);
  properties[PROP_READ_POSITION] = g_param_spec_int64 ("read-position", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[PROP_MUTED_UNTIL_MS] = g_param_spec_int64 ("muted-until-ms", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[PROP_MUTED] = g_param_spec_boolean ("muted", NULL, NULL, FALSE, flags);
  properties[PROP_PINNED] = g_param_spec_boolean ("pinned", NULL, NULL, FALSE, flags);
  properties[PROP_RECEIPTS] = g_param_spec_enum ("receipts", NULL, NULL, WW_TYPE_RECEIPTS, WW_RECEIPTS_DEFAULT, flags);
  properties[PROP_TYPING] = g_param_spec_boxed ("typing", NULL, NULL, G_TYPE_STRV, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
show_writers (gpointer owner)
{
  WwConversation *self = owner;

  g_strfreev (self->typing);
  self->typing = ww_writers_dup_names (self->writers);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TYPING]);
}

/* Strangers do not learn that somebody answers before the answer. */
static void
tell_typing (gpointer owner, gboolean active)
{
  WwConversation *self = owner;

  if (self->list != NULL && self->standing == WW_STANDING_ACCEPTED && self->trust != WW_TRUST_CHANGED &&
      self->trust != WW_TRUST_VERIFIED_CHANGED)
    ww_conversation_list_tell_typing (self->list, self, active);
}

static void
ww_conversation_init (WwConversation *self)
{
  g_weak_ref_init (&self->messages, NULL);
  self->title = g_strdup (_ ("Unknown Person"));
  self->handle = g_strdup ("");
  self->handles = g_new0 (char *, 1);
  self->standing = WW_STANDING_ACCEPTED;
  self->self_handle = g_strdup ("");
  self->preview = g_strdup ("");
  self->draft = g_strdup ("");
  self->members = g_list_store_new (WW_TYPE_MEMBER);
  self->writers = ww_writers_new (self, show_writers, tell_typing);
  self->typing = g_new0 (char *, 1);
}

static void
set_string (WwConversation *self, char **field, const char *value, guint property)
{
  if (g_set_str (field, value))
    g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* One line of it; what has no words is called by what it is. */
static char *
make_preview (WwMessage *message)
{
  g_autofree char *line = ww_text_one_line (ww_message_get_text (message), PREVIEW_CHARS);

  if (*line == '\0')
    g_set_str (&line, ww_message_get_summary (message));
  return g_steal_pointer (&line);
}

static void
set_last_message (WwConversation *self, WwMessage *message)
{
  gboolean was_outgoing = ww_conversation_get_preview_outgoing (self);
  g_autofree char *preview = NULL;

  if (!g_set_object (&self->last_message, message))
    return;

  preview = make_preview (message);
  self->last_ms = ww_message_get_position (message);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST_MESSAGE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST_MS]);
  set_string (self, &self->preview, preview, PROP_PREVIEW);
  if (was_outgoing != ww_conversation_get_preview_outgoing (self))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PREVIEW_OUTGOING]);
}

/* Messages that were stored together have one stamp, and are told of in their order. */
static void
set_unread (WwConversation *self, guint unread, gint64 stamp)
{
  if (stamp < self->unread_stamp)
    return;

  self->unread_stamp = stamp;
  if (self->unread == unread)
    return;

  self->unread = unread;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNREAD]);
}

static void
notify (WwConversation *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* Suspend stops timeouts, and clocks are set: the end is looked for at least so often. */
#define LOOK_MS (60 * 1000)

static void watch_mute (WwConversation *self);

static gboolean
look_cb (gpointer user_data)
{
  WwConversation *self = user_data;

  self->unmute_source = 0;
  if (ww_conversation_get_muted (self))
    watch_mute (self);
  else
    notify (self, PROP_MUTED);
  return G_SOURCE_REMOVE;
}

/* A mute that has an end ends by itself. */
static void
watch_mute (WwConversation *self)
{
  gint64 now_ms = ww_now_ms ();

  g_clear_handle_id (&self->unmute_source, g_source_remove);
  if (self->muted_until_ms <= now_ms || self->muted_until_ms == G_MAXINT64)
    return;
  if (self->muted_until_ms - now_ms > LOOK_MS)
    self->unmute_source = g_timeout_add_seconds (LOOK_MS / 1000, look_cb, self);
  else
    self->unmute_source = g_timeout_add ((guint) (self->muted_until_ms - now_ms), look_cb, self);
}

/* News of two commits may arrive in either order. */
static void
take_settings (WwConversation *self, const WwConversationRow *row)
{
  if (row->stamp < self->settings_stamp)
    return;
  self->settings_stamp = row->stamp;
  g_object_freeze_notify (G_OBJECT (self));
  if (self->read_position != row->read_position)
    {
      self->read_position = row->read_position;
      notify (self, PROP_READ_POSITION);
    }
  if (self->muted_until_ms != row->muted_until_ms)
    {
      self->muted_until_ms = row->muted_until_ms;
      watch_mute (self);
      notify (self, PROP_MUTED_UNTIL_MS);
      notify (self, PROP_MUTED);
    }
  if (self->pinned != row->pinned)
    {
      self->pinned = row->pinned;
      notify (self, PROP_PINNED);
    }
  if (self->receipts != row->receipts && row->receipts <= WW_RECEIPTS_OFF)
    {
      self->receipts = (WwReceipts) row->receipts;
      notify (self, PROP_RECEIPTS);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * ww_conversation_new:
 * @list: not owned; calls ww_conversation_detach() before it goes
 * @row: as it is in the store
 */
WwConversation *
ww_conversation_new (WwConversationList *list, const WwConversationRow *row)
{
  WwConversation *self = g_object_new (WW_TYPE_CONVERSATION, NULL);

  self->list = list;
  memcpy (self->id_bytes, row->id, sizeof row->id);
  memcpy (self->peer, row->peer, sizeof row->peer);
  self->id = ww_hex_encode (row->id, sizeof row->id);
  self->last_ms = row->last_position;
  self->unread = row->unread;
  self->unread_stamp = row->stamp;
  take_settings (self, row);
  g_set_str (&self->draft, row->draft != NULL ? row->draft : "");
  ww_conversation_set_self_handle (self, ww_conversation_list_get_handle (list));
  if (row->group != NULL)
    ww_conversation_set_group (self, row->group);
  if (row->contact != NULL)
    ww_conversation_set_contact (self, row->contact);
  if (row->last != NULL)
    {
      g_autoptr (WwMessage) message = ww_conversation_list_take_message (list, row->last);

      set_last_message (self, message);
    }

  return self;
}

/* The list empties: what this is asked from now on is rejected. */
void
ww_conversation_detach (WwConversation *self)
{
  self->list = NULL;
}

WwConversationList *
ww_conversation_get_list (WwConversation *self)
{
  return self->list;
}

const guint8 *
ww_conversation_get_id_bytes (WwConversation *self)
{
  return self->id_bytes;
}

const guint8 *
ww_conversation_get_peer (WwConversation *self)
{
  return self->peer;
}

static void
set_handles (WwConversation *self, const WwContactRow *contact)
{
  const char *joined = contact->handles != NULL && *contact->handles != '\0' ? contact->handles : contact->handle;
  g_auto (GStrv) handles = joined != NULL && *joined != '\0' ? g_strsplit (joined, " ", -1) : g_new0 (char *, 1);

  if (g_strv_equal ((const char *const *) handles, (const char *const *) self->handles))
    return;
  g_strfreev (self->handles);
  self->handles = g_steal_pointer (&handles);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HANDLES]);
}

/* Before anything was decided the person does not stand anywhere else. */
static void
set_standing (WwConversation *self, const WwContactRow *contact)
{
  WwStanding standing = contact->standing == WW_STANDING_REQUEST || contact->standing == WW_STANDING_BLOCKED
                            ? (WwStanding) contact->standing
                            : WW_STANDING_ACCEPTED;

  if (self->standing == standing)
    return;
  self->standing = standing;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STANDING]);
}

static void
set_trust (WwConversation *self, WwTrust trust)
{
  if (self->trust == trust)
    return;
  self->trust = trust;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TRUST]);
}

static void
set_weak (WwConversation *self, gboolean weak)
{
  if (self->weak == weak)
    return;
  self->weak = weak;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WEAK]);
}

/**
 * ww_conversation_set_contact:
 *
 * The title is what the person calls themselves, else their handle: never empty, never more than a line.
 */
void
ww_conversation_set_contact (WwConversation *self, const WwContactRow *contact)
{
  const char *handle = contact->handle != NULL ? contact->handle : "";
  g_autofree char *title = ww_text_one_line (contact->name, TITLE_CHARS);
  const char *problem = NULL;

  /* Of a group the row says how the person stands to it, and the group itself the rest. */
  if (self->group != NULL)
    {
      set_standing (self, contact);
      return;
    }
  if (*title == '\0')
    g_set_str (&title, *handle != '\0' ? ww_handle_for_people (handle) : _ ("Unknown Person"));

  if (contact->problem != NULL)
    {
      problem = ww_error_get_sentence_for_code (contact->problem);
      if (problem == NULL)
        problem = ww_error_get_sentence (WW_ERROR_RECORD_MALFORMED);
    }

  g_object_freeze_notify (G_OBJECT (self));
  set_string (self, &self->title, title, PROP_TITLE);
  set_string (self, &self->handle, handle, PROP_HANDLE);
  set_string (self, &self->problem, problem, PROP_PROBLEM);
  set_handles (self, contact);
  set_standing (self, contact);
  set_trust (self, ww_contact_row_get_trust (contact));
  set_weak (self, !!contact->weak);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * ww_conversation_take_group:
 * @group: as it is in the store
 *
 * For ww-conversation-group.c, which has brought the members up to it.
 */
void
ww_conversation_take_group (WwConversation *self, const WwGroupRow *group)
{
  WwGroupRow *before = self->group;

  self->group = ww_group_row_copy (group);
  if (before == NULL || before->left != group->left)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LEFT]);
  if (before == NULL || !g_str_equal (before->name, group->name))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
  if (before == NULL || before->picture != group->picture)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PICTURE]);
  g_clear_pointer (&before, ww_group_row_free);
}

/* What a group's members make of it. */
void
ww_conversation_take_summary (WwConversation *self, const char *title, WwTrust trust, gboolean weak,
                              const char *problem)
{
  g_object_freeze_notify (G_OBJECT (self));
  set_string (self, &self->title, title, PROP_TITLE);
  set_string (self, &self->problem, problem, PROP_PROBLEM);
  set_trust (self, trust);
  set_weak (self, weak);
  g_object_thaw_notify (G_OBJECT (self));
}

const WwGroupRow *
ww_conversation_get_group (WwConversation *self)
{
  return self->group;
}

GListStore *
ww_conversation_get_member_store (WwConversation *self)
{
  return self->members;
}

void
ww_conversation_set_self_handle (WwConversation *self, const char *handle)
{
  set_string (self, &self->self_handle, handle, PROP_SELF_HANDLE);
}

/* Whoever sent something has written it. */
static void
stop_writing (WwConversation *self, WwMessage *message)
{
  guint8 account[16];

  if (ww_hex_decode (ww_message_get_sender_account (message), account, sizeof account))
    ww_writers_set (self->writers, account, "", FALSE);
  if (ww_message_get_outgoing (message))
    ww_writers_forget_own (self->writers);
}

/* Only what the store calls later than what is shown moves the conversation: news may come in either order. */
void
ww_conversation_add_message (WwConversation *self, WwMessage *message, guint unread, gint64 stamp)
{
  g_autoptr (WwMessageList) messages = g_weak_ref_get (&self->messages);

  stop_writing (self, message);
  g_object_freeze_notify (G_OBJECT (self));
  if (self->last_message == NULL || ww_message_get_position (message) > self->last_ms)
    set_last_message (self, message);
  set_unread (self, unread, stamp);
  g_object_thaw_notify (G_OBJECT (self));

  if (messages != NULL)
    ww_message_list_add (messages, message);
}

void
ww_conversation_message_changed (WwConversation *self, WwMessage *message)
{
  g_autofree char *preview = NULL;

  if (message != self->last_message)
    return;
  preview = make_preview (message);
  set_string (self, &self->preview, preview, PROP_PREVIEW);
}

void
ww_conversation_deepen (WwConversation *self)
{
  g_autoptr (WwMessageList) messages = g_weak_ref_get (&self->messages);

  if (messages != NULL)
    ww_message_list_deepen (messages);
}

void
ww_conversation_remove_message (WwConversation *self, WwMessage *message)
{
  g_autoptr (WwMessageList) messages = g_weak_ref_get (&self->messages);

  if (messages != NULL)
    ww_message_list_remove (messages, message);
}

/* Nothing is left of what was said last. */
static void
clear_last_message (WwConversation *self)
{
  g_clear_object (&self->last_message);
  notify (self, PROP_LAST_MESSAGE);
  set_string (self, &self->preview, "", PROP_PREVIEW);
  notify (self, PROP_PREVIEW_OUTGOING);
}

void
ww_conversation_settle (WwConversation *self, const WwConversationRow *row)
{
  g_object_freeze_notify (G_OBJECT (self));
  take_settings (self, row);
  set_unread (self, row->unread, row->stamp);
  set_string (self, &self->draft, row->draft != NULL ? row->draft : "", PROP_DRAFT);
  if (row->last != NULL && self->list != NULL)
    {
      g_autoptr (WwMessage) message = ww_conversation_list_take_message (self->list, row->last);

      set_last_message (self, message);
    }
  else if (row->last == NULL && self->last_message != NULL)
    {
      clear_last_message (self);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * ww_conversation_set_writing:
 *
 * Who does not say so again within a few seconds has stopped.
 */
void
ww_conversation_set_writing (WwConversation *self, const guint8 account[16], const char *name, gboolean active)
{
  ww_writers_set (self->writers, account, name, active);
}

/**
 * ww_conversation_set_typing:
 * @active: %FALSE when the text box is empty again
 */
void
ww_conversation_set_typing (WwConversation *self, gboolean active)
{
  g_return_if_fail (WW_IS_CONVERSATION (self));

  ww_writers_set_own (self->writers, active);
}

void
ww_conversation_set_read (WwConversation *self, const WwReadChange *change)
{
  if (change->read_position > self->read_position)
    {
      self->read_position = change->read_position;
      notify (self, PROP_READ_POSITION);
    }
  set_unread (self, change->unread, change->stamp);
}

/* A model of what is shown, for ww-conversation-actions.c. */
void
ww_conversation_take_draft (WwConversation *self, const char *draft)
{
  set_string (self, &self->draft, draft, PROP_DRAFT);
}

gint64
ww_conversation_get_read_position (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), 0);

  return self->read_position;
}

gint64
ww_conversation_get_muted_until_ms (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), 0);

  return self->muted_until_ms;
}

gboolean
ww_conversation_get_muted (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), FALSE);

  return self->muted_until_ms > g_get_real_time () / 1000;
}

gboolean
ww_conversation_get_pinned (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), FALSE);

  return self->pinned != 0;
}

/* For the order of a list: pinned ones first, the one that was pinned last before the others. */
gint64
ww_conversation_get_pin (WwConversation *self)
{
  return self->pinned;
}

WwReceipts
ww_conversation_get_receipts (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), WW_RECEIPTS_DEFAULT);

  return self->receipts;
}

const char *const *
ww_conversation_get_typing (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  return (const char *const *) self->typing;
}

const char *
ww_conversation_get_id (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  return self->id;
}

const char *
ww_conversation_get_title (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  return self->title;
}

const char *
ww_conversation_get_handle (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  return self->handle;
}

/**
 * ww_conversation_get_handles:
 *
 * Returns: (transfer none): all of the other person's current record, the first one first
 */
const char *const *
ww_conversation_get_handles (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  return (const char *const *) self->handles;
}

WwStanding
ww_conversation_get_standing (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), WW_STANDING_REQUEST);

  return self->standing;
}

WwTrust
ww_conversation_get_trust (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), WW_TRUST_CHANGED);

  return self->trust;
}

const char *
ww_conversation_get_self_handle (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  return self->self_handle;
}

const char *
ww_conversation_get_preview (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  return self->preview;
}

gboolean
ww_conversation_get_preview_outgoing (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), FALSE);

  return self->last_message != NULL && ww_message_get_outgoing (self->last_message);
}

WwMessage *
ww_conversation_get_last_message (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  return self->last_message;
}

/**
 * ww_conversation_get_last_ms:
 *
 * Returns: the position of the last message, or when the conversation began: milliseconds since 1970-01-01 UTC, as this
 *   device's clock said
 */
gint64
ww_conversation_get_last_ms (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), 0);

  return self->last_ms;
}

guint
ww_conversation_get_unread (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), 0);

  return self->unread;
}

const char *
ww_conversation_get_draft (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  return self->draft;
}

gboolean
ww_conversation_get_weak (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), FALSE);

  return self->weak;
}

const char *
ww_conversation_get_problem (WwConversation *self)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  return self->problem;
}

/**
 * ww_conversation_dup_messages:
 *
 * Returns: (transfer full): the same list for as long as somebody holds it; it begins to load when it is made
 */
WwMessageList *
ww_conversation_dup_messages (WwConversation *self)
{
  WwMessageList *messages;

  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  messages = g_weak_ref_get (&self->messages);
  if (messages == NULL)
    {
      messages = ww_message_list_new (self);
      g_weak_ref_set (&self->messages, messages);
    }

  return messages;
}
