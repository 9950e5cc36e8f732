#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A removed device gets nothing that is written afterwards, its credentials are worth nothing, every device of the
account hears of it, and what it holds goes when its person says so, or at once.
"""

import time

from house import REFUSED, House
from raw_link import RawLink, Refused
from support import tap

CANARY = "canary-removed-4QpTx the fox is in the garden"

house = laptop = desktop = tablet = bob = None
seen = {}


def setup():
    global house, laptop, desktop, tablet, bob
    house = House()
    house.__enter__()
    laptop, bob = house.enrolled("Alice", "laptop"), house.enrolled("Bob", "phone")
    desktop, tablet = house.device("Alice", "desktop"), house.device("Alice", "tablet")
    desktop.join(laptop)
    tablet.join(laptop)
    bob.send(laptop, CANARY)
    for device in (laptop, desktop, tablet):
        device.wait_for_text(bob, CANARY)


def device_id(device):
    return device.one("status", "--local")["device"]


def names(device):
    return sorted(d["name"] for d in device.run("devices") if d["state"] == "enrolled")


def authenticates(device_id, scalar):
    """Whether the server takes these credentials; a refusal must be the one for them."""
    with RawLink(house.server.url) as link:
        try:
            link.authenticate(device_id, scalar, link.hello()["challenge"])
            return True
        except Refused as error:
            tap.equal(error.code, "unauthenticated")
            return False


def wraps_of_last_message():
    """{device id: suite}: for whom the newest message on the server waits."""
    rows = house.query(
        "select v.device_id, d.suite from deliveries d left join devices v on v.number = d.device"
        " where d.message = (select max(number) from messages)"
    )
    return {row[0].hex() if row[0] else None: row[1] for row in rows}


@tap.test
def a_further_device_is_announced_once_on_every_other_device():
    for device, expected in ((laptop, ["tablet", "desktop"]), (desktop, ["tablet"]), (tablet, [])):
        for _ in range(2):
            tap.equal([a["device_name"] for a in device.alerts("device-added")], expected, device.name)
    tap.equal(names(laptop), ["desktop", "laptop", "tablet"])


@tap.test
def a_device_cannot_remove_itself():
    laptop.refused("remove", device_id(laptop))
    tap.equal(len(laptop.run("devices")), 3)


@tap.test
def a_device_gets_another_name_on_every_device():
    renamed = laptop.one("rename", "desktop", "study")
    tap.equal((renamed["name"], renamed["state"]), ("study", "renamed"))
    for device in (laptop, desktop, tablet):
        device.sync()
        tap.equal(names(device), ["laptop", "study", "tablet"], device.name)
    tap.equal(laptop.refused("rename", "study", "")["code"], "invalid-argument")
    tap.equal(laptop.refused("rename", "study", "x" * 65)["code"], "invalid-argument")
    tap.equal(laptop.refused("rename", "attic", "cellar")["code"], "not-found")
    tap.equal(names(laptop), ["laptop", "study", "tablet"])


@tap.test
def the_devices_know_when_each_was_last_seen():
    seen_ms = {d["name"]: d["last_seen_ms"] for d in laptop.run("devices")}
    hour = 60 * 60 * 1000
    for name in ("study", "tablet"):
        assert 0 <= time.time() * 1000 - seen_ms[name] < 2 * hour, f"{name} was last seen at {seen_ms[name]}"
        tap.equal(seen_ms[name] % hour, 0, "to the hour")


@tap.test
def a_message_right_after_the_removal_has_no_wrap_for_it():
    removed, others = device_id(desktop), {device_id(laptop), device_id(tablet)}
    seen["credentials"], seen["account"] = desktop.credentials(), bytes.fromhex(desktop.one("status", "--local")["account"])
    assert authenticates(*seen["credentials"]), "the credentials are no good even before the removal"
    bob.send(laptop, "to all three")
    tap.equal(set(wraps_of_last_message()), others | {removed})
    for device in (laptop, desktop, tablet):
        device.sync()

    # Bob is offline meanwhile, and knows the device from before.
    laptop.run("remove", removed)
    started = time.monotonic()
    bob.send(laptop, "for the others only")
    assert time.monotonic() - started < 1.0, "the message was written more than a second after the removal"
    wraps = wraps_of_last_message()
    tap.equal(set(wraps), others, "devices that the message waits for")
    tap.equal(set(wraps.values()), {2}, "suites of the wraps")
    tap.equal(house.query("select count(*) from devices where device_id = ?", bytes.fromhex(removed)), [(0,)])
    for device in (laptop, tablet):
        device.wait_for_text(bob, "for the others only")
    tap.equal(names(laptop), ["laptop", "tablet"])
    tap.equal(len(bob.one("lookup", laptop.handle)["devices"]), 2, "devices that bob sees")


@tap.test
def its_stored_credentials_are_refused_when_replayed():
    assert not authenticates(*seen["credentials"]), "the server let a removed device in"
    with RawLink(house.server.url) as link:
        link.hello()
        for kind, fields in (
            ("look_up", {"handle": bob.handle}),
            ("acknowledge", {"sequences": b"\1"}),
            ("get_activity", {}),
            ("retire", {}),
        ):
            try:
                link.request(kind, **fields)
                raise AssertionError(f"{kind} was answered without a device")
            except Refused as error:
                tap.equal(error.code, "unauthenticated", kind)
        # What a removed device may still ask, so that it learns that it is one.
        kind, found = link.request("look_up", account_id=seen["account"])
        tap.equal((kind, found["found"]), ("look_up", 1))


@tap.test
def it_says_that_it_was_removed_and_keeps_what_it_had():
    error = desktop.refused("conversations", "--sync")
    tap.is_in("removed", error["message"])
    tap.equal(desktop.one("status", "--local")["state"], "removed")
    for command in (("send", bob.handle, "--text", "am I still here?"), ("lookup", bob.handle), ("devices",)):
        tap.is_in("removed", desktop.refused(*command, expect=REFUSED)["message"], command[0])
    tap.equal(desktop.texts(bob), [CANARY, "to all three"])
    bob.sync()
    assert "am I still here?" not in bob.texts(laptop), "a removed device could still send"


@tap.test
def its_person_makes_it_forget():
    before = store_samples(desktop)
    tap.equal(desktop.refused("wipe", stdin="no\n")["code"], "declined")
    assert desktop.keys() and left_of(desktop, before), "it forgot although its person said no"
    tap.equal(desktop.one("wipe", stdin="yes\n")["state"], "not-enrolled")
    has_forgotten(desktop, before)
    tap.equal(desktop.refused("conversations")["code"], "not-enrolled")


@tap.test
def the_removal_is_announced():
    for device in (laptop, tablet):
        tap.equal([a["device_name"] for a in device.alerts("device-removed")], ["study"], device.name)


def store_samples(device):
    """Pieces of the files of the profile, by which they'd be known again anywhere."""
    samples = []
    for path, content in device.stored_bytes().items():
        if path.startswith(device.profile) and len(content) >= 4096:
            samples += [content[at : at + 32] for at in range(0, len(content) - 64, 1024)]
    samples = [s for s in samples if len(set(s)) > 8]
    assert len(samples) >= 8, f"{device.name} has no store to know again"
    return samples


def left_of(device, samples):
    files = device.stored_bytes()
    return [path for path, content in files.items() if any(sample in content for sample in samples)]


def has_forgotten(device, samples):
    tap.equal(list(device.keys()), [], f"secrets in the keyring of {device.name}")
    tap.equal(left_of(device, samples), [], f"files of {device.name} with a piece of the store")
    leftovers = [p for p, content in device.stored_bytes().items() if p.startswith(device.profile) and len(content) > 64]
    tap.equal(leftovers, [], f"files in the profile of {device.name}")


@tap.test
def a_device_removed_with_wipe_forgets_at_once():
    before = store_samples(tablet)
    credentials = tablet.credentials()
    laptop.run("remove", "tablet", "--wipe")
    bob.send(laptop, "for the laptop only")
    tap.equal(set(wraps_of_last_message()), {device_id(laptop)})
    error = tablet.refused("conversations", "--sync")
    tap.is_in("removed", error["message"])
    tap.equal(tablet.one("status", "--local")["state"], "not-enrolled")
    has_forgotten(tablet, before)
    assert not authenticates(*credentials), "the server let a wiped device in"
    laptop.wait_for_text(bob, "for the laptop only")


@tap.test
def a_device_signs_out():
    watch = house.device("Bob", "watch")
    watch.join(bob)
    laptop.send(bob, "hello watch")
    watch.wait_for_text(laptop, "hello watch")
    before = store_samples(watch)
    tap.equal(watch.refused("sign-out", stdin="no\n")["code"], "declined")
    tap.equal(names(bob), ["phone", "watch"])
    tap.equal(watch.one("sign-out", "--yes")["state"], "not-enrolled")
    has_forgotten(watch, before)
    tap.equal([a["device_name"] for a in bob.alerts("device-removed")], ["watch"])
    tap.equal(names(bob), ["phone"])
    # And the same machine comes in again as any other does.
    watch.join(bob)
    tap.equal(names(bob), ["phone", "watch"])


@tap.test
def a_device_that_was_refused_never_comes_in():
    camera = house.device("Alice", "camera")
    enrolment = camera.begin_enrolment()
    house.confirm(camera.link())
    enrolment.step("approving")
    pending = laptop.pending("camera")
    laptop.run("refuse", pending["id"])
    tap.equal(enrolment.finish(expect=REFUSED)["error"]["code"], "approval-ended")
    tap.equal([d["name"] for d in laptop.run("devices")], ["laptop"])
    tap.equal(camera.one("status", "--local")["state"], "not-enrolled")


tap.main(setup=setup, teardown=lambda: house and house.close(), timeout=150)
