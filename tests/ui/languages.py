# SPDX-License-Identifier: GPL-3.0-or-later
"""Every text of every page comes from the catalogue, whole, and has room to be a third longer.

The language is one that nobody speaks: each of its messages stands in brackets. What
stands outside of them was never translated, and what stands in two pairs side by side
was put together. With names of languages, as in `languages.py fr ar`, the same walk
takes pictures of them, into _build/shots.
"""

import os
import re
import sys

from stage import Stage
from support import tap
from support.catalogue import CLOSE, OPEN
from tour import OWN, Tour

LOCALES = {"fr": "fr_FR", "de": "de_DE", "es": "es_ES", "pt_BR": "pt_BR", "ar": "ar_EG", "ja": "ja_JP"}
# What GTK and libadwaita say themselves, here in English.
TOOLKIT = {"Close", "Close the window", "Back", "Preferences"}
KEYS = r"\b(Ctrl|Control|Shift|Alt|Tab|Escape|Enter|Return|Page ?Up|Page ?Down|Up|Down|Left|Right|Home|End|Delete|Menu|F\d+|[A-Z])\b"
FINGERPRINT = r"([0-9a-f]{4} ){8,}[0-9a-f]{4}"
ADDRESS = r"\S+@\S+|https?://\S+|\b127\.0\.0\.1:\d+|nobody-yet"


def groups(text):
    """What stands in outermost brackets, how many of them, and what is left outside; None where one isn't closed."""
    depth, outside, count = 0, "", 0
    for letter in text:
        if letter == OPEN:
            depth += 1
            count += depth == 1
        elif letter == CLOSE:
            depth -= 1
            if depth < 0:
                return None
        elif depth == 0:
            outside += letter
    return (count, outside) if depth == 0 else None


def left(outside):
    """What nobody can have translated is taken away."""
    for own in sorted(OWN, key=len, reverse=True):
        outside = outside.replace(own, " ")
    return re.sub(ADDRESS, " ", re.sub(FINGERPRINT, " ", outside))


def problem(role, text):
    """What is wrong with a text that a person sees or hears, or None."""
    if text in TOOLKIT or not text:
        return None
    found = groups(text)
    if found is None:
        return "a part of a message"
    count, outside = found
    if re.search(r"[^\W\d_]", re.sub(KEYS, " ", left(outside))):
        return "not translated"
    # A widget without a name of its own is called by all that is in it.
    if role == "label" and count > 1 and "\n" not in text:
        return "put together"
    return None


class Reader:
    """Reads all that shows on a page."""

    def __init__(self, tour_stage, width):
        self.stage, self.width = tour_stage, width
        self.problems = {}
        self.tour = None
        self.pages = 0

    def __call__(self, page):
        from support import a11y

        self.pages += 1
        for accessible in a11y.walk(self.tour.app.root):
            self.read(page, accessible)
        frame = self.tour.app.root.get_child_at_index(0)
        size = frame.get_component_iface().get_size()
        if self.width and size.x > self.width:
            self.problems.setdefault(f"the window needs {size.x} pixels", page)

    def read(self, page, accessible):
        from gi.repository import GLib
        from support import a11y

        try:
            role = accessible.get_role_name()
            if not a11y.showing(accessible) or role in ("application", "image") and not accessible.get_name():
                return
            texts = {accessible.get_name(), accessible.get_description()}
        except GLib.Error:
            return  # It went while the page was read.
        for text in texts:
            wrong = problem(role, text or "")
            if wrong:
                self.problems.setdefault(f"{wrong}: {role} “{text}”", page)


@tap.test
def what_is_wrong_is_found():
    tap.equal(problem("label", f"{OPEN}Sent{CLOSE}"), None)
    tap.equal(problem("label", f"{OPEN}Photo: {OPEN}3 files{CLOSE}{CLOSE}"), None)
    tap.equal(problem("label", "Alice Martin"), None)
    tap.equal(problem("label", "Sent"), "not translated")
    tap.equal(problem("button", f"Photo: {OPEN}3 files{CLOSE}"), "not translated")
    tap.equal(problem("label", f"{OPEN}Sent{CLOSE} {OPEN}today{CLOSE}"), "put together")
    tap.equal(problem("label", f"{OPEN}Sen"), "a part of a message")


@tap.test
def every_text_comes_from_the_catalogue():
    with Stage(size=(1000, 700)) as stage:
        reader = Reader(stage, 0)
        reader.tour = tour = Tour(stage, "pseudo", "en_GB.UTF-8", reader)
        tour.enrolment()
        tour.conversation()
        tour.dialogs()
        # Longer words, and no more room than on a telephone.
        reader.width = 360
        stage.display.resize(360, 640)
        reader("narrow")
        tour.locked()
        tap.diag(f"{reader.pages} pages were read")
        assert not reader.problems, "\n".join(f"{page}: {wrong}" for wrong, page in reader.problems.items())


def pictures(language):
    with Stage(size=(1000, 700)) as stage:
        folder = os.path.join(os.environ["WAXWING_SOURCE"], "_build", "shots", language)
        os.makedirs(folder, exist_ok=True)
        tour = Tour(stage, language, LOCALES[language] + ".UTF-8", lambda page: take(stage, folder, page))
        tour.enrolment()
        tour.conversation()
        tour.dialogs()
        stage.display.resize(360, 640)
        tour.visit("narrow")
        tour.locked()


def take(stage, folder, page):
    import time

    number = len(os.listdir(folder))
    path = os.path.join(folder, f"{number:02}-{page}.png")
    before, end = None, time.monotonic() + 4
    while time.monotonic() < end:
        stage.display.screenshot(path)
        with open(path, "rb") as file:
            now = file.read()
        if now == before:
            break
        before = now
        time.sleep(0.15)
    print(path, flush=True)


if len(sys.argv) > 1:
    for chosen in sys.argv[1:]:
        pictures(chosen)
else:
    tap.main(timeout=170)
