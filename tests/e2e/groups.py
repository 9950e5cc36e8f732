#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three people with four devices and a fourth person in a group: made, written in, changed from several sides at once while
one is away, left. Whoever is taken out gets nothing from the next message on, and the server learns nothing of groups.
"""

import base64
import os

from house import House, read_tree
from support import tap

NAME = "canary-group-4Xq Choir practice"
OTHER_NAME = "canary-group-7Rb Sopranos"
# The smallest PNG there is.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)

house = ana = ana_tablet = bob = carol = dora = None
group = None


def setup():
    global house, ana, ana_tablet, bob, carol, dora
    house = House()
    house.__enter__()
    ana, ana_tablet = house.enrolled("Ana", "phone"), house.device("Ana", "tablet")
    ana_tablet.join(ana)
    bob, carol, dora = (house.enrolled(name, "laptop") for name in ("Bob", "Carol", "Dora"))


def sync(*devices):
    for device in devices or (ana, ana_tablet, bob, carol, dora):
        device.sync()


def state(device):
    """How the group stands on a device: name, the members' addresses, whether it left."""
    found = device.one("group", "show", group)
    return found["name"], sorted(m["handle"].removeprefix("mailto:")[:1] for m in found["members"]), found["left"]


def everywhere(devices, name, members, left=False):
    for device in devices:
        expected = (name, sorted(members), left)

        def look():
            # Who a new member is may have to be asked for first.
            return state(device) == expected or (device.sync() and False)

        try:
            tap.wait_for(look, "the group is as it should be", 10.0, interval=0.2)
        except AssertionError:
            tap.equal(state(device), expected, f"the group on {device.name} of {device.person}")


def messages(device):
    return device.run("messages", group, "--limit", 500)


def texts(device):
    return [m["text"] for m in messages(device) if m["kind"] == "text"]


def events(device):
    return [m["text"] for m in messages(device) if m["kind"] == "group-event"]


def send(device, text):
    return device.one("send", group, "--text", text)


def message_state(device, message):
    return next(m["state"] for m in messages(device) if m["id"] == message["id"])


def waiting_for(device):
    return house.query(
        "select count(*) from deliveries d join devices v on v.number = d.device where v.device_id = ?",
        bytes.fromhex(device.one("status", "--local")["device"]),
    )[0][0]


@tap.test
def a_group_is_made_and_is_on_all_devices():
    global group
    made = ana.one("group", "create", NAME, bob.handle, carol.handle)
    group = made["id"]
    tap.equal(made["kind"], "group")
    sync()
    everywhere((ana, ana_tablet, bob, carol), NAME, "abc")
    tap.equal(events(ana), ["You made this group."])
    # What somebody calls themselves comes with their first message.
    tap.equal(events(bob), ["ana@example.org made this group with you in it."])
    tap.equal(dora.run("conversations"), [])


@tap.test
def everybody_gets_what_everybody_writes():
    sent = send(bob, "Hello everybody")
    sync(ana, ana_tablet, carol)
    for device in (ana, ana_tablet, bob, carol):
        tap.equal(texts(device), ["Hello everybody"], device.name)
    sync(bob)
    tap.equal(message_state(bob, sent), "delivered")
    # Read by one of two: not read yet.
    ana.run("mark-read", group)
    sync(bob)
    tap.equal(message_state(bob, sent), "delivered")
    carol.run("mark-read", group)
    sync(bob)
    tap.equal(message_state(bob, sent), "read")
    tap.equal(texts(dora) if dora.run("conversations") else [], [])


@tap.test
def who_is_added_sees_what_comes_and_not_what_was():
    carol.run("group", "add", group, dora.handle)
    send(carol, "Welcome, Dora")
    sync()
    everywhere((ana, ana_tablet, bob, carol, dora), NAME, "abcd")
    tap.equal(texts(dora), ["Welcome, Dora"])
    tap.equal(events(dora), ["Carol added you."])
    tap.equal(events(bob)[-1], "Carol added dora@example.org.")


@tap.test
def a_picture_is_seen_by_all():
    path = bob.session.path("home", "picture.png")
    with open(path, "wb") as file:
        file.write(PICTURE)
    shown = bob.one("group", "picture", group, path)["picture"]
    assert shown, "the picture is not there"
    sync()
    for device in (ana, ana_tablet, carol, dora):
        tap.equal(device.one("group", "show", group)["picture"], shown, device.name)


@tap.test
def what_is_done_at_the_same_time_comes_together():
    """Bob renames and Ana takes Dora out, while none of what one does reaches the other; then all of it arrives."""
    house.server.stop()
    bob.run("group", "rename", group, "away")
    ana.run("group", "remove", group, dora.handle)
    house.server.start()
    sync()
    sync()
    everywhere((ana, ana_tablet, bob, carol), "away", "abc")
    tap.equal(state(dora)[2], True, "dora is out")
    assert any(e.endswith("removed you from the group.") for e in events(dora)), events(dora)
    found = events(carol)[-2:]
    assert any("removed" in e for e in found) and any("named the group “away”" in e for e in found), found


@tap.test
def who_was_taken_out_gets_nothing_more():
    sync()
    before = waiting_for(dora)
    sent = send(bob, "Dora does not read this")
    tap.equal(waiting_for(dora), before, "messages that wait for dora")
    sync()
    tap.equal(texts(dora), ["Welcome, Dora"])
    tap.equal(texts(carol)[-1], "Dora does not read this")
    sync(bob)
    tap.equal(message_state(bob, sent), "delivered")
    tap.equal(dora.refused("send", group, "--text", "I am still here")["code"], "not-in-group")
    tap.equal(dora.refused("group", "add", group, dora.handle)["code"], "not-in-group")


@tap.test
def a_new_device_knows_the_group():
    laptop = house.device("Bob", "laptop-2")
    laptop.join(bob)
    sync(bob)
    laptop.sync()
    everywhere((laptop,), state(bob)[0], "abc")
    send(laptop, "From my new device")
    sync()
    tap.equal(texts(carol)[-1], "From my new device")
    tap.equal(texts(bob)[-1], "From my new device")


@tap.test
def who_was_taken_out_can_be_added_again():
    bob.run("group", "add", group, dora.handle)
    sync()
    everywhere((ana, ana_tablet, bob, carol, dora), state(bob)[0], "abcd")
    send(dora, "Back again")
    sync()
    tap.equal(texts(ana_tablet)[-1], "Back again")
    tap.equal(texts(dora), ["Welcome, Dora", "Back again"])


@tap.test
def leaving_holds_on_all_devices():
    ana.run("group", "leave", group)
    sync()
    everywhere((bob, carol, dora), state(bob)[0], "bcd")
    for device in (ana, ana_tablet):
        tap.equal(state(device)[2], True, f"{device.name} has left")
    before = waiting_for(ana_tablet)
    send(carol, "Without Ana")
    tap.equal(waiting_for(ana_tablet), before, "messages that wait for ana")
    sync()
    assert "Without Ana" not in texts(ana) + texts(ana_tablet)
    tap.equal(texts(dora)[-1], "Without Ana")


@tap.test
def a_stranger_s_group_is_a_request():
    house.strangers = True
    eve, frank = house.enrolled("Eve", "laptop"), house.enrolled("Frank", "laptop")
    made = eve.one("group", "create", "Buy this", frank.handle, bob.handle)
    sent = eve.one("send", made["id"], "--text", "cheap")
    frank.sync()
    tap.equal(frank.run("conversations"), [])
    tap.equal([c["title"] for c in frank.run("requests")], ["Buy this"])
    eve.sync()
    tap.equal(next(m["state"] for m in eve.run("messages", made["id"]) if m["id"] == sent["id"]), "sent")
    frank.run("accept", made["id"])
    frank.sync()
    tap.equal([c["title"] for c in frank.run("conversations")], ["Buy this"])
    tap.equal(frank.run("requests"), [])


@tap.test
def the_server_knows_of_no_group():
    secrets = [NAME, OTHER_NAME, "away", "Buy this", "canary-group"]
    ids = [bytes.fromhex(group), group.encode(), PICTURE]
    found = read_tree(house.directory)
    assert any(path.endswith("waxwing.db") for path in found), "the search doesn't see the database"
    for path, content in found.items():
        if os.sep + "mail" in path:
            continue
        for secret in ids + [s.encode() for s in secrets if s not in ("away",)]:
            assert secret not in content, f"{secret!r} is in {path}"


tap.main(setup=setup, teardown=lambda: house and house.close(), timeout=200)
