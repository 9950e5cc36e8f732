# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page and every dialog, as a screen reader finds them: what can have the keyboard
has a name and a role, pictures say what they show or are none, and the label of a row
reads the same tomorrow.
"""

import re

import fixture
import shots
from stage import Stage
from support import tap

# What says nothing of what it is for.
ROLELESS = {"unknown", "invalid", "panel", "filler", "redundant object", "section", "grouping"}
HOLDERS = {"scroll pane", "viewport", "list", "panel", "grouping"}
PICTURES = {"image", "icon"}
CONTROLS = {"button", "toggle button", "radio button", "check box", "switch", "text", "entry", "password text", "combo box",
            "slider", "spin button", "page tab", "link"}
LISTS = {"Messages", "Conversations", "Search Results", "Requests"}
RELATIVE = re.compile(r"\b(today|yesterday|tomorrow|ago|just now)\b", re.IGNORECASE)
stage = Stage(size=shots.WINDOW)


def place(path):
    return " › ".join(path[-5:])


def is_row(role, path):
    return role == "list item" and any(f"list “{name}”" in path for name in LISTS)


def is_body_of_alert(role, path):
    """The text of libadwaita's alert dialog, which is read as the description of that, scrolls in this."""
    return role == "scroll pane" and any(step.startswith("alert") for step in path)


def faults(root):
    """What is wrong below this, one sentence each."""
    from support import a11y

    wrong = []

    def look(accessible, path, spoken_for):
        """Returns whether the keyboard can be in there."""
        states, role, name = a11y.states(accessible), accessible.get_role_name(), accessible.get_name().strip()
        if "showing" not in states:
            return False
        here = [*path, f"{role} “{name}”"]
        inside = [look(child, here, spoken_for or (role in CONTROLS and name)) for child in a11y.children(accessible)]
        # What only hands the keyboard on to what is in it is no place where somebody finds themselves.
        if "focusable" in states and not (role in HOLDERS and any(inside)) and not is_body_of_alert(role, path):
            if role in ROLELESS:
                wrong.append(f"has the keyboard and no role: {place(here)}")
            if not name:
                wrong.append(f"has the keyboard and no name: {place(here)}")
        elif role in CONTROLS and not name and not spoken_for:
            wrong.append(f"a control without a name: {place(here)}")
        if role in PICTURES and not name:
            wrong.append(f"a picture without a name: {place(here)}")
        if is_row(role, path) and RELATIVE.search(name):
            wrong.append(f"means something else tomorrow: {place(here)}")
        return "focusable" in states or any(inside)

    look(root, [], False)
    return wrong


class Walk(shots.Shots):
    """Where the tour would take a picture, it looks at what there is instead."""

    def __init__(self, look):
        super().__init__(stage, look)
        self.faults, self.pages = [], 0

    def take(self, name):
        from support import a11y

        before = None

        def settled():
            nonlocal before
            windows = list(a11y.children(a11y.Application(stage.started[-1].pid).root))
            now = [fault for window in windows for fault in faults(window)], [tree_of(window) for window in windows]
            same, before = now == before, now
            return same

        a11y.wait(settled, f"the page {name} stays as it is")
        self.pages += 1
        self.faults += [f"{name}: {fault}" for fault in before[0]]


def tree_of(window):
    from support import a11y

    # Not which second is counted down.
    return [re.sub(r"\d+", "#", a11y.describe(a)) for a in a11y.walk(window) if a11y.showing(a)]


def setup():
    stage.__enter__()
    fixture.fill(stage, shots.ALICE)


def teardown():
    stage.__exit__()


def tour(*parts, pages):
    with Walk("light") as walk:
        for part in parts:
            getattr(walk, part)()
    assert walk.pages >= pages, f"only {walk.pages} pages were looked at"
    assert not walk.faults, "\n".join(walk.faults)


@tap.test
def the_pages_of_the_first_run():
    tour("enrolment", pages=8)


@tap.test
def the_conversations_and_the_dialogs():
    tour("conversations", pages=14)


@tap.test
def the_pages_of_a_further_device_and_of_starting_over():
    tour("joining", pages=8)


@tap.test
def what_is_there_without_keyring_and_without_connection():
    tour("locked", pages=2)


tap.main(setup, teardown, timeout=380)
