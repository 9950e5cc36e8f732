/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-people-picker"

#include "ww-people-picker.h"

#include <glib/gi18n.h>

#include "ww-address-row.h"
#include "ww-address-text.h"
#include "ww-handle-text.h"
#include "ww-person-chip.h"
#include "ww-widget.h"

/* A group has 256 people, oneself included. */
#define MAX_CHIPS 255
/* Of those one writes to, so many are offered; typing narrows them down. */
#define MAX_KNOWN 5

struct _WwPeoplePicker
{
  GtkWidget parent_instance;
  AdwWrapBox *chips;
  WwAddressRow *entry;
  GtkWidget *add_button;
  GtkRevealer *error_revealer;
  GtkLabel *error;
  GtkWidget *known_box;
  GtkListBox *known;

  WwClient *client;
  GListModel *members;      /* of WwMember: who is in already; nullable */
  GPtrArray *people;        /* of WwPersonChip, unowned: the wrap box has them */
  GtkFilter *filter;        /* of whom one knows */
  GListModel *known_people; /* what the list below shows */
  char *wanted;             /* what is typed, folded */
  gboolean taking;          /* the text is being turned into chips */
};

G_DEFINE_FINAL_TYPE (WwPeoplePicker, ww_people_picker, GTK_TYPE_WIDGET)

enum
{
  CHANGED,
  ACTIVATE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static WwPersonChip *
nth_chip (WwPeoplePicker *self, guint i)
{
  return g_ptr_array_index (self->people, i);
}

static gboolean
is_chosen (WwPeoplePicker *self, const char *handle)
{
  for (guint i = 0; i < self->people->len; i++)
    if (g_str_equal (ww_person_chip_get_handle (nth_chip (self, i)), handle))
      return TRUE;
  return FALSE;
}

static gboolean
is_member (WwPeoplePicker *self, const char *account, const char *handle)
{
  for (guint i = 0; self->members != NULL && i < g_list_model_get_n_items (self->members); i++)
    {
      g_autoptr (WwMember) member = g_list_model_get_item (self->members, i);

      if (g_strcmp0 (ww_member_get_account (member), account) == 0 ||
          (handle != NULL && g_str_equal (ww_member_get_handle (member), handle)))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_offered (gpointer item, gpointer user_data)
{
  WwPeoplePicker *self = user_data;
  const char *handle = ww_conversation_get_handle (item);
  g_autofree char *title = NULL;

  if (ww_conversation_get_kind (item) != WW_CONVERSATION_KIND_PERSON || is_chosen (self, handle) ||
      is_member (self, NULL, handle))
    return FALSE;
  if (self->wanted == NULL)
    return TRUE;
  title = g_utf8_casefold (ww_conversation_get_title (item), -1);
  return strstr (title, self->wanted) != NULL || strstr (handle, self->wanted) != NULL;
}

static void
say (WwPeoplePicker *self, const char *sentence)
{
  gtk_revealer_set_reveal_child (self->error_revealer, sentence != NULL);
  if (sentence == NULL)
    return;
  if (g_strcmp0 (gtk_label_get_text (self->error), sentence) == 0 && gtk_widget_get_mapped (GTK_WIDGET (self->error)))
    return;
  gtk_label_set_text (self->error, sentence);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), sentence, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

/* Whom the list below offers depends on what is typed, and on who is chosen already. */
static void
narrow (WwPeoplePicker *self)
{
  g_autofree char *typed = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))));

  g_clear_pointer (&self->wanted, g_free);
  if (*typed != '\0')
    self->wanted = g_utf8_casefold (typed, -1);
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  gtk_widget_set_visible (self->known_box,
                          self->known_people != NULL && g_list_model_get_n_items (self->known_people) > 0);
}

static void
update (WwPeoplePicker *self)
{
  const char *wrong = NULL;

  for (guint i = 0; i < self->people->len && wrong == NULL; i++)
    wrong = ww_person_chip_get_error (nth_chip (self, i));
  say (self, wrong);
  gtk_widget_set_visible (GTK_WIDGET (self->chips), self->people->len > 0);
  gtk_widget_set_visible (self->add_button, ww_people_picker_has_text (self));
  narrow (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
remove_chip (WwPeoplePicker *self, WwPersonChip *chip)
{
  g_ptr_array_remove (self->people, chip);
  adw_wrap_box_remove (self->chips, GTK_WIDGET (chip));
}

static void
chip_removed_cb (WwPeoplePicker *self, WwPersonChip *chip)
{
  remove_chip (self, chip);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  update (self);
}

/* The same person by another address, who is in already. */
static gboolean
is_double (WwPeoplePicker *self, WwPersonChip *chip)
{
  for (guint i = 0; i < self->people->len; i++)
    if (nth_chip (self, i) != chip &&
        g_strcmp0 (ww_person_chip_get_account (nth_chip (self, i)), ww_person_chip_get_account (chip)) == 0)
      return TRUE;
  return FALSE;
}

static void
chip_changed_cb (WwPeoplePicker *self, WwPersonChip *chip)
{
  const char *account = ww_person_chip_get_account (chip);

  if (ww_person_chip_get_state (chip) == WW_PERSON_CHIP_READY)
    {
      if (g_strcmp0 (account, ww_client_get_account_id (self->client)) == 0)
        ww_person_chip_set_wrong (chip, _ ("This is you. Choose somebody else."));
      else if (is_member (self, account, NULL))
        ww_person_chip_set_wrong (chip, _ ("This person is in the group already."));
      else if (is_double (self, chip))
        ww_person_chip_set_wrong (chip, _ ("This person is chosen already, by another address."));
    }
  update (self);
}

static gboolean
add_handle (WwPeoplePicker *self, const char *handle)
{
  GtkWidget *chip;

  if (is_chosen (self, handle))
    return TRUE;
  if (self->people->len >= MAX_CHIPS)
    {
      ww_people_picker_show_error (self, _ ("A group has room for 256 people."));
      return FALSE;
    }
  chip = ww_person_chip_new (self->client, handle);
  g_signal_connect_object (chip, "changed", G_CALLBACK (chip_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (chip, "remove", G_CALLBACK (chip_removed_cb), self, G_CONNECT_SWAPPED);
  g_ptr_array_add (self->people, chip);
  adw_wrap_box_append (self->chips, chip);
  return TRUE;
}

static void
set_text (WwPeoplePicker *self, const char *text)
{
  self->taking = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
  self->taking = FALSE;
}

/* What several addresses are parted by, typed or pasted. What can't be taken stays where it is. */
static gboolean
take_parts (WwPeoplePicker *self, const char *text)
{
  g_auto (GStrv) parts = g_strsplit_set (text, ",;\n", -1);
  guint n = g_strv_length (parts);

  for (guint i = 0; i + 1 < n; i++)
    {
      g_autofree char *handle = ww_handle_text_normalise (g_strstrip (parts[i]));

      if (*parts[i] == '\0')
        continue;
      if (handle == NULL || !add_handle (self, handle))
        {
          g_autofree char *rest = g_strjoinv (", ", parts + i);

          set_text (self, rest);
          return FALSE;
        }
    }
  set_text (self, g_strstrip (parts[n - 1]));
  return TRUE;
}

static void
changed_cb (WwPeoplePicker *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));

  if (self->taking || self->client == NULL)
    return;
  if (strpbrk (text, ",;\n") != NULL)
    {
      g_autofree char *typed = g_strdup (text);

      take_parts (self, typed);
    }
  update (self);
}

/* Enter goes on with one person; among several it takes in the one that is typed first. */
static void
activated_cb (WwPeoplePicker *self)
{
  if (self->people->len > 0 && ww_people_picker_has_text (self))
    ww_people_picker_take_text (self);
  else
    g_signal_emit (self, signals[ACTIVATE], 0);
}

static void
add_cb (WwPeoplePicker *self)
{
  ww_people_picker_take_text (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

static void
known_activated_cb (WwPeoplePicker *self, GtkListBoxRow *row)
{
  g_autoptr (WwConversation)
      conversation = g_list_model_get_item (self->known_people, (guint) gtk_list_box_row_get_index (row));

  if (conversation == NULL)
    return;
  set_text (self, "");
  add_handle (self, ww_conversation_get_handle (conversation));
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  update (self);
}

static gboolean
key_pressed_cb (WwPeoplePicker *self, guint key)
{
  if (key != GDK_KEY_BackSpace || self->people->len == 0 || *gtk_editable_get_text (GTK_EDITABLE (self->entry)) != '\0')
    return GDK_EVENT_PROPAGATE;
  remove_chip (self, nth_chip (self, self->people->len - 1));
  update (self);
  return GDK_EVENT_STOP;
}

static GtkWidget *
create_known_row (gpointer item, gpointer user_data)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *avatar = adw_avatar_new (32, ww_conversation_get_title (item), TRUE);
  g_autofree char *address = ww_address_text_for_display (ww_conversation_get_handle (item));

  gtk_accessible_update_state (GTK_ACCESSIBLE (avatar), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), ww_conversation_get_title (item));
  if (!g_str_equal (address, ww_conversation_get_title (item)))
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), address);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), avatar);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  return row;
}

/**
 * ww_people_picker_set_client:
 * @members: (nullable): of #WwMember: who is not offered and not taken
 *
 * Called once, before anything else.
 */
void
ww_people_picker_set_client (WwPeoplePicker *self, WwClient *client, GListModel *members)
{
  GListModel *filtered;

  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
  g_set_object (&self->members, members);
  filtered = G_LIST_MODEL (
      gtk_filter_list_model_new (g_object_ref (ww_client_get_conversations (client)), g_object_ref (self->filter)));
  self->known_people = G_LIST_MODEL (gtk_slice_list_model_new (filtered, 0, MAX_KNOWN));
  gtk_list_box_bind_model (self->known, self->known_people, create_known_row, NULL, NULL);
  narrow (self);
}

void
ww_people_picker_set_text (WwPeoplePicker *self, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
}

/* How many are chosen; what is being typed is not counted. */
guint
ww_people_picker_count (WwPeoplePicker *self)
{
  return self->people->len;
}

gboolean
ww_people_picker_has_text (WwPeoplePicker *self)
{
  return !ww_address_row_is_blank (self->entry);
}

/**
 * ww_people_picker_take_text:
 *
 * Makes a chip of what is typed.
 *
 * Returns: whether there was nothing, or it could be taken; when not, the person is told why
 */
gboolean
ww_people_picker_take_text (WwPeoplePicker *self)
{
  g_autofree char *handle = NULL;
  g_autofree char *problem = NULL;

  if (!ww_people_picker_has_text (self))
    return TRUE;
  problem = ww_address_row_explain (self->entry, NULL);
  handle = ww_address_row_dup_handle (self->entry);
  if (problem != NULL || handle == NULL)
    {
      ww_people_picker_show_error (self, problem);
      return FALSE;
    }
  if (!add_handle (self, handle))
    return FALSE;
  set_text (self, "");
  update (self);
  return TRUE;
}

/* Whether the server knows everybody who is chosen, and nothing is left half typed. */
gboolean
ww_people_picker_is_ready (WwPeoplePicker *self)
{
  for (guint i = 0; i < self->people->len; i++)
    if (ww_person_chip_get_state (nth_chip (self, i)) != WW_PERSON_CHIP_READY)
      return FALSE;
  return self->people->len > 0 && !ww_people_picker_has_text (self);
}

/**
 * ww_people_picker_dup_handles:
 *
 * Returns: (transfer full): the addresses of those who are chosen
 */
char **
ww_people_picker_dup_handles (WwPeoplePicker *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->people->len; i++)
    g_strv_builder_add (builder, ww_person_chip_get_handle (nth_chip (self, i)));
  return g_strv_builder_end (builder);
}

/**
 * ww_people_picker_dup_typed:
 *
 * Returns: (transfer full) (nullable): the address that is typed; %NULL when it is none, and the person is told why
 */
char *
ww_people_picker_dup_typed (WwPeoplePicker *self)
{
  g_autofree char *problem = ww_address_row_explain (self->entry, NULL);

  if (problem == NULL)
    return ww_address_row_dup_handle (self->entry);
  ww_people_picker_show_error (self, problem);
  return NULL;
}

/**
 * ww_people_picker_show_error:
 * @sentence: (nullable): what was wrong with what was asked for; %NULL takes it away
 */
void
ww_people_picker_show_error (WwPeoplePicker *self, const char *sentence)
{
  if (sentence != NULL && ww_people_picker_has_text (self))
    ww_address_row_set_wrong (self->entry, TRUE);
  say (self, sentence);
}

void
ww_people_picker_set_busy (WwPeoplePicker *self, gboolean busy)
{
  gtk_editable_set_editable (GTK_EDITABLE (self->entry), !busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->chips), !busy);
  gtk_widget_set_sensitive (self->add_button, !busy);
  gtk_widget_set_sensitive (self->known_box, !busy);
}

static gboolean
ww_people_picker_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (WW_PEOPLE_PICKER (widget)->entry));
}

static void
ww_people_picker_dispose (GObject *object)
{
  WwPeoplePicker *self = WW_PEOPLE_PICKER (object);

  g_clear_object (&self->known_people);
  g_clear_object (&self->filter);
  g_clear_object (&self->members);
  g_clear_object (&self->client);
  g_clear_pointer (&self->people, g_ptr_array_unref);
  g_clear_pointer (&self->wanted, g_free);
  ww_widget_dispose_children (GTK_WIDGET (self), WW_TYPE_PEOPLE_PICKER);
  G_OBJECT_CLASS (ww_people_picker_parent_class)->dispose (object);
}

static void
ww_people_picker_class_init (WwPeoplePickerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_people_picker_dispose;
  widget_class->grab_focus = ww_people_picker_grab_focus;
  g_type_ensure (WW_TYPE_ADDRESS_ROW);
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[ACTIVATE] = g_signal_new ("activate", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-people-picker.ui");
  gtk_widget_class_bind_template_child (widget_class, WwPeoplePicker, chips);
  gtk_widget_class_bind_template_child (widget_class, WwPeoplePicker, entry);
  gtk_widget_class_bind_template_child (widget_class, WwPeoplePicker, add_button);
  gtk_widget_class_bind_template_child (widget_class, WwPeoplePicker, error_revealer);
  gtk_widget_class_bind_template_child (widget_class, WwPeoplePicker, error);
  gtk_widget_class_bind_template_child (widget_class, WwPeoplePicker, known_box);
  gtk_widget_class_bind_template_child (widget_class, WwPeoplePicker, known);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
  gtk_widget_class_bind_template_callback (widget_class, known_activated_cb);
}

static void
ww_people_picker_init (WwPeoplePicker *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->people = g_ptr_array_new ();
  self->filter = GTK_FILTER (gtk_custom_filter_new (is_offered, self, NULL));
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
}
