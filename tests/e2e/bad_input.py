#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input gives a clear error, and nothing is lost: to the server, to the client, on the command line."""

import os
import subprocess

from house import REFUSED, WRONG_USAGE, House, get, press
from raw_link import BINARY, RawLink
from support import programs, tap

MAX_TEXT = 64 * 1024
MAX_FRAME = 1536 * 1024
HOUR_MS = 60 * 60 * 1000

house = alice = bob = None


def setup():
    global house, alice, bob
    house = House(browser=True)
    house.__enter__()
    alice, bob = house.enrolled("Alice", "laptop"), house.enrolled("Bob", "phone")
    alice.send(bob, "hello")
    tap.equal(bob.texts(alice, sync=True), ["hello"])


def still_works(text):
    """After every insult a message passes."""
    alice.send(bob, text)
    tap.equal(bob.texts(alice, sync=True)[-1], text)


# To the server

MALFORMED = {
    "an empty frame": b"",
    "random bytes": bytes(range(256)) * 4,
    "a length that runs past the end": b"\x1a\xff\xff\xff\x7f",
    "a truncated field": b"\x08",
    "a group, which protobuf gave up": b"\x0b" * 40,
    "ten thousand nested fields": b"\x1a" * 10000,
}


@tap.test
def a_malformed_frame_ends_its_connection_and_nothing_else():
    for what, data in MALFORMED.items():
        with RawLink(house.server.url) as link:
            tap.equal(link.receive()[0], BINARY, "the server's hello")
            link.send(data)
            assert link.closed_by_server(), f"the server stayed after {what}"
    still_works("after malformed frames")


@tap.test
def a_frame_past_the_limit_ends_its_connection():
    with RawLink(house.server.url) as link:
        link.receive()
        try:
            link.send(b"\0" * (MAX_FRAME + 1))
        except ConnectionError:
            pass  # It need not read to the end to know.
        assert link.closed_by_server(), "the server took a frame past the limit"
    with RawLink(house.server.url) as link:
        link.receive()
        # What a frame says of its length binds nobody to wait for it.
        try:
            link.send(b"\0" * (MAX_FRAME + 1), claimed=1 << 62)
        except ConnectionError:
            pass
        assert link.closed_by_server(), "the server waits for four exabytes"
    still_works("after a frame past the limit")


# The link in the mail


@tap.test
def opening_the_link_confirms_nothing():
    carol = house.device("Carol", "laptop")
    enrolment = carol.begin_enrolment()
    link = carol.link()
    for _ in range(2):
        status, page = get(link)
        tap.equal(status, 200)
        assert carol.address in page or "<form" in page, page
    house.browser.open(link)
    house.browser.wait_for_text("onfirm")
    tap.equal([s["step"] for s in enrolment.steps()], ["confirming"])
    house.confirm(link)
    enrolment.finish()

    # The link works once.
    status, page = press_or_get(link)
    assert status >= 400 or "already" in page, f"{status}: {page}"
    house.browser.open(link)
    tap.equal(house.browser.count("form[method=post] button"), 0, "buttons to confirm with, on a used link")


def press_or_get(link):
    """Presses the button when there is one; a page without is an answer too."""
    try:
        return press(link)
    except AssertionError:
        return get(link)


@tap.test
def a_link_that_nobody_sent_is_refused():
    genuine = alice.house.mail(alice.address)
    assert genuine
    link = house.link(alice.address, 1)
    forged = link[:-6] + ("AAAAAA" if not link.endswith("AAAAAA") else "BBBBBB")
    status, page = get(forged)
    assert status >= 400 and "<form" not in page, f"{status}: {page}"


@tap.test
def a_link_expires_after_an_hour():
    dave = house.device("Dave", "laptop")
    enrolment = dave.begin_enrolment()
    link = dave.link()
    shift_clock(HOUR_MS + 1000)
    try:
        status, page = press_or_get(link)
        assert status >= 400 and "expired" in page.lower(), f"{status}: {page}"
        house.browser.open(link)
        house.browser.wait_for_text("expired")
        error = enrolment.finish(expect=REFUSED, timeout=60)["error"]
        tap.equal(error["code"], "verification-expired")
    finally:
        shift_clock(0)
    still_works("after an expired link")


def shift_clock(ms):
    house.server.stop()
    house.server.env["WAXWING_TEST_CLOCK_OFFSET_MS"] = str(ms)
    house.server.start()


# Approval


@tap.test
def wrong_digits_twice_refuse_the_device():
    tablet = house.device("Alice", "tablet")
    enrolment = tablet.begin_enrolment()
    house.confirm(tablet.link())
    enrolment.step("approving")
    pending = alice.pending("tablet")
    wrong = f"{(int(pending['digits']) + 1) % 1000000:06}"
    tap.equal(alice.refused("approve", pending["id"], "--code", wrong)["code"], "approval-digits")
    tap.equal(enrolment.process.running(), True, "the device may be tried once more")
    alice.refused("approve", pending["id"], "--code", wrong)
    tap.equal(enrolment.finish(expect=REFUSED)["error"]["code"], "approval-ended")
    tap.equal([d["name"] for d in alice.run("devices")], ["laptop"])


# The command line

USAGE = (
    (),
    ("no-such-command",),
    ("send",),
    ("send", "mailto:bob@example.org", "--no-such-option"),
    ("send", "mailto:bob@example.org", "--text", "x", "--wait", "never"),
    ("messages",),
    ("messages", "a", "b"),
    ("messages", "mailto:bob@example.org", "--limit", "0"),
    ("messages", "mailto:bob@example.org", "--limit", "many"),
    ("approve",),
    ("enroll", "--server", "http://127.0.0.1:1"),
    ("enroll", "--server", "http://127.0.0.1:1", "--handle", "tel:+33612345678"),
    ("watch", "--only", "weather"),
    ("watch", "--count", "-1"),
)


@tap.test
def wrong_usage_has_status_2():
    for arguments in USAGE:
        error = alice.refused(*arguments, expect=WRONG_USAGE)
        tap.equal(error["code"], "usage", " ".join(arguments))
    done = subprocess.run(
        [programs.program("waxwing-cli"), "--timeout", "soon", "status"],
        env=alice.session.env,
        capture_output=True,
        text=True,
        check=False,
    )
    tap.equal((done.returncode, done.stdout), (WRONG_USAGE, ""))
    assert "soon" in done.stderr


COMMANDS = (
    "enroll status handles add-handle confirm remove-handle prefer-handle devices approve refuse rename remove sign-out wipe "
    "alerts refuse-claim lookup verify trust requests accept block unblock delete send conversations messages mark-read watch "
    "react edit unsend delete-message info mute unmute pin unpin receipts draft typing settings "
    "history export import"
).split()


@tap.test
def every_command_explains_itself():
    for command in COMMANDS:
        done = subprocess.run(
            [programs.program("waxwing-cli"), command, "--help"],
            env=alice.session.env,
            capture_output=True,
            text=True,
            check=False,
        )
        tap.equal(done.returncode, 0, done.stderr)
        tap.is_in(f"waxwing-cli {command} [OPTION", done.stdout)


WRONG_HANDLES = {
    "bob": "invalid-argument",
    "mailto:": "invalid-argument",
    "mailto:bob@@example.org": "invalid-argument",
    "mailto:bob@exa mple.org": "invalid-argument",
    "mailto:" + "b" * 250 + "@example.org": "invalid-argument",
    "tel:12": "invalid-argument",
    "mailto:nobody@example.org": "no-such-person",
}


@tap.test
def a_wrong_handle_is_told_apart_from_an_unknown_one():
    for handle, code in WRONG_HANDLES.items():
        for command in (("lookup", handle), ("send", handle, "--text", "is this anybody?")):
            tap.equal(alice.refused(*command)["code"], code, " ".join(command)[:60])
    tap.equal([c["handle"] for c in alice.run("conversations")], [bob.handle])


@tap.test
def a_text_at_the_limit_arrives_and_one_past_it_is_refused():
    for text in ("x" * MAX_TEXT, "é" * (MAX_TEXT // 2)):
        alice.one("send", bob.handle, stdin=text)
        tap.equal(bob.texts(alice, sync=True)[-1] == text, True, "the whole text arrived")
    before = len(alice.messages(bob))
    for text in ("x" * (MAX_TEXT + 1), "é" * (MAX_TEXT // 2) + "x", ""):
        tap.equal(alice.refused("send", bob.handle, stdin=text)["code"], "invalid-argument")
    tap.equal(len(alice.messages(bob)), before, "messages stored")
    still_works("after an oversize text")


HOSTILE = "\x1b[2J\x1b]0;owned\x07 \u202eevil\u202c \x9b31m \u2028 \u0000".replace("\u0000", "") + "\r\b\x7f\nend 👩‍🚀"


@tap.test
def a_hostile_text_arrives_as_it_is_and_reaches_no_terminal_raw():
    sent = alice.one("send", bob.handle, stdin=HOSTILE)
    tap.equal(sent["text"], HOSTILE)
    tap.equal(bob.texts(alice, sync=True)[-1], HOSTILE)
    for json_output in ([], ["--json"]):
        arguments = bob.cli.argv("messages", alice.handle, "--limit", 1)
        arguments.remove("--json")
        done = subprocess.run(
            arguments[:1] + json_output + arguments[1:], env=bob.session.env, capture_output=True, check=True
        )
        shown = done.stdout.decode()
        raw = [c for c in shown if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u202c\u2028"]
        tap.equal(raw, [], f"characters that act, in {shown!r}")
        tap.is_in("👩‍🚀", shown)
        tap.is_in("\\u001b", shown)


# Databases


@tap.test
def a_database_that_is_not_ours_is_left_alone_by_the_client():
    strangers = {
        "another SQLite database": sqlite_database(),
        "no database at all": b"these are the notes of somebody else\n" * 200,
    }
    eve = house.enrolled("Eve", "laptop")
    store = next(p for p in eve.stored_bytes() if p.startswith(eve.profile) and p.endswith((".db", ".sqlite", "store")))
    for suffix in ("-wal", "-shm"):
        if os.path.exists(store + suffix):
            os.unlink(store + suffix)
    for what, content in strangers.items():
        with open(store, "wb") as file:
            file.write(content)
        tap.equal(eve.refused("status")["code"], "store-foreign", what)
        with open(store, "rb") as file:
            tap.equal(file.read() == content, True, f"{what} is as it was")


def sqlite_database():
    path = os.path.join(house.directory, "stranger.db")
    if not os.path.exists(path):
        subprocess.run(["sqlite3", path, "create table notes (body text); insert into notes values ('mine');"], check=True)
    with open(path, "rb") as file:
        return file.read()


@tap.test
def a_database_that_is_not_ours_is_left_alone_by_the_server():
    other = programs.Server(os.path.join(house.directory, "other"))
    other.start()
    other.stop()
    database = next(
        os.path.join(folder, name)
        for folder, _, names in os.walk(other.data)
        for name in names
        if name.endswith((".db", ".sqlite", ".sqlite3"))
    )
    for suffix in ("-wal", "-shm"):
        if os.path.exists(database + suffix):
            os.unlink(database + suffix)
    for content in (sqlite_database(), b"notes of somebody else\n" * 200):
        with open(database, "wb") as file:
            file.write(content)
        try:
            other.start()
            raise RuntimeError("the server took a database that isn't its own")
        except AssertionError as error:
            tap.is_in(os.path.basename(database), str(error))
        assert other.process.popen.returncode not in (0, None), "it ended as if all were well"
        assert other.process.popen.returncode > 0, f"it crashed: {other.log()}"
        with open(database, "rb") as file:
            tap.equal(file.read() == content, True, "the database is as it was")


tap.main(setup=setup, teardown=lambda: house and house.close(), timeout=280)
