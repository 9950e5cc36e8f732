/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-media-pixels"

#include "ww-media-pixels.h"

#include <math.h>
#include <string.h>

typedef enum
{
  UINT8,
  UINT16,
  FLOAT16,
  FLOAT32,
} Type;

/* Where a format has what. Channels are counted from 0; -1: it has none. */
typedef struct
{
  Type type;
  guint8 channels;
  gint8 red, green, blue, alpha;
  gboolean premultiplied;
} Layout;

static const Layout layouts[] = {
  [GLY_MEMORY_B8G8R8A8_PREMULTIPLIED] = { UINT8, 4, 2, 1, 0, 3, TRUE },
  [GLY_MEMORY_A8R8G8B8_PREMULTIPLIED] = { UINT8, 4, 1, 2, 3, 0, TRUE },
  [GLY_MEMORY_R8G8B8A8_PREMULTIPLIED] = { UINT8, 4, 0, 1, 2, 3, TRUE },
  [GLY_MEMORY_B8G8R8A8] = { UINT8, 4, 2, 1, 0, 3, FALSE },
  [GLY_MEMORY_A8R8G8B8] = { UINT8, 4, 1, 2, 3, 0, FALSE },
  [GLY_MEMORY_R8G8B8A8] = { UINT8, 4, 0, 1, 2, 3, FALSE },
  [GLY_MEMORY_A8B8G8R8] = { UINT8, 4, 3, 2, 1, 0, FALSE },
  [GLY_MEMORY_R8G8B8] = { UINT8, 3, 0, 1, 2, -1, FALSE },
  [GLY_MEMORY_B8G8R8] = { UINT8, 3, 2, 1, 0, -1, FALSE },
  [GLY_MEMORY_R16G16B16] = { UINT16, 3, 0, 1, 2, -1, FALSE },
  [GLY_MEMORY_R16G16B16A16_PREMULTIPLIED] = { UINT16, 4, 0, 1, 2, 3, TRUE },
  [GLY_MEMORY_R16G16B16A16] = { UINT16, 4, 0, 1, 2, 3, FALSE },
  [GLY_MEMORY_R16G16B16_FLOAT] = { FLOAT16, 3, 0, 1, 2, -1, FALSE },
  [GLY_MEMORY_R16G16B16A16_FLOAT] = { FLOAT16, 4, 0, 1, 2, 3, FALSE },
  [GLY_MEMORY_R32G32B32_FLOAT] = { FLOAT32, 3, 0, 1, 2, -1, FALSE },
  [GLY_MEMORY_R32G32B32A32_FLOAT_PREMULTIPLIED] = { FLOAT32, 4, 0, 1, 2, 3, TRUE },
  [GLY_MEMORY_R32G32B32A32_FLOAT] = { FLOAT32, 4, 0, 1, 2, 3, FALSE },
  [GLY_MEMORY_G8A8_PREMULTIPLIED] = { UINT8, 2, 0, 0, 0, 1, TRUE },
  [GLY_MEMORY_G8A8] = { UINT8, 2, 0, 0, 0, 1, FALSE },
  [GLY_MEMORY_G8] = { UINT8, 1, 0, 0, 0, -1, FALSE },
  [GLY_MEMORY_G16A16_PREMULTIPLIED] = { UINT16, 2, 0, 0, 0, 1, TRUE },
  [GLY_MEMORY_G16A16] = { UINT16, 2, 0, 0, 0, 1, FALSE },
  [GLY_MEMORY_G16] = { UINT16, 1, 0, 0, 0, -1, FALSE },
};

static const guint8 sizes[] = { [UINT8] = 1, [UINT16] = 2, [FLOAT16] = 2, [FLOAT32] = 4 };

/* IEEE 754 binary16. */
static float
read_half (guint16 half)
{
  int exponent = (half >> 10) & 0x1f;
  float fraction = (float) (half & 0x3ff);
  float value = exponent == 0 ? ldexpf (fraction, -24) : ldexpf (fraction + 1024, exponent - 25);

  if (exponent == 0x1f)
    value = (half & 0x3ff) == 0 ? INFINITY : NAN;
  return (half & 0x8000) != 0 ? -value : value;
}

static guint8
from_float (float value)
{
  /* NaN is none of these. */
  if (value >= 1)
    return 255;
  return value > 0 ? (guint8) (value * 255 + 0.5f) : 0;
}

static guint8
read_channel (const guint8 *pixel, Type type, int channel)
{
  guint16 u16;
  float f32;

  switch (type)
    {
    case UINT8:
      return pixel[channel];
    case UINT16:
      memcpy (&u16, pixel + 2 * channel, sizeof u16);
      return (guint8) (u16 >> 8);
    case FLOAT16:
      memcpy (&u16, pixel + 2 * channel, sizeof u16);
      return from_float (read_half (u16));
    case FLOAT32:
      memcpy (&f32, pixel + 4 * channel, sizeof f32);
      return from_float (f32);
    }
  return 0;
}

static guint8
divide (guint8 value, guint8 alpha)
{
  return alpha == 0 ? 0 : (guint8) MIN ((value * 255u + alpha / 2u) / alpha, 255u);
}

static void
convert_row (const Layout *layout, const guint8 *in, guint8 *out, guint width)
{
  gsize step = (gsize) layout->channels * sizes[layout->type];

  for (guint x = 0; x < width; x++, in += step)
    {
      guint8 alpha = layout->alpha >= 0 ? read_channel (in, layout->type, layout->alpha) : 255;
      guint8 colours[3] = {
        read_channel (in, layout->type, layout->red),
        read_channel (in, layout->type, layout->green),
        read_channel (in, layout->type, layout->blue),
      };

      for (guint i = 0; i < 3; i++)
        *out++ = layout->premultiplied ? divide (colours[i], alpha) : colours[i];
      if (layout->alpha >= 0)
        *out++ = alpha;
    }
}

GdkPixbuf *
ww_media_pixels_new (GBytes *bytes, GlyMemoryFormat format, guint width, guint height, gsize stride)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  const Layout *layout;
  GdkPixbuf *pixels;
  gsize row;

  if ((guint) format >= G_N_ELEMENTS (layouts) || layouts[format].channels == 0 || width == 0 || height == 0 ||
      width > G_MAXINT || height > G_MAXINT)
    return NULL;
  layout = &layouts[format];
  row = (gsize) width * layout->channels * sizes[layout->type];
  if (stride < row || stride > G_MAXINT || size < row || (size - row) / stride < height - 1)
    return NULL;
  if (format == GLY_MEMORY_R8G8B8 || format == GLY_MEMORY_R8G8B8A8)
    return gdk_pixbuf_new_from_bytes (bytes, GDK_COLORSPACE_RGB, layout->alpha >= 0, 8, (int) width, (int) height,
                                      (int) stride);
  pixels = gdk_pixbuf_new (GDK_COLORSPACE_RGB, layout->alpha >= 0, 8, (int) width, (int) height);
  for (guint y = 0; pixels != NULL && y < height; y++)
    convert_row (layout, data + y * stride,
                 gdk_pixbuf_get_pixels (pixels) + y * (gsize) gdk_pixbuf_get_rowstride (pixels), width);
  return pixels;
}
