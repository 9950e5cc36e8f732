# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole journey by keyboard alone, with the screen reader Orca listening.

What Orca says at its main moments is written down in docs/accessibility.md, and compared with that. With
WAXWING_WRITE_TRANSCRIPT=1 it is written there instead.
"""

import difflib
import functools
import os
import re

import fixture
from stage import Device, Stage
from support import tap
from support.orca import Orca

ALICE = "alice@example.org"
PAGE = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "accessibility.md")
BEGIN, END = "<!-- What Orca says: tests/ui/journey.py -->\n", "<!-- so far -->\n"
# What is another each time it runs.
CHANGING = (
    (r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d+ \w+ at \d\d:\d\d", "Tuesday, 24 November at 10:32"),
    (r"(?<=\bsince )\d\d:\d\d", "10:32"),
    (r"\b(?:\d ){5}\d\b", "4 0 7 1 9 3"),
    (r"(?<=on )http://127\.0\.0\.1:\d+", "waxwing.example.org"),
)
# Xvfb: Orca is at home on X11 only.
stage = Stage(display="xvfb")
world = {"moments": []}


def setup():
    stage.__enter__()
    world["orca"] = Orca(stage.session)
    world["bob"] = stage.person("Bob Okafor")
    world["process"], world["app"] = stage.start()
    stage.display.focus("Waxwing")


def teardown():
    stage.__exit__()


def step(function):
    """A part of the journey: after one that failed there is no use in the next."""

    @functools.wraps(function)
    def run():
        assert "lost" not in world, f"the journey ended before, where {world['lost']}"
        world["lost"] = function.__name__.replace("_", " ")
        try:
            function()
        except AssertionError as error:
            raise AssertionError(f"{error}\n{shown()}") from None
        del world["lost"]

    return tap.test(run)


def app():
    return world["app"]


def shown():
    """What is there, for the log of a journey that ended too early."""
    from support import a11y

    names = [("* " if "focused" in a11y.states(a) else "") + a11y.describe(a) for a in a11y.walk(app().root)
             if a11y.showing(a) and a.get_name()]
    return "\n".join([*names, f"announced: {[said for _, said in a11y.announcements]}"])


def now():
    return len(world["orca"].spoken())


def hears(moment, *parts, since, timeout=20):
    """Orca says all of these, in what it says since then; what it says goes into the transcript."""
    said = [world["orca"].heard(part, since, timeout) for part in parts]
    for pattern, same in CHANGING:
        said = [re.sub(pattern, same, s) for s in said]
    world["moments"].append((moment, said))


def key(combination):
    since = now()
    stage.display.key(combination)
    return since


def activate(name, steps=40):
    """Leads the keyboard there and presses Enter."""
    fixture.reach(stage, app(), name, steps)
    return key("Return")


def replace(name, text):
    """Types into the field of that name, over what is there."""
    fixture.reach(stage, app(), name)
    stage.display.key("ctrl+a")
    stage.display.type(text)
    fixture.wait(lambda: text_of(name) == text, f"“{text}” is in {name}")


def text_of(name):
    from support import a11y

    return a11y.text(app().find("text", name))


def wait_for_focus(name):
    fixture.wait(lambda: fixture.focused(app()).get_name() == name, f"the keyboard is at “{name}”")


@step
def one_enrols():
    app().find("button", "Get Started")
    # Without a window manager Orca learns by the first key which window is in front.
    hears("Waxwing starts, Tab", "Waxwing frame", "Get Started button", since=key("Tab"))
    since = activate("Get Started")
    hears("The server is asked for", "Choose a Server", "Server text", since=since)
    replace("Server", stage.server.url)
    since = activate("Continue")
    hears("The address is asked for", "Your Address", fixture.ENTRY, since=since)
    replace(fixture.ENTRY, "alice")
    activate("Continue")
    replace(fixture.ENTRY, ALICE)
    replace("Your Name, as Others See It", "Alice Martin")
    replace("Name of This Device", "laptop")
    since = activate("Continue")
    hears("A mail is on its way", f"We sent a link to {ALICE}", since=since)
    since = now()
    stage.confirm(ALICE)
    hears("The link was opened", "You're Ready", "Start Messaging button", since=since, timeout=40)
    activate("Start Messaging")
    app().find("button", "New Conversation")


@step
def one_starts_a_conversation():
    since = key("ctrl+n")
    hears("Ctrl+N", "New Conversation", fixture.ENTRY, since=since)
    replace(fixture.ENTRY, "nobody@example.org")
    since = activate("Start")
    hears("Nobody has that address", "Nobody with this address", since=since)
    replace(fixture.ENTRY, world["bob"].address)
    since = activate("Start")
    hears("Somebody has that address", "Message", since=since)
    wait_for_focus("Message")


@step
def one_writes_and_is_answered():
    stage.display.type("Hello Bob, are you coming tonight?")
    stage.display.key("Return")
    fixture.wait(lambda: any("Sent" in n for n in fixture.names_in(app().find("list", "Messages"))), "it is sent", 20)
    world["bob"].sync()
    since = now()
    world["bob"].send(ALICE, "On my way.")
    hears("An answer comes", "New message from Bob Okafor: On my way.", since=since)


@step
def many_messages_are_summed_up():
    since = now()
    lines = "\n".join(f"Line {i}" for i in range(1, 21))
    world["bob"].cli.run("send", "mailto:" + ALICE, "--lines", "--wait", "sent", stdin=lines)
    fixture.wait(lambda: any("Line 20" in s for s in world["orca"].spoken()[since:]), "the last one is told", 20)
    told = [s for s in world["orca"].spoken()[since:] if "new message" in s or "New message" in s]
    assert len(told) <= 6, f"twenty messages are told one by one: {told}"


@step
def one_taps_back():
    since = key("shift+F6")
    hears("Shift+F6 from the text box", "Line 20", since=since)
    since = key("ctrl+shift+t")
    hears("Ctrl+Shift+T", "Thumbs up", since=since)
    since = key("Return")
    fixture.wait(
        lambda: "👍 from you" in fixture.names_in(app().find("list", "Messages"))[-1], "the tapback is there"
    )
    hears("Enter", "👍 from you", since=since)


@step
def one_approves_a_device():
    since = now()
    world["desktop"] = Device(stage, ALICE, "desktop").join()
    hears("A device wants to join", "“desktop” wants to join", since=since, timeout=40)
    since = activate("Review")
    digits = world["desktop"].digits()
    hears("Its digits", " ".join(digits), since=since, timeout=40)
    since = activate("They Match")
    hears("They match", "is now one of your devices", since=since, timeout=40)
    world["desktop"].joined()
    since = now()
    fixture.close_dialog(stage, app())
    hears("Every device is told", "New device", since=0, timeout=20)
    activate("It Was Me")
    app().gone("button", "It Was Me")


@step
def one_compares_a_safety_number():
    fixture.open_conversation(stage, app(), "Bob Okafor")
    since = key("ctrl+i")
    hears("Ctrl+I", "Close Details button", since=since)
    since = activate("Safety Number")
    hears("The safety number", "You have not compared", "Mark as Verified button", since=since)
    stage.display.key("shift+Tab")
    stage.display.key("shift+Tab")
    since = activate("Mark as Verified")
    hears("It is the same", "You compared this number with Bob Okafor", since=since)
    stage.display.key("Escape")
    stage.display.key("ctrl+i")
    app().gone("grouping", "Conversation Details")


@step
def one_removes_a_device():
    since = key("ctrl+comma")
    hears("Ctrl+comma", "Preferences", since=since)
    fixture.reach(stage, app(), "Devices")
    stage.display.key("space")
    since = activate("Remove “desktop”")
    hears("A device is to be removed", "Remove “desktop”?", since=since)
    since = activate("Remove Device")
    app().gone("button", "Remove “desktop”", timeout=30)
    hears("It is removed", "desktop", since=since)
    fixture.close_dialog(stage, app())


@step
def the_connection_goes_and_comes():
    since = now()
    stage.server.kill()
    hears("The connection is away", "No connection since", since=since, timeout=40)
    since = now()
    stage.server.start()
    hears("It is back", "Connected again", since=since, timeout=60)
    stage.stop(world["process"])


def transcript():
    lines = ["| when | Orca says |", "| --- | --- |"]
    return [*lines, *(f"| {moment} | {'<br>'.join(said)} |".replace("\n", " ") for moment, said in world["moments"])]


@step
def the_transcript_is_what_the_documentation_says():
    with open(PAGE, encoding="utf-8") as file:
        text = file.read()
    before, rest = text.split(BEGIN)
    written, after = rest.split(END)
    if os.environ.get("WAXWING_WRITE_TRANSCRIPT"):
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(before + BEGIN + "\n" + "\n".join(transcript()) + "\n\n" + END + after)
        return
    differences = list(difflib.unified_diff(written.strip().split("\n"), transcript(), "documentation", "Orca", lineterm=""))
    assert not differences, "\n".join(differences)


tap.main(setup, teardown, timeout=380)
