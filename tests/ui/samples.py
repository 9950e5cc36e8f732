# SPDX-License-Identifier: GPL-3.0-or-later
"""Files to send: pictures that are drawn, sounds and films that are made, here and now."""

import math
import os

import cairo
import gi

gi.require_version("GdkPixbuf", "2.0")
gi.require_version("Gst", "1.0")
from gi.repository import GdkPixbuf, Gst  # noqa: E402


def _sky(context, width, height, top, bottom):
    gradient = cairo.LinearGradient(0, 0, 0, height)
    gradient.add_color_stop_rgb(0, *top)
    gradient.add_color_stop_rgb(1, *bottom)
    context.set_source(gradient)
    context.paint()


def _hills(context, width, height, base, colour, seed, steep):
    context.move_to(0, height)
    for x in range(0, width + 8, 8):
        t = x / width * 2 * math.pi
        y = base - steep * (math.sin(t * 0.8 + seed) + 0.5 * math.sin(t * 2.3 + seed * 2) + 0.2 * math.sin(t * 5.1 + seed))
        context.line_to(x, y)
    context.line_to(width, height)
    context.close_path()
    context.set_source_rgb(*colour)
    context.fill()


def _sun(context, x, y, radius, colour):
    glow = cairo.RadialGradient(x, y, radius * 0.9, x, y, radius * 4)
    glow.add_color_stop_rgba(0, *colour, 0.5)
    glow.add_color_stop_rgba(1, *colour, 0)
    context.set_source(glow)
    context.paint()
    context.arc(x, y, radius, 0, 2 * math.pi)
    context.set_source_rgb(*colour)
    context.fill()


SCENES = {
    "evening": ((0.16, 0.20, 0.42), (0.98, 0.62, 0.42), (1.0, 0.86, 0.62), (0.36, 0.25, 0.42), (0.13, 0.10, 0.20)),
    "lake": ((0.42, 0.68, 0.90), (0.88, 0.95, 0.98), (1.0, 0.97, 0.85), (0.36, 0.52, 0.50), (0.16, 0.32, 0.30)),
    "snow": ((0.35, 0.50, 0.72), (0.92, 0.94, 0.98), (1.0, 1.0, 0.96), (0.78, 0.84, 0.92), (0.95, 0.97, 1.0)),
    "meadow": ((0.30, 0.60, 0.86), (0.82, 0.92, 0.90), (1.0, 0.95, 0.70), (0.42, 0.60, 0.30), (0.20, 0.42, 0.18)),
    "night": ((0.03, 0.04, 0.12), (0.16, 0.20, 0.36), (0.96, 0.95, 0.88), (0.08, 0.10, 0.20), (0.03, 0.04, 0.08)),
}


def draw(scene, width, height, phase=0.0):
    top, bottom, sun, far, near = SCENES[scene]
    surface = cairo.ImageSurface(cairo.FORMAT_RGB24, width, height)
    context = cairo.Context(surface)
    _sky(context, width, height, top, bottom)
    _sun(context, width * (0.68 - 0.3 * phase), height * (0.36 + 0.12 * math.sin(phase * 6.28)), height * 0.06, sun)
    middle = tuple((a + b) / 2 for a, b in zip(far, near))
    _hills(context, width, height, height * 0.66, far, 1.0, height * 0.06)
    _hills(context, width, height, height * 0.76, middle, 2.6, height * 0.05)
    _hills(context, width, height, height * 0.90, near, 4.1, height * 0.04)
    return surface


def photo(path, scene="evening", width=1600, height=1067):
    """A photo, as JPEG or PNG by its name."""
    surface = draw(scene, width, height)
    png = path if path.endswith(".png") else path + ".png"
    surface.write_to_png(png)
    if not path.endswith(".png"):
        GdkPixbuf.Pixbuf.new_from_file(png).savev(path, "jpeg", ["quality"], ["90"])
        os.unlink(png)
    return path


def _run(description):
    Gst.init(None)
    pipeline = Gst.parse_launch(description)
    pipeline.set_state(Gst.State.PLAYING)
    message = pipeline.get_bus().timed_pop_filtered(60 * Gst.SECOND, Gst.MessageType.EOS | Gst.MessageType.ERROR)
    pipeline.set_state(Gst.State.NULL)
    assert message and message.type == Gst.MessageType.EOS, message and message.parse_error()


def sound(path, seconds=4):
    _run(f"audiotestsrc num-buffers={seconds * 43} wave=ticks ! audioconvert ! opusenc ! oggmux ! filesink location={path}")
    return path


def film(path, seconds=3):
    _run(
        f"videotestsrc num-buffers={seconds * 15} pattern=gradient ! video/x-raw,width=640,height=360,framerate=15/1 ! "
        f"vp8enc deadline=1 ! webmmux ! filesink location={path}"
    )
    return path


def moving(path):
    """An animated WebP would need an encoder that isn't everywhere; a GIF is made by hand, in a few colours."""
    frames = [draw("lake", 240, 160, phase=i / 8) for i in range(8)]
    with open(path, "wb") as file:
        file.write(_gif(frames, 240, 160))
    return path


def _gif(frames, width, height):
    palette = bytes(v for r in range(6) for g in range(6) for b in range(6) for v in (r * 51, g * 51, b * 51)) + bytes(120)
    out = b"GIF89a" + width.to_bytes(2, "little") + height.to_bytes(2, "little") + b"\xf7\0\0" + palette
    out += b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
    for surface in frames:
        data, stride = bytes(surface.get_data()), surface.get_stride()
        pixels = bytearray()
        for y in range(height):
            row = data[y * stride : y * stride + width * 4]
            pixels += bytes(
                (row[i + 2] + 25) // 51 * 36 + (row[i + 1] + 25) // 51 * 6 + (row[i] + 25) // 51 for i in range(0, width * 4, 4)
            )
        out += b"\x21\xf9\x04\x04\x0c\0\0\0\x2c\0\0\0\0" + width.to_bytes(2, "little") + height.to_bytes(2, "little") + b"\0"
        out += b"\x08" + _pieces(_codes(pixels)) + b"\0"
    return out + b"\x3b"


def _codes(pixels):
    """Every pixel as a code of nine bits, and the table cleared before it would make them longer."""
    bits, n, out = 0, 0, bytearray()
    for i, value in enumerate(pixels):
        for code in ((256, value) if i % 250 == 0 else (value,)):
            bits |= code << n
            n += 9
            while n >= 8:
                out.append(bits & 255)
                bits >>= 8
                n -= 8
    bits |= 257 << n
    n += 9
    while n > 0:
        out.append(bits & 255)
        bits >>= 8
        n -= 8
    return bytes(out)


def _pieces(data):
    return b"".join(bytes([len(data[i : i + 255])]) + data[i : i + 255] for i in range(0, len(data), 255))
