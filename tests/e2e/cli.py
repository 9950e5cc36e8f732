#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What scripts rely on in waxwing-cli: what works without a network, what a failed connection means, and the events."""

import json
import signal

from house import NO_CONNECTION, TIMED_OUT, House
from support import tap

house = alice = bob = None


def setup():
    global house, alice, bob
    house = House()
    house.__enter__()
    alice, bob = house.enrolled("Alice", "laptop"), house.enrolled("Bob", "phone")
    alice.send(bob, "hello")
    tap.equal(bob.texts(alice, sync=True), ["hello"])


@tap.test
def without_a_server_the_store_is_there_and_the_rest_says_so():
    house.server.stop()
    try:
        tap.equal(bob.texts(alice), ["hello"])
        tap.equal([c["handle"] for c in bob.run("conversations")], [alice.handle])
        tap.equal(bob.run("alerts"), [])
        status = bob.one("status")
        tap.equal((status["state"], status["connection"]["state"]), ("ready", "offline"))
        tap.equal([d["name"] for d in bob.run("devices", "--local")], ["phone"])
        for command in (("devices",), ("lookup", alice.handle), ("conversations", "--sync"), ("remove", "phone")):
            tap.equal(bob.refused(*command, expect=NO_CONNECTION)["code"], "offline", " ".join(command))
        # Somebody never written to has to be looked up first.
        error = bob.refused("send", "mailto:carol@example.org", "--text", "hi", expect=NO_CONNECTION)
        tap.equal(error["code"], "offline")
    finally:
        house.server.start()


@tap.test
def what_is_sent_without_a_network_goes_out_once_later():
    house.server.stop()
    try:
        printed = bob.run("send", alice.handle, "--text", "from the tunnel", expect=NO_CONNECTION)
        tap.equal((printed[0]["state"], printed[0]["text"]), ("waiting", "from the tunnel"))
        tap.equal(printed[1]["error"]["code"], "offline")
        assert "stored" in printed[1]["error"]["message"], printed
        tap.equal(bob.one("send", alice.handle, "--text", "and another", "--wait", "waiting")["state"], "waiting")
        error = bob.refused("--timeout", "1.5", "send", alice.handle, "--text", "patiently", expect=NO_CONNECTION)
        tap.equal(error["code"], "offline")
    finally:
        house.server.start()
    bob.sync()
    alice.sync()
    expected = ["from the tunnel", "and another", "patiently"]
    tap.equal(alice.texts(bob)[-3:], expected)
    bob.sync()
    alice.sync()
    tap.equal([alice.texts(bob).count(text) for text in expected], [1, 1, 1])


@tap.test
def a_patient_command_waits_for_the_server():
    house.server.stop()
    process = bob.spawn("--timeout", "60", "send", alice.handle, "--text", "as soon as you are back")
    house.server.start()
    tap.equal(process.wait(60), 0, process.log())
    alice.wait_for_text(bob, "as soon as you are back")


@tap.test
def waiting_longer_than_there_is_time_has_status_5():
    # Nobody of carol's devices is there to receive it.
    carol = house.enrolled("Carol", "laptop")
    printed = bob.run("--timeout", "3", "send", carol.handle, "--text", "are you there?", "--wait", "delivered", expect=TIMED_OUT)
    tap.equal(printed[0]["state"], "sent")
    tap.equal(printed[1]["error"]["code"], "timed-out")
    carol.sync()
    tap.equal(carol.texts(bob), ["are you there?"])
    tap.equal(bob.one("send", carol.handle, "--text", "again", "--wait", "sent")["state"], "sent")


def events(process):
    return [json.loads(line) for line in process.log().splitlines() if line.startswith("{")]


@tap.test
def events_come_as_they_happen():
    watcher = alice.spawn("watch", "--only", "message", "--only", "state", "--count", "2")
    bob.send(alice, "one")
    bob.send(alice, "two")
    tap.equal(watcher.wait(30), 0, watcher.log())
    tap.equal([(e["event"], e["message"]["text"]) for e in events(watcher)], [("message", "one"), ("message", "two")])


@tap.test
def a_watch_is_ended_by_a_signal_with_status_0():
    watcher = alice.spawn("watch")
    watcher.wait_for_line(r'"event":"connection","connection":\{"state":"online"')
    error = alice.refused("conversations")
    tap.equal(error["code"], "profile-in-use")
    watcher.send(signal.SIGTERM)
    tap.equal(watcher.wait(10), 0, watcher.log())
    tap.equal(alice.run("conversations")[0]["handle"], bob.handle)


@tap.test
def an_interrupted_enrolment_leaves_nothing_behind():
    dave = house.device("Dave", "laptop")
    enrolment = dave.begin_enrolment()
    enrolment.process.send(signal.SIGINT)
    tap.equal(enrolment.finish(expect=1)["error"]["code"], "cancelled")
    tap.equal(dave.one("status", "--local")["state"], "not-enrolled")
    tap.equal(dave.keys(), {})
    dave.enroll()


@tap.test
def many_recipients_get_a_message_each():
    sent = alice.run("send", bob.handle, "mailto:carol@example.org", "--text", "to both of you")
    tap.equal(len({m["conversation"] for m in sent}), 2)
    before = len(alice.messages(bob))
    alice.refused("send", bob.handle, "mailto:nobody@example.org", "--text", "to one who is not there")
    tap.equal(len(alice.messages(bob)), before, "nothing is stored when a recipient isn't found")


@tap.test
def what_was_written_is_found_without_a_network():
    alice.send(bob, "Shall we meet at the Café Größenwahn?")
    alice.send(bob, "我们明天去北京吃饭")
    bob.sync()
    house.server.stop()
    try:
        (hit,) = bob.run("search", "GROSSEN cafe")
        tap.equal(hit["message"]["text"], "Shall we meet at the Café Größenwahn?")
        tap.equal([hit["snippet"][start:end] for start, end in hit["matches"]], ["Café", "Größen"])
        tap.equal([h["message"]["text"] for h in bob.run("search", "北京")], ["我们明天去北京吃饭"])
        tap.equal(bob.run("search", "nobody wrote this"), [])
        person = bob.run("search", alice.handle.removeprefix("mailto:"))[0]
        tap.equal(person["conversation"]["handle"], alice.handle)
        (newest,) = bob.run("search", "e", "--in", alice.handle, "--limit", "1")
        (older,) = bob.run("search", "e", "--in", alice.handle, "--limit", "1", "--before", newest["message"]["id"])
        assert older["message"]["position"] < newest["message"]["position"], older
    finally:
        house.server.start()


@tap.test
def what_is_marked_as_read_is_read_and_the_sender_hears_of_it():
    sent = alice.send(bob, "have you seen this?")
    bob.sync()
    assert bob.run("conversations")[0]["unread"] > 0
    bob.run("mark-read", alice.handle)
    tap.equal(bob.run("conversations")[0]["unread"], 0)
    states = {m["id"]: m["state"] for m in alice.messages(bob, sync=True)}
    tap.equal(states[sent["id"]], "read")


@tap.test
def messages_are_paged_back():
    texts = alice.texts(bob)
    seen, before = [], []
    while True:
        page = alice.run("messages", bob.handle, "--limit", 2, *before)
        if not page:
            break
        seen = [m["text"] for m in page] + seen
        before = ["--before", page[0]["id"]]
    tap.equal(seen, texts)


tap.main(setup=setup, teardown=lambda: house and house.close(), timeout=200)
