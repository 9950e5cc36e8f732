# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of every kind that a bubble can hold, of somebody else and of one's own, for pictures."""

import os

import samples

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
        for scene in ("snow", "meadow", "night", "evening", "lake"):
            samples.photo(self.path(f"{scene}.png"), scene, 1200, 900)
        samples.moving(self.path("sunset.gif"))
        samples.film(self.path("gradient.webm"))
        samples.sound(self.path("ticks.ogg"))
        with open(self.path("Timetable of the ferries, winter.pdf"), "wb") as file:
            file.write(b"%PDF-1.7\n" + os.urandom(348_000))
        with open(self.path("backup.tar.gz"), "wb") as file:
            file.write(b"\x1f\x8b\x08" + os.urandom(2_400_000))
        with open(self.path("carol.vcf"), "w", encoding="utf-8") as file:
            file.write(CARD)
        return self

    def messages(self):
        """What to give to “send”, a screen of messages at a time: (its name, [arguments, …])."""
        yield "photos", [
            ["--attach", self.path("evening.jpg"), "--text", "Look at this light over the hills"],
            ["--attach", self.path("lake.jpg")],
        ]
        grid = [word for scene in ("snow", "meadow", "night", "evening", "lake") for word in ("--attach", self.path(f"{scene}.png"))]
        yield "several-photos", [grid]
        yield "moving", [["--attach", self.path("sunset.gif")], ["--attach", self.path("gradient.webm")]]
        yield "files-and-cards", [
            ["--attach", self.path("ticks.ogg")],
            ["--attach", self.path("Timetable of the ferries, winter.pdf"), "--attach", self.path("backup.tar.gz"),
             "--text", "For the trip"],
            ["--location", "46.0207,7.7491,25,Zermatt"],
            ["--contact", self.path("carol.vcf")],
            ["--text", "Shall we?", "--link", "https://ferries.example.org/winter", "--link-title", "Ferries in winter",
             "--link-text", "Every hour from the old pier, every two hours on Sundays."],
        ]  # fmt: skip

    def send(self, cli, to, screen):
        """The messages of a screen, to an address."""
        for arguments in dict(self.messages())[screen]:
            cli.run("send", "mailto:" + to, *arguments, "--wait", "sent", timeout=120)
