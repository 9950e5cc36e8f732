# SPDX-License-Identifier: GPL-3.0-or-later
"""Who one is: a telephone number, confirmed by its code, and a further address, by its link."""

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
    fixture.close_dialog(stage, app())
    stage.stop(world["process"])


tap.main(setup, teardown, timeout=280)
