# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of every kind that a bubble can hold, of somebody else and of one's own, for pictures."""

import os

import samples
from support import site as places

CARD = """BEGIN:VCARD
VERSION:4.0
FN:Carol Finch
N:Finch;Carol;;;
TEL;TYPE=cell:+44 7700 900147
EMAIL:carol@example.org
ORG:Riverside Boat Club
END:VCARD
"""


class Bubbles:
    """`folder`: where the files are made."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def make(self):
        samples.photo(self.path("evening.jpg"))
        samples.photo(self.path("lake.jpg"), "lake", 900, 1400)
        samples.photo(self.path("panorama.jpg"), "meadow", 2400, 400)
        samples.photo(self.path("stamp.png"), "night", 96, 64)
        for scene in ("snow", "meadow", "night", "evening", "lake"):
            samples.photo(self.path(f"{scene}.png"), scene, 1200, 900)
        samples.moving(self.path("sunset.gif"))
        samples.film(self.path("crossing.webm"))
        samples.sound(self.path("ticks.ogg"))
        with open(self.path("Timetable of the ferries, winter.pdf"), "wb") as file:
            file.write(b"%PDF-1.7\n" + os.urandom(348_000))
        with open(self.path("backup.tar.gz"), "wb") as file:
            file.write(b"\x1f\x8b\x08" + os.urandom(2_400_000))
        name = "A name that is much longer than there is room for in a bubble, however wide.odt"
        with open(self.path(name), "wb") as file:
            file.write(b"PK\x03\x04" + os.urandom(40_000))
        with open(self.path("carol.vcf"), "w", encoding="utf-8") as file:
            file.write(CARD)
        return self

    def site(self):
        """What the pages that links lead to are made of, for places.Site."""
        with open(self.path("evening.jpg"), "rb") as file:
            picture = file.read()
        return {
            "/winter": places.page("Ferries in winter", "Every hour from the old pier, every two hours on Sundays.", "/pier.jpg"),
            "/lighthouse": places.page("The lighthouse is open again", "On Saturdays, from ten to four."),
            "/pier.jpg": ("image/jpeg", picture),
        }  # fmt: skip

    def attach(self, *names, text=""):
        return [word for name in names for word in ("--attach", self.path(name))] + (["--text", text] if text else [])

    def messages(self, site):
        """What to give to “send”, a screen of messages at a time: (its name, [arguments, …])."""
        yield "photos", [
            self.attach("evening.jpg", text="Look at this light over the hills"),
            self.attach("stamp.png"),
            self.attach("panorama.jpg"),
        ]
        yield "photo-tall", [self.attach("lake.jpg")]
        yield "several-photos", [self.attach(*(f"{s}.png" for s in ("snow", "meadow", "night", "evening", "lake")))]
        yield "moving", [self.attach("sunset.gif"), self.attach("snow.png", "meadow.png", text="Which one?")]
        yield "files", [
            self.attach("ticks.ogg"),
            self.attach("Timetable of the ferries, winter.pdf", "backup.tar.gz", text="For the trip"),
            self.attach("A name that is much longer than there is room for in a bubble, however wide.odt"),
        ]
        yield "cards", [
            ["--location", "46.0207,7.7491,25,Zermatt"],
            ["--contact", self.path("carol.vcf")],
        ]
        yield "links", [
            ["--text", "Shall we?", "--link", site.url("/winter"), "--preview"],
            ["--link", site.url("/lighthouse"), "--preview"],
        ]

    def send(self, cli, to, site, screen):
        """The messages of a screen, to an address."""
        for arguments in dict(self.messages(site))[screen]:
            cli.run("send", "mailto:" + to, *arguments, "--wait", "sent", timeout=120)
