# SPDX-License-Identifier: GPL-3.0-or-later
"""The application without its window: asked for, started so, and gone when it is of no use."""

import configparser
import os
import re
import subprocess
import urllib.parse

import fixture
from stage import Stage
from support import desktop, processes, programs, tap
from support.relay import Relay

ALICE = "alice@example.org"
SCHEMA, ID = "im.waxwing.Waxwing", "im.waxwing.Waxwing"
stage = Stage()
world = {}


def setup():
    stage.__enter__()
    server = urllib.parse.urlsplit(stage.server.url)
    world["relay"] = stage.stack.enter_context(Relay(server.hostname, server.port))
    bus = stage.stack.enter_context(desktop.SystemBus(stage.session))
    world["login"] = stage.stack.enter_context(desktop.LoginService(bus.address))
    world["env"] = {"DBUS_SYSTEM_BUS_ADDRESS": bus.address}
    start()
    enrol_through_the_relay()
    world["ana"], world["bob"] = stage.person("Ana Lindqvist"), stage.person("Bob Okafor")
    fixture.start_conversation(app(), world["ana"], world["bob"])


def teardown():
    stage.__exit__()


def app():
    return world["app"]


def start():
    world["process"], world["app"] = stage.start(env=world["env"])


def enrol_through_the_relay():
    server, stage.server.url = stage.server.url, world["relay"].url
    fixture.enroll(stage, app(), ALICE, "Alice Martin", "laptop")
    stage.server.url = server


def start_service():
    """As the desktop does at login: nothing to see."""
    log = stage.session.path("log", f"service-{len(os.listdir(stage.session.path('log')))}.log")
    world["process"] = programs.start_application(
        stage.session, "--gapplication-service", env=world["env"], log=log
    )
    stage.started.append(world["process"])
    tap.wait_for(on_the_bus, "it is on the bus", 20)


def on_the_bus():
    return f"'{ID}'" in desktop.names_on(stage.session)


def windows():
    return app().root.get_child_count()


def no_window():
    fixture.wait(lambda: windows() == 0, "the window is gone")


def autostart_file():
    return os.path.join(stage.session.env["XDG_CONFIG_HOME"], "autostart", ID + ".desktop")


def told_of(part, timeout=20):
    return stage.notifications.wait_for(lambda n: part in n.title + "\n" + n.body, f"“{part}” is told of", timeout)


def ended(process, timeout=20):
    tap.equal(process.wait(timeout), 0, "the status that it ended with")


def activate(action, *parameter):
    """What a desktop does that starts programs for what is pressed on their notifications."""
    subprocess.run(
        ["gdbus", "call", "--session", "-d", ID, "-o", "/im/waxwing/Waxwing", "-m"]
        + ["org.freedesktop.Application.ActivateAction", action, f"[{','.join(f'<{p!r}>' for p in parameter)}]", "{}"],
        env=processes.lenient(stage.session.env), check=True, stdout=subprocess.DEVNULL, timeout=30,
    )


@tap.test
def closing_the_window_asks_once_what_is_wanted():
    stage.display.key("ctrl+w")
    app().containing("Keep Receiving Messages?")
    app().containing("You can change this in the preferences")
    stage.display.screenshot(stage.session.path("log", "question.png"))
    stage.display.key("Escape")
    app().gone("button", "Keep Receiving")
    tap.equal(windows(), 1, "windows after Escape")
    stage.display.key("ctrl+w")
    fixture.reach(stage, app(), "Start when I log in")
    stage.display.key("space")
    fixture.wait(lambda: "checked" in fixture.states_of(app(), "Start when I log in", "check box"), "it is ticked")
    app().click("button", "Keep Receiving")
    no_window()
    assert world["process"].running(), "it ended with its window"


@tap.test
def it_is_started_at_login_without_a_window():
    tap.wait_for(lambda: os.path.exists(autostart_file()), "the desktop is told to start it")
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str
    entry.read(autostart_file())
    command = entry["Desktop Entry"]["Exec"].split()
    tap.equal((os.path.basename(command[0]), command[1:]), ("waxwing", ["--gapplication-service"]))
    subprocess.run(["desktop-file-validate", autostart_file()], check=True)


@tap.test
def messages_come_and_are_marked_as_read_without_a_window():
    world["ana"].send(ALICE, "While you were out")
    stage.notifications.press(told_of("While you were out"), "Mark as Read")
    world["bob"].send(ALICE, "Another one")
    told_of("Another one")
    tap.equal(windows(), 0, "windows")
    subprocess.run([programs.program("waxwing")], env=stage.session.env, check=True, timeout=20)
    app().find("list", "Conversations")
    fixture.wait(lambda: any("Another one" in r.get_name() for r in app().all("list item")), "it is there")
    ana = [r.get_name() for r in app().all("list item") if "While you were out" in r.get_name()]
    assert ana and "unread" not in ana[0], ana


@tap.test
def it_is_not_asked_again():
    stage.display.key("ctrl+w")
    no_window()
    assert world["process"].running(), "it ended with its window"


@tap.test
def after_a_sleep_it_connects_at_once():
    tap.wait_for(lambda: stage.notifications.told(), "it is there")
    relay = world["relay"]
    before = relay.accepted
    relay.freeze()
    world["login"].sleep()
    tap.wait_for(lambda: relay.accepted > before, "it connects anew", 5)
    world["ana"].send(ALICE, "Good morning")
    told_of("Good morning", 10)


@tap.test
def quitting_ends_it_whatever_it_would_keep_receiving():
    subprocess.run([programs.program("waxwing")], env=stage.session.env, check=True, timeout=20)
    app().find("list", "Conversations")
    stage.display.key("ctrl+q")
    ended(world["process"])
    tap.equal(on_the_bus(), False, "its name is still on the bus")


@tap.test
def a_service_receives_and_opens_what_is_pressed():
    start_service()
    world["ana"].send(ALICE, "To the one without a window")
    shown = told_of("To the one without a window")
    from support import a11y

    stage.notifications.press(shown, "default")
    world["app"] = a11y.Application(world["process"].pid)
    app().containing("To the one without a window", timeout=20)
    stage.stop(world["process"])


@tap.test
def pressing_a_notification_starts_it():
    service = stage.session.path("activation.service")
    conversation = re.search("last-conversations=.*'([0-9a-f]{32})'", settings_file()).group(1)
    with open(service, "w", encoding="utf-8") as file:
        file.write(f"[D-BUS Service]\nName={ID}\nExec={programs.program('waxwing')} --gapplication-service\n")
    os.rename(service, os.path.join(stage.session.path(), ID + ".service"))
    stage.session.allow_activation(os.path.join(stage.session.path(), ID + ".service"))
    activate("mark-read", conversation)
    tap.wait_for(on_the_bus, "the bus starts it")
    stage.session.setting(SCHEMA, "run-in-background", "false")
    # It was started for one thing, and nobody wants it to go on.
    tap.wait_for(lambda: not on_the_bus(), "it leaves when that is done", 30)


def settings_file():
    path = os.path.join(stage.session.env["XDG_CONFIG_HOME"], "glib-2.0", "settings", "keyfile")
    with open(path, encoding="utf-8") as file:
        return file.read()


@tap.test
def the_desktop_is_told_when_it_is_not_wanted_at_login():
    start()
    # Two programs that write to the file of settings at the same time lose what one of them wrote: this one has remembered
    # its conversation when that shows.
    app().find("text", "Message")
    stage.session.setting(SCHEMA, "run-in-background", "true")
    stage.session.setting(SCHEMA, "start-at-login", "true")
    tap.wait_for(lambda: os.path.exists(autostart_file()), "it is to be started at login")
    stage.session.setting(SCHEMA, "start-at-login", "false")
    tap.wait_for(lambda: not os.path.exists(autostart_file()), "it is not to be started any more")
    stage.session.setting(SCHEMA, "start-at-login", "true")
    tap.wait_for(lambda: os.path.exists(autostart_file()), "it is to be started again")
    stage.stop(world["process"])
    # As another program for such things does.
    os.unlink(autostart_file())
    start()
    tap.wait_for(lambda: "start-at-login=false" in settings_file(), "the preference follows")


@tap.test
def without_that_preference_it_ends_with_its_window():
    stage.session.setting(SCHEMA, "run-in-background", "false")
    app().find("list", "Conversations")
    stage.display.key("ctrl+w")
    ended(world["process"])


@tap.test
def a_service_with_nothing_to_receive_leaves():
    stage.session.setting(SCHEMA, "run-in-background", "true")
    log = stage.session.path("log", "nobody.log")
    process = programs.start_application(
        stage.session, "--gapplication-service", profile=stage.session.path("home", "nobody"), env=world["env"], log=log
    )
    ended(process, 30)


tap.main(setup, teardown, timeout=280)
