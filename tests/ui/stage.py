# SPDX-License-Identifier: GPL-3.0-or-later
"""What the application's tests and screenshots play on: a desktop session without a
screen, a real server, a real keyring, other people on the command line.
"""

import contextlib
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

from support import programs, tap
from support.session import Session

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TESTS, "e2e"))
from house import press  # noqa: E402


class Person:
    """Somebody else, on the command line."""

    def __init__(self, stage, name):
        self.stage, self.name = stage, name
        self.address = name.split()[0].lower() + "@example.org"
        self.cli = programs.Cli(stage.session.path("home", "people", self.address), stage.session.env)

    def enroll(self):
        # The place of the person's profile is made by the person's machine, here by us.
        os.makedirs(os.path.dirname(self.cli.profile), exist_ok=True)
        self.cli.enroll(self.stage.server, self.address, self.stage.confirm, name=self.name, device="phone")
        return self

    def send(self, address, *texts):
        for text in texts:
            self.cli.run("send", "mailto:" + address, "--text", text, "--wait", "sent")

    def sync(self):
        """Fetches what waits; whoever is new is welcome."""
        for request in self.cli.run("requests", "--sync"):
            self.cli.run("accept", request["id"])

    def read(self, address):
        self.cli.run("mark-read", "mailto:" + address)


class Device:
    """One more device of somebody, on the command line: up to its digits, and beyond."""

    def __init__(self, stage, address, name):
        self.stage, self.address, self.name = stage, address, name
        self.cli = programs.Cli(stage.session.path("home", "people", name), stage.session.env)
        os.makedirs(os.path.dirname(self.cli.profile), exist_ok=True)

    def join(self):
        """Asks to be let in; approval is somebody else's."""
        log = self.stage.session.path("log", f"join-{self.name}.log")
        self.process = self.cli.spawn(
            "enroll", "--server", self.stage.server.url, "--handle", "mailto:" + self.address,
            "--device-name", self.name, log=log,
        )
        self.stage.stack.callback(self.process.stop)
        self.stage.confirm(self.address)
        return self

    def digits(self):
        match = self.process.wait_for_line(r'"digits":"(\d{6})"', 30)
        return match.group(1)

    def joined(self):
        status = self.process.wait(30)
        assert status == programs.DONE, f"the device was not let in:\n{self.process.log()}"

    def pending(self):
        """The device that waits, with digits, as this one lists it."""

        def look():
            listed = self.cli.run("devices")
            return next((d for d in listed if d["state"] != "enrolled" and d["digits"]), None)

        return tap.wait_for(look, f"{self.name} sees a device that waits", 30, interval=0.2)

    def approve(self, device):
        self.cli.run("approve", device["id"], "--code", device["digits"])


class Stage:
    """Use as a context. The application is started by start(), as often as wanted."""

    def __init__(self, display="cage", size=(1000, 700), settings=None):
        """`settings`: of the server, beside those it needs."""
        self._display, self._size, self._settings = display, size, settings or {}
        self.stack = contextlib.ExitStack()
        self.started = []

    def __enter__(self):
        try:
            self._set_up()
        except BaseException:
            self.stack.close()
            raise
        return self

    def __exit__(self, *_):
        for process in self.started:
            # Its log goes with the directory, and the bus says only that it is no more.
            if process.popen.poll() not in (None, 0):
                tap.diag(f"the application ended with {process.popen.returncode}:\n{process.log()[-6000:]}")
        self.stack.close()

    def _set_up(self):
        self.directory = tempfile.mkdtemp(prefix="waxwing-stage-")
        self.stack.callback(shutil.rmtree, self.directory, ignore_errors=True)
        self.session = self.stack.enter_context(
            Session(keyring="unlocked", display=self._display, size=self._size)
        )
        # AT-SPI and the notifications look for this session's bus: not before there is one.
        from support.notifications import NotificationService

        self.notifications = self.stack.enter_context(
            NotificationService(self.session.env["DBUS_SESSION_BUS_ADDRESS"])
        )
        self.server = self.stack.enter_context(
            programs.Server(os.path.join(self.directory, "server"), env=self.session.env, settings={**self._inbound(), **self._settings})
        )
        self.links = {}

    def _inbound(self):
        """Settings of a server to which people can send a message themselves; none ever comes."""
        secret = os.path.join(self.directory, "inbound-secret")
        with open(secret, "w", encoding="ascii") as file:
            file.write("nobody knows it")
        return {"sms": {"inbound-number": "+33700000001", "inbound-secret-file": secret}}

    @property
    def display(self):
        return self.session.display

    def confirm(self, address):
        """What a person does with the newest mail that wasn't answered yet."""
        number = self.links[address] = self.links.get(address, 0) + 1
        status, page = press(self.server.link(address, number))
        assert status == 200, page

    def code(self, number, after=0):
        """The code in the newest text message to a number, once there are more than `after` of them."""

        def look():
            found = []
            for path in sorted(glob.glob(os.path.join(self.server.data, "sms", "*.txt")), key=os.path.getmtime):
                with open(path, encoding="utf-8") as file:
                    text = file.read()
                if number in text:
                    found.append(re.search(r"(?<!\d)(\d{6})(?!\d)", text.replace(number, "")))
            return found[-1] if len(found) > after and found[-1] else None

        return tap.wait_for(look, f"the server writes a text message to {number}", 20).group(1)

    def messages_sent(self):
        """How many text messages the server has written so far."""
        return len(glob.glob(os.path.join(self.server.data, "sms", "*.txt")))

    def region(self, country):
        """The environment of somebody who reads English and lives in another country."""
        place = os.path.join(self.directory, "locale")
        os.makedirs(place, exist_ok=True)
        made = os.path.join(place, country + ".UTF-8")
        if not os.path.exists(made):
            subprocess.run(["localedef", "-i", country, "-f", "UTF-8", made], check=True, capture_output=True)
        return {"LOCPATH": place, "LC_ALL": "", "LANG": "C.UTF-8", "LC_ADDRESS": country + ".UTF-8"}

    def person(self, name):
        return Person(self, name).enroll()

    def start(self, *arguments, profile=None, env=None):
        """Starts the application; returns its process and what AT-SPI sees of it."""
        from support import a11y

        log = self.session.path("log", f"waxwing-{len(os.listdir(self.session.path('log')))}.log")
        process = programs.start_application(
            self.session, *arguments, profile=profile, env=env, log=log
        )
        self.started.append(process)
        return process, a11y.Application(process.pid)

    def open_link(self, uri):
        """As a browser does with a link of ours: the running application is handed it."""
        subprocess.run([programs.program("waxwing"), uri], env=self.session.env, check=True, timeout=20)

    def stop(self, process):
        """Ends the application as a log-out does; it must end well."""
        status = process.stop()
        assert status == 0, f"the application ended with {status}:\n{process.log()[-3000:]}"
