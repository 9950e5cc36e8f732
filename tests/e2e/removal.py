#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A removed device gets nothing that is written afterwards, its credentials are worth nothing, and every device of the
account hears of it.
"""

from house import House, REFUSED
from support import tap

house = laptop = desktop = bob = None


def setup():
    global house, laptop, desktop, bob
    house = House()
    house.__enter__()
    laptop, bob = house.enrolled("Alice", "laptop"), house.enrolled("Bob", "phone")
    desktop = house.device("Alice", "desktop")
    desktop.join(laptop)
    bob.send(laptop, "to both")
    for device in (laptop, desktop):
        device.wait_for_text(bob, "to both")


def device_id(device):
    return device.one("status", "--local")["device"]


@tap.test
def a_further_device_is_announced_on_every_device():
    for device in (laptop, desktop):
        device.sync()
        added = [a for a in device.run("alerts") if a["kind"] == "device-added" and a["device_name"] == "desktop"]
        if device is laptop:
            tap.equal(len(added), 1, "alerts of the new device on laptop")
    tap.equal(
        sorted(d["name"] for d in laptop.run("devices") if d["state"] == "enrolled"), ["desktop", "laptop"]
    )


@tap.test
def a_device_cannot_remove_itself():
    laptop.refused("remove", device_id(laptop))
    tap.equal(len(laptop.run("devices")), 2)


@tap.test
def what_is_written_after_the_removal_does_not_reach_it():
    removed = device_id(desktop)
    # Known to bob from before: he must notice by himself that there's a device less.
    laptop.run("remove", removed)
    bob.send(laptop, "for the laptop only")
    laptop.wait_for_text(bob, "for the laptop only")
    tap.equal([d["name"] for d in laptop.run("devices")], ["laptop"])
    tap.equal(len(bob.one("lookup", laptop.handle)["devices"]), 1, "devices that bob sees")

    error = desktop.refused("conversations", "--sync")
    assert error["code"] in ("device-removed", "unauthenticated", "not-enrolled"), error
    assert "for the laptop only" not in desktop.texts(bob), "the removed device read it"


@tap.test
def its_credentials_are_refused():
    for command in (("send", bob.handle, "--text", "am I still here?"), ("lookup", bob.handle), ("devices",)):
        desktop.refused(*command, expect=REFUSED)
    bob.sync()
    assert "am I still here?" not in bob.texts(laptop), "a removed device could still send"


@tap.test
def the_removal_is_announced():
    laptop.sync()
    removed = [a for a in laptop.run("alerts") if a["kind"] == "device-removed"]
    tap.equal([a["device_name"] for a in removed], ["desktop"])


@tap.test
def a_device_that_was_refused_never_comes_in():
    tablet = house.device("Alice", "tablet")
    enrolment = tablet.begin_enrolment()
    house.confirm(tablet.link())
    enrolment.step("approving")
    pending = laptop.pending("tablet")
    laptop.run("refuse", pending["id"])
    tap.equal(enrolment.finish(expect=REFUSED)["error"]["code"], "approval-ended")
    tap.equal([d["name"] for d in laptop.run("devices")], ["laptop"])
    tap.equal(tablet.one("status", "--local")["state"], "not-enrolled")


tap.main(setup=setup, teardown=lambda: house and house.close(), timeout=150)
