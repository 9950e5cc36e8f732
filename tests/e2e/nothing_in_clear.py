#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What nobody but the people may read: texts, display names, device names, safety numbers and private keys are searched
for in the server's database, files, logs and memory, and in the files of the clients; addresses, numbers and codes in
every log.
"""

import base64
import os
import re

from canaries import database_cells, process_memory, search, spellings
from house import House, read_tree
from support import tap

# Canaries: nothing else in the world says this.
TEXT = "canary-text-Zw4kTqvB the heron flies at noon"
ANSWER = "canary-answer-9LmXfPze understood"
NAME = "canary-name-Hq27 Alice Aldertree"
LAPTOP, DESKTOP = "canary-device-r5Kd laptop", "canary-device-u8Nw desktop"
RENAMED = "canary-device-e3Jx the desk under the window"
NUMBER = "tel:+33612345678"

house = alice = desktop = bob = None
codes, safety_numbers = [], []


def setup():
    global house, alice, desktop, bob
    house = House(kannel=True)
    house.__enter__()
    alice, bob = house.device("Alice", LAPTOP), house.enrolled("Bob", "phone")
    alice.enroll(display_name=NAME)
    alice.send(bob, TEXT)
    bob.wait_for_text(alice, TEXT)
    bob.send(alice, ANSWER)
    alice.wait_for_text(bob, ANSWER)
    desktop = house.device("Alice", DESKTOP)
    desktop.join(alice)
    add_number()
    alice.run("rename", DESKTOP, RENAMED)
    for one, other in ((alice, bob), (bob, alice)):
        safety_numbers.append(one.one("verify", other.handle, "--mark")["number"])
    # Left in the mailbox of bob, who is not connected: stored, sealed, undelivered.
    desktop.send(bob, TEXT + " again")


def add_number():
    """With a code that is wrong first: what goes wrong is what gets logged."""
    adding = alice.begin_adding(NUMBER, "--accept-sms-cost")
    code = house.code(NUMBER)
    codes.extend([f"{(int(code) + 1) % 1000000:06}", code])
    for typed in codes:
        adding.type(typed)
    adding.finish()


def der_integers(sequence):
    """The integers of a DER sequence of them, as bytes without leading zeros."""

    def header(at):
        length, at = sequence[at + 1], at + 2
        if length >= 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(sequence[at : at + size], "big"), at + size
        return at, length

    at, length = header(0)
    end = at + length
    found = []
    while at < end:
        assert sequence[at] == 2, "not an integer"
        at, length = header(at)
        found.append(sequence[at : at + length].lstrip(b"\0"))
        at += length
    return found, end


def private_parts(device):
    """{what: bytes}: the private halves in a device's keyring, and each secret as it is stored.

    The keys of a device are version | version | signing scalar | encryption scalar | RSAPrivateKey | account key; the
    key of the store is 32 bytes.
    """
    found = {}
    for label, secret in device.keys().items():
        found[f"{label}, as stored"] = secret.strip()
        decoded = base64.b64decode(secret.strip(), validate=True)
        start = decoded.find(b"\x30\x82")
        if start < 0:
            found.update({f"{label}, at {at}": decoded[at : at + 32] for at in range(len(decoded) - 31)})
            continue
        integers, length = der_integers(decoded[start:])
        # Modulus and exponent are for everybody to see, the rest of an RSA key for nobody.
        for name, value in zip(("d", "p", "q", "dp", "dq", "qi"), integers[3:]):
            found[f"{label}, RSA {name}"] = value
        for part in (decoded[:start], decoded[start + length :]):
            for at in range(len(part) - 31):
                found[f"{label}, 32 bytes before or after RSA, at {at}"] = part[at : at + 32]
    assert len(found) >= 10, f"the keyring holds too little: {list(found)}"
    return found


def canaries():
    texts = {"the text": TEXT, "the answer": ANSWER, "a display name": NAME, "a device name": LAPTOP}
    texts |= {"another device name": DESKTOP, "a device's new name": RENAMED, "a safety number": safety_numbers[0]}
    texts |= {
        f"half of it in groups of {size}": " ".join(safety_numbers[0][at : at + size] for at in range(0, 30, size))
        for size in (5,)
    }
    # Cut short, so that parts of a text count too.
    return [
        (f"{label} in {form}", needle)
        for label, text in texts.items()
        for form, needle in spellings(text[:28])
    ]


def keys_of_everyone():
    needles = []
    for device in (alice, desktop, bob):
        needles += [(f"{device.person}'s {label}", value) for label, value in private_parts(device).items()]
    return needles


@tap.test
def the_servers_files_hold_nothing_to_read():
    trees = read_tree(house.server.directory)
    assert any(path.endswith((".db", ".sqlite", ".sqlite3")) for path in trees), sorted(trees)
    search(trees, canaries(), "texts and names in the server's files")


@tap.test
def the_servers_database_row_by_row():
    cells = database_cells(house.server.data)
    search(cells, canaries(), "texts and names in the server's tables")
    search(cells, keys_of_everyone(), "private keys in the server's tables")


@tap.test
def the_servers_memory_holds_nothing_to_read():
    memory = process_memory(house.server.process.pid)
    search(memory, canaries(), "texts and names in the server's memory")
    search(memory, keys_of_everyone(), "private keys in the server's memory")


@tap.test
def the_servers_files_hold_no_private_key():
    trees = read_tree(house.server.directory)
    search(trees, keys_of_everyone(), "private keys in the server's files")


def logs():
    """What every program wrote to its standard error: the server, and each command of each device."""
    found = {"the server's log": house.server.log().encode()}
    for device in (alice, desktop, bob):
        for path, content in read_tree(device.session.path("log")).items():
            found[path] = b"\n".join(line for line in content.splitlines() if not line.startswith(b"{"))
    return found


@tap.test
def no_log_names_anybody_or_holds_a_code():
    everything = logs()
    assert len(everything["the server's log"]) > 100, "the server logged nothing"
    names = [alice.address, bob.address, "alice@", "bob@", NUMBER.removeprefix("tel:+"), "612345678", "6 12 34 56 78"]
    search(everything, [(name, name.encode()) for name in names], "addresses and numbers in logs")
    for place, content in everything.items():
        for code in codes:
            # As a number of its own: a longer one may hold these digits by chance.
            assert not re.search(rb"(?<![0-9a-fA-F])" + code.encode() + rb"(?![0-9a-fA-F])", content), f"a code in {place}"


@tap.test
def the_server_keeps_no_code():
    for place, content in (read_tree(house.server.data) | process_memory(house.server.process.pid)).items():
        for code in codes:
            assert b'"' + code.encode() + b'"' not in content and b"code=" + code.encode() not in content, place
    (rows,) = house.query("select count(*) from verifications where handle = ? and code_hash is not null", NUMBER)
    assert rows[0] <= 1, rows


@tap.test
def the_clients_files_hold_neither_texts_nor_keys():
    for device in (alice, desktop, bob):
        files = {
            path: content
            for path, content in device.stored_bytes().items()
            # The keyring's own file is the place for keys, and encrypted itself.
            if "/keyrings/" not in path
        }
        assert any(os.path.getsize(path) for path in files), "the profile is empty"
        search(files, canaries(), f"texts in the files of {device.name}")
        needles = [(label, value) for label, value in private_parts(device).items()]
        search(files, needles, f"keys in the files of {device.name}")


@tap.test
def the_search_finds_what_is_there():
    """The same search, over something that does hold the canary: it isn't blind."""
    planted = os.path.join(house.directory, "planted")
    with open(planted, "wb") as file:
        file.write(b"\0" * 5000 + TEXT.encode() + next(iter(private_parts(alice).values())))
    found = 0
    for needles in (canaries(), keys_of_everyone()):
        try:
            search({"planted": read_tree(house.directory)[planted]}, needles, "planted")
        except AssertionError:
            found += 1
    tap.equal(found, 2)


tap.main(setup=setup, teardown=lambda: house and house.close(), timeout=200)
