# SPDX-License-Identifier: GPL-3.0-or-later
"""./dev run: a server with its mail catcher, and the application, on this desktop.

What they keep is in _build/run, so that the next run finds the accounts of this
one. A desktop without a session bus or without a keyring gets private ones.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.parse

from . import processes, programs, session

SECRETS = "org.freedesktop.secrets"


def has_keyring():
    """Whether the session bus of this desktop can be reached and has a keyring."""
    if "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
        return False
    for method in ("ListNames", "ListActivatableNames"):
        done = subprocess.run(
            ["gdbus", "call", "--session", "--timeout", "5", "-d", "org.freedesktop.DBus"]
            + ["-o", "/org/freedesktop/DBus", "-m", "org.freedesktop.DBus." + method],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0 and f"'{SECRETS}'" in done.stdout:
            return True
    return False


def say(text):
    print(f"==> {text}", flush=True)


class MailCatcher:
    """Watches the folder in which a server without a mail server leaves its mail."""

    def __init__(self, server):
        self._server = server
        self._seen = len(server.mails())
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopped.set()
        self._thread.join(5)

    def _watch(self):
        while not self._stopped.wait(0.3):
            mails = self._server.mails()
            for mail in mails[self._seen :]:
                self._report(mail)
            self._seen = len(mails)

    @staticmethod
    def _report(mail):
        to = re.search(r"^To: *(.*)$", mail, re.MULTILINE)
        link = re.search(r"https?://[^\s<>\"]+", mail)
        say(f"mail for {to.group(1).strip() if to else 'somebody'}")
        if link:
            print(f"    {link.group(0)}", flush=True)


class LastingServer(programs.Server):
    """Keeps its port from run to run, because accounts know their server by it."""

    def start(self, timeout=20.0):
        remembered = os.path.join(self.directory, "address")
        if os.path.exists(remembered):
            with open(remembered, encoding="ascii") as file:
                self._listen = file.read().strip()
        super().start(timeout)
        with open(remembered, "w", encoding="ascii") as file:
            file.write(self._listen)
        return self


def run(directory):
    """Returns the exit status of the application."""
    with LastingServer(os.path.join(directory, "server")) as server, MailCatcher(server):
        say(f"waxwing-server listens on {server.url}")
        say("mail that it sends shows here; open the link to confirm an address")
        uri = "waxwing:server?" + urllib.parse.urlencode({"url": server.url})
        profile = os.path.join(directory, "profile")
        with processes.Process(
            [programs.program("waxwing"), "--profile", profile, uri],
            log=os.path.join(directory, "waxwing.log"),
        ) as application:
            # Everything is started: Ctrl+C reaches this process, and the application.
            signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
            say(f"the application has its log in {application.log_path}; Ctrl+C ends everything")
            while application.running() and server.process.running():
                time.sleep(0.2)
            if not server.process.running():
                print(server.log()[-2000:], file=sys.stderr)
                return 1
            return application.popen.returncode


def main():
    directory = os.path.join(os.environ["WAXWING_SOURCE"], "_build", "run")
    os.makedirs(directory, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # Ctrl+C is for this process, which ends bus, keyring and server in good order:
    # what is started from here on inherits that it is ignored.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.ExitStack() as stack:
        if not has_keyring():
            say("no keyring here: a private session bus with one is started")
            home = os.path.join(directory, "home")
            os.makedirs(home, exist_ok=True)
            stack.enter_context(
                session.Session(keyring="unlocked", inherit_display=True, home=home)
            )
            # The desktop's own drawing and portals, not those of a test.
            for name in ("GSK_RENDERER", "GDK_DEBUG", "ADW_DISABLE_PORTAL", "LC_ALL"):
                os.environ.pop(name, None)
        sys.exit(run(directory))


if __name__ == "__main__":
    main()
