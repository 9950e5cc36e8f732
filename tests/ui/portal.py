# SPDX-License-Identifier: GPL-3.0-or-later
"""In a sandbox: notifications, the background, the screen's lock and the network, all through the portal."""

import os
import subprocess
import urllib.parse

import fixture
from stage import Stage
from support import desktop, programs, tap
from support.relay import Relay
from support.sandbox import Sandboxed

ALICE = "alice@example.org"
SCHEMA = "im.waxwing.Waxwing"
stage = Stage()
world = {}


def setup():
    stage.__enter__()
    server = urllib.parse.urlsplit(stage.server.url)
    world["relay"] = stage.stack.enter_context(Relay(server.hostname, server.port))
    world["portal"] = stage.stack.enter_context(desktop.Portal(stage.session.env["DBUS_SESSION_BUS_ADDRESS"]))
    start()
    relayed, stage.server.url = stage.server.url, world["relay"].url
    fixture.enroll(stage, app(), ALICE, "Alice Martin", "laptop")
    stage.server.url = relayed
    world["ana"], world["bob"] = stage.person("Ana Lindqvist"), stage.person("Bob Okafor")
    fixture.start_conversation(app(), world["ana"], world["bob"])


def teardown():
    if "process" in world:
        world["process"].stop()
    stage.__exit__()


def app():
    return world["app"]


def portal():
    return world["portal"]


def start(*arguments):
    from support import a11y

    log = stage.session.path("log", f"sandboxed-{len(os.listdir(stage.session.path('log')))}.log")
    world["log"] = log
    world["process"] = Sandboxed(
        stage.session, programs.program("waxwing"), *arguments, env=dict(stage.session.env, GIO_USE_NETWORK_MONITOR="portal"),
        log=log,
    )
    if not arguments:
        world["app"] = a11y.Application(world["process"].pid)


def told_of(part, timeout=20):
    """(id, notification) of one whose title or body has part in it."""

    def look():
        for name, shown in list(portal().shown.items()):
            if part in shown["title"] + "\n" + shown["body"]:
                return name, shown
        return None

    return tap.wait_for(look, f"“{part}” is told of: {list(portal().shown.values())}", timeout)


@tap.test
def words_show_as_they_are():
    world["ana"].send(ALICE, "<b>Bold</b> & 'plain'")
    name, shown = told_of("Bold")
    tap.equal((shown["title"], shown["body"]), ("Ana Lindqvist", "<b>Bold</b> & 'plain'"))
    tap.equal(stage.notifications.told(), [], "what went past the portal")
    world["ana"].send(ALICE, "Second")
    again, shown = told_of("Second")
    tap.equal((again, shown["title"], len(portal().shown)), (name, "Ana Lindqvist (2)", 1))


@tap.test
def its_buttons_lead_back():
    name, shown = told_of("Second")
    button = next(b for b in shown["buttons"] if b["label"] == "Mark as Read")
    portal().press(name, button["action"], button["target"])
    tap.wait_for(lambda: name in portal().removed, "it is read, and withdrawn")


@tap.test
def nothing_is_shown_while_the_screen_is_locked():
    world["ana"].send(ALICE, "Before the lock")
    told_of("Before the lock")
    portal().lock(True)
    told_of("New message")
    tap.equal([n for n in portal().shown.values() if "lock" in n["body"] or "Ana" in n["title"]], [])
    portal().lock(False)
    told_of("Before the lock")


@tap.test
def a_network_that_wants_a_login_is_said_so():
    relay = world["relay"]
    relay.freeze()
    relay.stop()
    portal().set_network(connectivity=desktop.CONNECTIVITY_LOGIN)
    app().containing("This network wants you to log in first", timeout=40)
    stage.display.screenshot(stage.session.path("log", "login.png"))
    server = urllib.parse.urlsplit(stage.server.url)
    port = urllib.parse.urlsplit(relay.url).port
    world["relay"] = stage.stack.enter_context(Relay(server.hostname, server.port, port))
    portal().set_network(connectivity=desktop.CONNECTIVITY_FULL)
    tap.wait_for(lambda: world["relay"].accepted, "it connects as soon as the network is there", 5)


@tap.test
def a_change_of_the_network_tries_the_connection_out():
    world["ana"].send(ALICE, "Still there?")
    told_of("Still there?")
    relay = world["relay"]
    before = relay.accepted
    relay.freeze()
    portal().set_network(metered=True)
    # Without being told it would take 30 s to try, and 20 to give up.
    tap.wait_for(lambda: relay.accepted > before, "the dead connection is replaced", 12)


@tap.test
def large_photos_wait_for_a_click_where_they_cost_something():
    photo = stage.session.path("photo.png")
    subprocess.run(
        ["convert", "-size", "600x400", "xc:", "+noise", "Random", "png24:" + photo], check=True, timeout=60
    )
    assert os.path.getsize(photo) > 300000, os.path.getsize(photo)
    fixture.open_conversation(stage, app(), "Ana Lindqvist")
    world["ana"].cli.run("send", "mailto:" + ALICE, "--attach", photo, "--wait", "sent")
    app().find("button", "Download: photo.png", timeout=20)
    portal().set_network(metered=False)
    app().gone("button", "Download: photo.png", timeout=20)


@tap.test
def closing_the_window_asks_the_system():
    stage.display.key("ctrl+w")
    app().click("button", "Keep Receiving")
    fixture.wait(lambda: app().root.get_child_count() == 0, "the window is gone")
    request = portal().requests[-1]
    tap.equal(request.get("autostart", False), False)
    tap.equal(request["commandline"][1:], ["--gapplication-service"])
    assert request["reason"], request
    tap.wait_for(lambda: portal().status == "Receives messages", "the system can say what it does")
    stage.session.setting(SCHEMA, "start-at-login", "true")
    tap.wait_for(lambda: portal().requests[-1].get("autostart"), "the system is asked to start it at login")
    own = os.path.join(stage.session.env["XDG_CONFIG_HOME"], "autostart")
    tap.equal(os.path.exists(own), False, "a file of our own, past the portal")


@tap.test
def what_was_shown_before_a_restart_is_withdrawn_when_it_is_read():
    world["bob"].send(ALICE, "Stays on the screen")
    name, _ = told_of("Stays on the screen")
    tap.equal(world["process"].stop(), 0, "it ended with")
    tap.equal(name in portal().shown, True, "it is on the screen of a desktop that keeps it")
    told = portal().told
    start()
    app().find("list", "Conversations")
    fixture.open_conversation(stage, app(), "Bob Okafor")
    tap.wait_for(lambda: name not in portal().shown, "it is withdrawn")
    tap.equal(portal().told, told, "what was told again")


@tap.test
def what_the_system_refuses_is_said_and_switched_off():
    stage.session.setting(SCHEMA, "run-in-background", "false")
    tap.wait_for(lambda: not portal().requests[-1].get("autostart"), "it is not started at login")
    portal().grants = False
    stage.session.setting(SCHEMA, "run-in-background", "true")
    app().containing("Your system doesn't let Waxwing go on without a window")
    app().click("button", "Close")
    done = subprocess.run(
        ["gsettings", "get", SCHEMA, "run-in-background"], env=stage.session.env, capture_output=True, text=True, check=True
    )
    tap.equal(done.stdout.strip(), "false")


tap.main(setup, teardown, timeout=280)
