#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A full disk, of a client and of the server: a clear error, nothing lost, and all goes on once there is room."""

import contextlib
import os

from house import REFUSED, TIMED_OUT, House, small_disk
from support import tap

house = alice = bob = None


def setup():
    global house, alice, bob
    house = House(server_disk="8m")
    house.__enter__()
    alice, bob = house.device("Alice", "laptop"), house.device("Bob", "phone")
    small_disk(bob.profile, "4m", house.stack)
    alice.enroll()
    bob.enroll()
    alice.send(bob, "hello")
    tap.equal(bob.texts(alice, sync=True), ["hello"])


@contextlib.contextmanager
def filled(directory):
    """Not a byte is left on the disk of that directory."""
    path = os.path.join(directory, "filler")
    with open(path, "wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"\0" * size)
    try:
        yield
    finally:
        os.unlink(path)


@tap.test
def a_client_without_room_says_so_and_loses_nothing():
    text = "no room for this " * 2000
    with filled(bob.profile):
        error = bob.refused("send", alice.handle, stdin=text, expect=REFUSED)
        tap.equal(error["code"], "store-full")
        assert "full" in error["message"] or "space" in error["message"], error
        # What is there already can still be read.
        tap.equal(bob.texts(alice), ["hello"])
    tap.equal(bob.texts(alice, sync=True), ["hello"])
    alice.sync()
    tap.equal(alice.texts(bob), ["hello"])


@tap.test
def what_a_client_has_no_room_for_stays_on_the_server():
    texts = [f"{number} " + "waits for room " * 4000 for number in range(3)]
    for text in texts:
        alice.one("send", bob.handle, stdin=text)
    with filled(bob.profile):
        error = bob.refused("--timeout", "20", "conversations", "--sync", expect=REFUSED)
        tap.equal(error["code"], "store-full")
    tap.equal(bob.texts(alice, sync=True), ["hello", *texts])
    bob.sync()
    tap.equal(len(bob.texts(alice)), 4, "messages after another connection")


@tap.test
def a_server_without_room_accepts_nothing_and_loses_nothing():
    before = alice.texts(bob)
    text = "there's no room on the server " * 2000
    with filled(house.server.data):
        sent = alice.run("--timeout", "10", "send", bob.handle, stdin=text, expect=TIMED_OUT)
        tap.equal(sent[0]["state"], "waiting", "the state of what the server had no room for")
        assert "error" in sent[-1], sent
        tap.diag(f"with a full server: {sent[-1]}")
        assert house.server.process.running(), "the server ended:\n" + house.server.log()[-2000:]
    # Room again: what waited goes out by itself, once.
    tap.wait_for(
        lambda: alice.messages(bob, sync=True)[-1]["state"] in ("sent", "delivered"), "it goes out", 30, interval=0.3
    )
    tap.equal(alice.texts(bob), [*before, text])
    tap.equal(bob.texts(alice, sync=True)[-1] == text, True, "bob has it")
    tap.equal(len([t for t in bob.texts(alice) if t == text]), 1)


tap.main(setup=setup, teardown=lambda: house and house.close(), timeout=150)
