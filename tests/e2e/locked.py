#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A keyring that is locked: waxwing-cli says so with status 3, writes nothing in clear, loses nothing, and goes on
after the unlock.
"""

import os

from house import KEYRING_LOCKED, House
from support import tap

SECRET = "canary-locked-8sVbQ the gate is open"

house = alice = bob = None

LOCAL = (
    ("status",),
    ("status", "--local"),
    ("conversations",),
    ("alerts",),
    ("devices",),
)


def setup():
    global house, alice, bob
    house = House()
    house.__enter__()
    alice, bob = house.enrolled("Alice", "laptop"), house.enrolled("Bob", "phone")
    alice.send(bob, "hello")
    tap.equal(bob.texts(alice, sync=True), ["hello"])
    bob.session.keyring.restart(unlocked=False)
    tap.equal(bob.session.keyring.locked(), True)


def fingerprint(device):
    return {path: content for path, content in device.stored_bytes().items() if "/keyrings/" not in path}


@tap.test
def every_command_ends_with_status_3():
    for command in LOCAL + (("send", alice.handle, "--text", SECRET), ("messages", alice.handle)):
        error = bob.refused(*command, expect=KEYRING_LOCKED)
        tap.equal(error["code"], "keyring-locked", " ".join(command))
        assert "locked" in error["message"], error


@tap.test
def an_enrolment_ends_with_status_3_and_writes_nothing():
    profile = bob.session.path("home", "another")
    arguments = bob.cli.argv("enroll", "--server", house.server.url, "--handle", "mailto:new@example.org")
    arguments[arguments.index("--profile") + 1] = profile
    import subprocess

    done = subprocess.run(arguments, env=bob.session.env, capture_output=True, text=True, timeout=30, check=False)
    tap.equal(done.returncode, KEYRING_LOCKED, done.stdout + done.stderr)
    tap.equal(house.mail("new@example.org"), [])
    # At most the name that tells profiles apart: no keys, no store.
    for folder, _, names in os.walk(profile):
        for name in names:
            path = os.path.join(folder, name)
            assert os.path.getsize(path) < 200, f"{path} was written with the keyring locked"


@tap.test
def nothing_in_clear_is_written_meanwhile():
    alice.send(bob, SECRET)
    bob.refused("conversations", "--sync", expect=KEYRING_LOCKED)
    for path, content in fingerprint(bob).items():
        assert SECRET.encode() not in content, f"the text stands in {path}"
        assert b"canary-locked" not in content, f"a part of the text stands in {path}"


@tap.test
def what_was_to_be_sent_while_locked_is_not_half_stored():
    # A command that was refused has not sent, neither now nor later: the person was told so.
    bob.session.keyring.unlock()
    bob.sync()
    tap.equal([m["text"] for m in bob.messages(alice) if m["outgoing"]], [])


@tap.test
def after_the_unlock_everything_that_waited_arrives():
    tap.equal(bob.texts(alice, sync=True), ["hello", SECRET])
    bob.send(alice, "I'm back", "--wait", "sent")
    alice.wait_for_text(bob, "I'm back")


@tap.test
def a_keyring_that_locks_itself_loses_nothing():
    bob.session.keyring.lock()
    bob.refused("status", expect=KEYRING_LOCKED)
    alice.send(bob, "locked again")
    bob.session.keyring.unlock()
    tap.equal(bob.texts(alice, sync=True)[-1], "locked again")


tap.main(setup=setup, teardown=lambda: house and house.close(), timeout=150)
