#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""With bob offline, a thousand messages to him wait on the server, which is killed in the middle; each reaches him
exactly once, in order.
"""

import time

from house import House
from support import tap

COUNT = 1000
TEXTS = [f"message {number} of {COUNT}" for number in range(1, COUNT + 1)]

house = alice = bob = None


def setup():
    global house, alice, bob
    house = House()
    house.__enter__()
    alice, bob = house.enrolled("Alice", "laptop"), house.enrolled("Bob", "phone")
    # So that both know each other: a thousand strangers' messages are another test.
    alice.send(bob, "hello")
    tap.equal(bob.texts(alice, sync=True), ["hello"])


def send_all(path):
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(TEXTS) + "\n")
    return alice.spawn("--timeout", "240", "send", bob.handle, "--lines", stdin=path)


@tap.test
def a_thousand_messages_outlast_the_death_of_the_server():
    started = time.monotonic()
    sender = send_all(house.directory + "/texts")
    # Once some were accepted, and while the rest still is on its way: then there's no more server.
    sender.wait_for_line(r'"text":"message 200 of', timeout=120)
    house.server.kill()
    house.server.start()
    status = sender.wait(240)
    tap.equal(status, 0, sender.log()[-1000:])
    tap.equal(sender.log().count('"state":"sent"'), COUNT, "messages that alice's device calls sent")
    tap.diag(f"sent {COUNT} in {time.monotonic() - started:.1f} s, with a dead server in between")

    # And once more while nobody is connected.
    house.server.kill()
    house.server.start()


@tap.test
def each_reaches_him_once_and_in_order():
    started = time.monotonic()
    bob.sync()
    elapsed = time.monotonic() - started
    tap.diag(f"{COUNT} waiting messages arrived in {elapsed:.1f} s, {COUNT / elapsed:.0f} a second")
    received = bob.texts(alice)
    tap.equal(len(received), COUNT + 1, "messages on bob's device")
    tap.equal(received, ["hello", *TEXTS])
    bob.sync()
    tap.equal(len(bob.texts(alice)), COUNT + 1, "messages after another connection")


@tap.test
def the_sender_hears_that_each_was_delivered():
    def look():
        states = [m["state"] for m in alice.messages(bob, sync=True)]
        return len(states) == COUNT + 1 and set(states) == {"delivered"}

    tap.wait_for(look, "every message is delivered", 60, interval=0.5)


tap.main(setup=setup, teardown=lambda: house and house.close(), timeout=400)
