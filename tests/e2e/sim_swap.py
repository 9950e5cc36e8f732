#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody else has alice's mailbox and her telephone number. She hears of it on each device and can refuse. When she
doesn't, the attacker has her addresses from then on, and nothing that was written before.
"""

import time

import store
from house import REFUSED, House
from support import tap

HOUR = 60 * 60 * 1000
DAY = 24 * HOUR
MOBILE = "tel:+33612345678"
SECRET = "canary-swap-3HqZv the key is under the third pot"
OUTBOX = "canary-swap-9BnWs come at eight"
SETTINGS = {"limits": {"verifications-per-handle": "60/60"}}

house = laptop = desktop = bob = carol = thief = mallory = None
ahead = 0


def setup():
    global house, laptop, desktop, bob, carol, thief, mallory
    house = House(settings=SETTINGS, kannel=True)
    house.__enter__()
    laptop, bob, carol = (house.enrolled(*who) for who in (("Alice", "laptop"), ("Bob", "phone"), ("Carol", "phone")))
    desktop = house.device("Alice", "desktop")
    desktop.join(laptop)
    adding = laptop.begin_adding(MOBILE, "--accept-sms-cost")
    adding.type(house.code(MOBILE))
    adding.finish()
    for friend in (bob, carol):
        laptop.send(friend, f"hello {friend.person}")
        friend.sync()
        friend.send(laptop, SECRET)
    for device in (laptop, desktop):
        device.wait_for_text(carol, SECRET)
    # What the attacker enrols with is what alice has; a name of her own is for the account to move an address to.
    thief = house.device("Alice", "thief's")
    mallory = house.enrolled("Mallory", "laptop")


def later(ms):
    global ahead
    ahead += ms
    house.shift_clock(ahead)


def open_claims(device, kind):
    """Those that can be refused. When they are due is told by the device's clock, which the server's runs away from."""
    now = time.time() * 1000
    return [a for a in device.alerts(kind) if a["can_refuse"] and now < a["due_ms"] < now + DAY + HOUR]


def owner_hears(kind, handle):
    """On each device, also the one that was offline; once."""
    for device in (laptop, desktop):
        for _ in range(2):
            claims = open_claims(device, kind)
            tap.equal([(a["kind"], a["handle"]) for a in claims], [(kind, handle)], device.name)


def nothing_for(device):
    """No message for it, in any list, in its store, or waiting on the server."""
    for which in (("conversations",), ("requests",), ("conversations", "--blocked")):
        tap.equal(device.run(*which), [], " ".join(which))
    for canary in (SECRET, OUTBOX):
        tap.equal(store.holds(device, canary), [])


def begin_moving(handle):
    texts = len(house.texts_to(MOBILE))
    adding = mallory.begin_adding(handle, "--accept-sms-cost")
    if handle == MOBILE:
        adding.type(house.code(MOBILE, texts + 1))
    else:
        house.confirm(adding.link())
    return adding


@tap.test
def starting_over_is_refused_by_the_owner():
    enrolment = thief.start_over()
    enrolment.step("held")
    enrolment.finish()
    owner_hears("reset-claimed", laptop.handle)
    desktop.run("refuse-claim", open_claims(desktop, "reset-claimed")[0]["id"])
    tap.equal(thief.refused("enroll")["code"], "claim-refused")
    tap.equal(thief.one("status")["state"], "not-enrolled")
    # Nor in another way, until the day is over.
    again = thief.start_over()
    tap.equal(again.finish(expect=REFUSED)["error"]["code"], "claim-refused")


@tap.test
def moving_the_number_is_refused_by_the_owner():
    begin_moving(MOBILE).finish()
    tap.equal([h["state"] for h in mallory.run("handles") if h["handle"] == MOBILE], ["held"])
    owner_hears("handle-claimed", MOBILE)
    laptop.run("refuse-claim", open_claims(laptop, "handle-claimed")[0]["id"])
    tap.equal(open_claims(desktop, "handle-claimed"), [])
    (failed,) = [h for h in mallory.run("handles", "--sync") if h["handle"] == MOBILE]
    tap.equal((failed["state"], failed["error"]), ("failed", "claim-refused"))
    tap.equal(bob.one("lookup", MOBILE)["account"], laptop.one("status", "--local")["account"])


@tap.test
def after_refusing_everything_is_as_it_was():
    tap.equal([h["handle"] for h in laptop.run("handles", "--sync")], [laptop.handle, MOBILE])
    tap.equal(sorted(d["name"] for d in desktop.run("devices") if d["state"] == "enrolled"), ["desktop", "laptop"])
    bob.send(laptop, "all well?")
    for device in (laptop, desktop):
        device.wait_for_text(bob, "all well?")
    nothing_for(mallory)


@tap.test
def a_number_that_nobody_defends_moves_after_the_day():
    later(DAY + HOUR)
    begin_moving(MOBILE).finish()
    owner_hears("handle-claimed", MOBILE)
    later(DAY + 1000)
    tap.equal([h["state"] for h in mallory.run("handles", "--sync") if h["handle"] == MOBILE], ["confirmed"])
    # The first device that connects gives the number up for the account; the next one hears that it is gone.
    for device, kind in ((laptop, "handle-moved"), (desktop, "handle-removed")):
        for _ in range(2):
            tap.equal([a["handle"] for a in device.alerts(kind)], [MOBILE], device.name)
    # The account's own record no longer lists it, signed by its own key.
    tap.equal([h["handle"] for h in laptop.run("handles", "--sync")], [laptop.handle])
    nothing_for(mallory)
    # Who is written to by the number is another person now, and those who knew it are asked before anything goes.
    before = len(laptop.messages(bob))
    tap.equal(bob.one("lookup", MOBILE)["account"], mallory.one("status", "--local")["account"])
    bob.send(laptop, "to the address that is still hers")
    laptop.wait_for_text(bob, "to the address that is still hers")
    tap.equal(len(laptop.messages(bob)), before + 1)
    nothing_for(mallory)


@tap.test
def an_account_that_nobody_defends_starts_over_after_the_day():
    enrolment = thief.start_over()
    enrolment.step("held")
    enrolment.finish()
    owner_hears("reset-claimed", laptop.handle)
    later(DAY + 1000)
    tap.equal(thief.run("enroll")[-1]["step"], "done")
    thief.sync()
    nothing_for(thief)


@tap.test
def what_waited_in_a_contacts_outbox_stays_until_they_decide():
    for friend in (bob, carol):
        printed = friend.run("send", laptop.handle, "--text", OUTBOX, expect=REFUSED)
        tap.equal((printed[0]["state"], printed[-1]["error"]["code"]), ("waiting", "identity-changed"))
        tap.equal(friend.conversation(laptop)["trust"], "changed")
        tap.equal([m["notice"] for m in friend.messages(laptop) if m["kind"] == "notice"][-1:], ["identity-changed"])
    thief.sync()
    nothing_for(thief)
    carol.run("block", laptop.handle)
    carol.sync()
    thief.sync()
    nothing_for(thief)


@tap.test
def a_contact_who_sends_anyway_sends_no_more_than_that():
    bob.run("trust", laptop.handle)
    bob.sync()
    thief.wait_for_text(bob, OUTBOX)
    tap.equal(thief.texts(bob), [OUTBOX], "what the attacker has")
    tap.equal(store.holds(thief, SECRET), [])


@tap.test
def the_owners_devices_keep_everything_and_say_what_happened():
    for device in (laptop, desktop):
        tap.is_in("started over", device.refused("conversations", "--sync")["message"])
        tap.equal(device.one("status", "--local")["state"], "removed")
        (alert,) = device.alerts("reset", sync=False)
        assert alert["title"] and len(alert["body"]) > 20, alert
        tap.equal(device.texts(carol), ["hello Carol", SECRET], device.name)
        tap.equal(device.texts(bob)[:2], ["hello Bob", SECRET], device.name)


tap.main(setup=setup, teardown=lambda: house and house.close(), timeout=170)
