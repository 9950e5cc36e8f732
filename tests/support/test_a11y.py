# SPDX-License-Identifier: GPL-3.0-or-later
"""A small GTK window is driven through AT-SPI: found, typed into, clicked, heard."""

import os
import sys

from support import session as sessions
from support import tap

WINDOW = """
import gi
gi.require_version("Gtk", "4.0")
from gi.repository import Gtk

def activate(app):
    box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
    entry, label = Gtk.Entry(), Gtk.Label(label="Nobody")
    entry.update_property([Gtk.AccessibleProperty.LABEL], ["Name"])
    button = Gtk.Button(label="Greet")

    def greet(*_):
        label.set_label("Hello " + entry.get_text())
        button.announce("Greeted " + entry.get_text(), Gtk.AccessibleAnnouncementPriority.MEDIUM)

    button.connect("clicked", greet)
    entry.connect("activate", greet)
    for child in (entry, button, label):
        box.append(child)
    window = Gtk.ApplicationWindow(application=app, child=box, title="Greeter")
    window.present()

app = Gtk.Application(application_id="im.waxwing.Test")
app.connect("activate", activate)
app.run()
"""
session = sessions.Session(display="cage", size=(400, 300))
window = None


def setup():
    global a11y, window
    session.start()
    from support import a11y

    program = session.spawn(sys.executable, "-c", WINDOW, lenient=True)
    window = a11y.Application(program.pid)


@tap.test
def a_window_is_found_by_role_and_name():
    window.find("frame", "Greeter")
    assert not window.has("button", "Leave")


@tap.test
def a_button_is_clicked_and_heard():
    since = len(a11y.announcements)
    window.enter("Name", "Ann")
    window.click("button", "Greet")
    window.find("label", "Hello Ann")
    window.announced("Greeted Ann", since)


@tap.test
def keys_are_typed():
    window.enter("Name", "")
    session.display.type("Zoë 🐦")
    a11y.wait(lambda: a11y.text(window.find("text", "Name")) == "Zoë 🐦", "the text is typed")
    session.display.key("Return")
    window.find("label", "Hello Zoë 🐦")


@tap.test
def what_is_missing_is_said_with_the_tree():
    try:
        window.find("button", "Leave", timeout=0.2)
    except AssertionError as error:
        tap.is_in("button “Greet”", str(error))
    else:
        raise AssertionError("found what isn't there")


@tap.test
def a_picture_is_taken():
    path = os.path.join(session.directory, "window.png")
    session.display.resize(360, 640)
    session.display.screenshot(path)
    assert os.path.getsize(path) > 1000


tap.main(setup=setup, teardown=session.stop, timeout=80)
