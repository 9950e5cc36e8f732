/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

/* Compares the six digits with those of a device that wants to join, and lets it in or turns it away. */
#define WW_TYPE_APPROVAL_DIALOG (ww_approval_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WwApprovalDialog, ww_approval_dialog, WW, APPROVAL_DIALOG, AdwDialog)

AdwDialog *ww_approval_dialog_new (WwPendingDevice *device);
WwPendingDevice *ww_approval_dialog_get_device (WwApprovalDialog *self);

G_END_DECLS
