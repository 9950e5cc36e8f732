/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

/* A QR code: black on white in every style, with the white margin that scanners need. */
#define WW_TYPE_QR_CODE (ww_qr_code_get_type ())
G_DECLARE_FINAL_TYPE (WwQrCode, ww_qr_code, WW, QR_CODE, GObject)

GdkPaintable *ww_qr_code_new (const char *text, int least);

G_END_DECLS
