# SPDX-License-Identifier: GPL-3.0-or-later
"""A session is its own: bus, home, keyring that locks and unlocks, displays."""

import os
import subprocess

from gi.repository import GLib

from support import session as sessions
from support import tap


def secret_tool(*arguments, secret=None):
    return subprocess.run(
        ["timeout", "5", "secret-tool", *arguments],
        input=secret,
        capture_output=True,
        text=True,
        check=False,
    )


@tap.test
def home_and_bus_are_private():
    outer = dict(os.environ)
    with sessions.Session() as session:
        tap.equal(os.environ["HOME"], session.path("home"))
        assert os.environ["DBUS_SESSION_BUS_ADDRESS"] != outer.get("DBUS_SESSION_BUS_ADDRESS")
        directory = session.directory
    tap.equal(dict(os.environ), outer)
    assert not os.path.exists(directory)


@tap.test
def a_keyring_locks_and_unlocks():
    with sessions.Session(keyring="unlocked") as session:
        tap.equal(secret_tool("store", "--label=x", "name", "ann", secret="s3cret").returncode, 0)
        tap.equal(secret_tool("lookup", "name", "ann").stdout, "s3cret")
        session.keyring.lock()
        tap.equal(session.keyring.locked(), True)
        tap.equal([len(paths) for paths in session.keyring.search({"name": "ann"})], [0, 1])
        try:
            session.keyring.unlock("wrong")
        except GLib.Error:
            pass
        tap.equal(session.keyring.locked(), True)
        session.keyring.unlock()
        tap.equal(secret_tool("lookup", "name", "ann").stdout, "s3cret")


@tap.test
def a_keyring_is_locked_after_a_restart():
    with sessions.Session(keyring="unlocked") as session:
        secret_tool("store", "--label=x", "name", "ann", secret="s3cret")
        session.keyring.restart()
        tap.equal(session.keyring.locked(), True)
        session.keyring.unlock()
        tap.equal(secret_tool("lookup", "name", "ann").stdout, "s3cret")


@tap.test
def without_a_keyring_none_is_started():
    with sessions.Session():
        done = secret_tool("lookup", "name", "ann")
        assert done.returncode != 0
        tap.is_in("org.freedesktop.secrets", done.stderr)


@tap.test
def sessions_do_not_share_keyrings():
    with sessions.Session(keyring="unlocked"):
        secret_tool("store", "--label=x", "name", "ann", secret="s3cret")
        with sessions.Session(keyring="unlocked"):
            tap.equal(secret_tool("lookup", "name", "ann").stdout, "")


@tap.test
def both_displays_start_and_show_themselves():
    for kind in ("xvfb", "cage"):
        with sessions.Session(display=kind, size=(640, 480)) as session:
            picture = session.path("picture.png")
            session.display.screenshot(picture)
            with open(picture, "rb") as file:
                header = file.read(24)
            width, height = (int.from_bytes(header[i : i + 4], "big") for i in (16, 20))
            tap.equal((width, height), (640, 480), kind)


tap.main(timeout=80)
