/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-qr-code"

#include "ww-qr-code.h"

#include <gtk/gtk.h>
#include <qrencode.h>

/* ISO/IEC 18004 asks for four modules of white around the code. */
#define QUIET 4

struct _WwQrCode
{
  GObject parent_instance;
  GdkTexture *texture; /* one pixel for each module */
  int modules;         /* along a side, the margin included */
  int scale;           /* pixels of a module, so that none is cut */
};

static void paintable_init (GdkPaintableInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WwQrCode, ww_qr_code, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GDK_TYPE_PAINTABLE, paintable_init))

static void
ww_qr_code_snapshot (GdkPaintable *paintable, GdkSnapshot *snapshot, double width, double height)
{
  WwQrCode *self = WW_QR_CODE (paintable);
  const graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height);

  /* Modules have hard edges, whatever the size. */
  gtk_snapshot_append_scaled_texture (snapshot, self->texture, GSK_SCALING_FILTER_NEAREST, &bounds);
}

static int
ww_qr_code_get_size (GdkPaintable *paintable)
{
  WwQrCode *self = WW_QR_CODE (paintable);

  return self->modules * self->scale;
}

static double
ww_qr_code_get_ratio (GdkPaintable *paintable)
{
  return 1;
}

static GdkPaintableFlags
ww_qr_code_get_flags (GdkPaintable *paintable)
{
  return GDK_PAINTABLE_STATIC_CONTENTS | GDK_PAINTABLE_STATIC_SIZE;
}

static void
paintable_init (GdkPaintableInterface *iface)
{
  iface->snapshot = ww_qr_code_snapshot;
  iface->get_intrinsic_width = ww_qr_code_get_size;
  iface->get_intrinsic_height = ww_qr_code_get_size;
  iface->get_intrinsic_aspect_ratio = ww_qr_code_get_ratio;
  iface->get_flags = ww_qr_code_get_flags;
}

static void
ww_qr_code_finalize (GObject *object)
{
  g_clear_object (&WW_QR_CODE (object)->texture);
  G_OBJECT_CLASS (ww_qr_code_parent_class)->finalize (object);
}

static void
ww_qr_code_class_init (WwQrCodeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ww_qr_code_finalize;
}

static void
ww_qr_code_init (WwQrCode *self)
{
}

static GdkTexture *
texture_new (const QRcode *code, int modules)
{
  const gsize stride = (gsize) modules * 3;
  guint8 *pixels = g_malloc (stride * (gsize) modules);
  g_autoptr (GBytes) bytes = NULL;

  memset (pixels, 0xff, stride * (gsize) modules);
  for (int y = 0; y < code->width; y++)
    for (int x = 0; x < code->width; x++)
      if ((code->data[y * code->width + x] & 1) != 0)
        memset (pixels + (gsize) (y + QUIET) * stride + (gsize) (x + QUIET) * 3, 0, 3);
  bytes = g_bytes_new_take (pixels, stride * (gsize) modules);
  return gdk_memory_texture_new (modules, modules, GDK_MEMORY_R8G8B8, bytes, stride);
}

/**
 * ww_qr_code_new:
 * @text: what the code says
 * @least: pixels that it has along a side at least
 *
 * Returns: (transfer full) (nullable): the code; %NULL when @text is too long for one
 */
GdkPaintable *
ww_qr_code_new (const char *text, int least)
{
  QRcode *code = QRcode_encodeString8bit (text, 0, QR_ECLEVEL_M);
  WwQrCode *self;

  if (code == NULL)
    return NULL;
  self = g_object_new (WW_TYPE_QR_CODE, NULL);
  self->modules = code->width + 2 * QUIET;
  self->scale = (least + self->modules - 1) / self->modules;
  self->texture = texture_new (code, self->modules);
  QRcode_free (code);
  return GDK_PAINTABLE (self);
}
