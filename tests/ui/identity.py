# SPDX-License-Identifier: GPL-3.0-or-later
"""Who one is, and who the others are: a telephone number, further addresses, safety numbers, strangers."""

import re
import subprocess

import fixture
from stage import Stage
from support import tap

NUMBER, TYPED, SHOWN = "+33612345678", "06 12 34 56 78", "+33 6 12 34 56 78"
ENTRY = "E-Mail Address or Phone Number"
SECOND = "alice@work.example"
stage = Stage()
world = {}


def setup():
    stage.__enter__()
    world["env"] = stage.region("fr_FR")
    world["process"], world["app"] = stage.start(env=world["env"])


def teardown():
    stage.__exit__()


def app():
    return world["app"]


def picture(name):
    path = stage.session.path("log", f"{name}.png")
    stage.display.screenshot(path)
    return path


def preferences(page):
    stage.display.key("ctrl+comma")
    app().find("dialog", "Preferences")
    fixture.preferences_page(app(), page)


def items(name):
    from support import a11y

    return [row.get_name() for row in a11y.children(app().find("list", name))]


def wait_for_item(name, part, timeout=20.0):
    return fixture.wait(
        lambda: next((n for n in items(name) if part in n), None), f"“{part}” in {name}", timeout
    )


@tap.test
def a_number_is_asked_about_before_anything_is_sent():
    app().click("button", "Get Started")
    app().enter("Server", stage.server.url)
    app().click("button", "Continue")
    app().enter(ENTRY, "06 12")
    app().enter("Your Name, as Others See It", "Alice Martin")
    app().enter("Name of This Device", "laptop")
    app().click("button", "Continue")
    fixture.wait(lambda: "invalid-entry" in fixture.states_of(app(), ENTRY), "what is wrong is marked")
    app().enter(ENTRY, TYPED)
    app().containing(f"This is {SHOWN}.")
    app().click("button", "Continue")
    question = app().containing("Text Messages May Cost You")
    app().containing("Waxwing doesn't know how much", within=question)
    picture("cost")
    # Enter and Escape both mean no.
    stage.display.key("Return")
    app().gone("button", "Send Me a Code")
    app().click("button", "Continue")
    app().find("button", "Send Me a Code")
    stage.display.key("Escape")
    app().gone("button", "Send Me a Code")
    tap.equal(stage.messages_sent(), 0, "text messages sent before the person agreed")


@tap.test
def the_code_from_the_message_enrols():
    app().click("button", "Continue")
    app().click("button", "Send Me a Code")
    app().containing(f"We sent a code of six digits to {SHOWN}")
    code = stage.code(NUMBER)
    app().enter("Code of Six Digits", str((int(code) + 1) % 10**6).zfill(6))
    app().containing("4 tries left", timeout=20)
    picture("code")
    # As it may be pasted: with a space, and in digits of another script.
    app().enter("Code of Six Digits", "".join(chr(0x660 + int(d)) for d in code[:3]) + " " + code[3:])
    app().click("button", "Start Messaging", timeout=30)
    app().find("button", "New Conversation")


@tap.test
def a_second_address_is_confirmed_by_its_link():
    preferences("Account")
    app().containing(TYPED)
    app().click("button", "Add Address")
    app().enter(ENTRY, "nobody-yet")
    app().click("button", "Continue")
    fixture.wait(lambda: "invalid-entry" in fixture.states_of(app(), ENTRY), "what is wrong is marked")
    app().enter(ENTRY, SECOND)
    app().click("button", "Continue")
    app().containing(f"We sent a link to {SECOND}")
    app().click("button", "Back")
    app().containing("Waiting until you open the link in the mail")
    stage.confirm(SECOND)
    app().find("button", f"Options for {SECOND}", timeout=30)
    app().gone("list item", "Being Added")


@tap.test
def the_first_one_is_chosen_and_another_removed():
    app().click("toggle button", f"Options for {SECOND}")
    app().click("menu item", "Show First")
    app().find("toggle button", f"Options for {TYPED}")
    fixture.wait(
        lambda: fixture.rows_of(app(), "Addresses")[0].startswith(SECOND), "the second address is the first", 20
    )
    app().click("toggle button", f"Options for {TYPED}")
    app().click("menu item", "Remove…")
    question = app().containing(f"Remove {TYPED}?")
    app().click("button", "Remove Address", within=question)
    fixture.wait(lambda: len(fixture.rows_of(app(), "Addresses")) == 1, "one address is left", 30)
    assert not app().has("toggle button", f"Options for {SECOND}"), "the last address can be removed"
    fixture.close_dialog(stage, app())


def own_number(cli):
    """The safety number as the other side has it."""
    return cli.one("verify", "mailto:" + SECOND)["number"]


@tap.test
def the_safety_number_is_two_clicks_away_and_a_camera_reads_it():
    world["bob"] = stage.person("Bob Okafor")
    world["bob"].send(SECOND, "Is that you? https://example.org/photos")
    app().click("button", "Message Requests, 1 person waits", timeout=20)
    stage.display.key("Return")
    app().click("button", "Accept", timeout=20)
    app().find("text", "Message", timeout=20)
    app().click("button", "Conversation Details")
    fixture.activate(stage, app(), "Safety Number")
    app().find("button", "Mark as Verified", timeout=20)
    number = own_number(world["bob"].cli)
    app().containing(", ".join(re.findall(".{5}", number)))
    read = subprocess.run(
        ["zbarimg", "--quiet", "--raw", picture("safety-number")], capture_output=True, text=True, check=True
    ).stdout.strip()
    tap.equal(read, "waxwing:verify?number=" + number)
    world["number"] = number


@tap.test
def a_person_is_marked_as_verified_and_the_mark_taken_away():
    app().click("button", "Mark as Verified")
    app().announced("You compared this number with Bob Okafor")
    app().find("button", "Remove Mark")
    fixture.close_dialog(stage, app())
    app().containing("Verified")
    app().click("button", "Conversation Details")
    fixture.activate(stage, app(), "Safety Number")
    app().click("button", "Remove Mark", timeout=20)
    app().find("button", "Mark as Verified")
    fixture.close_dialog(stage, app())


@tap.test
def a_link_finds_whose_number_it_is_and_marks_nothing():
    stage.open_link("waxwing:verify?number=" + world["number"])
    app().containing("This is your safety number with Bob Okafor", timeout=20)
    app().find("button", "Mark as Verified")
    app().enter("Safety Number", world["number"][::-1])
    app().containing("isn't your safety number with anybody you know", timeout=20)
    app().gone("button", "Mark as Verified")
    app().enter("Safety Number", " ".join(re.findall(".{5}", world["number"])))
    app().containing("This is your safety number with Bob Okafor", timeout=20)
    app().click("button", "Mark as Verified")
    app().containing("It is marked as verified", timeout=20)
    fixture.close_dialog(stage, app())
    app().containing("Verified")


@tap.test
def a_stranger_waits_in_a_list_of_their_own():
    eve = stage.person("Eve <b>Stranger</b>")
    eve.send(SECOND, "Hello! Look: https://example.org/prize")
    app().click("button", "Message Requests, 1 person waits", timeout=20)
    stage.display.key("Return")
    bar = app().find("grouping", "Message Request", timeout=20)
    picture("request")
    tap.equal(app().has("text", "Message"), False, "one can write to a stranger before accepting")
    wait_for_item("Messages", "https://example.org/prize")
    tap.equal(app().has("link"), False, "a stranger's link can be clicked")
    app().click("button", "Block", within=bar)
    question = app().containing("Block Eve <b>Stranger</b>?")
    app().click("button", "Block", within=question)
    app().gone("grouping", "Message Request")
    fixture.wait(lambda: not any("Eve" in n for n in items("Conversations")), "the stranger is in no list")
    preferences("Privacy")
    app().click("button", "Unblock Eve <b>Stranger</b>")
    app().gone("button", "Unblock Eve <b>Stranger</b>", timeout=20)
    fixture.close_dialog(stage, app())
    stage.stop(world["process"])


tap.main(setup, teardown, timeout=280)
