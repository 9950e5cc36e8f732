# SPDX-License-Identifier: GPL-3.0-or-later
"""Another program of the desktop that has something to give.

giver.py files|picture FILE…: it is on the clipboard. giver.py drag FILE…: it can be dragged out of a window.
Prints “ready” when it is.
"""

import sys

import gi

gi.require_version("Gdk", "4.0")
gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, Gio, GLib, GObject, Gtk  # noqa: E402

TITLE = "Giver"


def provider(kind, paths):
    if kind == "picture":
        with open(paths[0], "rb") as file:
            return Gdk.ContentProvider.new_for_bytes("image/png", GLib.Bytes.new(file.read()))
    files = Gdk.FileList.new_from_list([Gio.File.new_for_path(path) for path in paths])
    return Gdk.ContentProvider.new_for_value(GObject.Value(Gdk.FileList, files))


def show(content):
    window = Gtk.Window(title=TITLE, default_width=200, default_height=200, decorated=False)
    source = Gtk.DragSource(actions=Gdk.DragAction.COPY)
    source.connect("prepare", lambda *_: content)
    window.add_controller(source)
    window.connect("map", lambda _: print("ready", flush=True))
    window.present()
    return window


def main():
    kind, *paths = sys.argv[1:]
    Gtk.init()
    content = provider(kind, paths)
    if kind == "drag":
        show(content)
    else:
        Gdk.Display.get_default().get_clipboard().set_content(content)
        print("ready", flush=True)
    GLib.MainLoop().run()


main()
