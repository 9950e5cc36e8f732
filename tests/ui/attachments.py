# SPDX-License-Identifier: GPL-3.0-or-later
"""What a message carries besides words, in the real window: chosen, pasted, dropped, recorded, typed; seen before it
goes out; sent; and what the others get, looked at, heard, saved and opened, as one does with mouse and keyboard.
"""

import contextlib
import hashlib
import os
import re
import signal
import sys

import fixture
import samples
from stage import Stage
from support import site, tap

ALICE = "alice@example.org"
SIZE = (1000, 700)
# The largest file that the server takes.
LIMIT_MIB = 8
# A file chooser is a window of its own, and cage gives the keyboard to one only. Beside the window there is room for
# that of another program.
stage = Stage(display="xvfb", size=(SIZE[0] + 300, SIZE[1]), settings={"limits": {"attachment-mib": LIMIT_MIB}})
world = {}

READER = """[Desktop Entry]
Type=Application
Name=Reader
Exec=%s %%f
MimeType=application/pdf;image/jpeg;
"""
BROWSER = """[Desktop Entry]
Type=Application
Name=Browser
Exec=%s %%u
MimeType=x-scheme-handler/http;x-scheme-handler/https;x-scheme-handler/geo;
"""
READER_SCRIPT = """#!/bin/sh
stat -c %%a "$1" >%(out)s.mode && cp "$1" %(out)s.copy && printf %%s "$1" >%(out)s.new && mv %(out)s.new %(out)s
"""
BROWSER_SCRIPT = """#!/bin/sh
echo "$1" >>%s
"""
CARD = """BEGIN:VCARD
VERSION:4.0
FN:Carol Finch
TEL;TYPE=cell:+44 7700 900147
EMAIL:carol@example.org
END:VCARD
"""
# What a camera notes beside the picture: an EXIF segment of a JPEG.
CANARY = b"Canary Camera 48.8583N"


def setup():
    try:
        site.separate()
    except tap.Skip as reason:
        world["no network"] = str(reason)
    stage.__enter__()
    world["files"] = stage.session.path("home", "files")
    world["chosen"] = stage.session.path("home", "chosen")
    world["got"] = stage.session.path("home", "got")
    for name in ("files", "chosen", "got"):
        os.makedirs(world[name])
    install_programs()
    fixture.begin_choosing_in(stage, world["chosen"])
    # What is heard by the microphone comes from a generator.
    world["process"], world["app"] = stage.start(env={"GST_PLUGIN_FEATURE_RANK": "audiotestsrc:512"})
    stage.display.focus("Waxwing")
    fixture.enroll(stage, app(), ALICE, "Alice Martin", "laptop")
    world["bob"] = stage.person("Bob Okafor")
    fixture.start_conversation(app(), world["bob"])
    fixture.write(app(), "Hello")
    bob_gets("text")


def teardown():
    stage.__exit__()


def install(name, entry, script):
    """A program of the desktop."""
    program = stage.session.path("home", name)
    for place, text in ((program, script), (os.path.join(world["programs"], name + ".desktop"), entry % program)):
        with open(place, "w", encoding="utf-8") as file:
            file.write(text)
    os.chmod(program, 0o700)


def install_programs():
    """One that opens PDF documents and says which one it was given, and one that says where it was led."""
    world["programs"] = os.path.join(stage.session.env["XDG_DATA_HOME"], "applications")
    world["opened"], world["visited"] = stage.session.path("home", "opened"), stage.session.path("home", "visited")
    os.makedirs(world["programs"])
    install("reader", READER, READER_SCRIPT % {"out": world["opened"]})
    install("browser", BROWSER, BROWSER_SCRIPT % world["visited"])
    with open(os.path.join(stage.session.env["XDG_CONFIG_HOME"], "mimeapps.list"), "w", encoding="utf-8") as file:
        file.write("[Default Applications]\napplication/pdf=reader.desktop\nimage/jpeg=reader.desktop\n")
        for scheme in ("http", "https", "geo"):
            file.write(f"x-scheme-handler/{scheme}=browser.desktop\n")


def app():
    return world["app"]


def path(name):
    return os.path.join(world["files"], name)


def make(name, data):
    with open(path(name), "wb") as file:
        file.write(data)
    return path(name)


def content(place):
    with open(place, "rb") as file:
        return file.read()


# --- The chooser -----------------------------------------------------------------------------


def put_into_chosen(*names):
    fixture.put_into(world["chosen"], *map(path, names))


def choose(*names, seen=True):
    """Chooses files, all that the folder has, in the desktop's chooser."""
    put_into_chosen(*names)
    stage.display.key("ctrl+o")
    fixture.choose_all(stage, app(), "Attach Photos and Files", "Attach", names)
    for name in names if seen else ():
        fixture.wait(lambda n=name: app().has("button", f"Remove “{n}”"), f"{name} is to be seen before it goes out")


# --- Messages --------------------------------------------------------------------------------


def items():
    from support import a11y

    return [row.get_name() for row in a11y.children(app().find("list", "Messages"))]


def wait_for_item(*parts, timeout=30):
    return fixture.wait(
        lambda: next((n for n in items() if all(p in n for p in parts)), None), f"{parts} in the conversation: {items()}", timeout
    )


def row_with(part):
    from support import a11y

    rows = app().find("list", "Messages")
    return fixture.wait(lambda: next((r for r in a11y.children(rows) if part in r.get_name()), None), f"“{part}” shows", 30)


def send(caption=""):
    """Sends what is in the composer, and is on with it when it is among the messages."""
    if caption:
        app().enter("Message", caption)
    app().click("button", "Send", timeout=30)


def bob_gets(kind, *names):
    """The next message of that kind, with files of these names, that Bob gets; and the bytes of its files."""
    cli, seen = world["bob"].cli, world.setdefault("seen", set())

    def expected(message):
        if message["kind"] != kind or message["state"] != "received" or message["id"] in seen:
            return False
        return [a["name"] for a in message.get("attachments") or ()] == list(names)

    def arrived():
        world["bob"].sync()
        return next((m for m in cli.run("messages", "mailto:" + ALICE) if expected(m)), None)

    message = tap.wait_for(arrived, f"Bob gets {kind} {names}", 40, interval=0.3)
    seen.add(message["id"])
    if kind != "attachments":
        return message, []
    place = os.path.join(world["got"], message["id"])
    os.makedirs(place)
    return message, [content(entry["path"]) for entry in cli.run("save", message["id"], "--to", place)]


def bob_sends(*arguments):
    return world["bob"].cli.run("send", "mailto:" + ALICE, *arguments, "--wait", "sent", timeout=120)[-1]


def in_menu(name):
    """The entry of an open menu."""
    fixture.press(fixture.menu_item(app(), name))


def attach(name):
    """An entry of the menu beside the composer."""
    fixture.open_menu(app(), "Attach")
    in_menu(name)


def save_in_chosen(name):
    """Goes through the desktop's chooser for what is saved, with the name that it proposes."""
    put_into_chosen()
    fixture.choose_all(stage, app(), "Save", "Save", ())
    app().containing(f"Saved as “{name}”")
    return os.path.join(world["chosen"], name)


def reader_gets():
    """Where the file is that the other program was given, and what was in it."""
    tap.wait_for(lambda: os.path.exists(world["opened"]), "the reader is given a file", 20)
    given = content(world["opened"]).decode()
    os.unlink(world["opened"])
    return given, content(world["opened"] + ".copy")


@contextlib.contextmanager
def silent_server():
    """Meanwhile the server answers nobody, so that nothing is over before it was looked at."""
    stage.server.process.send(signal.SIGSTOP)
    try:
        yield
    finally:
        stage.server.process.send(signal.SIGCONT)


def pixels(accessible):
    """How it looks now."""
    from gi.repository import Atspi, GdkPixbuf

    shot = stage.session.path("tmp", "shot.png")
    stage.display.screenshot(shot)
    place = accessible.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
    whole = GdkPixbuf.Pixbuf.new_from_file(shot)
    width = min(place.width, whole.get_width() - place.x)
    height = min(place.height, whole.get_height() - place.y)
    part = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, False, 8, width, height)
    whole.copy_area(place.x, place.y, width, height, part, 0, 0)
    return hashlib.sha256(part.get_pixels()).hexdigest()


@contextlib.contextmanager
def closing_dialog():
    """The dialog that is open; it is closed whatever happens, so that the next test finds the window as it was."""
    try:
        yield app().find("dialog", timeout=20)
    finally:
        # A toast takes the first Escape.
        for button in app().all("button", "Close", within=next(iter(app().all("dialog")), None)):
            fixture.press(button)
        app().gone("dialog")


def looks_otherwise(accessible, before, what):
    return fixture.wait(lambda: (lambda now: now if now != before else None)(pixels(accessible)), what, 20)


# --- Tests -----------------------------------------------------------------------------------


@tap.test
def several_photos_are_chosen_and_seen_before_they_go_out():
    samples.photo(path("evening.jpg"))
    samples.photo(path("lake.png"), "lake", 600, 900)
    samples.photo(path("snow.jpg"), "snow", 900, 600)
    choose("evening.jpg", "lake.png", "snow.jpg")
    app().containing("3 files")
    app().click("button", "Remove “lake.png”")
    app().containing("2 files")
    send("Look at this light")
    wait_for_item("2 photos: Look at this light")
    app().gone("button", "Remove “evening.jpg”")
    message, got = bob_gets("attachments", "evening.jpg", "snow.jpg")
    tap.equal(message["text"], "Look at this light")
    assert all(data.startswith(b"\xff\xd8") for data in got), [data[:8] for data in got]
    row = next(n for n in fixture.names_in(app().find("list", "Conversations")) if n.startswith("bob@"))
    assert "You: 2 photos: Look at this light" in row, row


@tap.test
def a_photo_is_looked_at_closely():
    button = app().find("button", "Photo: evening.jpg")
    fixture.press(button)
    image = app().find("image", "Photo: evening.jpg", timeout=20)
    fits = pixels(image)
    stage.display.key("plus")
    closer = looks_otherwise(image, fits, "the photo comes closer")
    stage.display.key("Right")
    looks_otherwise(image, closer, "one moves about in it")
    stage.display.key("0")
    fixture.wait(lambda: pixels(image) == fits, "the photo fits again")
    stage.display.key("Page_Down")
    app().find("image", "Photo: snow.jpg", timeout=20)
    stage.display.key("Page_Up")
    app().find("image", "Photo: evening.jpg", timeout=20)
    with closing_dialog() as dialog:
        app().click("button", "Save…", within=dialog)
        saved = save_in_chosen("evening.jpg")
        assert content(saved).startswith(b"\xff\xd8"), content(saved)[:8]
        app().click("button", "Open With…", within=dialog)
        given, copy = reader_gets()
        tap.equal([os.path.basename(given), copy], ["evening.jpg", content(saved)])


def noted(name):
    """A photo of many pixels whose camera noted where it was taken."""
    place = samples.photo(path(name), "meadow", 3200, 2400)
    data = content(place)
    segment = b"Exif\0\0" + CANARY
    return make(name, data[:2] + b"\xff\xe1" + (len(segment) + 2).to_bytes(2, "big") + segment + data[2:])


def width_of(data):
    from gi.repository import GdkPixbuf

    loader = GdkPixbuf.PixbufLoader()
    loader.write(data)
    loader.close()
    return loader.get_pixbuf().get_width()


@tap.test
def what_a_camera_noted_stays_at_home_and_large_ones_can_be_made_smaller():
    noted("meadow.jpg")
    choose("meadow.jpg")
    send()
    _, (got,) = bob_gets("attachments", "meadow.jpg")
    assert CANARY not in got and CANARY in content(path("meadow.jpg")), "what the camera noted was sent"
    tap.equal(width_of(got), 3200)

    choose("meadow.jpg")
    fixture.open_menu(app(), "Options of “meadow.jpg”")
    in_menu("Send Smaller")
    send()
    _, (got,) = bob_gets("attachments", "meadow.jpg")
    tap.equal(width_of(got), 1600)
    assert CANARY not in got, "what the camera noted was sent"

    choose("meadow.jpg")
    fixture.open_menu(app(), "Options of “meadow.jpg”")
    in_menu("Keep Location and Camera Data")
    send()
    _, (got,) = bob_gets("attachments", "meadow.jpg")
    tap.equal(got, content(path("meadow.jpg")))


@tap.test
def a_picture_that_moves_moves():
    samples.moving(path("sunset.gif"))
    choose("sunset.gif")
    send()
    wait_for_item("Photo")
    _, (got,) = bob_gets("attachments", "sunset.gif")
    tap.equal(got, content(path("sunset.gif")))
    button = app().find("button", "Photo: sunset.gif")
    looks_otherwise(button, pixels(button), "the picture moves")


@tap.test
def a_file_is_fetched_saved_and_opened():
    document = b"%PDF-1.7\n" + os.urandom(348_000)
    make("Timetable, winter.pdf", document)
    sent = bob_sends("--attach", path("Timetable, winter.pdf"))
    wait_for_item("Bob Okafor: File: Timetable, winter.pdf")
    app().click("button", "Download “Timetable, winter.pdf”")
    app().click("button", "Save “Timetable, winter.pdf”", timeout=30)
    saved = save_in_chosen("Timetable, winter.pdf")
    tap.equal(content(saved), document)
    tap.equal(os.stat(saved).st_mode & 0o777, 0o600)

    app().click("button", "Open “Timetable, winter.pdf”")
    given, copy = reader_gets()
    tap.equal(copy, document)
    tap.equal(content(world["opened"] + ".mode"), b"600\n")
    tap.equal(os.path.basename(given), "Timetable, winter.pdf")
    assert os.path.exists(given), "the reader's copy is gone"
    world["bob"].cli.run("unsend", sent["id"])
    wait_for_item("Bob Okafor unsent a message")
    tap.wait_for(lambda: not os.path.exists(os.path.dirname(given)), "the reader's copy goes with the message")


@tap.test
def a_file_on_its_way_is_paused_given_up_and_gone_on_with():
    make("tides.bin", os.urandom(3_000_000))
    bob_sends("--attach", path("tides.bin"))
    app().find("button", "Download “tides.bin”", timeout=20)
    with silent_server():
        app().click("button", "Download “tides.bin”")
        app().click("button", "Pause Download: tides.bin")
        app().find("button", "Continue: tides.bin")
        app().click("button", "Cancel Download of “tides.bin”")
        app().gone("button", "Cancel Download of “tides.bin”")
        app().click("button", "Download: tides.bin")
        app().click("button", "Pause Download: tides.bin")
        app().find("button", "Continue: tides.bin")
    app().click("button", "Continue: tides.bin")
    app().find("button", "Save “tides.bin”", timeout=40)

    make("currents.bin", os.urandom(3_000_000))
    choose("currents.bin")
    with silent_server():
        send()
        app().click("button", "Pause Sending: currents.bin")
        app().find("button", "Continue: currents.bin")
        assert not app().has("button", "Cancel Download of “currents.bin”"), "one's own file is no download"
    app().click("button", "Continue: currents.bin")
    _, (got,) = bob_gets("attachments", "currents.bin")
    tap.equal(got, content(path("currents.bin")))


@tap.test
def what_could_run_is_not_opened():
    make("notes.txt", b"#!/bin/sh\ntouch \"$HOME/ran\"\n")
    make("setup.desktop", b"[Desktop Entry]\nType=Application\nName=x\nExec=touch ran\n")
    for name in ("notes.txt", "setup.desktop"):
        choose(name)
        send()
        bob_gets("attachments", name)
        app().click("button", f"Open “{name}”")
        app().announced("This file could run something")


@tap.test
def music_is_heard():
    samples.sound(path("ticks.ogg"), 30)
    choose("ticks.ogg")
    send()
    wait_for_item("Audio: ticks.ogg")
    bob_gets("attachments", "ticks.ogg")
    app().click("button", "Play: Audio: ticks.ogg")
    app().find("button", "Pause: Audio: ticks.ogg")
    fixture.wait(lambda: any(n == "0:01" for n in labels()), "a second is heard", 20)
    app().click("button", "Pause: Audio: ticks.ogg")
    app().find("button", "Play: Audio: ticks.ogg")


def labels():
    from support import a11y

    return [a.get_name() for a in a11y.walk(app().root) if a.get_role_name() == "label"]


@tap.test
def a_film_is_seen():
    samples.film(path("crossing.webm"), 20)
    choose("crossing.webm")
    send()
    wait_for_item("Video")
    message, (got,) = bob_gets("attachments", "crossing.webm")
    tap.equal(got, content(path("crossing.webm")))
    attachment = message["attachments"][0]
    tap.equal([attachment[k] for k in ("kind", "width", "height", "preview")], ["video", 640, 360, True])
    assert 19_000 < attachment["duration_ms"] < 21_000, attachment
    app().click("button", "Video: crossing.webm")
    with closing_dialog() as dialog:
        picture = app().find("image", within=dialog, timeout=20)
        looks_otherwise(picture, pixels(picture), "the film runs")


@tap.test
def a_voice_message_is_recorded_and_played():
    attach("Voice Message")
    fixture.wait(lambda: any(n.startswith("0:02") for n in labels()), "two seconds are recorded", 20)
    app().click("button", "Send Voice Message")
    # How long it took to press the button is in it too.
    item = wait_for_item("Voice message, ")
    name = re.search(r"Voice message, \d+ seconds", item).group()
    message, (got,) = bob_gets("attachments", "voice.ogg")
    assert got.startswith(b"OggS"), got[:8]
    attachment = message["attachments"][0]
    assert attachment["voice"] and attachment["levels"] and attachment["duration_ms"] >= 2000, attachment
    app().click("button", f"Play: {name}")
    app().find("button", f"Pause: {name}")
    app().find("button", f"Play: {name}", timeout=20)

    attach("Voice Message")
    app().click("button", "Discard Voice Message")
    app().find("text", "Message")
    assert not app().has("button", "Send Voice Message")


@tap.test
def a_contact_is_shared():
    make("carol.vcf", CARD.encode())
    put_into_chosen("carol.vcf")
    attach("Contact…")
    fixture.choose_all(stage, app(), "Share a Contact", "Open", ["carol.vcf"])
    wait_for_item("Contact: Carol Finch")
    message, _ = bob_gets("contact")
    tap.equal(message["contact"]["name"], "Carol Finch")
    row = row_with("Contact: Carol Finch")
    app().containing("+44 7700 900147", within=row)


@tap.test
def a_place_is_shared():
    attach("Location…")
    app().enter("Latitude and Longitude", "here")
    app().containing("Write two numbers in degrees")
    app().enter("Latitude and Longitude", "46.0207, 7.7491")
    app().enter("Name of the Place", "Zermatt <b>")
    app().click("button", "Share")
    app().gone("dialog")
    wait_for_item("Location: Zermatt <b>")
    message, _ = bob_gets("location")
    tap.equal([message["location"][k] for k in ("latitude", "longitude", "name")], [46.0207, 7.7491, "Zermatt <b>"])


def visited():
    return content(world["visited"]).decode().split() if os.path.exists(world["visited"]) else []


@tap.test
def a_place_is_opened_in_another_program():
    app().click("button", "Open in Maps", within=row_with("Location: Zermatt"))
    tap.wait_for(lambda: visited() == ["geo:46.020700,7.749100"], f"the place is opened: {visited()}", 20)


@tap.test
def a_link_goes_out_with_its_preview():
    if "no network" in world:
        tap.skip(world["no network"])
    os.unlink(world["visited"])
    pages = {
        "/winter": site.page("Ferries <i>in winter", "Every hour", "/pier.jpg"),
        "/pier.jpg": ("image/jpeg", content(path("evening.jpg"))),
    }
    with site.Site(pages) as web:
        app().enter("Message", "Look: " + web.url("/winter"))
        card = f"Ferries <i>in winter, {site.ADDRESS}"
        app().find("button", card, timeout=20)
        tap.equal(web.asked, ["/winter", "/pier.jpg"])
        send()
        row = row_with("You: Look: http://")
        app().find("button", card, within=row)
        message, _ = bob_gets("text")
        tap.equal(
            message["link"],
            {"url": web.url("/winter"), "title": "Ferries <i>in winter", "description": "Every hour", "picture": True},
        )
        fixture.press(app().find("button", card, within=row))
        tap.wait_for(lambda: visited() == [web.url("/winter")], f"the link is opened: {visited()}", 20)

        asked = len(web.asked)
        bob_sends("--text", "And this", "--link", web.url("/winter"), "--preview")
        tap.equal(len(web.asked), asked + 2, "what Bob's device asked for")
        app().find("button", card, within=row_with("Bob Okafor: And this"))
        tap.equal(len(web.asked), asked + 2, "what was asked for by whoever got it")


def giver(kind, *names):
    """Another program that has these files to give."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "giver.py")
    log = stage.session.path("log", f"giver-{len(os.listdir(stage.session.path('log')))}.log")
    process = stage.session.spawn(sys.executable, script, kind, *map(path, names), log=log, lenient=True)
    process.wait_for_line("ready", 20)
    return process


def paste_until(arrived, what):
    """Ctrl+V, again should the clipboard not have come to be known yet."""
    app().find("text", "Message")
    for _ in range(5):
        stage.display.key("ctrl+v")
        try:
            return fixture.wait(arrived, what, 4)
        except AssertionError:
            continue
    raise AssertionError(f"{what}: {app().tree()}")


@tap.test
def a_picture_and_files_are_pasted():
    process = giver("picture", "lake.png")
    paste_until(lambda: app().has("button", "Remove “Picture.png”"), "a pasted picture is seen before it goes out")
    process.stop()
    send()
    message, (got,) = bob_gets("attachments", "Picture.png")
    tap.equal([message["attachments"][0][k] for k in ("kind", "width")], ["photo", 600])
    tap.equal(width_of(got), 600)

    make("list.csv", b"a,b\n1,2\n")
    process = giver("files", "list.csv", "snow.jpg")
    paste_until(lambda: app().has("button", "Remove “list.csv”"), "pasted files are seen before they go out")
    app().find("button", "Remove “snow.jpg”")
    process.stop()
    send()
    _, got = bob_gets("attachments", "list.csv", "snow.jpg")
    tap.equal(got[0], content(path("list.csv")))


@tap.test
def files_are_dropped():
    make("recipe.txt", b"Walnut bread\n")
    process = giver("drag", "recipe.txt", "snow.jpg")
    stage.display.place("Waxwing", 0, 0)
    stage.display.place("Giver", SIZE[0] + 20, 0)
    stage.display.drag((SIZE[0] + 120, 100), (SIZE[0] - 200, 300))
    app().find("button", "Remove “recipe.txt”", timeout=20)
    app().find("button", "Remove “snow.jpg”")
    process.stop()
    stage.display.focus("Waxwing")
    send()
    _, got = bob_gets("attachments", "recipe.txt", "snow.jpg")
    tap.equal(got[0], content(path("recipe.txt")))


@tap.test
def what_cannot_be_sent_is_said_before_it_is_tried():
    with open(path("large.bin"), "wb") as file:
        file.truncate((LIMIT_MIB + 1) * 1024 * 1024)
    choose("large.bin", seen=False)
    app().containing("“large.bin” has 9.4\u00a0MB; 8.4\u00a0MB can be sent. Share it another way")
    assert not app().has("button", "Remove “large.bin”")


tap.main(setup, teardown, timeout=280)
