# SPDX-License-Identifier: GPL-3.0-or-later
"""The notification service of the tests hears notifications and presses buttons."""

import os
import subprocess
import tempfile

from support import notifications, processes, session, tap

DESTINATION = ["--dest", "org.freedesktop.Notifications"]
OBJECT = ["--object-path", "/org/freedesktop/Notifications"]
METHOD = "org.freedesktop.Notifications."


def call(method, *arguments):
    subprocess.run(
        ["gdbus", "call", "--session", *DESTINATION, *OBJECT, "--method", METHOD + method]
        + list(arguments),
        check=True,
        stdout=subprocess.DEVNULL,
    )


def notify(title, actions="[]"):
    call("Notify", "test", "0", "", title, "body", actions, "{}", "0")


@tap.test
def a_notification_is_shown_and_withdrawn():
    with session.Session() as s, notifications.NotificationService(
        s.env["DBUS_SESSION_BUS_ADDRESS"]
    ) as service:
        notify("Hello")
        shown = service.wait_for(lambda n: n.title == "Hello", "the greeting")
        tap.equal((shown.application, shown.body), ("test", "body"))
        call("CloseNotification", str(shown.id))
        tap.equal(service.shown(), [])
        tap.equal(service.withdrawn(), [shown.id])


@tap.test
def a_button_press_is_signalled():
    with session.Session() as s, notifications.NotificationService(
        s.env["DBUS_SESSION_BUS_ADDRESS"]
    ) as service, tempfile.TemporaryDirectory() as directory:
        log = os.path.join(directory, "monitor")
        with processes.Process(
            ["gdbus", "monitor", "--session", *DESTINATION], log=log
        ) as monitor:
            monitor.wait_for_line("is owned by")
            notify("Device", '["a1", "It Was Me", "a2", "Remove Device"]')
            shown = service.wait_for(lambda n: n.title == "Device", "the alert")
            tap.equal(list(shown.actions.values()), ["It Was Me", "Remove Device"])
            service.press(shown, "Remove Device")
            monitor.wait_for_line(rf"ActionInvoked \(uint32 {shown.id}, 'a2'\)")


tap.main(timeout=80)
