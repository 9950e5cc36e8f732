#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages of a device go to a new one, while the network goes away and the server is killed at random points: what is there in
the end is the same on both, and nothing went twice but the part that was on its way.

The test has a network of its own, in which there is nothing but it. WAXWING_TEST_SEED repeats a run.
"""

import os
import random
import subprocess
import time

from house import House
from support import tap
from support.network import Network

MESSAGES, NOISE = 2500, 2600
PART = 1024 * 1024
TURNS = 6
SEED = int(os.environ.get("WAXWING_TEST_SEED") or random.SystemRandom().randrange(1 << 32))

network = house = laptop = desktop = bob = None
chance = random.Random(SEED)


def setup():
    global network, house, laptop, bob
    tap.diag(f"WAXWING_TEST_SEED={SEED}")
    network = Network()
    house = House()
    house.__enter__()
    laptop, bob = house.enrolled("Alice", "laptop"), house.enrolled("Bob", "phone")
    laptop.send(bob, "hello")
    bob.sync()
    program = os.path.join(os.environ["WAXWING_BUILD"], "tests", "bench", "bench-fill-store")
    conversation = laptop.conversation(bob)["id"]
    arguments = [laptop.profile, conversation, str(MESSAGES), "the last one", str(NOISE)]
    subprocess.run([program, *arguments], env=laptop.session.env, check=True)


def size_of_archive():
    """What the same messages take in a backup, which has the chunks as they are uploaded."""
    backup, words = os.path.join(house.directory, "backup"), os.path.join(house.directory, "words")
    with open(words, "w", encoding="utf-8") as file:
        file.write("sieben graue Reiher\n")
    laptop.run("export", backup, "--passphrase-file", words)
    return os.path.getsize(backup)


class Play:
    """Both devices at work, and what gets into their way. Nobody kills them here."""

    def __init__(self):
        self.processes = [d.spawn("--timeout", "120", "history", "--wait") for d in (laptop, desktop)]

    def running(self):
        return any(p.running() for p in self.processes)

    def wait_until_moved(self, end):
        while self.running() and network.moved() < end:
            time.sleep(0.002)

    def disturb(self, turn):
        if turn % 2:
            tap.diag("the server goes")
            house.server.kill()
            time.sleep(chance.uniform(0, 0.3))
            house.server.start()
        else:
            tap.diag("the network goes")
            network.set_up(False)
            time.sleep(chance.uniform(0.05, 0.6))
            network.set_up(True)

    def finish(self):
        end = time.monotonic() + 120
        while self.running() and time.monotonic() < end:
            time.sleep(0.01)
        for process in self.processes:
            tap.equal(process.wait(5), 0, process.log())


@tap.test
def nothing_goes_twice_but_the_part_that_was_on_its_way():
    global desktop
    size = size_of_archive()
    desktop = house.device("Alice", "desktop")
    desktop.join(laptop)
    before, play, turns = network.moved(), Play(), 0
    for turn in range(TURNS):
        # Up and down again: twice the size goes over it in all.
        play.wait_until_moved(network.moved() + chance.randrange(PART // 4, 2 * 2 * size // TURNS))
        if not play.running():
            break
        play.disturb(turn)
        turns += 1
    play.finish()
    moved = network.moved() - before
    tap.diag(f"{turns} disturbances, {(moved - 2 * size) / PART:.2f} MiB more than twice {size / PART:.2f} MiB")
    assert turns >= 3, f"only {turns} disturbances"
    # 5 % of heads: chunks are small, and each is told of by a message to all own devices.
    assert moved <= 2 * size * 1.05 + turns * PART, f"{moved / PART:.1f} MiB moved"


@tap.test
def all_of_it_is_there():
    laptop.sync(), desktop.sync()
    there, here = laptop.messages(bob), desktop.messages(bob)
    assert len(there) > MESSAGES, f"{len(there)} messages"
    tap.equal(len(here), len(there), "how many messages")
    for one, other in zip(here, there, strict=True):
        tap.equal(one, other, "a message")
    entry = desktop.run("history")[0]
    tap.equal((entry["direction"], entry["state"]), ("from", "done"))


@tap.test
def nothing_of_it_stays_on_the_server():
    tap.wait_for(lambda: laptop.sync() and not left(), "the chunks leave the server", 60, interval=0.5)


def left():
    return [n for _, _, names in os.walk(os.path.join(house.server.data, "attachments")) for n in names]


tap.main(setup=setup, teardown=lambda: house and house.close(), timeout=280)
