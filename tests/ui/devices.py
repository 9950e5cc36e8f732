# SPDX-License-Identifier: GPL-3.0-or-later
"""The account's devices in the preferences, and the pages of a device that had to go."""

import fixture
from stage import Device, Stage
from support import tap

ALICE = "alice@example.org"
stage = Stage()
world = {}


def setup():
    stage.__enter__()
    world["process"], world["app"] = stage.start()
    fixture.enroll(stage, app(), ALICE, "Alice Martin", "laptop")
    world["bob"] = stage.person("Bob Okafor")
    fixture.start_conversation(app(), world["bob"])
    world["bob"].send(ALICE, "The key is under the third pot.")
    app().containing("The key is under the third pot.", timeout=20)
    world["desktop"] = let_in("desktop")


def teardown():
    stage.__exit__()


def app():
    return world["app"]


def let_in(name):
    """A further device on the command line, approved in the window."""
    device = Device(stage, ALICE, name).join()
    app().click("button", "Review", timeout=20)
    app().click("button", "They Match", timeout=30)
    app().containing("is now one of your devices", timeout=30)
    device.joined()
    fixture.close_dialog(stage, app())
    app().click("button", "It Was Me", timeout=20)
    app().gone("button", "It Was Me")
    return device


def this_device():
    """The id of the device that the window is."""
    devices = world["desktop"].cli.run("devices")
    return next(d["id"] for d in devices if d["name"] == "laptop")


def picture(name):
    stage.display.screenshot(stage.session.path("log", f"{name}.png"))


@tap.test
def a_device_says_when_it_was_used_and_its_fingerprint():
    stage.display.key("ctrl+comma")
    fixture.preferences_page(app(), "Devices")
    app().containing("Last used today", timeout=20)
    fixture.activate(stage, app(), "desktop")
    fingerprint = next(d["fingerprint"] for d in world["desktop"].cli.run("devices") if d["name"] == "desktop")
    app().containing(fingerprint)
    app().find("button", "Copy the Fingerprint of “desktop”")
    picture("devices")


@tap.test
def a_device_is_renamed_in_place():
    fixture.reach(stage, app(), "Name")
    stage.display.key("ctrl+a")
    stage.display.type("desk")
    stage.display.key("Return")
    app().find("button", "Remove “desk”", timeout=30)
    fixture.wait(
        lambda: any(d["name"] == "desk" for d in world["desktop"].cli.run("devices")), "the other device hears of it", 30
    )
    fixture.close_dialog(stage, app())


@tap.test
def a_removed_device_can_be_read_on():
    world["desktop"].cli.run("remove", this_device())
    app().containing("This Device Was Removed", timeout=30)
    app().announced("This Device Was Removed")
    picture("removed")
    app().click("button", "Read Messages")
    app().containing("The key is under the third pot.")
    app().containing("It gets no messages any more")
    tap.equal(app().has("text", "Message"), False, "one can write on a device that was removed")
    stage.stop(world["process"])

    # It says so at the next start too.
    world["process"], world["app"] = stage.start()
    app().containing("This Device Was Removed", timeout=20)


@tap.test
def it_is_erased_after_a_question():
    app().click("button", "Erase This Device")
    question = app().containing("Erase This Device?")
    app().click("button", "Cancel", within=question)
    app().gone("button", "Cancel")
    app().click("button", "Erase This Device")
    question = app().containing("Erase This Device?")
    app().click("button", "Erase", within=question)
    app().find("button", "Get Started", timeout=30)
    tap.equal(app().has("list", "Messages"), False, "messages are left in the window")


@tap.test
def a_device_that_was_erased_from_afar_says_why():
    fixture.enroll(stage, app(), ALICE, "Alice Martin", "laptop", finish=False)
    stage.confirm(ALICE)
    app().containing("This address has devices already", timeout=30)
    world["desktop"].approve(world["desktop"].pending())
    app().click("button", "Start Messaging", timeout=30)
    app().find("button", "New Conversation")
    world["desktop"].cli.run("remove", this_device(), "--wipe")
    app().find("button", "Get Started", timeout=30)
    app().announced("removed this one from the account")
    app().containing("removed this one from the account")
    picture("erased")
    stage.stop(world["process"])


@tap.test
def signing_out_says_what_is_lost():
    world["process"], world["app"] = stage.start(profile=stage.session.path("home", "second"))
    fixture.enroll(stage, app(), "carol@example.org", "Carol Novak", "laptop")
    stage.display.key("ctrl+comma")
    app().find("dialog", "Preferences")
    fixture.activate(stage, app(), "Sign Out of This Device")
    question = app().containing("Sign Out of Your Last Device?")
    app().containing("only starting over leads back into it", within=question)
    app().click("button", "Sign Out", within=question)
    app().find("button", "Get Started", timeout=30)
    stage.stop(world["process"])


tap.main(setup, teardown, timeout=280)
