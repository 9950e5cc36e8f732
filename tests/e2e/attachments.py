#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each kind of thing that a message carries, from two people to each other's three devices: what arrives is what was sent, byte
for byte, and nothing of it can be read on the server. What is taken back or deleted leaves nothing behind.
"""

import hashlib
import os
import random
import struct

from canaries import database_cells, process_memory, search, spellings
from house import NO_CONNECTION, REFUSED, WRONG_USAGE, House, read_tree
from support import tap

# Canaries: nothing else in the world says this.
TEXT = "canary-caption-Jw7Rk2 look at these"
CONTENT = "canary-content-Pz4Vd9 the heron's nest is under the old bridge"
CAMERA = "canary-camera-Xe6Tb1"
NAMES = ["canary-file-Qm5Nc8.txt", "canary-photo-Ls3Hf6.jpg", "canary-large-Yb9Gk4.bin", "canary-empty-Du2Wa7.ogg"]
CARD_NAME = "canary-card-Ro8Zs5 Finch"
CARD_NUMBER = "+44 7700 900147"
PLACE = "canary-place-Vt1Mj3 the boathouse"
LATITUDE, LONGITUDE = -33.8567844, 151.2152967
LINK = "https://canary-link-ka6pe9.example/heron"
LINK_TITLE, LINK_TEXT = "canary-title-Bi4Xo2", "canary-description-Ng7Uf5"
LARGE = 5 * 1024 * 1024 + 321

house = alice = bob = tablet = None
paths = {}


def picture(path):
    """A photo with what a camera notes: its own name, and where it was."""
    import gi

    gi.require_version("GdkPixbuf", "2.0")
    from gi.repository import GdkPixbuf

    pixels = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, False, 8, 320, 200)
    pixels.fill(0x3366CCFF)
    _, jpeg = pixels.save_to_bufferv("jpeg", ["quality"], ["90"])
    with open(path, "wb") as file:
        file.write(jpeg[:2] + exif() + jpeg[2:])


def exif():
    """APP1 with one note, the camera's model (TIFF 6.0; Exif 2.3)."""
    model = CAMERA.encode() + b"\0"
    tiff = b"II*\0" + struct.pack("<I", 8) + struct.pack("<HHHIII", 1, 0x0110, 2, len(model), 26, 0) + model
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def setup():
    global house, alice, bob, tablet
    house = House()
    house.__enter__()
    for name in NAMES:
        paths[name] = os.path.join(house.directory, name)
    with open(paths[NAMES[0]], "w", encoding="utf-8") as file:
        file.write(CONTENT)
    picture(paths[NAMES[1]])
    with open(paths[NAMES[2]], "wb") as file:
        file.write(random.Random(7).randbytes(LARGE))
    open(paths[NAMES[3]], "wb").close()
    alice, bob = house.enrolled("Alice", "laptop"), house.enrolled("Bob", "phone")
    tablet = house.device("Bob", "tablet")
    tablet.join(bob)
    alice.send(bob, "hello")
    for device in (bob, tablet):
        device.sync()


def read(path):
    with open(path, "rb") as file:
        return file.read()


def saved(device, message, *arguments, **keywords):
    """What “save” makes of a message: (object, bytes) for each file."""
    folder = device.session.path("home", f"saved-{message['id'][:8]}-{len(os.listdir(device.session.path('home')))}")
    os.makedirs(folder)
    printed = device.run("save", message["id"], "--to", folder, *arguments, **keywords)
    return [(entry, read(entry["path"])) for entry in printed]


def arrived(device, other, message):
    """The message of that id, when it has come."""

    def look():
        device.sync()
        return next((m for m in device.messages(other) if m["id"] == message["id"]), None)

    return tap.wait_for(look, f"a message comes to {device.name}", 30.0, interval=0.2)


def everywhere(sender, to, message):
    """The same message on every device: [(device, message)]."""
    others = {alice: bob, bob: alice, tablet: alice}
    return [(d, arrived(d, others[d], message)) for d in (alice, bob, tablet) if d is not sender or d.sync()]


def directions():
    return ((alice, bob), (bob, alice), (tablet, alice))


@tap.test
def files_arrive_as_they_were():
    for sender, to in directions():
        attach = [word for name in NAMES for word in ("--attach", paths[name])]
        sent = sender.one("send", to.handle, "--text", TEXT, "--keep-metadata", *attach)
        tap.equal((sent["kind"], sent["state"]), ("attachments", "sent"))
        for device, message in everywhere(sender, to, sent):
            tap.equal(message["text"], TEXT)
            tap.equal([a["name"] for a in message["attachments"]], NAMES)
            tap.equal([a["size"] for a in message["attachments"]], [os.path.getsize(paths[n]) for n in NAMES])
            tap.equal(message["attachments"][0]["type"], "text/plain")
            tap.equal([message["attachments"][1][key] for key in ("kind", "width", "height", "preview")], ["photo", 320, 200, True])
            expected = "here" if device is sender else "remote"
            tap.equal({a["state"] for a in message["attachments"]}, {expected}, f"{device.name} of {device.person}")
            for name, (entry, content) in zip(NAMES, saved(device, message)):
                tap.equal(entry["state"], "here")
                tap.equal(hashlib.sha256(content).digest(), hashlib.sha256(read(paths[name])).digest(), name)
                tap.equal(os.stat(entry["path"]).st_mode & 0o777, 0o600)


@tap.test
def what_a_camera_noted_stays_at_home():
    sent = alice.one("send", bob.handle, "--attach", paths[NAMES[1]])
    ((entry, content),) = saved(bob, arrived(bob, alice, sent))
    tap.equal(entry["name"], NAMES[1])
    assert CAMERA.encode() in read(paths[NAMES[1]]), "the photo says nothing of its camera"
    assert CAMERA.encode() not in content, "what the camera noted was sent"
    assert content[:3] == b"\xff\xd8\xff" and len(content) > 500, "no photo any more"


@tap.test
def cards_places_and_links_arrive_as_they_were():
    path = os.path.join(house.directory, "card.vcf")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"BEGIN:VCARD\nVERSION:3.0\nFN:{CARD_NAME}\nN:Finch;;;;\nTEL;TYPE=CELL:{CARD_NUMBER}\nEND:VCARD\n")
    for sender, to in directions():
        card = sender.one("send", to.handle, "--contact", path)
        place = sender.one("send", to.handle, "--location", f"{LATITUDE},{LONGITUDE},25,{PLACE}")
        link = sender.one(
            "send", to.handle, "--text", "here", "--link", LINK, "--link-title", LINK_TITLE, "--link-text", LINK_TEXT
        )
        tap.equal([m["kind"] for m in (card, place, link)], ["contact", "location", "text"])
        for _, message in everywhere(sender, to, card):
            tap.equal(message["contact"], card["contact"])
            tap.equal(message["contact"]["name"], CARD_NAME)
            tap.equal([f["value"] for f in message["contact"]["fields"] if f["kind"] == "phone"], [CARD_NUMBER])
            tap.is_in("VERSION:4.0", message["contact"]["vcard"])
        for device, message in everywhere(sender, to, card):
            ((entry, content),) = saved(device, message)
            tap.equal(os.path.basename(entry["path"]), CARD_NAME + ".vcf")
            tap.equal(content.decode(), message["contact"]["vcard"])
        for _, message in everywhere(sender, to, place):
            found = message["location"]
            tap.equal((found["latitude"], found["longitude"]), (LATITUDE, LONGITUDE))
            tap.equal((found["accuracy"], found["name"]), (25, PLACE))
            tap.equal(found["uri"], "geo:-33.856784,151.215297")
        for _, message in everywhere(sender, to, link):
            tap.equal(message["text"], f"here\n{LINK}")
            tap.equal(message["link"], {"url": LINK, "title": LINK_TITLE, "description": LINK_TEXT, "picture": False})


@tap.test
def they_are_found_by_their_names():
    for word in ("qm5nc8", "ro8zs5", "bi4xo2", "vt1mj3"):
        found = [hit["message"]["kind"] for hit in tablet.run("search", word)]
        assert len(found) >= 3, f"“{word}” is found {len(found)} times"


def canaries():
    texts = {"a caption": TEXT, "a content": CONTENT, "a camera": CAMERA, "a card": CARD_NAME, "a number": CARD_NUMBER}
    texts |= {"a place": PLACE, "a link": LINK, "a title": LINK_TITLE, "a description": LINK_TEXT}
    texts |= {"a latitude": "-33.8567844", "a longitude": "151.2152967", "a rounded latitude": "-33.85678"}
    texts |= {f"the name {name}": name for name in NAMES}
    needles = [(f"{label} in {form}", needle) for label, text in texts.items() for form, needle in spellings(text[:28])]
    for label, value in (("latitude", LATITUDE), ("longitude", LONGITUDE)):
        needles += [(f"the {label} as a number", struct.pack(order + "d", value)) for order in "<>"]
    # A thumbnail is a file of one of these kinds; so is the photo.
    needles += [("a PNG", b"\x89PNG\r\n\x1a\n"), ("a JPEG", b"JFIF\0\x01"), ("a WebP", b"WEBPVP8"), ("Exif", b"Exif\0\0II")]
    large = read(paths[NAMES[2]])
    return needles + [("a piece of the large file", large[at : at + 64]) for at in (0, 1 << 20, LARGE - 64)]


@tap.test
def the_server_can_read_none_of_it():
    # In the mailbox of the tablet, which is not connected: sealed, undelivered.
    alice.one("send", bob.handle, "--text", TEXT, "--attach", paths[NAMES[0]])
    files = read_tree(house.server.directory)
    assert sum("attachments" in path for path in files) > 10, f"the server stores no attachments: {sorted(files)}"
    search(files, canaries(), "what messages carry, in the server's files")
    search(database_cells(house.server.data), canaries(), "what messages carry, in the server's tables")
    search({"the log": house.server.log().encode()}, canaries(), "what messages carry, in the server's log")
    search(process_memory(house.server.process.pid), canaries(), "what messages carry, in the server's memory")


@tap.test
def nor_can_who_reads_a_clients_disk():
    for device in (alice, bob, tablet):
        files = {
            path: content
            for path, content in device.stored_bytes().items()
            if "/keyrings/" not in path and "/saved-" not in path
        }
        assert any("/attachments/" in path for path in files), "nothing is kept sealed"
        search(files, canaries(), f"what messages carry, in the files of {device.name}")
    for device in (alice, bob, tablet):
        for path, content in read_tree(device.session.path("log")).items():
            said = b"\n".join(line for line in content.splitlines() if not line.startswith(b"{"))
            search({path: said}, canaries(), "what messages carry, in a log")


@tap.test
def the_search_finds_what_is_there():
    """The same search, over something that does hold the canaries: it isn't blind."""
    planted = TEXT.encode() + struct.pack("<d", LATITUDE) + read(paths[NAMES[1]])
    found = []
    for needle in canaries():
        try:
            search({"planted": planted}, [needle], "planted")
        except AssertionError:
            found.append(needle[0])
    for label in ("a caption in UTF-8", "the latitude as a number", "a JPEG", "a camera in UTF-8"):
        tap.is_in(label, found)


def sealed(device):
    return {os.path.basename(p) for p in device.stored_bytes() if "/attachments/" in p}


def stored():
    """The files of attachments that the server has."""
    return set(read_tree(os.path.join(house.server.data, "attachments")))


@tap.test
def what_is_taken_back_or_deleted_leaves_nothing():
    before = {device: sealed(device) for device in (alice, bob, tablet)}
    on_server = stored()
    sent = alice.one("send", bob.handle, "--attach", paths[NAMES[0]])
    for device in (bob, tablet):
        saved(device, arrived(device, alice, sent))
    alice.run("unsend", sent["id"])
    for device in (bob, tablet):
        tap.equal(arrived(device, alice, sent)["unsent"], True)
    for device in (alice, bob, tablet):
        tap.equal(sealed(device), before[device], f"sealed files of {device.name}")
    tap.wait_for(lambda: stored() == on_server, "the server's file goes")

    sent = alice.one("send", bob.handle, "--attach", paths[NAMES[0]])
    for device in (bob, tablet):
        saved(device, arrived(device, alice, sent))
    bob.run("delete-message", sent["id"])
    tablet.sync()
    for device in (bob, tablet):
        tap.equal(sealed(device), before[device], f"sealed files of {device.name}")
    ((_, content),) = saved(alice, sent)
    tap.equal(content.decode(), CONTENT)


@tap.test
def saving_writes_over_nothing():
    sent = alice.one("send", bob.handle, "--attach", paths[NAMES[0]])
    message = arrived(bob, alice, sent)
    folder = bob.session.path("home", "downloads")
    os.makedirs(folder)
    outside = os.path.join(folder, "outside")
    os.symlink(outside, os.path.join(folder, "canary-file-Qm5Nc8 (1).txt"))
    printed = [bob.one("save", message["id"], "--to", folder)["path"] for _ in range(3)]
    names = ["canary-file-Qm5Nc8.txt", "canary-file-Qm5Nc8 (2).txt", "canary-file-Qm5Nc8 (3).txt"]
    tap.equal([os.path.basename(path) for path in printed], names)
    assert not os.path.exists(outside), "a link was followed"
    # What was fetched needs no network, and what was not says so.
    other = arrived(bob, alice, alice.one("send", bob.handle, "--attach", paths[NAMES[0]]))
    house.server.stop()
    bob.run("save", message["id"], "--to", folder)
    bob.refused("save", other["id"], "--to", folder, expect=NO_CONNECTION)
    house.server.start()
    tap.is_in("path", bob.one("save", other["id"], "--to", folder))


@tap.test
def a_file_waits_for_the_server():
    """Sealed without a connection, it goes out with the next command, though the source is gone by then."""
    source = os.path.join(house.directory, "gone.txt")
    with open(source, "w", encoding="utf-8") as file:
        file.write("soon gone")
    house.server.stop()
    printed = alice.run("send", bob.handle, "--attach", source, expect=NO_CONNECTION)
    os.unlink(source)
    message = printed[0]
    tap.equal((message["state"], message["attachments"][0]["state"]), ("waiting", "uploading"))
    (listed,) = [m for m in alice.messages(bob) if m["id"] == message["id"]]
    tap.equal((listed["state"], listed["attachments"][0]["state"]), ("waiting", "uploading"))
    house.server.start()

    def is_sent():
        alice.sync()
        return next(m["state"] for m in alice.messages(bob) if m["id"] == message["id"]) in ("sent", "delivered")

    tap.wait_for(is_sent, "the message goes out", 30.0, interval=0.2)
    ((_, content),) = saved(bob, arrived(bob, alice, message))
    tap.equal(content, b"soon gone")


@tap.test
def what_cannot_be_sent_says_why():
    before = len(alice.messages(bob))
    nothing = os.path.join(house.directory, "nothing")
    for arguments, status, code in (
        (["--attach", nothing], REFUSED, "invalid-argument"),
        (["--attach", house.directory], REFUSED, "invalid-argument"),
        (["--contact", paths[NAMES[0]]], REFUSED, "invalid-argument"),
        (["--location", "91,0"], WRONG_USAGE, "usage"),
        (["--location", "here"], WRONG_USAGE, "usage"),
        (["--link", "javascript:alert(1)"], WRONG_USAGE, "usage"),
        (["--attach", paths[NAMES[0]], "--location", "1,2"], WRONG_USAGE, "usage"),
        (["--location", "1,2", "--text", "here"], WRONG_USAGE, "usage"),
        (["--attach", paths[NAMES[0]]] * 33, WRONG_USAGE, "usage"),
    ):
        error = alice.refused("send", bob.handle, *arguments, expect=status)
        tap.equal(error["code"], code, str(arguments[:2]))
    tap.equal(len(alice.messages(bob)), before)


tap.main(setup=setup, teardown=lambda: house and house.close(), timeout=280)
