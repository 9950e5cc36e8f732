# SPDX-License-Identifier: GPL-3.0-or-later
"""Waxwing's own programs, as tests start them."""

import email
import email.policy
import glob
import json
import os
import re
import signal
import subprocess
import urllib.parse

from . import processes, tap

# The exit statuses that waxwing-cli promises.
DONE, REFUSED, WRONG_USAGE, KEYRING_LOCKED, NO_CONNECTION, TIMED_OUT = range(6)


def program(name):
    """The path of a built program; WAXWING_BUILD says in which build directory."""
    build = os.environ.get("WAXWING_BUILD")
    assert build, "WAXWING_BUILD doesn't say where the built programs are"
    folder = {"waxwing": "app", "waxwing-cli": "cli", "waxwing-server": "server"}[name]
    path = os.path.join(build, "src", folder, name)
    if not os.path.exists(path):
        raise AssertionError(f"{name} is not built: {path}")
    return path


class Server:
    """waxwing-server over a data directory, on a loopback port that it keeps.

    Without a configuration its mail lands in DATA/mail; with smtp, an
    SmtpServer, it goes there. More settings come as {"group": {"key": "value"}}.
    """

    def __init__(self, directory, env=None, smtp=None, settings=None):
        self.directory = str(directory)
        self.data = os.path.join(self.directory, "data")
        self.log_path = os.path.join(self.directory, "server.log")
        self.env = dict(env or os.environ)
        self.process = None
        self._listen = "127.0.0.1:0"
        self.url = None
        os.makedirs(self.directory, exist_ok=True)
        self._settings = {group: dict(keys) for group, keys in (settings or {}).items()}
        if smtp:
            self._settings.setdefault("mail", {}).update(
                smtp=smtp.url, **{"from": "waxwing@mail.example"}
            )

    def start(self, timeout=20.0):
        argv = [program("waxwing-server"), "--data", self.data, "--listen", self._listen]
        if self._settings:
            argv += ["--config", self._write_configuration()]
        start = len(self.log())
        self.process = processes.Process(argv, env=self.env, log=self.log_path)
        match = self.process.wait_for_line(
            r"listening on (http://(\S+:\d+))", timeout, start=start
        )
        self.url, self._listen = match.group(1), match.group(2)
        return self

    def _write_configuration(self):
        path = os.path.join(self.directory, "server.conf")
        with open(path, "w", encoding="utf-8") as file:
            for group, keys in self._settings.items():
                file.write(f"[{group}]\n")
                file.writelines(f"{key}={value}\n" for key, value in keys.items())
        return path

    def kill(self):
        """SIGKILL: what was acknowledged must be there after start()."""
        self.process.kill()

    def stop(self):
        """SIGTERM; returns the exit status."""
        return self.process.stop() if self.process else 0

    def restart(self):
        self.stop()
        self.start()

    def log(self):
        if not os.path.exists(self.log_path):
            return ""
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def mails(self):
        """The mails it wrote without a mail server, oldest first, as text."""
        paths = glob.glob(os.path.join(self.data, "mail", "*.eml"))
        texts = []
        for path in sorted(paths, key=os.path.getmtime):
            with open(path, encoding="utf-8", errors="replace") as file:
                texts.append(file.read())
        return texts

    def link(self, address, number=1, timeout=20.0):
        """The link in the mail of that number to address, among those it wrote."""

        def find():
            mine = [m for m in self.mails() if re.search(f"^To:.*{re.escape(address)}", m, re.M)]
            if len(mine) < number:
                return None
            # Outside English the text is encoded, and the link with it.
            mail = email.message_from_string(mine[number - 1], policy=email.policy.default)
            return re.search(r"https?://\S+", mail.get_body(preferencelist=("plain",)).get_content())

        return tap.wait_for(find, f"the server writes a mail to {address}", timeout).group(0)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


class CliError(AssertionError):
    """waxwing-cli ended with another status than the test expects."""


class Cli:
    """waxwing-cli with a profile, in the environment of a session."""

    def __init__(self, profile, env=None):
        self.profile = str(profile)
        self.env = dict(env or os.environ)

    def argv(self, *arguments):
        return [program("waxwing-cli"), "--profile", self.profile, "--json", *map(str, arguments)]

    def run(self, *arguments, expect=DONE, timeout=60.0, stdin=None):
        """Returns the JSON objects that a command prints, one a line; expect=None takes any exit status."""
        done = subprocess.run(
            self.argv(*arguments),
            env=self.env,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if expect is not None and done.returncode != expect:
            raise CliError(
                f"waxwing-cli {arguments} ended with {done.returncode}, not {expect}:\n"
                f"{done.stdout[-2000:]}{done.stderr[-2000:]}"
            )
        lines = done.stdout.splitlines() + done.stderr.splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def one(self, *arguments, **keywords):
        """The last object of a command that prints one result."""
        objects = self.run(*arguments, **keywords)
        assert objects, f"waxwing-cli {arguments} printed nothing"
        return objects[-1]

    def spawn(self, *arguments, log):
        """The command in the background; its lines are in the log."""
        return processes.Process(self.argv(*arguments), env=self.env, log=log)

    def enroll(self, server, address, confirm, name=None, device=None, log=None, timeout=60.0):
        """Enrols; confirm(address) does what the person does with the mail."""
        arguments = ["enroll", "--server", server.url, "--handle", "mailto:" + address]
        arguments += ["--name", name] if name else []
        arguments += ["--device-name", device] if device else []
        log = log or os.path.join(server.directory, f"enroll-{len(os.listdir(server.directory))}")
        process = self.spawn(*arguments, log=log)
        confirm(address)
        status = process.wait(timeout)
        if status != DONE:
            raise CliError(f"enrolment ended with {status}:\n{process.log()}")
        return [json.loads(line) for line in process.log().splitlines() if line.startswith("{")]


def start_application(session, *arguments, profile=None, env=None, log=None):
    """Starts the application in a session; a11y.Application finds it by its pid."""
    chosen = ["--profile", str(profile)] if profile else []
    return session.spawn(program("waxwing"), *chosen, *arguments, env=env, log=log)


def loopback(url):
    """Whether a link leads to this machine only."""
    return urllib.parse.urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


def reload_configuration(server):
    server.process.send(signal.SIGHUP)
