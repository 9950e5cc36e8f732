/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-address-row"

#include "ww-address-row.h"

#include <glib/gi18n.h>

#include "ww-handle-text.h"
#include "ww-address-text.h"
#include "ww-widget.h"

struct _WwAddressRow
{
  AdwEntryRow parent_instance;
  char *hint;
};

G_DEFINE_FINAL_TYPE (WwAddressRow, ww_address_row, ADW_TYPE_ENTRY_ROW)

typedef enum
{
  PROP_HINT = 1,
  PROP_HAS_HINT,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

/* A number says what country it was taken for, before anything is sent to a stranger's telephone. */
static void
update_hint (WwAddressRow *self)
{
  g_autofree char *handle = ww_address_row_dup_handle (self);
  g_autofree char *shown = NULL;
  g_autofree char *hint = NULL;

  if (handle != NULL && ww_handle_text_is_phone (handle))
    {
      shown = ww_address_text_international (handle);
      /* Translators: %s is a phone number in international form. */
      hint = g_strdup_printf (_ ("This is %s."), shown);
    }
  if (!g_set_str (&self->hint, hint))
    return;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HINT]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_HINT]);
  if (hint != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), hint, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_LOW);
}

static void
changed_cb (WwAddressRow *self)
{
  ww_address_row_set_wrong (self, FALSE);
  update_hint (self);
}

/**
 * ww_address_row_dup_handle:
 *
 * Returns: (transfer full) (nullable): what was typed, in its one form; %NULL when it is neither address nor number
 */
char *
ww_address_row_dup_handle (WwAddressRow *self)
{
  return ww_handle_text_normalise (gtk_editable_get_text (GTK_EDITABLE (self)));
}

gboolean
ww_address_row_is_blank (WwAddressRow *self)
{
  g_autofree char *typed = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self))));

  return *typed == '\0';
}

/**
 * ww_address_row_explain:
 * @verifies: (nullable): what the server can confirm; %NULL or empty when that doesn't matter or isn't known
 *
 * Returns: (transfer full) (nullable): why one can't go on with what was typed; %NULL when one can
 */
char *
ww_address_row_explain (WwAddressRow *self, const char *const *verifies)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self));
  g_autofree char *handle = ww_handle_text_normalise (typed);
  char *sentence;

  if (handle == NULL)
    {
      sentence = ww_handle_text_explain (typed);
      return sentence != NULL ? sentence : g_strdup (_ ("This is neither an e-mail address nor a phone number."));
    }
  if (verifies == NULL || verifies[0] == NULL)
    return NULL;
  if (ww_handle_text_is_phone (handle))
    return g_strv_contains (verifies, "tel") || g_strv_contains (verifies, "tel-inbound")
               ? NULL
               : g_strdup (_ ("This server can't confirm phone numbers. Use an e-mail address."));
  return g_strv_contains (verifies, "mailto")
             ? NULL
             : g_strdup (_ ("This server can't confirm e-mail addresses. Use a phone number."));
}

/* Marks what stands there as the part that is wrong, and leads the keyboard back to it. */
void
ww_address_row_set_wrong (WwAddressRow *self, gboolean wrong)
{
  if (wrong)
    gtk_widget_grab_focus (GTK_WIDGET (self));
  if (wrong == gtk_widget_has_css_class (GTK_WIDGET (self), "error"))
    return;
  ww_widget_set_css_class (GTK_WIDGET (self), "error", wrong);
  /* The text inside is what has the keyboard, and what is read out. */
  gtk_accessible_update_state (GTK_ACCESSIBLE (gtk_editable_get_delegate (GTK_EDITABLE (self))),
                               GTK_ACCESSIBLE_STATE_INVALID,
                               wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

static void
ww_address_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WwAddressRow *self = WW_ADDRESS_ROW (object);

  switch ((Property) id)
    {
    case PROP_HINT:
      g_value_set_string (value, self->hint);
      break;
    case PROP_HAS_HINT:
      g_value_set_boolean (value, self->hint != NULL);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ww_address_row_finalize (GObject *object)
{
  g_free (WW_ADDRESS_ROW (object)->hint);
  G_OBJECT_CLASS (ww_address_row_parent_class)->finalize (object);
}

static void
ww_address_row_class_init (WwAddressRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ww_address_row_get_property;
  object_class->finalize = ww_address_row_finalize;
  properties[PROP_HINT] = g_param_spec_string ("hint", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_HAS_HINT] = g_param_spec_boolean ("has-hint", NULL, NULL, FALSE,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ww_address_row_init (WwAddressRow *self)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _ ("E-Mail Address or Phone Number"));
  adw_entry_row_set_input_purpose (ADW_ENTRY_ROW (self), GTK_INPUT_PURPOSE_EMAIL);
  g_signal_connect (self, "changed", G_CALLBACK (changed_cb), NULL);
}
