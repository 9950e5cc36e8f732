# SPDX-License-Identifier: GPL-3.0-or-later
"""Without a pointer and without eyes: every control has a name, and everything is
reached from the keyboard.
"""

import fixture
from stage import Stage
from support import tap

ALICE = "alice@example.org"
# What a person acts on. The empty name of one of these is a control that nobody can tell from another.
CONTROLS = {"button", "toggle button", "text", "check box", "switch", "list", "page tab", "menu item"}
# Xvfb: its keyboard is a real one, on which Shift and a letter are two keys.
stage = Stage(display="xvfb")
world = {}


def setup():
    stage.__enter__()
    world["process"], world["app"] = stage.start()
    stage.display.focus("Waxwing")
    fixture.enroll(stage, world["app"], ALICE, "Alice Martin", "laptop")
    people = [stage.person(name) for name in ("Bob Okafor", "Ana Lindqvist")]
    fixture.start_conversation(world["app"], *people)
    world["bob"], world["ana"] = people
    for person in people:
        person.send(ALICE, f"Hello from {person.name.split()[0]}")
    fixture.wait(lambda: len(list_names()) == 2 and "Ana" in list_names()[0], "both write", 20)


def teardown():
    stage.__exit__()


def app():
    return world["app"]


def list_names():
    from support import a11y

    return [r.get_name() for r in a11y.children(app().find("list", "Conversations"))]


def nameless():
    """Controls that show and have no name; what is inside a control speaks through it."""
    from support import a11y

    found = []

    def look(accessible, inside):
        role = accessible.get_role_name()
        if a11y.showing(accessible) and role in CONTROLS:
            if not accessible.get_name() and not inside and accessible.get_child_count() == 0:
                found.append(a11y.describe(accessible))
            inside = inside or bool(accessible.get_name())
        for child in a11y.children(accessible):
            look(child, inside)

    look(app().root, False)
    return found


def focused():
    from support import a11y

    return next((a for a in a11y.walk(app().root) if "focused" in a11y.states(a)), None)


def wait_for_focus(role, name=None):
    from support import a11y

    def look():
        found = focused()
        return found if found and found.get_role_name() == role and name in (None, found.get_name()) else None

    try:
        return a11y.wait(look, f"the keyboard is at {role} “{name}”")
    except AssertionError as error:
        found = focused()
        raise AssertionError(f"{error}; it is at {a11y.describe(found) if found else None}") from None


@tap.test
def conversations_are_walked_through_with_keys():
    stage.display.key("ctrl+1")
    app().find("grouping", "Ana Lindqvist")
    stage.display.key("alt+Down")
    app().find("grouping", "Bob Okafor")
    stage.display.key("ctrl+Prior")
    app().find("grouping", "Ana Lindqvist")
    stage.display.key("ctrl+2")
    app().find("grouping", "Bob Okafor")
    tap.equal(nameless(), [], "controls without a name")


@tap.test
def assistive_technology_opens_a_conversation():
    from support import a11y

    for name in ("Ana Lindqvist", "Bob Okafor"):
        row = next(r for r in a11y.children(app().find("list", "Conversations")) if r.get_name().startswith(name))
        tap.equal(row.get_action_iface().get_action_name(0), "conversation.activate")
        a11y.click(row)
        app().find("grouping", name)


@tap.test
def f6_goes_round_the_regions():
    regions = [("list item", None), ("button", "Conversation Details"), ("list item", None), ("text", "Message")]
    wait_for_focus("text", "Message")
    for region in regions:
        stage.display.key("F6")
        wait_for_focus(*region)
    for region in [*reversed(regions[:-1]), regions[-1]]:
        stage.display.key("shift+F6")
        wait_for_focus(*region)


@tap.test
def tab_leaves_where_one_writes():
    stage.display.key("Tab")
    fixture.wait(lambda: focused() and focused().get_name() != "Message", "Tab leaves the text box")
    stage.display.key("shift+Tab")
    wait_for_focus("text", "Message")


@tap.test
def enter_sends_and_shift_enter_starts_a_line():
    from support import a11y

    stage.display.type("One line")
    stage.display.key("shift+Return")
    stage.display.type("and another")
    message = app().find("text", "Message")
    fixture.wait(lambda: a11y.text(message) == "One line\nand another", "both lines are there")
    stage.display.key("Return")
    app().containing("You: One line\nand another")
    fixture.wait(lambda: a11y.text(message) == "", "the text box is empty")


@tap.test
def search_is_reached_and_left_by_keys():
    stage.display.key("ctrl+shift+f")
    wait_for_focus("entry", "Search Conversations")
    stage.display.type("ana")
    results = app().find("list", "Search Results")
    fixture.wait(
        lambda: fixture.names_in(results)[:2] == ["People and Groups", "Ana Lindqvist"], "one person is found first"
    )
    stage.display.key("Escape")
    fixture.wait(lambda: len(list_names()) == 2, "both are back")


@tap.test
def dialogs_have_names_and_close_by_escape():
    for key, title in (("ctrl+n", "New Conversation"), ("ctrl+question", "Keyboard Shortcuts"),
                       ("ctrl+comma", "Preferences")):
        stage.display.key(key)
        app().find("dialog", title)
        tap.equal(nameless(), [], f"controls without a name in {title}")
        fixture.close_dialog(stage, app())


@tap.test
def details_open_beside_and_close_by_escape():
    stage.display.key("ctrl+i")
    app().find("grouping", "Conversation Details")
    wait_for_focus("button", "Close Details")
    tap.equal(nameless(), [], "controls without a name in the details")
    stage.display.key("Escape")
    app().gone("grouping", "Conversation Details")
    wait_for_focus("text", "Message")


@tap.test
def a_row_has_a_menu_from_the_keyboard():
    stage.display.key("ctrl+1")
    app().find("grouping", "Bob Okafor")
    world["bob"].send(ALICE, "Look at the menu")
    app().containing("Look at the menu", timeout=20)
    stage.display.key("F6")
    wait_for_focus("list item")
    stage.display.key("Menu")
    fixture.menu_item(app(), "Block…")
    assert "Mark as Read" not in fixture.menu_names(app()), "what is read can be marked as read"
    fixture.press(fixture.menu_item(app(), "Delete…"))
    app().containing("The messages with Bob Okafor are erased")
    fixture.close_dialog(stage, app())
    stage.display.key("ctrl+1")
    wait_for_focus("text", "Message")


def choose(number, *names):
    """Takes an entry of the menu of a conversation in the list, and of the menus below it."""
    stage.display.key(f"ctrl+{number}")
    wait_for_focus("text", "Message")
    stage.display.key("F6")
    wait_for_focus("list item")
    stage.display.key("Menu")
    for name in names[:-1]:
        before = fixture.focused(app())
        fixture.press(fixture.menu_item(app(), name))
        # What is below slides in, and takes the keyboard when it is there.
        fixture.wait(lambda before=before: fixture.focused(app()) not in (None, before), f"“{name}” is open")
    fixture.press(fixture.menu_item(app(), names[-1]))
    app().gone("menu")


@tap.test
def a_conversation_is_pinned_and_muted():
    choose(2, "Pin")
    fixture.wait(lambda: list_names()[0].startswith("Ana Lindqvist") and "pinned" in list_names()[0], "Ana is first")
    choose(1, "Mute", "Until Tomorrow")
    fixture.wait(lambda: "muted" in list_names()[0], "that she is muted is told")
    choose(1, "Unmute")
    fixture.wait(lambda: "muted" not in list_names()[0], "she is muted no more")
    choose(1, "Mute", "Always")
    fixture.wait(lambda: "muted" in list_names()[0], "she is muted again")


@tap.test
def closing_the_window_keeps_messages_coming():
    from support import a11y

    stage.display.key("ctrl+w")
    a11y.wait(lambda: app().root.get_child_count() == 0, "the window is gone")
    # Ana is muted; what comes after her words tells when there would have been something of them.
    world["ana"].send(ALICE, "Quietly said")
    world["bob"].send(ALICE, "Are you there?")
    shown = stage.notifications.wait_for(lambda n: "Are you there?" in n.body, "a message came", 20)
    stage.notifications.press(shown, "default")
    app().containing("Bob Okafor: Are you there?", timeout=20)
    assert "Quietly said" in list_names()[0], list_names()
    quiet = [n.body for n in stage.notifications.told() if "Quietly" in n.body]
    tap.equal(quiet, [], "notifications of a muted conversation")
    stage.stop(world["process"])


tap.main(setup, teardown, timeout=280)
