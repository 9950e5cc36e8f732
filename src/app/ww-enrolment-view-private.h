/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-address-row.h"
#include "ww-enrolment-view.h"
#include "ww-proof-view.h"
#include "ww-setup-page.h"

G_BEGIN_DECLS

/* Shared by ww-enrolment-view.c (what is asked for) and ww-enrolment-progress.c (how it goes on from there). */
struct _WwEnrolmentView
{
  AdwBin parent_instance;
  AdwNavigationView *navigation;
  WwSetupPage *welcome_page;
  WwSetupPage *server_page;
  GtkEditable *server_entry;
  WwSetupPage *address_page;
  WwAddressRow *address_row;
  GtkEditable *name_entry;
  GtkEditable *device_entry;
  WwSetupPage *confirm_page;
  WwProofView *proof_view;
  WwSetupPage *approve_page;
  GtkStack *digits_stack;
  GtkLabel *digits;
  WwSetupPage *start_over_page;
  WwSetupPage *held_page;

  WwEnrolment *enrolment;
  DexFuture *checking;
  gboolean moving; /* pages are turned by this code, not by the person */
};

gboolean ww_enrolment_view_is_visible (WwEnrolmentView *self, const char *tag);
void ww_enrolment_view_go_to (WwEnrolmentView *self, const char *tag);
gboolean ww_enrolment_view_go_back_to (WwEnrolmentView *self, const char *tag);
void ww_enrolment_view_give_up (WwEnrolmentView *self);
void ww_enrolment_view_update (WwEnrolmentView *self);
void ww_enrolment_view_bind_progress (GtkWidgetClass *widget_class);

G_END_DECLS
