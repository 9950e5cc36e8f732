/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-setup-page"

#include "ww-setup-page.h"

#include "ww-widget.h"

typedef struct
{
  GtkLabel *error_label;
  GtkWidget *action_button;
  GtkStack *action_stack;
  GtkWidget *alternative_button;

  char *icon_name;
  char *heading;
  char *description;
  char *action_label;
  GtkWidget *body;
  int icon_size;
  gboolean busy;
  gboolean ready;
} WwSetupPagePrivate;

G_DEFINE_TYPE_WITH_PRIVATE (WwSetupPage, ww_setup_page, ADW_TYPE_NAVIGATION_PAGE)

#define PRIVATE(self) ((WwSetupPagePrivate *) ww_setup_page_get_instance_private (self))

typedef enum
{
  PROP_ICON_NAME = 1,
  PROP_ICON_SIZE,
  PROP_HEADING,
  PROP_DESCRIPTION,
  PROP_HAS_DESCRIPTION,
  PROP_BODY,
  PROP_HAS_BODY,
  PROP_ACTION_LABEL,
  PROP_HAS_ACTION,
  PROP_ALTERNATIVE_LABEL,
  PROP_DESTRUCTIVE,
  N_PROPS
} Property;

enum
{
  CONTINUE,
  ALTERNATIVE,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
update (WwSetupPage *self)
{
  gtk_widget_set_sensitive (PRIVATE (self)->action_button, PRIVATE (self)->ready && !PRIVATE (self)->busy);
  gtk_stack_set_visible_child_name (PRIVATE (self)->action_stack, PRIVATE (self)->busy ? "spinner" : "label");
}

void
ww_setup_page_set_description (WwSetupPage *self, const char *description)
{
  if (!g_set_str (&PRIVATE (self)->description, description))
    return;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DESCRIPTION]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_DESCRIPTION]);
}

/**
 * ww_setup_page_say:
 *
 * Announces what the page is about: once it is there, and again when it asks for something else.
 */
void
ww_setup_page_say (WwSetupPage *self)
{
  const char *heading = PRIVATE (self)->heading != NULL ? PRIVATE (self)->heading : "";
  const char *description = PRIVATE (self)->description != NULL ? PRIVATE (self)->description : "";
  g_autofree char *text = g_strstrip (g_strconcat (heading, "\n", description, NULL));

  if (*text != '\0')
    gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

/**
 * ww_setup_page_set_error:
 * @sentence: (nullable): what went wrong and what to do; it is shown in place and announced
 */
void
ww_setup_page_set_error (WwSetupPage *self, const char *sentence)
{
  gtk_widget_set_visible (GTK_WIDGET (PRIVATE (self)->error_label), sentence != NULL);
  if (sentence == NULL)
    return;
  gtk_label_set_text (PRIVATE (self)->error_label, sentence);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), sentence, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

void
ww_setup_page_set_busy (WwSetupPage *self, gboolean busy)
{
  PRIVATE (self)->busy = busy;
  update (self);
}

/* Whether all that is asked for is there, so that the person can go on. */
void
ww_setup_page_set_ready (WwSetupPage *self, gboolean ready)
{
  PRIVATE (self)->ready = ready;
  update (self);
}

void
ww_setup_page_set_heading (WwSetupPage *self, const char *heading)
{
  if (g_set_str (&PRIVATE (self)->heading, heading))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HEADING]);
}

/**
 * ww_setup_page_set_action_label:
 * @label: (nullable): what the page's main button says; without it there is none
 */
void
ww_setup_page_set_action_label (WwSetupPage *self, const char *label)
{
  if (!g_set_str (&PRIVATE (self)->action_label, label))
    return;
  gtk_accessible_update_property (GTK_ACCESSIBLE (PRIVATE (self)->action_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label != NULL ? label : "", -1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTION_LABEL]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_ACTION]);
}

static void
set_alternative_label (WwSetupPage *self, const char *label)
{
  if (label != NULL)
    gtk_button_set_label (GTK_BUTTON (PRIVATE (self)->alternative_button), label);
  gtk_widget_set_visible (PRIVATE (self)->alternative_button, label != NULL);
}

static void
continue_cb (WwSetupPage *self)
{
  g_signal_emit (self, signals[CONTINUE], 0);
}

static void
alternative_cb (WwSetupPage *self)
{
  g_signal_emit (self, signals[ALTERNATIVE], 0);
}

static void
ww_setup_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WwSetupPage *self = WW_SETUP_PAGE (object);

  switch ((Property) id)
    {
    case PROP_ICON_NAME:
      g_value_set_string (value, PRIVATE (self)->icon_name);
      break;
    case PROP_ICON_SIZE:
      g_value_set_int (value, PRIVATE (self)->icon_size);
      break;
    case PROP_HEADING:
      g_value_set_string (value, PRIVATE (self)->heading);
      break;
    case PROP_DESCRIPTION:
      g_value_set_string (value, PRIVATE (self)->description);
      break;
    case PROP_HAS_DESCRIPTION:
      g_value_set_boolean (value, PRIVATE (self)->description != NULL);
      break;
    case PROP_BODY:
      g_value_set_object (value, PRIVATE (self)->body);
      break;
    case PROP_HAS_BODY:
      g_value_set_boolean (value, PRIVATE (self)->body != NULL);
      break;
    case PROP_ACTION_LABEL:
      g_value_set_string (value, PRIVATE (self)->action_label);
      break;
    case PROP_HAS_ACTION:
      g_value_set_boolean (value, PRIVATE (self)->action_label != NULL);
      break;
    case PROP_ALTERNATIVE_LABEL:
    case PROP_DESTRUCTIVE:
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ww_setup_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  WwSetupPage *self = WW_SETUP_PAGE (object);

  switch ((Property) id)
    {
    case PROP_ICON_NAME:
      g_set_str (&PRIVATE (self)->icon_name, g_value_get_string (value));
      break;
    case PROP_ICON_SIZE:
      PRIVATE (self)->icon_size = g_value_get_int (value);
      break;
    case PROP_HEADING:
      ww_setup_page_set_heading (self, g_value_get_string (value));
      break;
    case PROP_DESCRIPTION:
      ww_setup_page_set_description (self, g_value_get_string (value));
      break;
    case PROP_BODY:
      g_set_object (&PRIVATE (self)->body, g_value_get_object (value));
      g_object_notify_by_pspec (object, properties[PROP_HAS_BODY]);
      break;
    case PROP_ACTION_LABEL:
      ww_setup_page_set_action_label (self, g_value_get_string (value));
      break;
    case PROP_ALTERNATIVE_LABEL:
      set_alternative_label (self, g_value_get_string (value));
      break;
    case PROP_DESTRUCTIVE:
      ww_widget_set_css_class (PRIVATE (self)->action_button, "destructive-action", g_value_get_boolean (value));
      ww_widget_set_css_class (PRIVATE (self)->action_button, "suggested-action", !g_value_get_boolean (value));
      break;
    case PROP_HAS_DESCRIPTION:
    case PROP_HAS_BODY:
    case PROP_HAS_ACTION:
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* The button of the page before was made insensitive while that was busy, and lost the keyboard with that. */
static void
take_keyboard (WwSetupPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus == NULL || !gtk_widget_get_mapped (focus) || !gtk_widget_is_sensitive (focus))
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}

/* The keyboard goes to the first field, and whoever can't see the page would hear of nothing that stands above it. */
static void
ww_setup_page_shown (AdwNavigationPage *page)
{
  WwSetupPage *self = WW_SETUP_PAGE (page);

  /* Of whoever is enrolled, it is another part of the window that shows. */
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  take_keyboard (self);
  ww_setup_page_say (self);
}

static void
ww_setup_page_dispose (GObject *object)
{
  WwSetupPage *self = WW_SETUP_PAGE (object);

  g_clear_object (&PRIVATE (self)->body);
  G_OBJECT_CLASS (ww_setup_page_parent_class)->dispose (object);
}

static void
ww_setup_page_finalize (GObject *object)
{
  WwSetupPage *self = WW_SETUP_PAGE (object);

  g_free (PRIVATE (self)->icon_name);
  g_free (PRIVATE (self)->heading);
  g_free (PRIVATE (self)->description);
  g_free (PRIVATE (self)->action_label);
  G_OBJECT_CLASS (ww_setup_page_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  properties[PROP_ICON_NAME] = g_param_spec_string ("icon-name", NULL, NULL, NULL, writable);
  properties[PROP_ICON_SIZE] = g_param_spec_int ("icon-size", NULL, NULL, 0, 512, 64, writable);
  properties[PROP_HEADING] = g_param_spec_string ("heading", NULL, NULL, NULL, writable);
  properties[PROP_DESCRIPTION] = g_param_spec_string ("description", NULL, NULL, NULL, writable);
  properties[PROP_HAS_DESCRIPTION] = g_param_spec_boolean ("has-description", NULL, NULL, FALSE, readable);
  properties[PROP_BODY] = g_param_spec_object ("body", NULL, NULL, GTK_TYPE_WIDGET, writable);
  properties[PROP_HAS_BODY] = g_param_spec_boolean ("has-body", NULL, NULL, FALSE, readable);
  properties[PROP_ACTION_LABEL] = g_param_spec_string ("action-label", NULL, NULL, NULL, writable);
  properties[PROP_HAS_ACTION] = g_param_spec_boolean ("has-action", NULL, NULL, FALSE, readable);
  properties[PROP_ALTERNATIVE_LABEL] = g_param_spec_string ("alternative-label", NULL, NULL, NULL,
                                                            G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_DESTRUCTIVE] = g_param_spec_boolean ("destructive", NULL, NULL, FALSE,
                                                       G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ww_setup_page_class_init (WwSetupPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ww_setup_page_get_property;
  object_class->set_property = ww_setup_page_set_property;
  object_class->dispose = ww_setup_page_dispose;
  object_class->finalize = ww_setup_page_finalize;
  ADW_NAVIGATION_PAGE_CLASS (klass)->shown = ww_setup_page_shown;
  install_properties (object_class);
  signals[CONTINUE] = g_signal_new ("continue", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);
  signals[ALTERNATIVE] = g_signal_new ("alternative", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-setup-page.ui");
  gtk_widget_class_bind_template_child_private (widget_class, WwSetupPage, error_label);
  gtk_widget_class_bind_template_child_private (widget_class, WwSetupPage, action_button);
  gtk_widget_class_bind_template_child_private (widget_class, WwSetupPage, action_stack);
  gtk_widget_class_bind_template_child_private (widget_class, WwSetupPage, alternative_button);
  gtk_widget_class_bind_template_callback (widget_class, continue_cb);
  gtk_widget_class_bind_template_callback (widget_class, alternative_cb);
}

static void
ww_setup_page_init (WwSetupPage *self)
{
  PRIVATE (self)->ready = TRUE;
  PRIVATE (self)->icon_size = 64;
  gtk_widget_init_template (GTK_WIDGET (self));
}
