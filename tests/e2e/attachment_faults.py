#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file of 200 MiB on its way to the server and back, while the client is killed, the server is killed, and the network goes
away, at random points: what arrives is what was sent, and nothing goes twice but what was on its way.

The test has a network of its own, in which there is nothing but it. WAXWING_TEST_SEED repeats a run.
"""

import hashlib
import os
import random
import struct
import time

from house import House
from support import tap
from support.network import Network

SIZE = 200 * 1024 * 1024 + 77
PART = 1024 * 1024
TURNS = 9
SEED = int(os.environ.get("WAXWING_TEST_SEED") or random.SystemRandom().randrange(1 << 32))

network = house = alice = bob = source = None
chance = random.Random(SEED)


def setup():
    global network, house, alice, bob, source
    tap.diag(f"WAXWING_TEST_SEED={SEED}")
    network = Network()
    house = House(settings={"limits": {"attachment-mib": "256"}})
    house.__enter__()
    alice, bob = house.enrolled("Alice", "laptop"), house.enrolled("Bob", "phone")
    alice.send(bob, "hello")
    bob.sync()
    source = os.path.join(house.directory, "source")
    block = random.Random(1).randbytes(PART)
    with open(source, "wb") as file:
        for at in range(0, SIZE, PART):
            file.write(struct.pack(">Q", at) + block[8 : min(PART, SIZE - at)])


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Fault:
    """What goes wrong, in turn. Returns the command that goes on."""

    def __init__(self, start):
        self.start, self.process, self.turn = start, start(), 0

    def next(self):
        kind = ("network", "server", "client")[self.turn % 3]
        self.turn += 1
        tap.diag(f"{kind} goes")
        getattr(self, kind)()

    def keep_going(self, done):
        """Whoever gave up begins again."""
        if not self.process.running() and not done():
            self.client()

    def network(self):
        network.set_up(False)
        time.sleep(chance.uniform(0.05, 1.5))
        network.set_up(True)

    def server(self):
        house.server.kill()
        time.sleep(chance.uniform(0, 0.5))
        house.server.start()

    def client(self):
        self.process.kill()
        self.process = self.start()


def disturb(start, done):
    """Runs a command over and over, disturbed whenever so many more bytes have moved; returns what moved in all, and how often
    it was disturbed."""
    before, fault = network.moved(), Fault(start)
    for _ in range(TURNS):
        at = network.moved() + chance.randrange(PART // 2, 2 * SIZE // TURNS)
        while fault.process.running() and network.moved() < at and not done():
            time.sleep(0.002)
        if done():
            break
        fault.next()
        fault.keep_going(done)
    tap.wait_for(done, "the transfer is done", 150.0, interval=0.1)
    return network.moved() - before, fault.turn


def is_bounded(moved, turns, parts, what):
    """So many parts for each disturbance: the one on its way, and what stood in sockets at both ends; 1 % of heads."""
    limit = SIZE * 1.01 + (turns + 1) * parts * PART
    tap.diag(f"{what}: {turns} disturbances, {(moved - SIZE) / PART:.1f} MiB more than the file")
    assert moved <= limit, f"{what}: {moved / PART:.1f} MiB moved for {SIZE / PART:.0f}"


@tap.test
def up():
    sent = {}

    def find():
        for message in alice.messages(bob):
            if message["kind"] == "attachments":
                sent.update(message)
        return sent

    # Once it is sealed, what goes wrong is the network's matter only. Without one, none of it is there before that.
    network.set_up(False)
    first = alice.spawn("send", bob.handle, "--attach", source, "--wait", "waiting")
    tap.equal(first.wait(60), 0, first.log())
    tap.equal(find()["attachments"][0]["state"], "uploading")
    network.set_up(True)

    def done():
        return any(f'"{sent["id"]}"' in line and '"state":"sent"' in line for line in fault_logs())

    def fault_logs():
        return [line for process in started for line in process.log().splitlines()]

    started = []

    def start():
        started.append(alice.spawn("watch", "--only", "state"))
        return started[-1]

    moved, turns = disturb(start, done)
    assert turns >= 3, f"only {turns} disturbances"
    is_bounded(moved, turns, 2, "up")
    started[-1].stop()


@tap.test
def down():
    def look():
        bob.sync()
        return next((m for m in bob.messages(alice) if m["kind"] == "attachments"), None)

    message = tap.wait_for(look, "the message comes", 30.0, interval=0.2)
    folder = bob.session.path("home", "saved")
    os.makedirs(folder)
    started = []

    def start():
        started.append(bob.spawn("--timeout", "120", "save", message["id"], "--to", folder))
        return started[-1]

    def done():
        return '"path"' in started[-1].log()

    moved, turns = disturb(start, done)
    assert turns >= 3, f"only {turns} disturbances"
    is_bounded(moved, turns, 5, "down")
    tap.equal(digest(os.path.join(folder, "source")), digest(source), "what was saved")
    tap.equal(started[-1].wait(30), 0, started[-1].log())


tap.main(setup=setup, teardown=lambda: house and house.close(), timeout=400)
