# SPDX-License-Identifier: GPL-3.0-or-later
"""Photos and files in the real window: chosen, seen before they go out, sent with a caption, shown, looked at closely."""

import os

import fixture
import samples
from stage import Stage
from support import tap

ALICE = "alice@example.org"
TITLE = "Attach Photos and Files"
# A file chooser is a window of its own, and cage gives the keyboard to one only.
stage = Stage(display="xvfb")
world = {}


def setup():
    stage.__enter__()
    world["process"], world["app"] = stage.start(env={"GST_PLUGIN_FEATURE_RANK": "audiotestsrc:512"})
    fixture.enroll(stage, app(), ALICE, "Alice Martin", "laptop")
    world["bob"] = stage.person("Bob Okafor")
    fixture.start_conversation(app(), world["bob"])
    world["files"] = stage.session.path("home", "files")
    os.makedirs(world["files"], exist_ok=True)


def teardown():
    stage.__exit__()


def app():
    return world["app"]


def path(name):
    return os.path.join(world["files"], name)


def open_chooser():
    """The desktop's file chooser, once the keyboard is in it."""
    from support import a11y

    stage.display.key("ctrl+o")
    fixture.wait(lambda: any(a.get_name() == TITLE and a11y.showing(a) for a in windows()), "the file chooser opens", 20)
    stage.display.focus(TITLE)


def choose(*names):
    """Goes through the desktop's file chooser with the keyboard, one file at a time."""
    for name in names:
        open_chooser()
        choose_path(path(name))
        fixture.wait(lambda n=name: app().has("button", f"Remove “{n}”"), f"{name} is to be seen before it goes out")


def choose_path(place):
    """Ctrl+L makes the chooser ask for a path."""
    from support import a11y

    stage.display.key("ctrl+l")
    entry = fixture.wait(
        lambda: next((t for t in app().all("text") if a11y.showing(t) and t.get_name() != "Message"), None),
        "the chooser asks for a path",
    )
    stage.display.type(place)
    fixture.wait(lambda: place in a11y.text(entry), "the path is typed")
    fixture.wait(lambda: accepted(a11y), "the file chooser closes", 20)
    stage.display.focus("Waxwing")


def accepted(a11y):
    """Presses the chooser's button, which does nothing before it has looked at the path."""
    chooser = next((a for a in windows() if a.get_name() == TITLE), None)
    if chooser is None:
        return True
    found = [b for b in a11y.walk(chooser) if b.get_role_name() == "button" and b.get_name() == "Attach"]
    if found and "sensitive" in a11y.states(found[0]):
        a11y.click(found[0])
    return False


def windows():
    return [app().root.get_child_at_index(i) for i in range(app().root.get_child_count())]


def items():
    from support import a11y

    return [row.get_name() for row in a11y.children(app().find("list", "Messages"))]


def wait_for_item(part, timeout=30):
    return fixture.wait(lambda: next((n for n in items() if part in n), None), f"“{part}” in the conversation", timeout)


@tap.test
def photos_are_seen_before_they_go_out_and_can_be_taken_away():
    samples.photo(path("evening.jpg"))
    samples.photo(path("lake.png"), "lake", 600, 900)
    choose("evening.jpg", "lake.png")
    app().containing("2 files")
    app().click("button", "Remove “lake.png”")
    app().containing("1 file")
    app().find("button", "Options of “evening.jpg”")


@tap.test
def they_go_out_with_a_caption_and_are_shown():
    app().enter("Message", "Look at this light")
    app().click("button", "Send")
    wait_for_item("Photo: Look at this light")
    app().gone("button", "Remove “evening.jpg”")
    fixture.wait(lambda: any("Photo: Look at this light" in n and "Sent" in n for n in items()), "it is sent", 30)


@tap.test
def a_photo_is_looked_at_closely():
    app().click("button", "Photo: evening.jpg")
    app().find("image", "Photo: evening.jpg", timeout=20)
    stage.display.key("plus")
    stage.display.key("Escape")
    app().gone("dialog")


@tap.test
def a_voice_message_is_recorded_and_played():
    app().find("text", "Message").get_component_iface().grab_focus()
    stage.display.key("shift+Tab")
    stage.display.key("Return")
    app().click("menu item", "Voice Message")
    fixture.wait(lambda: any(n.startswith("0:02") for n in labels()), "two seconds are recorded", 20)
    app().click("button", "Send Voice Message")
    wait_for_item("Voice message, ")
    fixture.wait(lambda: any("Voice message" in n and "Sent" in n for n in items()), "it is sent", 30)


def labels():
    from support import a11y

    return [a.get_name() for a in a11y.walk(app().root) if a.get_role_name() == "label"]


@tap.test
def what_is_too_large_is_said_before_it_is_tried():
    with open(path("large.bin"), "wb") as file:
        file.truncate(101 * 1024 * 1024)
    open_chooser()
    choose_path(path("large.bin"))
    app().containing("can be sent. Share it another way")


tap.main(setup, teardown, timeout=280)
