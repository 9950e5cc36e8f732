/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-rows"

#include "ww-store-messages.h"

/* The boxed rows of ww-store-messages.h: made, copied, freed. */

G_DEFINE_BOXED_TYPE (WwMessageRow, ww_message_row, ww_message_row_copy, ww_message_row_free)
G_DEFINE_BOXED_TYPE (WwConversationRow, ww_conversation_row, ww_conversation_row_copy, ww_conversation_row_free)
G_DEFINE_BOXED_TYPE (WwReadChange, ww_read_change, ww_read_change_copy, ww_read_change_free)

WwTapbackRow *
ww_tapback_row_copy (const WwTapbackRow *self)
{
  WwTapbackRow *copy = g_memdup2 (self, sizeof *self);

  copy->emoji = g_strdup (self->emoji);
  return copy;
}

void
ww_tapback_row_free (WwTapbackRow *self)
{
  g_free (self->emoji);
  g_free (self);
}

static gpointer
copy_tapback (gconstpointer row, gpointer user_data)
{
  return ww_tapback_row_copy (row);
}

WwMessageRow *
ww_message_row_new (void)
{
  return g_new0 (WwMessageRow, 1);
}

WwMessageRow *
ww_message_row_copy (const WwMessageRow *self)
{
  WwMessageRow *copy = g_memdup2 (self, sizeof *self);

  if (copy->payload != NULL)
    g_bytes_ref (copy->payload);
  copy->text = g_strdup (self->text);
  copy->names = g_strdup (self->names);
  copy->error = g_strdup (self->error);
  copy->notice = g_strdup (self->notice);
  if (self->tapbacks != NULL)
    copy->tapbacks = g_ptr_array_copy (self->tapbacks, copy_tapback, NULL);
  if (self->replied != NULL)
    copy->replied = ww_message_row_copy (self->replied);
  return copy;
}

void
ww_message_row_free (WwMessageRow *self)
{
  g_clear_pointer (&self->payload, g_bytes_unref);
  g_free (self->text);
  g_free (self->names);
  g_free (self->error);
  g_free (self->notice);
  g_clear_pointer (&self->tapbacks, g_ptr_array_unref);
  g_clear_pointer (&self->replied, ww_message_row_free);
  g_free (self);
}

char *
ww_message_row_dup_words (const WwMessageRow *self)
{
  return g_strconcat (self->text != NULL ? self->text : "", "\n", self->names != NULL ? self->names : "", NULL);
}

WwConversationRow *
ww_conversation_row_copy (const WwConversationRow *self)
{
  WwConversationRow *copy = g_memdup2 (self, sizeof *self);

  copy->draft = g_strdup (self->draft);
  copy->last = self->last != NULL ? ww_message_row_copy (self->last) : NULL;
  copy->contact = self->contact != NULL ? ww_contact_row_copy (self->contact) : NULL;
  copy->group = self->group != NULL ? ww_group_row_copy (self->group) : NULL;
  return copy;
}

void
ww_conversation_row_free (WwConversationRow *self)
{
  g_free (self->draft);
  g_clear_pointer (&self->last, ww_message_row_free);
  g_clear_pointer (&self->contact, ww_contact_row_free);
  g_clear_pointer (&self->group, ww_group_row_free);
  g_free (self);
}

WwReadChange *
ww_read_change_copy (const WwReadChange *self)
{
  return g_memdup2 (self, sizeof *self);
}

void
ww_read_change_free (WwReadChange *self)
{
  g_free (self);
}
