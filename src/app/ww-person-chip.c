/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-person-chip"

#include "ww-person-chip.h"

#include <glib/gi18n.h>

#include "ww-address-text.h"
#include "ww-future.h"
#include "ww-widget.h"

struct _WwPersonChip
{
  GtkWidget parent_instance;
  GtkStack *stack;
  AdwAvatar *avatar;
  GtkLabel *label;
  GtkWidget *button;

  WwPersonChipState state;
  char *handle;
  char *account;
  char *error;
  DexFuture *look_up;
};

G_DEFINE_FINAL_TYPE (WwPersonChip, ww_person_chip, GTK_TYPE_WIDGET)

enum
{
  CHANGED,
  REMOVE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
remove_cb (WwPersonChip *self)
{
  g_signal_emit (self, signals[REMOVE], 0);
}

static void
set_name (WwPersonChip *self, const char *name)
{
  /* Translators: %s is a person's name or address. */
  g_autofree char *remove = g_strdup_printf (_ ("Remove %s"), name);

  gtk_label_set_text (self->label, name);
  adw_avatar_set_text (self->avatar, name);
  gtk_widget_set_tooltip_text (self->button, remove);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, remove, -1);
}

static void
set_state (WwPersonChip *self, WwPersonChipState state)
{
  static const char *const pages[] = { "looking", "ready", "wrong" };

  self->state = state;
  gtk_stack_set_visible_child_name (self->stack, pages[state]);
  ww_widget_set_css_class (GTK_WIDGET (self), "error", state == WW_PERSON_CHIP_WRONG);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), self->error);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
looked_up_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwPersonChip *self = owner;

  if (error != NULL)
    {
      ww_person_chip_set_wrong (self, error->message);
      return;
    }
  g_set_str (&self->account, ww_contact_get_account_id (g_value_get_object (value)));
  set_state (self, WW_PERSON_CHIP_READY);
}

/**
 * ww_person_chip_set_wrong:
 * @sentence: why this person can't be taken
 */
void
ww_person_chip_set_wrong (WwPersonChip *self, const char *sentence)
{
  g_set_str (&self->error, sentence);
  set_state (self, WW_PERSON_CHIP_WRONG);
}

WwPersonChipState
ww_person_chip_get_state (WwPersonChip *self)
{
  return self->state;
}

/**
 * ww_person_chip_get_handle:
 *
 * Returns: the address by which the person was chosen, normalised
 */
const char *
ww_person_chip_get_handle (WwPersonChip *self)
{
  return self->handle;
}

/**
 * ww_person_chip_get_account:
 *
 * Returns: (nullable): who that is, in hex, once the server has said so: two addresses may be one person
 */
const char *
ww_person_chip_get_account (WwPersonChip *self)
{
  return self->account;
}

const char *
ww_person_chip_get_error (WwPersonChip *self)
{
  return self->state == WW_PERSON_CHIP_WRONG ? self->error : NULL;
}

static void
ww_person_chip_dispose (GObject *object)
{
  WwPersonChip *self = WW_PERSON_CHIP (object);

  dex_clear (&self->look_up);
  g_clear_pointer (&self->handle, g_free);
  g_clear_pointer (&self->account, g_free);
  g_clear_pointer (&self->error, g_free);
  ww_widget_dispose_children (GTK_WIDGET (self), WW_TYPE_PERSON_CHIP);
  G_OBJECT_CLASS (ww_person_chip_parent_class)->dispose (object);
}

static void
ww_person_chip_class_init (WwPersonChipClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_person_chip_dispose;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[REMOVE] = g_signal_new ("remove", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-person-chip.ui");
  gtk_widget_class_bind_template_child (widget_class, WwPersonChip, stack);
  gtk_widget_class_bind_template_child (widget_class, WwPersonChip, avatar);
  gtk_widget_class_bind_template_child (widget_class, WwPersonChip, label);
  gtk_widget_class_bind_template_child (widget_class, WwPersonChip, button);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
}

static void
ww_person_chip_init (WwPersonChip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ww_person_chip_new:
 * @handle: a normalised address
 *
 * Who is known already has their name at once; that the address is still theirs is asked all the same.
 */
GtkWidget *
ww_person_chip_new (WwClient *client, const char *handle)
{
  WwPersonChip *self = g_object_new (WW_TYPE_PERSON_CHIP, NULL);
  g_autoptr (WwConversation) known = ww_client_find_conversation (client, handle);
  g_autofree char *address = ww_address_text_for_display (handle);

  self->handle = g_strdup (handle);
  set_name (self, known != NULL ? ww_conversation_get_title (known) : address);
  self->look_up = ww_future_watch (ww_client_look_up (client, handle), self, looked_up_cb, NULL);
  return GTK_WIDGET (self);
}
