# SPDX-License-Identifier: GPL-3.0-or-later
"""A real SMS gateway, Kannel (bearerbox and smsbox), with its fake carrier: every telephone of a test is behind it.

    with kannel.Kannel() as gateway:                       # or: gateway.start(server.url) once that is known
        server = programs.Server(…, settings=gateway.settings())
        gateway.deliver_to(server.url)                     # what phones send goes there
        …
        gateway.code("+4915123456789")                     # reads the code that the phone received
        gateway.send("+4915123456789", "WAXWING 4F7K2Q9X")  # the phone sends that to the service's number
"""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import urllib.parse
import urllib.request

from . import processes, tap

BEARERBOX, SMSBOX = "/usr/sbin/bearerbox", "/usr/sbin/smsbox"
CARRIER = "/usr/lib/kannel/test/fakesmsc"
SERVICE_NUMBER = "+4915735990000"
USER, PASSWORD = "waxwing", "p&ss=wörd %"
INBOUND_SECRET = "an inbound secret & more"

CONFIGURATION = """
group = core
admin-port = {admin}
admin-password = admin
smsbox-port = {boxes}
log-file = "{directory}/bearerbox.log"
log-level = 0

group = smsc
smsc = fake
smsc-id = carrier
port = {carrier}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
global-sender = "{number}"
log-file = "{directory}/smsbox.log"
log-level = 0

group = sendsms-user
username = {user}
password = "{password}"
"""

# What Kannel does with a message that a phone sent; no answer goes back.
INBOUND = """
group = sms-service
keyword = default
catch-all = yes
max-messages = 0
get-url = "{url}/v1/sms/inbound?secret={secret}&from=%p&text=%a"
"""


def unavailable():
    """Why there can be no gateway here, or None."""
    missing = [path for path in (BEARERBOX, SMSBOX, CARRIER) if not os.path.exists(path)]
    return f"{missing[0]} is not installed" if missing else None


def free_ports(count):
    listeners = [socket.socket() for _ in range(count)]
    try:
        for listener in listeners:
            listener.bind(("127.0.0.1", 0))
        return [listener.getsockname()[1] for listener in listeners]
    finally:
        for listener in listeners:
            listener.close()


class Kannel:
    """start() makes it run; its ports are known, and stay the same, from the beginning."""

    def __init__(self):
        reason = unavailable()
        if reason:
            tap.skip(reason)
        self.directory = tempfile.mkdtemp(prefix="waxwing-kannel-")
        self.admin, self.boxes, self.carrier, self.sendsms = free_ports(4)
        self.inbound = None
        self.bearerbox = self.smsbox = self.phones = None
        for name, secret in (("password", PASSWORD), ("inbound-secret", INBOUND_SECRET)):
            with open(self.path(name), "w", encoding="utf-8") as file:
                file.write(secret + "\n")
            os.chmod(self.path(name), 0o600)

    def path(self, name):
        return os.path.join(self.directory, name)

    def settings(self, inbound=True):
        """The server's settings that belong to this gateway."""
        query = "username={user}&password={password}&to={to}&text={text}&coding={coding}&charset=UTF-8"
        keys = {
            "url": f"http://127.0.0.1:{self.sendsms}/cgi-bin/sendsms?{query}",
            "user": USER,
            "password-file": self.path("password"),
            "success-pattern": "^(0:|3:)",
        }
        if inbound:
            keys["inbound-number"] = SERVICE_NUMBER
            keys["inbound-secret-file"] = self.path("inbound-secret")
        return {"sms": keys}

    def _write_configuration(self):
        text = CONFIGURATION.format(
            admin=self.admin,
            boxes=self.boxes,
            carrier=self.carrier,
            sendsms=self.sendsms,
            directory=self.directory,
            number=SERVICE_NUMBER,
            user=USER,
            password=PASSWORD,
        )
        if self.inbound:
            text += INBOUND.format(url=self.inbound, secret=urllib.parse.quote(INBOUND_SECRET))
        with open(self.path("kannel.conf"), "w", encoding="utf-8") as file:
            file.write(text)

    def _start(self, argv, log, **keywords):
        environment = processes.lenient(os.environ)
        return processes.Process(argv, env=environment, log=self.path(log), cwd=self.directory, **keywords)

    def start(self, inbound=None):
        """All three programs; inbound is the address of the server that gets what phones send."""
        self.inbound = inbound or self.inbound
        self._write_configuration()
        self.bearerbox = self._start([BEARERBOX, self.path("kannel.conf")], "bearerbox.out")
        tap.wait_for(lambda: "Status: running" in self.status(), "bearerbox runs", 20)
        self.phones = self._start(
            [CARRIER, "-H", "127.0.0.1", "-r", str(self.carrier)], "carrier.out", stdin=subprocess.PIPE
        )
        tap.wait_for(lambda: "(online" in self.status(), "the carrier is connected", 20)
        self._start_smsbox()
        return self

    def _start_smsbox(self):
        self.smsbox = self._start([SMSBOX, self.path("kannel.conf")], "smsbox.out")
        tap.wait_for(self._ready, "smsbox is connected", 20)

    def _ready(self):
        assert self.smsbox.running(), "smsbox ended:\n" + self.smsbox.log()[-2000:]
        with socket.socket() as client:
            listening = client.connect_ex(("127.0.0.1", self.sendsms)) == 0
        return listening and "smsbox:" in self.status()

    def deliver_to(self, inbound):
        """From now on what phones send goes to the server at this address."""
        self.inbound = inbound
        self._write_configuration()
        self.smsbox.stop()
        tap.wait_for(lambda: "smsbox:" not in self.status(), "smsbox is gone", 20)
        self._start_smsbox()

    def status(self):
        assert self.bearerbox.running(), "bearerbox ended:\n" + self.bearerbox.log()[-2000:]
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.admin}/status.txt?password=admin", timeout=5
            ) as answer:
                return answer.read().decode("utf-8", "replace")
        except OSError:
            return ""

    def stop(self):
        """The gateway goes, as in an outage; what phones received stays readable."""
        for process in (self.smsbox, self.phones, self.bearerbox):
            if process:
                process.stop(5)
        self.smsbox = self.phones = self.bearerbox = None

    def close(self):
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()

    # The telephones

    def messages(self, number):
        """The texts that the phone with this number received, oldest first."""
        log = self.path("carrier.out")
        if not os.path.exists(log):
            return []
        with open(log, encoding="utf-8", errors="replace") as file:
            found = re.findall(r"Got message \d+: <(\S+) (\S+) ([\w-]+) (.*)>$", file.read(), re.MULTILINE)
        return [_text(kind, data) for _, to, kind, data in found if to == number]

    def wait_for_message(self, number, count=1, timeout=20.0):
        """Waits until the phone has that many messages, and returns the last of them."""
        return tap.wait_for(
            lambda: (lambda m: m[count - 1] if len(m) >= count else None)(self.messages(number)),
            f"message number {count} arrives at {number}",
            timeout,
        )

    def code(self, number, count=1, timeout=20.0):
        """The six digits in a message, as a person would find them."""
        text = self.wait_for_message(number, count, timeout)
        match = re.search(r"(?<!\d)\d{6}(?!\d)", text)
        assert match, f"no code in the message {text!r}"
        return match.group(0)

    def send(self, number, text, to=SERVICE_NUMBER):
        """The phone with this number sends a message."""
        assert "\n" not in text and " " not in number
        sent = self._sent()
        self.phones.popen.stdin.write(f"{number} {to} text {text}\n".encode())
        self.phones.popen.stdin.flush()
        # The carrier sees only the first of two lines that come at once, until there is a third.
        tap.wait_for(lambda: self._sent() > sent, "the carrier takes the message", 20)

    def _sent(self):
        return self.phones.log().count("fakesmsc: sent message ")


def _text(kind, data):
    """What stands on the telephone's screen."""
    if kind == "text":
        return data
    encoding = "utf-16-be" if kind == "ucs-2" else "latin-1"
    return urllib.parse.unquote_to_bytes(data.replace("+", " ")).decode(encoding)
