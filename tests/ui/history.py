# SPDX-License-Identifier: GPL-3.0-or-later
"""A long conversation: it opens where reading goes on, fetches what is older as one
scrolls, and stays where one reads while more arrives.
"""

import fixture
from stage import Stage
from support import tap

ALICE = "alice@example.org"
READ, UNREAD = 150, 350
MESSAGES = READ + UNREAD
stage = Stage()
world = {}


def setup():
    stage.__enter__()
    world["process"], world["app"] = stage.start()
    fixture.enroll(stage, app(), ALICE, "Alice Martin", "laptop")
    world["bob"] = stage.person("Bob Okafor")
    # Another one is open while Bob writes.
    fixture.start_conversation(app(), world["bob"], stage.person("Carol Novak"))
    send(0, READ)
    wait_for_unread(READ)
    stage.display.key("ctrl+1")
    app().click("button", "Jump to Latest")
    wait_for_unread(0)
    fixture.open_conversation(stage, app(), "carol@example.org")
    send(READ, MESSAGES)
    wait_for_unread(UNREAD)


def send(first, end):
    long = " and a good deal more to say, so that it takes a line or two or three, unlike the others"
    lines = (f"Number {i}." + (long if i % 3 == 0 else "") for i in range(first, end))
    world["bob"].cli.run(
        "send", "mailto:" + ALICE, "--lines", "--wait", "sent", stdin="\n".join(lines), timeout=120
    )


def wait_for_unread(number):
    def look():
        names = [r.get_name() for r in app().all("list item")]
        return any(f", {number} unread" in n for n in names) if number else not any("unread" in n for n in names)

    fixture.wait(look, f"{number} are unread", 60)


def teardown():
    stage.__exit__()


def app():
    return world["app"]


def in_view():
    """The messages of which at least half is on the screen, oldest first."""
    from support import a11y

    view = app().find("list", "Messages")
    top, bottom = a11y.vertical(view)

    def is_seen(row):
        start, end = a11y.vertical(row)
        return a11y.showing(row) and min(end, bottom) - max(start, top) >= (end - start) / 2

    return [r.get_name() for r in a11y.children(view) if is_seen(r)]


def focused():
    """What the item that has the keyboard says."""
    from support import a11y

    found = (a for a in a11y.walk(app().root) if "focused" in a11y.states(a))
    return next((a.get_name() for a in found if a.get_role_name() == "list item"), None)


def wait_for_view(part, where):
    """where: 0 for the top of the view, -1 for its end."""
    from support import a11y

    def look():
        names = in_view()
        return names and part in names[where]

    try:
        a11y.wait(look, f"“{part}” is in view")
    except AssertionError as error:
        raise AssertionError(f"{error}; in view: {in_view()}") from None


@tap.test
def it_opens_at_the_first_unread_message():
    stage.display.key("ctrl+1")
    wait_for_view(f"Number {READ}.", 0)
    app().find("label", "New")
    app().find("button", "Jump to Latest")


@tap.test
def the_end_is_reached_and_read():
    app().click("button", "Jump to Latest")
    wait_for_view(f"Number {MESSAGES - 1}.", -1)
    wait_for_unread(0)
    app().gone("button", "Jump to Latest")


@tap.test
def a_new_message_shows_at_the_end():
    world["bob"].send(ALICE, "And one more.")
    wait_for_view("And one more.", -1)


@tap.test
def what_is_older_comes_while_one_scrolls_up():
    stage.display.key("F6")
    fixture.wait(lambda: focused() and "unread" not in focused(), "the list of conversations has the keyboard")
    stage.display.key("F6")
    fixture.wait(
        lambda: fixture.focused(app()).get_name() == "Conversation Details", "what is above the messages has the keyboard"
    )
    stage.display.key("F6")
    fixture.wait(lambda: "And one more." in (focused() or ""), "the last message has the keyboard")
    seen = set()
    for _ in range(100):
        names = in_view()
        seen.update(int(n.split("Number ")[1].split(".")[0]) for n in names if "Number " in n)
        if "Number 0." in (focused() or ""):
            break
        before = focused()
        stage.display.key("Prior")
        fixture.wait(lambda b=before: focused() not in (None, b), "the keyboard moves up")
    wait_for_view("Number 0.", 0)
    # A page that jumped while it was loaded would leave out what it jumped over.
    missing = sorted(set(range(MESSAGES)) - seen)
    assert len(missing) <= MESSAGES // 20, f"never in view: {missing}"


@tap.test
def the_view_stays_while_more_arrives_and_says_how_much():
    world["bob"].send(ALICE, "One below.", "Two below.")
    app().find("button", "Jump to Latest, 2 new messages")
    wait_for_view("Number 0.", 0)
    app().click("button", "Jump to Latest, 2 new messages")
    wait_for_view("Two below.", -1)
    stage.stop(world["process"])


tap.main(setup, teardown, timeout=280)
