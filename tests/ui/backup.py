# SPDX-License-Identifier: GPL-3.0-or-later
"""The window of a device that is new: what was said before comes, with a word of how far it is, and a backup is written and
taken from the preferences.
"""

import os
import subprocess

import fixture
from stage import Stage
from support import tap

ALICE, BOB = "alice@example.org", "mailto:bob@example.org"
MESSAGES = 2000
PASSPHRASE = "sieben graue Reiher"
stage = Stage(display="xvfb")
world = {}


def setup():
    stage.__enter__()
    world["alice"] = stage.person("Alice Martin")
    world["bob"] = stage.person("Bob Okafor")
    cli = world["alice"].cli
    # Bob has written too, so that his name is known.
    world["bob"].cli.run("send", "mailto:" + ALICE, "--text", "hello", "--wait", "sent")
    cli.run("conversations", "--sync")
    cli.run("send", BOB, "--text", "hello", "--wait", "sent")
    conversation = cli.run("conversations")[0]["id"]
    program = os.path.join(os.environ["WAXWING_BUILD"], "tests", "bench", "bench-fill-store")
    arguments = [program, cli.profile, conversation, str(MESSAGES), "The heron is back."]
    subprocess.run(arguments, env=stage.session.env, check=True)
    world["process"], world["app"] = stage.start()
    stage.display.focus("Waxwing")
    join()


def join():
    """The window's device, approved by the one on the command line."""
    fixture.enroll(stage, app(), ALICE, "Alice Martin", "laptop", finish=False)
    stage.confirm(ALICE)
    cli = world["alice"].cli

    def look():
        waiting = [d for d in cli.run("devices") if d["state"] != "enrolled" and d["digits"]]
        return waiting[0] if waiting else None

    device = tap.wait_for(look, "the window's device waits", 30, interval=0.2)
    cli.run("approve", device["id"], "--code", device["digits"])
    app().click("button", "Start Messaging", timeout=30)
    app().find("button", "New Conversation")


def teardown():
    stage.__exit__()


def app():
    return world["app"]


def folder(name=""):
    return stage.session.path("home", name)


@tap.test
def what_was_said_before_comes_with_a_word_of_how_far_it_is():
    world["alice"].cli.run("conversations", "--sync")
    # Offered, and nothing of it is sent yet: it says so for as long as that takes, and is in nobody's way.
    app().containing("Bringing your history…", timeout=20)
    app().announced("Your earlier messages are on their way to this device.")
    app().find("button", "New Conversation")
    log = stage.session.path("log", "giving.log")
    giving = world["alice"].cli.spawn("--timeout", "120", "history", "--wait", log=log)
    tap.equal(giving.wait(120), 0, giving.log())
    app().announced("Your earlier messages are here.", timeout=30)
    app().gone("grouping", "Earlier Messages")
    fixture.open_conversation(stage, app(), "Bob Okafor")
    app().containing("The heron is back.")


def close_preferences():
    """With its button: Escape would take the last word away first."""
    dialog = app().find("dialog", "Preferences")
    app().click("button", "Close", within=dialog)
    app().gone("dialog")


def open_page(button):
    stage.display.key("ctrl+comma")
    fixture.preferences_page(app(), "Storage")
    fixture.activate(stage, app(), button)


@tap.test
def a_backup_is_written():
    open_page("Export…")
    app().enter("Passphrase", "sieben")
    app().containing("Use eight characters or more.")
    app().enter("Passphrase", PASSPHRASE)
    app().containing("Fair.")
    app().enter("The Same Again", "sieben blaue Reiher")
    app().containing("The two passphrases differ.")
    app().enter("The Same Again", PASSPHRASE)
    app().click("button", "Choose File…")
    fixture.choose_file(stage, app(), "Export Backup", "Save", folder("backup"))
    app().containing("The backup is written.", timeout=60)
    close_preferences()
    tap.equal([n for n in os.listdir(folder()) if ".part" in n], [])
    assert os.path.getsize(folder("backup")) > 10000


@tap.test
def it_is_taken_and_a_wrong_passphrase_is_said_in_place():
    open_page("Import…")
    app().enter("Passphrase", "sieben blaue Reiher")
    app().click("button", "Choose File…")
    fixture.choose_file(stage, app(), "Import Backup", "Open", folder("backup"))
    app().containing("passphrase", timeout=60)
    app().enter("Passphrase", PASSPHRASE)
    app().click("button", "Choose File…")
    fixture.choose_file(stage, app(), "Import Backup", "Open", folder("backup"))
    app().containing("All messages of the backup were here already.", timeout=60)
    close_preferences()
    stage.stop(world["process"])


tap.main(setup, teardown, timeout=280)
