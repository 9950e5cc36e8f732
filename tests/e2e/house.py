# SPDX-License-Identifier: GPL-3.0-or-later
"""What the stories are told with: a server, a mail server, a browser, and people with devices.

Every device has a session of its own (bus, keyring, home), as machines have. Everything is real; what is left out
in a quick test is only the browser, for which an HTML form is read and sent as a browser would.
"""

import base64
import contextlib
import html.parser
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import urllib.parse
import urllib.request

from support import processes, programs, tap
from support.session import Session

DONE, REFUSED, WRONG_USAGE, KEYRING_LOCKED, NO_CONNECTION, TIMED_OUT = range(6)


def strict_environment():
    """Our programs stop at their first warning, wherever a story is told."""
    os.environ.setdefault("G_DEBUG", "gc-friendly,fatal-warnings")
    os.environ.setdefault("LC_ALL", "C.UTF-8")


class _Form(html.parser.HTMLParser):
    """The first form of a page."""

    def __init__(self):
        super().__init__()
        self.method, self.action, self.fields, self.found = "get", "", {}, False

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form" and not self.found:
            self.found = True
            self.method = attributes.get("method", "get").lower()
            self.action = attributes.get("action", "")
        elif tag in ("input", "button") and self.found and attributes.get("name"):
            self.fields.setdefault(attributes["name"], attributes.get("value", ""))


def _open(url, data=None):
    """Status and text of a page; a refusal is an answer like any other."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, data=data)
    if data is not None:
        parts = urllib.parse.urlsplit(url)
        request.add_header("Origin", f"{parts.scheme}://{parts.netloc}")
    try:
        with opener.open(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def get(url):
    return _open(url)


def press(url):
    """Opens the page and sends its form, as pressing its button does; returns the answer."""
    status, page = _open(url)
    form = _Form()
    form.feed(page)
    assert form.found and form.method == "post", f"no form to confirm with ({status}):\n{page}"
    return _open(urllib.parse.urljoin(url, form.action), urllib.parse.urlencode(form.fields).encode())


class Enrolment:
    """waxwing-cli enroll (or add-handle) in the background, and its steps."""

    def __init__(self, device, process):
        self.device, self.process = device, process

    def steps(self):
        return objects(self.process.log())

    def names(self):
        """The steps by their names, each as often as it came."""
        return [s.get("step", "error") for s in self.steps()]

    def type(self, line):
        """What the person types: a code."""
        self.process.popen.stdin.write(line.encode() + b"\n")
        self.process.popen.stdin.flush()

    def link(self):
        """The link in the mail that was sent for it."""
        step = self.step("confirming")
        address = step["handle"].removeprefix("mailto:")
        return self.device.house.link(address, self.mails + 1)

    def step(self, name, condition=lambda step: True, timeout=30.0):
        """Waits for the step of that name; fails with the output when the enrolment ends before."""

        def look():
            found = [s for s in self.steps() if s.get("step") == name and condition(s)]
            # Once more when it has ended: its last words may have come in between.
            if not found and not self.process.running():
                found = [s for s in self.steps() if s.get("step") == name and condition(s)]
                assert found, f"it ended before “{name}”:\n{self.process.log()}"
            return found[-1] if found else None

        return tap.wait_for(look, f"it comes to “{name}”", timeout)

    def digits(self):
        return self.step("approving", lambda step: step.get("digits"))["digits"]

    def finish(self, expect=DONE, timeout=30.0):
        status = self.process.wait(timeout)
        assert status == expect, f"enrolment ended with {status}, not {expect}:\n{self.process.log()}"
        return self.steps()[-1]


def objects(text):
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


class Device:
    """A machine of a person, with a profile of waxwing-cli on it."""

    def __init__(self, house, person, name, keyring="unlocked", display=None, size=None, handle=None, beside=None):
        """beside: another device, whose machine has this one as a second profile."""
        self.house, self.person, self.name = house, person, name
        self.handle = handle or f"mailto:{person.lower()}@example.org"
        self.address = self.handle.split(":", 1)[1]
        if beside:
            self.session, self.profile = beside.session, beside.session.path("home", f"profile-{name}")
        else:
            self.session = Session(keyring=keyring, display=display, size=size).start()
            house.stack.callback(self.session.stop)
            self.profile = self.session.path("home", "profile")
        self.cli = programs.Cli(self.profile, self.session.env)
        self._logs = 0

    def run(self, *arguments, **keywords):
        return self.cli.run(*arguments, **keywords)

    def one(self, *arguments, **keywords):
        return self.cli.one(*arguments, **keywords)

    def plain(self, *arguments):
        """What a command prints for people."""
        argv = [word for word in self.cli.argv(*arguments) if word != "--json"]
        done = subprocess.run(argv, env=self.session.env, capture_output=True, text=True, timeout=60, check=True)
        return done.stdout

    def refused(self, *arguments, expect=REFUSED, **keywords):
        """The error that a command ends with."""
        printed = self.cli.run(*arguments, expect=expect, **keywords)
        assert printed and "error" in printed[-1], f"no error object: {printed}"
        return printed[-1]["error"]

    def spawn(self, *arguments, stdin=None, typing=False):
        """A command in the background; its output is its log. With typing there's somebody at its keyboard."""
        self._logs += 1
        log = self.session.path("log", f"cli-{os.path.basename(self.profile)}-{self._logs}.log")
        source = open(stdin, "rb") if stdin else subprocess.PIPE if typing else None
        process = processes.Process(
            self.cli.argv(*arguments), env=self.session.env, log=log, stdin=source or subprocess.DEVNULL
        )
        if stdin:
            source.close()
        self.house.stack.callback(process.stop)
        return process

    def watch(self, *kinds):
        """waxwing-cli watch in the background, for events of these kinds; returns when it is online and looks on."""
        only = [word for kind in ("connection", *kinds) for word in ("--only", kind)]
        process = self.spawn("watch", *only)
        process.wait_for_line(r'"state":"online"', timeout=30)
        return process

    # The person

    def begin_enrolment(self, display_name=None, *options):
        """Up to the mail or the message being on its way."""
        self._mails = len(self.house.mail(self.address))
        arguments = ["enroll", "--server", self.house.server.url, "--handle", self.handle]
        arguments += ["--name", display_name or self.person, "--device-name", self.name, *options]
        enrolment = Enrolment(self, self.spawn(*arguments, typing=True))
        enrolment.mails = self._mails
        enrolment.step("confirming")
        return enrolment

    def begin_adding(self, handle, *options):
        """An address or number, up to the mail or the message being on its way."""
        mails = len(self.house.mail(handle.removeprefix("mailto:")))
        adding = Enrolment(self, self.spawn("add-handle", handle, *options, typing=True))
        adding.mails = mails
        adding.step("confirming")
        return adding

    def add_address(self, handle):
        """An address, confirmed by the link in its mail."""
        adding = self.begin_adding(handle)
        self.house.confirm(adding.link())
        return adding.finish()

    def start_over(self, *options):
        """A further device without another one at hand, up to where it has to wait, or to its end."""
        enrolment = self.begin_enrolment(None, "--start-over", *options)
        self.house.confirm(self.link())
        return enrolment

    def link(self):
        """The link in the mail of the enrolment under way."""
        return self.house.link(self.address, self._mails + 1)

    def enroll(self, display_name=None):
        """A new account, by the link in the mail."""
        enrolment = self.begin_enrolment(display_name)
        self.house.confirm(self.link())
        return enrolment.finish()

    def join(self, approver):
        """A further device, approved on another one with digits that match."""
        enrolment = self.begin_enrolment()
        self.house.confirm(self.link())
        enrolment.step("approving")
        pending = approver.pending(self.name)
        tap.equal(enrolment.digits(), pending["digits"], "the digits of both devices")
        approver.run("approve", pending["id"], "--code", pending["digits"])
        return enrolment.finish()

    def pending(self, name):
        """The device of that name that waits for approval, as “devices” lists it, with its digits."""

        def look():
            found = [d for d in self.run("devices") if d["name"] == name and d["state"] != "enrolled"]
            return found[0] if found and found[0]["digits"] else None

        return tap.wait_for(look, f"{name} waits for approval", 30.0, interval=0.2)

    def send(self, to, text, *arguments, **keywords):
        return self.one("send", to.handle, "--text", text, *arguments, **keywords)

    def messages(self, other, sync=False, limit=5000):
        """The messages with another person, oldest first."""
        if sync:
            self.sync()
        arguments = ["messages", other.handle, "--limit", limit]
        return self.run(*arguments, *(["--sync"] if sync else []), timeout=180)

    def texts(self, other, sync=False):
        return [m["text"] for m in self.messages(other, sync)]

    def alerts(self, *kinds, sync=True):
        """The alerts of these kinds, newest first."""
        found = self.run("alerts", *(["--sync"] if sync else []), timeout=120)
        return [a for a in found if not kinds or a["kind"] in kinds]

    def conversation(self, other):
        """The conversation with another person as “conversations”, “requests” and so on list it, or None."""
        lists = (("conversations",), ("requests",), ("conversations", "--blocked"))
        found = [c for which in lists for c in self.run(*which) if other.handle in c["handles"]]
        assert len(found) < 2, f"{other.person} is in more than one list: {found}"
        return found[0] if found else None

    def sync(self, timeout=120):
        """Fetches what waits on the server, and sends what waits here. Whoever wrote is accepted, but in a house of
        strangers; gives the conversations."""
        found = self.run("conversations", "--sync", timeout=timeout)
        requests = [] if self.house.strangers else self.run("requests")
        for request in requests:
            self.run("accept", request["id"])
        return self.run("conversations", "--sync", timeout=timeout) if requests else found

    def wait_for_text(self, other, text, timeout=30.0):
        """The message with that text, from whichever side, when it has come."""

        def look():
            if other.handle not in [c["handle"] for c in self.sync()]:
                return None
            return next((m for m in self.messages(other) if m["text"] == text), None)

        return tap.wait_for(look, f"“{text}” comes to {self.name} of {self.person}", timeout, interval=0.2)

    def keys(self):
        """What the keyring holds for this profile: {label: secret}, as bytes."""
        return keyring_secrets(self.session)

    def credentials(self):
        """What it takes to be this device on the link: its id, and the private scalar of its signing key."""
        for secret in self.keys().values():
            secret = base64.b64decode(secret.strip(), validate=True)
            # version | account id | device id | length (2) | version | signing scalar (32) | …
            if len(secret) > 500:
                return secret[17:33], secret[36:68]
        raise AssertionError("the keyring holds no identity")

    def stored_bytes(self):
        """Every file under the device's home: {path: bytes}."""
        return read_tree(self.session.path("home"))


def keyring_secrets(session):
    import gi

    gi.require_version("Gio", "2.0")
    from gi.repository import GLib

    keyring = session.keyring
    path, service = "/org/freedesktop/secrets", "org.freedesktop.Secret.Service"
    _, opened = keyring._call(
        path, service, "OpenSession", GLib.Variant("(sv)", ("plain", GLib.Variant("s", "")))
    )
    items, locked = keyring.search({})
    assert not locked, "the keyring is locked"
    secrets = keyring._call(path, service, "GetSecrets", GLib.Variant("(aoo)", (items, opened)))[0]
    found = {}
    for item, secret in secrets.items():
        label = keyring._call(
            item,
            "org.freedesktop.DBus.Properties",
            "Get",
            GLib.Variant("(ss)", ("org.freedesktop.Secret.Item", "Label")),
        )[0]
        found[f"{label} {item}"] = bytes(secret[2])
    return found


def read_tree(root):
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as file:
                    found[path] = file.read()
    return found


def small_disk(path, size, stack):
    """Mounts a tmpfs; the stack unmounts it. Skips the test where that can't be."""
    os.makedirs(path, exist_ok=True)
    argv = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "small", path]
    if os.geteuid() != 0 or subprocess.run(argv, check=False).returncode != 0:
        tap.skip("a small disk of our own can't be mounted here")
    stack.callback(subprocess.run, ["umount", "-l", path], check=False)


class House:
    """One server and what belongs to it, for the tests of a file. Use as a context."""

    def __init__(self, browser=False, settings=None, server_disk=None, kannel=False):
        """server_disk: the size of a disk of its own for the server's data, as mount takes it; kannel: whether there are
        telephones.
        """
        strict_environment()
        self._with_browser, self._settings, self._server_disk = browser, settings, server_disk
        self._with_kannel = kannel
        self.stack = contextlib.ExitStack()
        self.browser = self.kannel = None
        self.strangers = False  # requests are left to the test; otherwise whoever writes is accepted

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.stack.close()
            raise
        return self

    def __exit__(self, *_):
        self.stack.close()

    def close(self):
        self.stack.close()

    def _start(self):
        from support.smtp import SmtpServer

        self.directory = tempfile.mkdtemp(prefix="waxwing-e2e-")
        self.stack.callback(shutil.rmtree, self.directory, ignore_errors=True)
        self.smtp = self.stack.enter_context(SmtpServer())
        settings = dict(self._settings or {})
        if self._with_kannel:
            from support.kannel import Kannel

            self.kannel = Kannel()
            self.stack.callback(self.kannel.close)
            settings.update(self.kannel.settings())
        self.server = programs.Server(os.path.join(self.directory, "server"), smtp=self.smtp, settings=settings)
        if self._server_disk:
            small_disk(self.server.data, self._server_disk, self.stack)
        self.stack.callback(lambda: self.server.stop())
        self.server.start()
        if self.kannel:
            self.kannel.start(self.server.url)
        if self._with_browser:
            from support.browser import Browser

            self.browser = self.stack.enter_context(Browser(os.path.join(self.directory, "browser")))

    def device(self, person, name, **keywords):
        return Device(self, person, name, **keywords)

    def enrolled(self, person, name, **keywords):
        device = self.device(person, name, **keywords)
        device.enroll()
        return device

    def mail(self, address):
        return self.smtp.messages(address)

    def link(self, address, number):
        return self.smtp.link(address, number)

    def texts_to(self, handle):
        """What the telephone with that number has received."""
        return self.kannel.messages(handle.removeprefix("tel:"))

    def code(self, handle, number=1):
        """The code in a message to that number."""
        return self.kannel.code(handle.removeprefix("tel:"), number)

    def shift_clock(self, ms):
        """The server's clock, so far away from the true time."""
        self.server.stop()
        self.server.env["WAXWING_TEST_CLOCK_OFFSET_MS"] = str(ms)
        self.server.start()

    def query(self, sql, *values):
        """Rows of the server's database, as it is at this moment."""
        path = os.path.join(self.server.data, "waxwing.db")
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return database.execute(sql, values).fetchall()

    def confirm(self, link, picture=None):
        """What the person does with the link: opens it and presses the button."""
        if self.browser is None:
            status, page = press(link)
            tap.equal(status, 200, page)
            return
        self.browser.open(link)
        before = self.browser.text()
        if picture:
            picture.picture("link-in-the-mail", self.browser.screenshot)
        self.browser.click("button")
        tap.wait_for(lambda: self.browser.shown() not in (None, before), "the page says what came of it", interval=0.1)
