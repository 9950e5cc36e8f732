# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives an application as assistive technology does: by role and accessible name.

Import this only once the Session is started: AT-SPI looks for the bus in the
environment of this process, and for one bus only in its lifetime.
"""

import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

# The strictness of G_DEBUG is for our programs; AT-SPI warns of every application
# that goes while it is asked.
GLib.log_set_always_fatal(GLib.LogLevelFlags.LEVEL_ERROR)

# How long one call to an application may take, and its start-up, in ms.
Atspi.init()
Atspi.set_timeout(3000, 15000)

announcements = []


def _on_announcement(event):
    try:
        announcements.append((time.monotonic(), event.any_data))
    except GLib.Error:
        pass  # The application went away while it spoke.


_listener = Atspi.EventListener.new(_on_announcement)
_listener.register("object:announcement")


def pump():
    """Lets the events that have arrived be heard."""
    context = GLib.MainContext.default()
    while context.pending():
        context.iteration(False)


def wait(condition, what, timeout=10.0):
    """Returns the first true value of condition(); fails after timeout seconds.

    An accessible that vanishes while it is looked at counts as “not yet”.
    """
    end = time.monotonic() + timeout
    while True:
        pump()
        try:
            value = condition()
        except GLib.Error:
            value = None
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {timeout} s in vain: {what}")
        time.sleep(0.03)


def children(accessible):
    for index in range(accessible.get_child_count()):
        child = accessible.get_child_at_index(index)
        if child is not None:
            yield child


def walk(accessible):
    """The accessible and all below it, in reading order."""
    yield accessible
    for child in children(accessible):
        yield from walk(child)


def states(accessible):
    return {state.value_nick for state in accessible.get_state_set().get_states()}


def text(accessible):
    return Atspi.Text.get_text(accessible, 0, Atspi.Text.get_character_count(accessible))


def showing(accessible):
    return "showing" in states(accessible)


def vertical(accessible):
    """Where it begins and ends, in pixels from the top of its window."""
    place = accessible.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
    return place.y, place.y + place.height


def click(accessible):
    """Does the first action of a button, a row, a switch."""
    action = accessible.get_action_iface()
    assert action and action.do_action(0), f"can't be clicked: {describe(accessible)}"


def enter(accessible, value):
    """Replaces the text of a text box."""
    editable = accessible.get_editable_text_iface()
    assert editable and editable.set_text_contents(value), f"no text box: {describe(accessible)}"


def describe(accessible):
    return f"{accessible.get_role_name()} “{accessible.get_name()}”"


class Application:
    """An application on the accessibility bus, known by the process id of its program."""

    def __init__(self, pid, timeout=20.0):
        self.pid = pid
        self.root = wait(self._look, f"process {pid} comes to the accessibility bus", timeout)

    def _look(self):
        for application in children(Atspi.get_desktop(0)):
            if application.get_process_id() == self.pid and application.get_child_count():
                return application
        return None

    def all(self, role, name=None, within=None, visible=True):
        """Every accessible of that role and name below within (the application)."""
        root = within if within is not None else self.root
        return [
            a
            for a in walk(root)
            if a.get_role_name() == role
            and (name is None or a.get_name() == name)
            and (not visible or showing(a))
        ]

    def has(self, role, name=None, within=None):
        return bool(self.all(role, name, within))

    def find(self, role, name=None, within=None, timeout=10.0):
        """Waits for an accessible of that role and name to show, and returns it."""
        try:
            return wait(
                lambda: next(iter(self.all(role, name, within)), None),
                f"{role} “{name}” shows",
                timeout,
            )
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.tree(within)}") from None

    def gone(self, role, name=None, within=None, timeout=10.0):
        wait(lambda: not self.all(role, name, within), f"{role} “{name}” goes", timeout)

    def containing(self, part, within=None, timeout=10.0):
        """Waits for a showing accessible whose name has part in it, and returns it."""
        root = within if within is not None else self.root
        try:
            return wait(
                lambda: next((a for a in walk(root) if part in a.get_name() and showing(a)), None),
                f"something called “…{part}…” shows",
                timeout,
            )
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.tree(within)}") from None

    def click(self, role, name, within=None, timeout=10.0):
        accessible = self.find(role, name, within, timeout)
        wait(lambda: "sensitive" in states(accessible), f"{role} “{name}” can be used", timeout)
        click(accessible)

    def enter(self, name, value, within=None, role="text", timeout=10.0):
        enter(self.find(role, name, within, timeout), value)

    def announced(self, part, since=0, timeout=10.0):
        """Waits for an announcement with part in it, among those from number since on."""
        return wait(
            lambda: next((s for _, s in announcements[since:] if part in str(s)), None),
            f"“…{part}…” is announced",
            timeout,
        )

    def tree(self, within=None):
        """What a screen reader could reach, one line each: for messages of failed tests."""
        lines = []

        def add(accessible, depth):
            try:
                shown = "" if showing(accessible) else " (hidden)"
                lines.append("  " * depth + describe(accessible) + shown)
                for child in children(accessible):
                    add(child, depth + 1)
            except GLib.Error as error:
                lines.append("  " * depth + str(error))

        add(within if within is not None else self.root, 0)
        return "\n".join(lines)
