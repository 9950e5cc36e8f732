# SPDX-License-Identifier: GPL-3.0-or-later
"""What one does with messages: answer, tap back, edit, take back, find, select; all of it
by keyboard, and heard in what the rows say.
"""

import fixture
from stage import Stage
from support import tap

ALICE = "alice@example.org"
# Xvfb: its keyboard is a real one, on which Shift and a letter are two keys.
stage = Stage(display="xvfb")
world = {}


def setup():
    stage.__enter__()
    world["process"], world["app"] = stage.start()
    stage.display.focus("Waxwing")
    fixture.enroll(stage, app(), ALICE, "Alice Martin", "laptop")
    world["bob"] = stage.person("Bob Okafor")
    fixture.start_conversation(app(), world["bob"])
    fixture.write(app(), "Shall we go to the lake on Sunday?")
    world["bob"].sync()
    world["bob"].send(ALICE, "Gladly! I bring the walnut bread.", "And the small boat.")
    app().containing("And the small boat.")


def teardown():
    stage.__exit__()


def app():
    return world["app"]


def rows():
    from support import a11y

    return [r.get_name() for r in a11y.children(app().find("list", "Messages"))]


def wait_for_row(*parts, timeout=10):
    """A message whose sentence has all of these."""
    return fixture.wait(
        lambda: next((r for r in rows() if all(p in r for p in parts)), None), f"a message says {parts}: {rows()}", timeout
    )


def press_until(key, arrived, what):
    """One key, and what it does: the next one must not come before."""
    stage.display.key(key)
    return fixture.wait(lambda: arrived(fixture.focused(app())), f"{what}, by {key}")


def focus_message(part):
    """Leads the keyboard to a message, as one does who has nothing else."""

    def is_message(accessible):
        return accessible and accessible.get_parent().get_name() == "Messages"

    now = fixture.wait(lambda: fixture.focused(app()), "something has the keyboard")
    while not is_message(now):
        before = now
        now = press_until("F6", lambda a, b=before: a if a and a != b else None, "the keyboard goes on")
    place = now.get_index_in_parent()
    wanted = max(i for i, r in enumerate(rows()) if part in r)
    key, step = ("Down", 1) if wanted > place else ("Up", -1)
    while place != wanted:
        place += step
        press_until(
            key,
            lambda a, p=place: is_message(a) and a.get_index_in_parent() == p,
            f"message {place} of {rows()} has the keyboard",
        )


def menu_item(name):
    return fixture.menu_item(app(), name)


def composer():
    return app().find("text", "Message")


def wait_for_text(text):
    from support import a11y

    fixture.wait(lambda: a11y.text(composer()) == text, f"“{text}” is being written")


@tap.test
def a_message_is_tapped_back_and_that_is_taken_away():
    focus_message("walnut bread")
    stage.display.key("ctrl+shift+t")
    app().find("toggle button", "Thumbs up")
    stage.display.key("Return")
    wait_for_row("walnut bread", "1 tapback: 👍 from you")
    app().find("button", "👍 from you")

    focus_message("walnut bread")
    stage.display.key("ctrl+shift+t")
    fixture.wait(
        lambda: "pressed" in fixture.states_of(app(), "Thumbs up", "toggle button")
        or "checked" in fixture.states_of(app(), "Thumbs up", "toggle button"),
        "the own tapback is marked",
    )
    stage.display.key("Return")
    fixture.wait(lambda: not any("tapback" in r for r in rows()), "the tapback is gone")


@tap.test
def who_tapped_back_is_told_and_removes_it_there():
    focus_message("small boat")
    stage.display.key("ctrl+shift+t")
    app().find("toggle button", "Heart")
    stage.display.key("Right")
    stage.display.key("Return")
    wait_for_row("small boat", "❤️ from you")
    app().click("button", "❤️ from you")
    app().find("list", "Tapbacks")
    app().click("button", "Remove")
    fixture.wait(lambda: not any("tapback" in r for r in rows()), "the tapback is gone")


@tap.test
def a_message_is_answered_and_the_quote_leads_to_it():
    focus_message("Gladly!")
    stage.display.key("ctrl+r")
    app().find("label", "Reply to Bob Okafor")
    stage.display.type("Lovely")
    stage.display.key("Return")
    wait_for_row("You: Lovely", "in reply to Bob Okafor: “Gladly! I bring the walnut bread.”")
    app().gone("label", "Reply to Bob Okafor")
    app().click("button", "Go to the message of Bob Okafor: Gladly! I bring the walnut bread.")
    fixture.wait(lambda: "Gladly!" in (fixture.focused(app()) or composer()).get_name(), "the answered message has the keyboard")


@tap.test
def an_answer_can_be_given_up():
    focus_message("small boat")
    stage.display.key("ctrl+r")
    app().find("label", "Reply to Bob Okafor")
    stage.display.key("Escape")
    app().gone("label", "Reply to Bob Okafor")


@tap.test
def the_last_own_message_is_edited_from_an_empty_box():
    fixture.write(app(), "See you at tne")
    stage.display.key("Up")
    wait_for_text("See you at tne")
    app().find("label", "Edit message")
    app().enter("Message", "See you at ten")
    stage.display.key("Return")
    wait_for_row("You: See you at ten", "edited")
    wait_for_text("")
    assert not any("tne" in r for r in rows()), rows()
    app().click("button", "Edited")
    app().find("list", "Earlier Wordings")
    app().find("label", "See you at tne")
    stage.display.key("Escape")
    app().gone("list", "Earlier Wordings")


@tap.test
def what_was_being_written_comes_back_after_editing():
    app().enter("Message", "")
    focus_message("See you at ten")
    stage.display.key("Menu")
    menu_item("Edit")
    stage.display.key("Escape")
    app().enter("Message", "half a thought")
    focus_message("See you at ten")
    stage.display.key("Menu")
    fixture.press(menu_item("Edit"))
    wait_for_text("See you at ten")
    stage.display.key("Escape")
    wait_for_text("half a thought")
    app().enter("Message", "")


@tap.test
def the_menu_has_everything():
    focus_message("See you at ten")
    stage.display.key("shift+F10")
    for name in ("Reply", "Tap Back…", "Copy", "Edit", "Select Messages", "Message Details", "Unsend…", "Delete for Me…"):
        menu_item(name)
    stage.display.key("Escape")
    app().gone("menu")
    focus_message("Bob Okafor: Gladly!")
    stage.display.key("shift+F10")
    menu_item("Reply")
    offered = fixture.menu_names(app())
    assert "Edit" not in offered and "Unsend…" not in offered, offered
    stage.display.key("Escape")
    app().gone("menu")


@tap.test
def a_message_is_taken_back_after_a_question():
    fixture.write(app(), "Forget this one")
    focus_message("Forget this one")
    stage.display.key("Menu")
    fixture.press(menu_item("Unsend…"))
    app().find("alert", "Unsend This Message?")
    app().click("button", "Unsend")
    wait_for_row("You unsent a message")
    assert not any("Forget this one" in r for r in rows()), rows()


@tap.test
def several_are_selected_copied_and_deleted():
    focus_message("See you at ten")
    stage.display.key("Menu")
    fixture.press(menu_item("Select Messages"))
    app().find("label", "1 message selected")
    focus_message("Lovely")
    stage.display.key("space")
    app().find("label", "2 messages selected")
    app().click("button", "Copy Selected Messages")
    app().find("text", "Message")
    # As long as it is told, Escape takes that away, and nothing else.
    app().find("label", "2 messages copied")
    stage.display.key("Escape")
    app().gone("label", "2 messages copied")
    focus_message("Lovely")
    stage.display.key("Delete")
    app().find("alert", "Delete This Message?")
    app().click("button", "Delete for Me")
    fixture.wait(lambda: not any("You: Lovely" in r for r in rows()), "the message is gone")


@tap.test
def words_are_found_in_the_conversation():
    stage.display.key("ctrl+f")
    app().find("entry", "Find in Conversation")
    stage.display.type("the")
    app().find("label", "1 of 3")
    stage.display.key("Return")
    app().find("label", "2 of 3")
    stage.display.key("shift+Return")
    app().find("label", "1 of 3")
    stage.display.type("rmometer")
    app().find("label", "No matches")
    stage.display.key("Escape")
    app().gone("entry", "Find in Conversation")


@tap.test
def everything_is_searched_and_leads_to_the_message():
    stage.display.key("ctrl+shift+f")
    app().find("entry", "Search Conversations")
    stage.display.type("walnut")
    results = app().find("list", "Search Results")
    fixture.wait(
        lambda: any("Bob Okafor: Gladly! I bring the walnut bread." in r for r in fixture.names_in(results)),
        "the message is found",
    )
    stage.display.key("Return")
    fixture.wait(lambda: "walnut bread" in (fixture.focused(app()) or composer()).get_name(), "it has the keyboard")
    stage.display.key("Escape")
    app().gone("entry", "Search Conversations")


@tap.test
def emoji_are_offered_while_one_writes():
    app().enter("Message", "")
    stage.display.key("ctrl+1")
    fixture.wait(lambda: "focused" in fixture.states_of(app(), "Message"), "one can write")
    stage.display.type("It is :lobst")
    app().find("list", "Emoji")
    stage.display.key("Tab")
    wait_for_text("It is 🦞")
    stage.display.type(" :tada:")
    wait_for_text("It is 🦞 🎉")
    stage.display.type(" :)")
    app().find("list", "Emoji")
    stage.display.key("Return")
    wait_for_row("You: It is 🦞 🎉 :)")


@tap.test
def details_tell_who_has_it():
    world["bob"].sync()
    wait_for_row("You: It is 🦞", "Delivered", timeout=20)
    focus_message("It is 🦞")
    stage.display.key("Menu")
    fixture.press(menu_item("Message Details"))
    dialog = app().find("dialog", "Message Details")
    app().find("label", "Bob Okafor", within=dialog)
    fixture.close_dialog(stage, app())
    stage.stop(world["process"])


tap.main(setup, teardown, timeout=280)
