#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Thousands of messages go from a device to one that it has just approved, while either of the two and the server are killed
at random points: what is there in the end is the same on both. A backup brings it all back after nothing was left. None of it is ever
readable on the server, or on a disk.

WAXWING_TEST_SEED repeats a run.
"""

import os
import random
import subprocess
import time

from house import House, read_tree
from support import processes, tap

MESSAGES = 12000
KILLS = 12
SEED = int(os.environ.get("WAXWING_TEST_SEED") or random.SystemRandom().randrange(1 << 32))
CANARY = "canary-history-x7Qm the heron"
PASSPHRASE = "sieben graue Reiher"

house = laptop = desktop = bob = None
chance = random.Random(SEED)


def setup():
    global house, laptop, bob
    tap.diag(f"WAXWING_TEST_SEED={SEED}")
    house = House()
    house.__enter__()
    laptop, bob = house.enrolled("Alice", "laptop"), house.enrolled("Bob", "phone")
    talk()
    fill(laptop, CANARY + " at the end")
    laptop.run("pin", bob.handle)


def talk():
    """One of each thing that is said about messages."""
    laptop.send(bob, CANARY + " begins")
    bob.wait_for_text(laptop, CANARY + " begins")
    first = bob.messages(laptop)[0]["id"]
    bob.run("react", first, "🎉")
    bob.send(laptop, CANARY + " answers", "--reply-to", first)
    gone = bob.send(laptop, CANARY + " goes again")["id"]
    laptop.wait_for_text(bob, CANARY + " goes again")
    bob.run("unsend", gone)
    edited = laptop.send(bob, CANARY + " is wrong")["id"]
    laptop.run("edit", edited, CANARY + " is right")
    laptop.run("react", first, "👍")
    bob.sync()
    bob.run("mark-read", laptop.handle)
    tap.wait_for(
        lambda: [m["state"] for m in laptop.messages(bob, sync=True) if m["id"] == edited] == ["read"],
        "the laptop knows all of it",
        30,
        interval=0.3,
    )


def fill(device, last):
    """Years of messages, of which the network knows nothing."""
    conversation = device.conversation(bob)["id"]
    program = os.path.join(os.environ["WAXWING_BUILD"], "tests", "bench", "bench-fill-store")
    subprocess.run([program, device.profile, conversation, str(MESSAGES), last], env=device.session.env, check=True)


def all_of(device):
    return device.messages(bob, limit=2 * MESSAGES)


def history(device, *arguments, **keywords):
    return device.run("history", *arguments, **keywords)


def assert_same(found, expected, what):
    tap.equal(len(found), len(expected), f"how many {what}")
    for one, other in zip(found, expected, strict=True):
        tap.equal(one, other, what)


def is_done(device):
    entries = history(device)
    return bool(entries) and all(e["state"] == "done" for e in entries)


class Play:
    """Both devices at work, of whom any can be killed, and the server."""

    def __init__(self):
        self.running = {}

    def start(self):
        for device in (laptop, desktop):
            process = self.running.get(device)
            if process is None or not process.running():
                self.running[device] = device.spawn("--timeout", "120", "history", "--wait")

    def kill_one(self):
        """One of the three, at a moment of its own; says whether it was still at work."""
        time.sleep(chance.uniform(0.05, 1.6))
        victim = chance.choice(["server", laptop, desktop])
        if victim == "server":
            house.server.kill()
            house.server.start()
            return True
        alive = self.running[victim].running()
        self.running[victim].kill()
        return alive

    def stop(self):
        for process in self.running.values():
            process.stop()


@tap.test
def a_new_device_can_be_used_while_it_comes():
    """Stopped dead just after the first chunk is in place: the newest messages are there, and it can answer."""
    global desktop
    desktop = house.device("Alice", "desktop")
    desktop.join(laptop)
    giving = laptop.spawn("--timeout", "120", "history", "--wait")
    env = {**desktop.session.env, "WAXWING_TEST_CRASH": "history-taken"}
    log = desktop.session.path("log", "history-taken.log")
    taking = processes.Process(desktop.cli.argv("--timeout", "120", "history", "--wait"), env=env, log=log)
    tap.equal(taking.wait(60), -9, taking.log())
    giving.stop()
    entry = history(desktop)[0]
    tap.equal(entry["state"], "coming")
    assert 0 < entry["messages"] < entry["total"], entry
    tap.equal(desktop.messages(bob, limit=1)[0]["text"], CANARY + " at the end")
    assert desktop.run("search", "heron at the end"), "what is there is found"
    desktop.send(bob, CANARY + " from the desktop")
    bob.wait_for_text(laptop, CANARY + " from the desktop")


@tap.test
def a_new_device_gets_everything_whoever_is_killed():
    play, kills = Play(), 0
    while kills < KILLS and not (kills > 3 and all(not p.running() for p in play.running.values())):
        play.start()
        kills += play.kill_one()
    tap.diag(f"{kills} kills")
    play.start()
    for process in play.running.values():
        tap.equal(process.wait(120), 0, process.log())
    play.stop()
    tap.wait_for(lambda: is_done(desktop) and is_done(laptop), "all of it is there", 60, interval=0.5)
    entry = history(desktop)[0]
    tap.equal((entry["direction"], entry["state"]), ("from", "done"))
    laptop.sync(), desktop.sync()
    there, here = all_of(laptop), all_of(desktop)
    assert len(there) > MESSAGES, f"{len(there)} messages"
    # What is live has a place of its own on each device, by when it was there.
    for message in there + here:
        if message["text"] == CANARY + " from the desktop":
            del message["position"]
    assert_same(here, there, "messages of both devices")
    tap.equal(desktop.conversation(bob)["pinned"], True)


@tap.test
def what_was_said_about_them_is_there():
    found = {m["text"]: m for m in all_of(desktop)}
    tap.equal(len(found[CANARY + " begins"]["tapbacks"]), 2)
    assert found[CANARY + " answers"]["reply_to"], "the answer knows what it answers"
    assert found[CANARY + " is right"]["edited"], "the edited one is edited"
    assert CANARY + " is wrong" not in found and CANARY + " goes again" not in found


@tap.test
def all_of_it_is_found():
    hits = desktop.run("search", "heron at the end")
    assert CANARY + " at the end" in [h["message"]["text"] for h in hits if h.get("message")], hits


@tap.test
def nothing_is_left_on_the_server_and_nothing_is_readable():
    # What both have is let go, should the server have been away before, at the next connection.
    tap.wait_for(lambda: laptop.sync() and not attachments(), "the chunks leave the server", 60, interval=0.5)
    for where, files in (("server", read_tree(house.directory)), ("desktop", desktop.stored_bytes())):
        for path, content in files.items():
            assert CANARY.encode() not in content, f"{where}: {path}"


def attachments():
    folder = os.path.join(house.server.data, "attachments")
    return [name for _, _, names in os.walk(folder) for name in names]


def approve_and_die(point, name):
    """A device is approved by one that is gone at that point; returns it."""
    device = house.device("Alice", name)
    enrolment = device.begin_enrolment()
    house.confirm(device.link())
    enrolment.step("approving")
    pending = laptop.pending(name)
    env = {**laptop.session.env, "WAXWING_TEST_CRASH": point}
    argv = laptop.cli.argv("approve", pending["id"], "--code", pending["digits"])
    log = laptop.session.path("log", f"approve-{point}.log")
    approving = processes.Process(argv, env=env, log=log)
    tap.equal(approving.wait(30), -9, approving.log())
    enrolment.finish()
    return device


@tap.test
def one_that_is_approved_and_not_welcomed_yet_gets_all_of_it_later():
    """The approving device is gone as soon as the server has the new one, or while it puts down what is to be sent."""
    settings = laptop.one("settings", "--typing", "off")
    assert settings != bob.one("settings"), "they are not what they are without anybody's doing"
    for point in ("published", "welcome"):
        device = approve_and_die(point, point)
        assert not history(device), f"{point}: nothing was offered"
        laptop.sync()
        giving = laptop.spawn("--timeout", "120", "history", "--wait")
        tap.wait_for(lambda d=device: d.sync() is not None and history(d), f"{point}: it is offered", 30, interval=0.3)
        tap.equal(device.one("settings"), settings, f"{point}: settings")
        taking = device.spawn("--timeout", "120", "history", "--wait")
        for process in (taking, giving):
            tap.equal(process.wait(120), 0, process.log())
        tap.equal(len(all_of(device)), len(all_of(laptop)), f"{point}: messages")
        tap.equal([e["direction"] for e in history(device)], ["from"], f"{point}: offered once")
        laptop.run("remove", device.name)


@tap.test
def asking_without_an_offer_is_refused():
    tap.equal(bob.refused("history", "--ask")["code"], "no-history")


@tap.test
def a_backup_brings_it_back_to_a_fresh_enrolment():
    backup, words = os.path.join(house.directory, "backup"), os.path.join(house.directory, "words")
    with open(words, "w", encoding="utf-8") as file:
        file.write(PASSPHRASE + "\n")
    laptop.sync()
    before = all_of(laptop)
    tap.equal(laptop.one("export", backup, "--passphrase-file", words)["messages"], len(before))
    laptop.refused("export", backup, "--passphrase-file", words)
    with open(backup, "rb") as file:
        content = file.read()
    assert CANARY.encode() not in content and PASSPHRASE.encode() not in content
    tap.equal(os.stat(backup).st_mode & 0o777, 0o600)
    tap.equal(bob.refused("import", backup, "--passphrase-file", words)["code"], "other-account")

    laptop.run("remove", "desktop")
    laptop.run("sign-out", "--yes")
    fresh = house.device("Alice", "fresh")
    fresh.start_over().finish()
    with open(words + "-wrong", "w", encoding="utf-8") as file:
        file.write("sieben blaue Reiher\n")
    wrong = fresh.refused("import", backup, "--passphrase-file", words + "-wrong")
    tap.equal(wrong["code"], "wrong-passphrase")
    with open(backup + "-cut", "wb") as file:
        file.write(content[: len(content) * 2 // 3])
    tap.equal(fresh.refused("import", backup + "-cut", "--passphrase-file", words)["code"], "backup-damaged")
    fresh.run("import", backup, "--passphrase-file", words)
    assert_same(all_of(fresh), before, "messages from the backup")
    tap.equal(fresh.one("import", backup, "--passphrase-file", words)["messages"], 0)


tap.main(setup=setup, teardown=lambda: house and house.close(), timeout=400)
