# SPDX-License-Identifier: GPL-3.0-or-later
"""Files to send: pictures that are drawn, sounds and films that are made, here and now."""

import math
import os

import gi

gi.require_version("GdkPixbuf", "2.0")
gi.require_version("Gst", "1.0")
from gi.repository import GdkPixbuf, GLib, Gst  # noqa: E402


SCENES = {
    "evening": ((0.16, 0.20, 0.42), (0.98, 0.62, 0.42), (1.0, 0.86, 0.62), (0.36, 0.25, 0.42), (0.13, 0.10, 0.20)),
    "lake": ((0.42, 0.68, 0.90), (0.88, 0.95, 0.98), (1.0, 0.97, 0.85), (0.36, 0.52, 0.50), (0.16, 0.32, 0.30)),
    "snow": ((0.35, 0.50, 0.72), (0.92, 0.94, 0.98), (1.0, 1.0, 0.96), (0.78, 0.84, 0.92), (0.95, 0.97, 1.0)),
    "meadow": ((0.30, 0.60, 0.86), (0.82, 0.92, 0.90), (1.0, 0.95, 0.70), (0.42, 0.60, 0.30), (0.20, 0.42, 0.18)),
    "night": ((0.03, 0.04, 0.12), (0.16, 0.20, 0.36), (0.96, 0.95, 0.88), (0.08, 0.10, 0.20), (0.03, 0.04, 0.08)),
}


def _mix(one, other, part):
    return tuple(a + (b - a) * part for a, b in zip(one, other))


def _ridge(width, height, base, seed, steep):
    """How high a row of hills begins in each column."""
    found = []
    for x in range(width):
        t = x / width * 2 * math.pi
        wave = math.sin(t * 0.8 + seed) + 0.5 * math.sin(t * 2.3 + seed * 2) + 0.2 * math.sin(t * 5.1 + seed)
        found.append(height * base - steep * height * wave)
    return found


def draw(scene, width, height, phase=0.0):
    """Hills under a sky, as RGB bytes."""
    top, bottom, sun, far, near = SCENES[scene]
    rows = ((0.66, far, 1.0, 0.06), (0.76, _mix(far, near, 0.5), 2.6, 0.05), (0.90, near, 4.1, 0.04))
    hills = [(_ridge(width, height, base, seed, steep), colour) for base, colour, seed, steep in rows]
    sun_x, sun_y = width * (0.68 - 0.3 * phase), height * (0.36 + 0.12 * math.sin(phase * 6.28))
    radius = height * 0.06
    out = bytearray()
    for y in range(height):
        sky = _mix(top, bottom, y / height)
        for x in range(width):
            distance = math.hypot(x - sun_x, y - sun_y) / radius
            colour = sun if distance < 1 else _mix(sky, sun, 0.5 * max(0.0, 1 - distance / 4)) if distance < 4 else sky
            for ridge, own in hills:
                if y >= ridge[x]:
                    colour = own
            out += bytes(int(255 * min(max(v, 0.0), 1.0)) for v in colour)
    return bytes(out)


def photo(path, scene="evening", width=1600, height=1067):
    """A photo, as JPEG or PNG by its name; drawn small, and made as large as it has to be."""
    scale = max(width, height) / 420
    small_width, small_height = int(width / scale), int(height / scale)
    data = GLib.Bytes.new(draw(scene, small_width, small_height))
    small = GdkPixbuf.Pixbuf.new_from_bytes(
        data, GdkPixbuf.Colorspace.RGB, False, 8, small_width, small_height, small_width * 3
    )
    whole = small.scale_simple(width, height, GdkPixbuf.InterpType.BILINEAR)
    if path.endswith(".png"):
        whole.savev(path, "png", [], [])
    else:
        whole.savev(path, "jpeg", ["quality"], ["90"])
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
    """The sun goes over a lake, again and again."""
    raw = path + ".raw"
    frames = [draw("lake", 160, 90, phase=i / 24) for i in range(24)]
    with open(raw, "wb") as file:
        for i in range(seconds * 12):
            file.write(frames[i % 24])
    _run(
        f"filesrc location={raw} blocksize={160 * 90 * 3} ! rawvideoparse width=160 height=90 format=rgb framerate=12/1 ! "
        "videoconvert ! videoscale ! video/x-raw,width=640,height=360 ! "
        f"vp8enc deadline=1 ! webmmux ! filesink location={path}"
    )
    os.unlink(raw)
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
    for data in frames:
        pixels = bytes(
            (data[i] + 25) // 51 * 36 + (data[i + 1] + 25) // 51 * 6 + (data[i + 2] + 25) // 51
            for i in range(0, len(data), 3)
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
