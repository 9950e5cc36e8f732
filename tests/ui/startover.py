# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting over from a device that nobody can approve: the pages of whoever asks, and the alert of whoever is asked."""

import fixture
from stage import Stage
from support import tap

ALICE = "alice@example.org"
stage = Stage()
world = {}


def setup():
    stage.__enter__()
    world["process"], world["app"] = stage.start()
    fixture.enroll(stage, app(), ALICE, "Alice Martin", "laptop")
    stage.stop(world["process"])
    world["lost"] = stage.session.path("home", "lost")


def teardown():
    stage.__exit__()


def app():
    return world["app"]


def picture(name):
    stage.display.screenshot(stage.session.path("log", f"{name}.png"))


@tap.test
def starting_over_says_what_happens_and_asks():
    world["process"], world["app"] = stage.start(profile=world["lost"])
    fixture.enroll(stage, app(), ALICE, "Alice Martin", "found", finish=False)
    stage.confirm(ALICE)
    app().click("button", "I Have None of Them", timeout=30)
    app().containing("They have 24 hours to refuse")
    app().containing("Your safety numbers change")
    picture("start-over")
    app().click("button", "Start Over")
    question = fixture.dialog_of(app().containing("This can't be undone"))
    app().click("button", "Cancel", within=question)
    app().gone("button", "Cancel")
    app().click("button", "Start Over")
    question = fixture.dialog_of(app().containing("This can't be undone"))
    app().click("button", "Start Over", within=question)


@tap.test
def it_waits_and_waits_on_after_a_restart():
    app().containing("your account starts over on this device tomorrow at", timeout=30)
    app().containing("You can close Waxwing")
    stage.stop(world["process"])
    world["process"], world["app"] = stage.start(profile=world["lost"])
    app().containing("your account starts over on this device tomorrow at", timeout=20)
    picture("held")
    stage.stop(world["process"])


@tap.test
def the_owner_is_alerted_and_refuses():
    world["process"], world["app"] = stage.start()
    shown = stage.notifications.wait_for(lambda n: "Refuse" in n.actions.values(), "a claim is told of", 30)
    tap.equal(sorted(v for v in shown.actions.values() if v), ["It Was Me", "Refuse"])
    app().containing("Unless you refuse, it happens tomorrow at")
    picture("claim")
    app().click("button", "Refuse")
    app().announced("Refused. Your account stays as it is.", timeout=20)
    app().gone("button", "Refuse", timeout=20)
    fixture.wait(lambda: shown.id in stage.notifications.withdrawn(), "its notification is withdrawn")
    stage.stop(world["process"])


@tap.test
def whoever_asked_learns_that_it_was_refused():
    world["process"], world["app"] = stage.start(profile=world["lost"])
    app().find("button", "Get Started", timeout=30)
    app().containing("said no", timeout=20)
    stage.stop(world["process"])


tap.main(setup, teardown, timeout=280)
