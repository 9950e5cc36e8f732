#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stranger's first message is a request, on every device of who gets it. The stranger learns nothing of it before it
is accepted. What is decided on one device holds on the other; what is blocked is dropped; what is deleted is gone.
"""

import store
from house import House
from support import tap

CANARY = "canary-request-7RkLw the gate stands open"

house = phone = tablet = carol = mallory = eve = None


def setup():
    global house, phone, tablet, carol, mallory, eve
    house = House()
    house.__enter__()
    house.strangers = True
    phone, tablet = house.enrolled("Bob", "phone"), house.device("Bob", "tablet")
    tablet.join(phone)
    carol, mallory, eve = (house.enrolled(name, "laptop") for name in ("Carol", "Mallory", "Eve"))


def both_sync():
    """Everything that waits for bob's devices has arrived, and all they have to say about it is on the server."""
    for device in (phone, tablet):
        device.sync()


def handles(device, *which):
    return [c["handle"] for c in device.run(*which)]


def state_of(sender, message):
    return next(m["state"] for m in sender.messages(phone, sync=True) if m["id"] == message["id"])


def waiting_for(device):
    return house.query(
        "select count(*) from deliveries d join devices v on v.number = d.device where v.device_id = ?",
        bytes.fromhex(device.one("status", "--local")["device"]),
    )[0][0]


@tap.test
def a_strangers_message_is_a_request_on_both_devices():
    global greeting
    greeting = carol.send(phone, "Hello, this is Carol from the choir.")
    both_sync()
    for device in (phone, tablet):
        tap.equal(handles(device, "requests"), [carol.handle], device.name)
        tap.equal(handles(device, "conversations"), [], device.name)
        (request,) = device.run("requests")
        tap.equal((request["standing"], request["trust"]), ("request", "unverified"))
        tap.equal(device.texts(carol), ["Hello, this is Carol from the choir."], device.name)


@tap.test
def no_receipt_reaches_the_stranger():
    phone.run("mark-read", carol.handle)
    both_sync()
    # Not on its way either: nothing at all waits for the stranger's device.
    tap.equal(waiting_for(carol), 0, "messages that wait for carol")
    tap.equal(state_of(carol, greeting), "sent")


@tap.test
def accepting_on_one_device_shows_on_the_other():
    accepted = phone.one("accept", carol.handle)
    tap.equal(accepted["standing"], "accepted")
    both_sync()
    for device in (phone, tablet):
        tap.equal(handles(device, "requests"), [], device.name)
        tap.equal(handles(device, "conversations"), [carol.handle], device.name)
    after = carol.send(phone, "Are you coming tonight?")
    both_sync()
    tap.equal(state_of(carol, after), "delivered")
    tablet.send(carol, "I am")
    carol.wait_for_text(phone, "I am")


@tap.test
def writing_to_somebody_is_no_request_for_their_answer():
    """Bob wrote first: carol of the choir isn't asked, nor is he when somebody answers him."""
    frank = house.enrolled("Frank", "laptop")
    phone.send(frank, "Hello Frank")
    frank.sync()
    tap.equal(handles(frank, "requests"), [phone.handle])
    # Answering is accepting.
    frank.send(phone, "Hello Bob")
    tap.equal(handles(frank, "requests"), [])
    tap.equal(handles(frank, "conversations"), [phone.handle])
    both_sync()
    for device in (phone, tablet):
        tap.equal(device.conversation(frank)["standing"], "accepted", device.name)


@tap.test
def what_a_blocked_person_writes_is_dropped_on_both_devices():
    mallory.send(phone, "buy this")
    both_sync()
    tap.equal(phone.one("block", mallory.handle)["standing"], "blocked")
    both_sync()
    insult = mallory.send(phone, "buy that")
    both_sync()
    for device in (phone, tablet):
        tap.equal(handles(device, "requests"), [], device.name)
        tap.equal(handles(device, "conversations", "--blocked"), [mallory.handle], device.name)
        assert "buy that" not in device.texts(mallory), f"{device.name} took what a blocked person wrote"
    tap.equal(store.holds(phone, "buy that"), [])
    # Nor does mallory notice.
    tap.equal(waiting_for(mallory), 0, "messages that wait for mallory")
    tap.equal(state_of(mallory, insult), "sent")
    tap.equal(phone.refused("send", mallory.handle, "--text", "stop")["code"], "blocked")


@tap.test
def after_unblocking_messages_arrive_again():
    tablet.run("unblock", mallory.handle)
    both_sync()
    mallory.send(phone, "I am sorry")
    both_sync()
    for device in (phone, tablet):
        tap.equal(handles(device, "conversations", "--blocked"), [], device.name)
        tap.equal(device.texts(mallory)[-1], "I am sorry", device.name)
        assert "buy that" not in device.texts(mallory), "what was dropped came back"


@tap.test
def what_is_deleted_leaves_no_trace():
    eve.send(phone, CANARY)
    both_sync()
    tap.equal(handles(phone, "requests"), [eve.handle])
    assert store.holds(phone, CANARY), "the search doesn't find what is there"
    phone.run("delete", eve.handle)
    tap.equal(handles(phone, "requests"), [])
    tap.equal(phone.refused("messages", eve.handle)["code"], "not-found")
    tap.equal(store.holds(phone, CANARY), [], "files of the profile with the deleted text")
    # A later message makes it anew, and does not bring the old one back.
    eve.send(phone, "me again")
    both_sync()
    tap.equal(phone.texts(eve), ["me again"])


tap.main(setup=setup, teardown=lambda: house and house.close(), timeout=150)
