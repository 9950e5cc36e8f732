#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that is said about a message later, between alice's laptop and desktop and bob: answers, tapbacks, edits,
taking back, reading, typing, settings. Whoever looks on sees it within a second; whoever was away catches up, whatever
order it comes in; and the server has no word and no emoji of it.
"""

import json
import time

import store
from house import House, read_tree
from support import tap

SECRETS = ["canary-conv-words-q8Zr", "canary-conv-edited-M2xw", "canary-conv-gone-7Hke", "canary-conv-draft-Ya4p"]
THUMB, HEART, PARTY = "👍", "❤️", "🎉"
LIVE = 1.0

house = laptop = desktop = bob = None


def setup():
    global house, laptop, desktop, bob
    house = House()
    house.__enter__()
    laptop, desktop = house.enrolled("Alice", "laptop"), house.device("Alice", "desktop")
    desktop.join(laptop)
    bob = house.enrolled("Bob", "phone")
    laptop.send(bob, "hello")
    bob.sync()
    bob.send(laptop, "hello alice")
    for device in (laptop, desktop, bob):
        device.sync()


def message(device, identity, sync=True):
    other = laptop if device is bob else bob
    return next((m for m in device.messages(other, sync=sync) if m["id"] == identity), None)


def tapbacks(device, identity, sync=True):
    found = message(device, identity, sync)
    return sorted((t["sender"], t["emoji"]) for t in found["tapbacks"]) if found else None


def reaches_all(look, expected, what):
    """Each of the three comes to see the same."""
    for device in (bob, laptop, desktop):
        tap.wait_for(lambda d=device: look(d) == expected, f"{what} on {device.person}'s {device.name}", 30.0, interval=0.2)


def events(process, kind):
    return [e for line in process.log().splitlines() if line.startswith("{") for e in [json.loads(line)] if e.get("event") == kind]


def sees(process, kind, condition, what, timeout=30.0):
    return tap.wait_for(lambda: next((e for e in events(process, kind) if condition(e)), None), what, timeout, interval=0.02)


@tap.test
def an_answer_says_what_it_answers_on_every_device():
    asked = bob.send(laptop, f"When? {SECRETS[0]}")
    for device in (laptop, desktop):
        device.sync()
    answer = desktop.send(bob, "At eight", "--reply-to", asked["id"])
    tap.equal(answer["reply_to"], asked["id"])
    for device in (bob, laptop, desktop):
        found = tap.wait_for(lambda d=device: message(d, answer["id"]), f"the answer on {device.name}", interval=0.2)
        tap.equal(found["reply_to"], asked["id"], device.name)
        tap.equal((found["quote"]["available"], found["quote"]["text"]), (True, f"When? {SECRETS[0]}"), device.name)
        tap.equal(found["quote"]["outgoing"], device is bob, device.name)


@tap.test
def only_messages_of_the_same_conversation_can_be_answered():
    tap.equal(laptop.refused("send", bob.handle, "--text", "x", "--reply-to", "00" * 16)["code"], "not-found")


@tap.test
def tapbacks_of_both_sides_are_on_every_device_and_one_replaces_another():
    sent = laptop.send(bob, "Shall we?")
    bob.sync()
    desktop.sync()
    bob.one("react", sent["id"], THUMB)
    desktop.one("react", sent["id"], HEART)
    reaches_all(lambda d: tapbacks(d, sent["id"]), [(laptop.handle, HEART), (bob.handle, THUMB)], "two tapbacks")
    bob.one("react", sent["id"], PARTY)
    reaches_all(lambda d: tapbacks(d, sent["id"]), [(laptop.handle, HEART), (bob.handle, PARTY)], "another one")
    laptop.one("react", sent["id"], "--remove")
    reaches_all(lambda d: tapbacks(d, sent["id"]), [(bob.handle, PARTY)], "one less")


@tap.test
def what_is_no_emoji_is_no_tapback():
    sent = laptop.send(bob, "Not like that")
    for emoji in ("", "two words", "👍👍", "<b>", "a" * 65):
        tap.equal(laptop.refused("react", sent["id"], emoji)["code"], "invalid-argument", emoji)
    tap.equal(tapbacks(laptop, sent["id"]), [])


@tap.test
def an_edit_shows_on_every_device_with_what_it_said_before():
    sent = laptop.send(bob, f"At nine {SECRETS[0]}")
    bob.sync()
    desktop.sync()
    edited = desktop.one("edit", sent["id"], f"At ten {SECRETS[1]}")
    tap.equal(edited["edited"], True)
    reaches_all(lambda d: (message(d, sent["id"]) or {}).get("text"), f"At ten {SECRETS[1]}", "the edit")
    for device in (bob, laptop, desktop):
        words = [w["text"] for w in device.run("info", sent["id"]) if "text" in w]
        tap.equal(words, [f"At nine {SECRETS[0]}", f"At ten {SECRETS[1]}"], device.name)
        tap.equal(message(device, sent["id"])["edited"], True, device.name)


@tap.test
def nobody_edits_or_takes_back_what_another_wrote():
    sent = laptop.send(bob, "Mine")
    bob.sync()
    tap.equal(bob.refused("edit", sent["id"], "Yours")["code"], "invalid-argument")
    tap.equal(bob.refused("unsend", sent["id"])["code"], "invalid-argument")
    tap.equal(message(bob, sent["id"])["text"], "Mine")


@tap.test
def what_is_taken_back_is_gone_from_every_device():
    sent = laptop.send(bob, f"Oh no {SECRETS[2]}")
    bob.sync()
    desktop.sync()
    assert store.holds(bob, SECRETS[2]), "the search doesn't find what is there"
    answer = bob.send(laptop, "What?", "--reply-to", sent["id"])
    bob.one("react", sent["id"], THUMB)
    laptop.sync()
    laptop.one("edit", sent["id"], f"Oh no no {SECRETS[2]}")
    bob.sync()
    desktop.one("unsend", sent["id"])
    reaches_all(lambda d: (message(d, sent["id"]) or {}).get("unsent"), True, "that it was taken back")
    for device in (bob, laptop, desktop):
        everything = json.dumps(device.run("conversations") + device.messages(laptop if device is bob else bob))
        assert SECRETS[2] not in everything, f"{device.name} still shows it"
        found = message(device, sent["id"], sync=False)
        tap.equal((found["text"], found["tapbacks"], found["edited"]), ("", [], False), device.name)
        tap.equal([w for w in device.run("info", sent["id"]) if "text" in w], [], device.name)
        quote = message(device, answer["id"]).get("quote", {})
        assert SECRETS[2] not in json.dumps(quote), quote
        tap.equal(store.holds(device, SECRETS[2]), [], f"what {device.name} of {device.person} still holds")


@tap.test
def whoever_looks_on_sees_it_within_a_second():
    sent = laptop.send(bob, "Look")
    bob.sync()
    desktop.sync()
    watches = [d.watch("message", "tapback", "edit", "unsend") for d in (bob, desktop)]
    steps = [
        ("tapback", ("react", sent["id"], THUMB), lambda e: e["emoji"] == THUMB),
        ("tapback", ("react", sent["id"], "--remove"), lambda e: e["emoji"] is None),
        ("edit", ("edit", sent["id"], "Looked"), lambda e: e["message"]["text"] == "Looked"),
        ("unsend", ("unsend", sent["id"]), lambda e: e["message"]["unsent"]),
    ]
    for kind, command, condition in steps:
        laptop.one(*command)
        # The command ends when the server has it.
        done = time.monotonic()
        for watch in watches:
            sees(watch, kind, lambda e, c=condition: e["message"]["id"] == sent["id"] and c(e), f"{kind} live", 10)
        took = time.monotonic() - done
        assert took < LIVE, f"{kind} took {took:.2f} s"
    for watch in watches:
        tap.equal(watch.stop(), 0)


@tap.test
def typing_shows_where_somebody_looks_on_and_nowhere_else():
    watch = bob.watch("typing", "message")
    laptop.run("typing", bob.handle)
    sees(watch, "typing", lambda e: e["typing"]["names"] == ["Alice"], "that alice types", 10)
    # It ends by itself when nothing more is heard.
    sees(watch, "typing", lambda e: e["typing"]["names"] == [], "that alice has stopped", 20)
    laptop.run("settings", "--typing", "off")
    laptop.run("typing", bob.handle)
    marker = laptop.send(bob, "not typing")
    sees(watch, "message", lambda e: e["message"]["id"] == marker["id"], "the marker")
    tap.equal(len([e for e in events(watch, "typing") if e["typing"]["names"]]), 1, "typing that was told")
    laptop.run("settings", "--typing", "on")
    tap.equal(watch.stop(), 0)
    # Nobody keeps it: whoever was away hears nothing.
    laptop.run("typing", bob.handle)
    tap.equal(house.query("select count(*) from deliveries d join devices v on v.number = d.device where v.device_id = ?",
                          bytes.fromhex(bob.one("status", "--local")["device"]))[0][0], 0)


@tap.test
def receipts_go_out_as_the_person_wants():
    sent = laptop.send(bob, "Read this")
    bob.sync()
    bob.one("mark-read", laptop.handle)
    tap.wait_for(lambda: message(laptop, sent["id"])["state"] == "read", "that it was read", interval=0.2)
    people = [d for d in laptop.run("info", sent["id"]) if "account" in d]
    tap.equal([(d["name"], d["state"]) for d in people], [("Bob", "read")])
    for off, on in ((("receipts", laptop.handle, "off"), ("receipts", laptop.handle, "default")),
                    (("settings", "--receipts", "off"), ("settings", "--receipts", "on"))):
        bob.run(*off)
        unread = laptop.send(bob, "Not told")
        bob.sync()
        bob.one("mark-read", laptop.handle)
        marker = bob.send(laptop, "marker")
        laptop.wait_for_text(bob, marker["text"])
        tap.equal(message(laptop, unread["id"])["state"], "delivered", off)
        bob.run(*on)


@tap.test
def settings_and_drafts_are_the_same_on_both_devices():
    laptop.one("mute", bob.handle)
    laptop.one("pin", bob.handle)
    laptop.one("receipts", bob.handle, "off")
    laptop.one("draft", bob.handle, SECRETS[3])
    laptop.run("settings", "--previews", "off")

    def look():
        desktop.sync()
        found = desktop.conversation(bob)
        return (found["muted"], found["pinned"], found["receipts"], found["draft"], desktop.one("settings")["previews"])

    tap.wait_for(lambda: look() == (True, True, "off", SECRETS[3], False), "the settings on the desktop", interval=0.2)
    # The later one counts, on whichever device it was said.
    desktop.one("unmute", bob.handle)
    desktop.one("draft", bob.handle, "")
    laptop.sync()
    found = laptop.conversation(bob)
    tap.equal((found["muted"], found["muted_until_ms"], found["draft"]), (False, 0, ""))
    for command in (("unpin", bob.handle), ("receipts", bob.handle, "default"), ("settings", "--previews", "on")):
        laptop.run(*command)


@tap.test
def what_is_deleted_is_deleted_on_the_own_devices_only():
    sent = laptop.send(bob, "Only for others")
    bob.sync()
    desktop.sync()
    desktop.one("delete-message", sent["id"])
    tap.wait_for(lambda: message(laptop, sent["id"]) is None, "that it is gone from the laptop", interval=0.2)
    tap.equal(message(bob, sent["id"])["text"], "Only for others")
    # Nor does it come back with what is said about it.
    bob.one("react", sent["id"], THUMB)
    tap.equal(message(laptop, sent["id"]), None)


@tap.test
def a_device_that_was_away_catches_up():
    sent = [laptop.send(bob, f"away {i}") for i in range(4)]
    bob.sync()
    bob.one("react", sent[0]["id"], PARTY)
    laptop.one("edit", sent[1]["id"], "away, edited")
    laptop.one("unsend", sent[2]["id"])
    bob.send(laptop, "and an answer", "--reply-to", sent[3]["id"])
    for device in (laptop, desktop):
        device.sync()
    tap.equal(tapbacks(desktop, sent[0]["id"]), [(bob.handle, PARTY)])
    tap.equal(message(desktop, sent[1]["id"])["text"], "away, edited")
    tap.equal(message(desktop, sent[2]["id"])["unsent"], True)
    tap.equal(desktop.texts(bob), laptop.texts(bob))


@tap.test
def the_server_has_no_word_and_no_emoji():
    house.server.stop()
    files = read_tree(house.server.data)
    files["log"] = house.server.log().encode()
    for path, content in files.items():
        for secret in SECRETS + [THUMB, HEART, PARTY]:
            assert secret.encode() not in content, f"“{secret}” is in {path}"


tap.main(setup=setup, teardown=lambda: house and house.close(), timeout=150)
