#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client killed with SIGKILL while it sends, and one killed while it receives, at random points: nothing is lost,
nothing comes twice, and the order stays.

WAXWING_TEST_SEED repeats a run.
"""

import os
import random
import time

from house import House
from support import tap

# At least fifty in all, half of them on each side.
ROUNDS = 26
A_ROUND = 20
SEED = int(os.environ.get("WAXWING_TEST_SEED") or random.SystemRandom().randrange(1 << 32))

house = alice = bob = None
chance = random.Random(SEED)


def setup():
    global house, alice, bob
    tap.diag(f"WAXWING_TEST_SEED={SEED}")
    house = House()
    house.__enter__()
    alice, bob = house.enrolled("Alice", "laptop"), house.enrolled("Bob", "phone")
    alice.send(bob, "hello")
    tap.equal(bob.texts(alice, sync=True), ["hello"])


def lines(number):
    path = os.path.join(house.directory, f"round-{number}")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(f"round {number} line {line}\n" for line in range(A_ROUND))
    return path


def start_sender(number):
    return alice.spawn("send", bob.handle, "--lines", stdin=lines(number))


def start_receiver():
    return bob.spawn("watch", "--only", "message")


def duration():
    """How long a round takes undisturbed: the kills are spread over that."""
    started = time.monotonic()
    receiver, sender = start_receiver(), start_sender("undisturbed")
    tap.equal(sender.wait(60), 0, sender.log())
    receiver.wait_for_line(rf"undisturbed line {A_ROUND - 1}\b", timeout=60)
    taken = time.monotonic() - started
    receiver.stop()
    tap.diag(f"a round takes {taken:.2f} s")
    return taken


def wait_until_reached(process, moment):
    """Lets the clock come to a moment chosen by chance; whoever is done earlier isn't waited for."""
    while process.running() and time.monotonic() < moment:
        time.sleep(0.002)


def kill_at_random(number, span):
    """One round: both sides run, each is killed at a point of its own. Returns who was still alive then."""
    started = time.monotonic()
    receiver, sender = start_receiver(), start_sender(number)
    # Starting up takes a third of it; most kills should meet a client at work, and some meet it starting.
    victims = [(started + chance.uniform(0.1, 1.1) * span, who) for who in (sender, receiver)]
    alive = 0
    for moment, victim in sorted(victims, key=lambda v: v[0]):
        wait_until_reached(victim, moment)
        alive += victim.running()
        victim.kill()
    return alive


@tap.test
def nothing_is_lost_and_nothing_comes_twice():
    span = duration()
    kills, number = 0, 0
    while kills < 50 or number < ROUNDS:
        kills += kill_at_random(number, span)
        number += 1
        assert number < 4 * ROUNDS, f"only {kills} kills met a living client"
    tap.diag(f"{kills} kills in {number} rounds")

    # Everything that alice's store holds goes out with the next connections, and nothing else.
    alice.send(bob, "the end", "--wait", "sent")
    tap.wait_for(all_sent, "what waits in alice's store goes out", 60, interval=0.3)
    stored = alice.texts(bob)
    tap.equal(len(stored), len(set(stored)), "texts stored twice")
    bob.sync()
    received = bob.texts(alice)
    tap.equal(sorted(received), sorted(stored), "what bob has is what alice stored")
    tap.equal(received, stored, "the order")
    tap.diag(f"{len(stored)} messages, each once")


def all_sent():
    return all(m["state"] in ("sent", "delivered") for m in alice.messages(bob, sync=True))


@tap.test
def what_was_called_sent_is_there():
    logs = alice.session.path("log")
    called_sent = set()
    for name in os.listdir(logs):
        if name.startswith("cli-"):
            called_sent |= texts_called_sent(os.path.join(logs, name))
    missing = called_sent - set(bob.texts(alice))
    tap.equal(missing, set(), "texts that a killed client had called sent")
    assert called_sent, "no client called anything sent"


def texts_called_sent(path):
    import json

    found = set()
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            # The last line of a killed client may be cut short.
            if line.endswith("}\n") and '"state":"sent"' in line:
                found.add(json.loads(line)["text"])
    return found


@tap.test
def every_message_comes_to_be_called_delivered():
    def look():
        bob.sync()
        states = [m["state"] for m in alice.messages(bob, sync=True)]
        return set(states) == {"delivered"}

    tap.wait_for(look, "every message is delivered", 60, interval=0.3)


tap.main(setup=setup, teardown=lambda: house and house.close(), timeout=400)
