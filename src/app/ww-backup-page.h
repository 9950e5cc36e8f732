/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client.h"
#include "ww-setup-page.h"

G_BEGIN_DECLS

/*
 * Asks for a passphrase and a file, and writes a backup there or takes one from there. Signal "done" (const char *): it is; what is
 * said about that.
 */
#define WW_TYPE_BACKUP_PAGE (ww_backup_page_get_type ())
G_DECLARE_FINAL_TYPE (WwBackupPage, ww_backup_page, WW, BACKUP_PAGE, WwSetupPage)

AdwNavigationPage *ww_backup_page_new_export (WwClient *client);
AdwNavigationPage *ww_backup_page_new_import (WwClient *client);

G_END_DECLS
