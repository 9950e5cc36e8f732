#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting over: a day in which any earlier device can refuse, what comes after it, and what those who know the person
see. The server's clock is moved; nobody waits a day.
"""

import os
import re
import subprocess
import time

from house import REFUSED, House
from support import tap

HOUR = 60 * 60 * 1000
DAY = 24 * HOUR
# Many mails to one address, which outside of a test would be somebody's nuisance.
SETTINGS = {"limits": {"verifications-per-handle": "60/60"}}

house = laptop = desktop = tablet = bob = carol = None
ahead = 0


def setup():
    global house, laptop, desktop, bob, carol
    house = House(settings=SETTINGS)
    house.__enter__()
    laptop, desktop = house.enrolled("Alice", "laptop"), house.device("Alice", "desktop")
    desktop.join(laptop)
    bob, carol = house.enrolled("Bob", "phone"), house.enrolled("Carol", "phone")
    for friend in (bob, carol):
        laptop.send(friend, f"hello {friend.person}")
        friend.sync()
        friend.send(laptop, f"hello Alice, says {friend.person}")
    for device in (laptop, desktop):
        device.wait_for_text(carol, "hello Alice, says Carol")


def later(ms):
    global ahead
    ahead += ms
    house.shift_clock(ahead)


def now():
    return time.time() * 1000 + ahead


def notices(device, other):
    return [m["notice"] for m in device.messages(other) if m["kind"] == "notice"]


def trust(device, other):
    return device.conversation(other)["trust"]


@tap.test
def both_sides_see_the_same_safety_number():
    numbers = {device.one("verify", other.handle)["number"] for device, other in ((laptop, bob), (bob, laptop), (desktop, bob))}
    tap.equal(len(numbers), 1, "numbers of alice and bob")
    (number,) = numbers
    assert re.fullmatch(r"\d{60}", number), number
    assert number != carol.one("verify", laptop.handle)["number"], "one number for two pairs of people"
    groups = " ".join(number[at : at + 5] for at in range(0, 60, 5))
    for same in (number, groups, "waxwing:verify?number=" + number):
        tap.equal(bob.one("verify", laptop.handle, same)["trust"], "unverified", same)
    other = str((int(number[0]) + 1) % 10) + number[1:]
    tap.equal(bob.refused("verify", laptop.handle, other, "--mark")["code"], "number-differs")
    tap.equal(trust(bob, laptop), "unverified")


def picture_of(blocks):
    """Block characters as a terminal shows them, as a PBM picture with eight pixels for each half."""
    upper, lower = "█▀", "█▄"
    rows = []
    for line in blocks:
        rows.append([character in upper for character in line])
        rows.append([character in lower for character in line])
    width = max(len(row) for row in rows)
    pixels = []
    for row in rows:
        bits = "".join(("1" if dark else "0") * 8 for dark in row + [False] * (width - len(row)))
        pixels += [bits] * 8
    return f"P1 {width * 8} {len(pixels)}\n".encode() + "\n".join(pixels).encode()


@tap.test
def the_number_is_shown_to_people_in_groups_and_as_a_code():
    shown = bob.plain("verify", laptop.handle, "--qr")
    number = bob.one("verify", laptop.handle)["number"]
    lines = shown.splitlines()
    groups = [group for line in lines for group in line.split() if re.fullmatch(r"\d{5}", group)]
    tap.equal(groups, [number[at : at + 5] for at in range(0, 60, 5)])
    blocks = [line for line in lines if line and set(line) <= set(" █▀▄")]
    picture = os.path.join(house.directory, "code.pbm")
    with open(picture, "wb") as file:
        file.write(picture_of(blocks))
    read = subprocess.run(["zbarimg", "--quiet", "--raw", picture], capture_output=True, text=True, check=False)
    tap.equal(read.stdout.strip(), "waxwing:verify?number=" + number, read.stderr)


@tap.test
def a_person_is_marked_as_verified_on_all_own_devices():
    watcher = desktop.watch("trust")
    global old_number
    number = old_number = laptop.one("verify", carol.handle)["number"]
    tap.equal(carol.one("verify", laptop.handle, number, "--mark")["trust"], "verified")
    tap.equal(laptop.one("verify", carol.handle, "--mark")["trust"], "verified")
    watcher.wait_for_line(r'"event":"trust".*"trust":"verified"', timeout=30)
    tap.equal(watcher.stop(), 0)
    tap.equal(trust(desktop, carol), "verified")
    tap.equal(laptop.one("verify", carol.handle, "--unmark")["trust"], "unverified")
    desktop.sync()
    tap.equal(trust(desktop, carol), "unverified")


@tap.test
def starting_over_is_held_for_a_day_and_every_device_hears_of_it():
    global tablet
    tablet = house.device("Alice", "tablet")
    enrolment = tablet.start_over()
    held = enrolment.step("held")
    enrolment.finish()
    assert abs(held["held_until_ms"] - now() - DAY) < 10 * 60 * 1000, held
    waiting = tablet.one("status")
    tap.equal((waiting["state"], waiting["enrolment"]["state"]), ("not-enrolled", "held"))
    # The desktop was not connected then.
    for device in (laptop, desktop):
        for _ in range(2):
            (alert,) = device.alerts("reset-claimed")
            tap.equal((alert["handle"], alert["due_ms"], alert["can_refuse"]), (laptop.handle, held["held_until_ms"], True))
    bob.send(laptop, "nothing has changed")
    tap.equal((trust(bob, laptop), notices(bob, laptop)), ("unverified", []))


@tap.test
def before_the_day_is_over_it_stays_held():
    enrolment = tablet.run("enroll")
    tap.equal(enrolment[-1]["step"], "held")
    tap.equal(tablet.one("status")["state"], "not-enrolled")
    later(23 * HOUR)
    tap.equal(tablet.run("enroll")[-1]["step"], "held")


@tap.test
def any_earlier_device_can_refuse():
    watcher = laptop.watch("claim")
    (alert,) = desktop.alerts("reset-claimed")
    tap.equal(desktop.one("refuse-claim", alert["id"])["can_refuse"], False)
    watcher.wait_for_line(r'"event":"claim".*"can_refuse":false', timeout=30)
    tap.equal(watcher.stop(), 0)
    (alert,) = laptop.alerts("reset-claimed")
    tap.equal(alert["can_refuse"], False, "laptop can still refuse what desktop has refused")
    tap.equal(laptop.refused("refuse-claim", alert["id"])["code"], "invalid-argument")
    tap.equal(tablet.refused("enroll")["code"], "claim-refused")
    tap.equal(tablet.one("status")["enrolment"], None)
    tap.equal(len(laptop.run("devices")), 2, "devices of alice")


@tap.test
def what_was_refused_is_barred_until_the_day_is_over():
    again = tablet.start_over()
    tap.equal(again.finish(expect=REFUSED)["error"]["code"], "claim-refused")
    tap.equal(len(laptop.alerts("reset-claimed")), 1, "alerts of claims")


@tap.test
def when_nobody_refuses_it_is_done_after_the_day():
    later(25 * HOUR)
    enrolment = tablet.start_over()
    enrolment.step("held")
    enrolment.finish()
    for device in (laptop, desktop):
        tap.equal(len([a for a in device.alerts("reset-claimed") if a["can_refuse"]]), 1, device.name)
    bob.send(laptop, "written before the end")
    later(24 * HOUR + 1000)
    tap.equal(tablet.run("enroll")[-1]["step"], "done")
    tap.equal([d["name"] for d in tablet.run("devices")], ["tablet"])
    tap.equal(tablet.run("conversations"), [], "what the account had before")


@tap.test
def the_earlier_devices_say_so_and_keep_their_messages():
    for device in (laptop, desktop):
        tap.is_in("started over", device.refused("conversations", "--sync")["message"])
        tap.equal(device.one("status", "--local")["state"], "removed")
        tap.equal(len(device.alerts("reset", sync=False)), 1, f"alerts of the reset on {device.name}")
        tap.equal(device.texts(carol), ["hello Carol", "hello Alice, says Carol"], device.name)


@tap.test
def those_who_know_the_person_stop_and_are_told():
    for friend, expected in ((bob, "changed"), (carol, "verified-changed")):
        printed = friend.run("send", laptop.handle, "--text", f"a secret of {friend.person}", expect=REFUSED)
        tap.equal((printed[0]["state"], printed[-1]["error"]["code"]), ("waiting", "identity-changed"))
        tap.equal((trust(friend, laptop), notices(friend, laptop)), (expected, ["identity-changed"]))
        friend.sync()
        tap.equal(notices(friend, laptop), ["identity-changed"], "the notice comes once")
    tablet.sync()
    tap.equal(tablet.run("requests") + tablet.run("conversations"), [], "what the new identity received")
    tap.equal(house.query("select count(*) from deliveries"), [(0,)])


@tap.test
def what_waited_goes_out_after_the_decision():
    tap.equal(bob.one("trust", laptop.handle)["trust"], "unverified")
    bob.sync()
    tap.equal(tablet.wait_for_text(bob, "a secret of Bob")["state"], "received")
    tap.equal([m["state"] for m in bob.messages(laptop) if m["text"] == "a secret of Bob"][0] != "waiting", True)
    bob.send(laptop, "and another")
    tablet.wait_for_text(bob, "and another")


@tap.test
def a_verified_person_is_compared_again():
    number = tablet.one("verify", carol.handle)["number"]
    assert number != old_number, "the number is the old one"
    tablet.sync()
    assert carol.handle not in [c["handle"] for c in tablet.run("requests")], "carol's message went out by itself"
    tap.equal(carol.one("verify", laptop.handle, number, "--mark")["trust"], "verified")
    carol.sync()
    tablet.wait_for_text(carol, "a secret of Carol")


@tap.test
def with_no_device_active_for_a_month_it_is_done_at_once():
    later(30 * DAY + HOUR)
    attic = house.device("Alice", "attic")
    enrolment = attic.start_over()
    enrolment.finish()
    assert "held" not in enrolment.names(), enrolment.names()
    tap.equal([d["name"] for d in attic.run("devices")], ["attic"])
    tap.is_in("started over", tablet.refused("conversations", "--sync")["message"])


@tap.test
def after_the_last_device_signed_out_it_is_done_at_once():
    dave = house.enrolled("Dave", "laptop")
    tap.equal(dave.one("sign-out", "--yes")["state"], "not-enrolled")
    enrolment = dave.start_over()
    enrolment.finish()
    assert "held" not in enrolment.names(), enrolment.names()
    tap.equal([d["name"] for d in dave.run("devices")], ["laptop"])


tap.main(setup=setup, teardown=lambda: house and house.close(), timeout=170)
