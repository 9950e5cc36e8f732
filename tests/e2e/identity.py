#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two numbers and three addresses on one account with three devices. Each addition and removal shows as an alert on each
device exactly once, be it offline at the time or its keyring locked. People follow across addresses.
"""

from house import KEYRING_LOCKED, House
from support import kannel, tap

FIRST = "mailto:alice@example.org"
WORK, HOME = "mailto:alice@work.example", "mailto:a.alder@home.example"
MOBILE, OTHER_MOBILE = "tel:+33612345678", "tel:+4915112345678"

house = laptop = desktop = tablet = bob = None


def setup():
    global house, laptop, desktop, tablet, bob
    house = House(browser=True, kannel=True)
    house.__enter__()
    laptop, bob = house.enrolled("Alice", "laptop"), house.enrolled("Bob", "phone")
    desktop, tablet = house.device("Alice", "desktop"), house.device("Alice", "tablet")
    desktop.join(laptop)
    tablet.join(laptop)
    bob.send(laptop, "to the first address")
    for device in (laptop, desktop, tablet):
        device.wait_for_text(bob, "to the first address")


def handles(device):
    return [h["handle"] for h in device.run("handles", "--sync") if h["state"] == "confirmed"]


def alerted(device, kind):
    """The addresses that a device has alerts of; each as often as it has one."""
    return sorted(a["handle"] for a in device.alerts(kind))


@tap.test
def an_address_is_added_by_mail_while_one_device_is_offline_and_one_is_locked():
    tablet.session.keyring.restart(unlocked=False)
    adding = laptop.begin_adding(WORK)
    link = adding.link()
    house.browser.open(link)
    tap.equal(adding.names(), ["confirming"], "opening the page confirms nothing")
    house.confirm(link)
    adding.finish()
    tap.equal(handles(laptop), [FIRST, WORK])
    tablet.refused("alerts", "--sync", expect=KEYRING_LOCKED)
    tap.equal(alerted(desktop, "handle-added"), [WORK])
    tablet.session.keyring.unlock()
    tap.equal(alerted(tablet, "handle-added"), [WORK])
    for device in (desktop, tablet):
        tap.equal(alerted(device, "handle-added"), [WORK], f"alerts on {device.name}, looked at again")


@tap.test
def a_number_is_added_with_the_code_of_a_text_message():
    watcher = desktop.watch("alert")
    adding = laptop.begin_adding("+33 6 12 34 56 78", "--accept-sms-cost")
    step = adding.step("confirming")
    tap.equal((step["handle"], step["proof"], step["tries_left"]), (MOBILE, "code", 5))
    code = house.code(MOBILE)
    adding.type(f"{(int(code) + 1) % 1000000:06}")
    adding.step("confirming", lambda s: s.get("error") == "wrong-code" and s["tries_left"] == 4)
    adding.type(f" {code[:3]} {code[3:]} ")
    adding.finish()
    tap.equal(handles(laptop), [FIRST, WORK, MOBILE])
    # Seen at once by the device that looks on, and once by each.
    watcher.wait_for_line(r'"event":"alert".*' + MOBILE.replace("+", r"\+"), timeout=30)
    tap.equal(watcher.stop(), 0)
    for device in (desktop, tablet):
        tap.equal(alerted(device, "handle-added"), sorted([WORK, MOBILE]), device.name)


@tap.test
def the_other_number_is_added_by_a_message_that_its_owner_sends():
    adding = desktop.begin_adding(OTHER_MOBILE, "--inbound", "--accept-sms-cost")
    step = adding.step("confirming", lambda s: s.get("send_text"))
    tap.equal((step["proof"], step["send_to"]), ("inbound", kannel.SERVICE_NUMBER))
    # From another telephone it proves nothing.
    house.kannel.send("+4915199999999", step["send_text"])
    house.kannel.send(OTHER_MOBILE.removeprefix("tel:"), step["send_text"])
    adding.finish()
    tap.equal(house.texts_to(OTHER_MOBILE), [], "messages to a number that sends one itself")
    tap.equal(handles(desktop), [FIRST, WORK, MOBILE, OTHER_MOBILE])


@tap.test
def adding_can_be_interrupted_and_goes_on():
    mails = len(house.mail(HOME.removeprefix("mailto:")))
    (step,) = tablet.run("add-handle", HOME, "--no-wait")
    tap.equal(step["step"], "confirming")
    tap.equal([h["state"] for h in tablet.run("handles") if h["handle"] == HOME], ["confirming"])
    link = house.link(HOME.removeprefix("mailto:"), mails + 1)
    house.confirm(link)
    tap.equal(tablet.run("add-handle", HOME)[-1]["step"], "done")
    tap.equal(len(house.mail(HOME.removeprefix("mailto:"))), mails + 1, "mails for one address")


@tap.test
def every_addition_was_seen_once_on_every_device():
    everything = [FIRST, WORK, MOBILE, OTHER_MOBILE, HOME]
    for device in (laptop, desktop, tablet):
        tap.equal(handles(device), everything, device.name)
        for _ in range(2):
            tap.equal(alerted(device, "handle-added"), sorted(everything[1:]), device.name)
    tap.equal(alerted(laptop, "record-problem") + alerted(tablet, "record-problem"), [])


@tap.test
def people_follow_across_addresses():
    (conversation,) = bob.run("conversations")
    for number, handle in enumerate((WORK, MOBILE, "+49 151 12345678", HOME, FIRST)):
        sent = bob.one("send", handle, "--text", f"to address {number}")
        tap.equal(sent["conversation"], conversation["id"], handle)
    for device in (laptop, desktop, tablet):
        device.sync()
        tap.equal(device.texts(bob)[-5:], [f"to address {number}" for number in range(5)], device.name)
    tap.equal(len(bob.run("conversations")), 1, "conversations with alice")
    tap.equal(sorted(bob.run("conversations")[0]["handles"]), sorted([FIRST, WORK, MOBILE, OTHER_MOBILE, HOME]))


@tap.test
def the_one_that_people_see_first_is_chosen():
    tap.equal(desktop.run("prefer-handle", WORK)[0]["handle"], WORK)
    tap.equal(handles(laptop)[0], WORK)
    tap.equal(bob.one("lookup", FIRST)["handles"][0], WORK)
    tap.equal(bob.run("conversations")[0]["handle"], WORK)
    tap.equal(laptop.alerts("handle-added", "handle-removed") != [], True)
    tap.equal(alerted(tablet, "handle-removed"), [], "another order is no removal")


@tap.test
def addresses_are_removed_and_people_still_follow():
    laptop.run("remove-handle", FIRST)
    tablet.run("remove-handle", "+33 6 12 34 56 78")
    for device in (laptop, desktop, tablet):
        tap.equal(handles(device), [WORK, OTHER_MOBILE, HOME], device.name)
        for _ in range(2):
            tap.equal(alerted(device, "handle-removed"), sorted([FIRST, MOBILE]), device.name)
    bob.one("send", bob.run("conversations")[0]["id"], "--text", "still you")
    for device in (laptop, desktop, tablet):
        device.sync()
        tap.equal(device.messages(bob)[-1]["text"], "still you", device.name)
    carol = house.enrolled("Carol", "phone")
    for handle in (FIRST, MOBILE):
        tap.equal(carol.refused("lookup", handle)["code"], "no-such-person", handle)
    # What was given up is free for anybody, at once.
    added = carol.add_address(FIRST)
    tap.equal(added["step"], "done")
    tap.equal(carol.one("lookup", WORK)["account"], bob.one("lookup", WORK)["account"])


@tap.test
def the_last_one_stays():
    laptop.run("remove-handle", OTHER_MOBILE)
    laptop.run("remove-handle", HOME)
    tap.equal(laptop.refused("remove-handle", WORK)["code"], "last-handle")
    tap.equal(handles(desktop), [WORK])


@tap.test
def a_person_can_have_nothing_but_a_number():
    dora = house.device("Dora", "phone", handle="tel:+33698765432")
    enrolment = dora.begin_enrolment(None, "--accept-sms-cost")
    enrolment.type(house.code(dora.handle))
    enrolment.finish()
    bob.one("send", "+33 6 98 76 54 32", "--text", "hello Dora")
    dora.sync()
    tap.equal(dora.texts(bob), ["hello Dora"])
    second = house.device("Dora", "tablet", handle=dora.handle)
    joining = second.begin_enrolment(None, "--accept-sms-cost")
    joining.type(house.code(dora.handle, 2))
    joining.step("approving")
    pending = dora.pending("tablet")
    dora.run("approve", pending["id"], "--code", joining.digits())
    joining.finish()


tap.main(setup=setup, teardown=lambda: house and house.close(), timeout=170)
