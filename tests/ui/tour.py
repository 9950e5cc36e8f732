# SPDX-License-Identifier: GPL-3.0-or-later
"""A walk through the pages of the application in any language: everything is found by what it says there."""

import os
import subprocess

import fixture
from support import catalogue

ALICE = "alice@example.org"
BOB = "Bob Okafor"
# What the people of the tour say and what belongs to them: it stays as it is in every language.
OWN = ("Alice Martin", BOB, "laptop", "phone", "Are you coming tonight?", "On my way. Ten minutes.", "Which chapter", "👍")


def make_locale(directory, name):
    """A locale of glibc, which needs not be installed. Without one there is no translation at all."""
    path = os.path.join(directory, name)
    if not os.path.exists(path):
        subprocess.run(
            ["localedef", "-i", name.split(".")[0], "-f", "UTF-8", path], check=False, capture_output=True, timeout=60
        )
    assert os.path.exists(os.path.join(path, "LC_CTYPE")), f"localedef makes no {name}"


class Tour:
    """visit(name) is called on every page, once it is there."""

    def __init__(self, stage, language, locale, visit):
        self.stage, self.visit = stage, visit
        self.words = catalogue.Words(language, os.path.join(stage.directory, "languages"))
        place = os.path.join(stage.directory, "locale")
        os.makedirs(place, exist_ok=True)
        make_locale(place, locale)
        self.env = {
            "LOCPATH": place,
            "LC_ALL": locale,
            "LANG": locale,
            "LANGUAGE": language,
            "WAXWING_LOCALE_DIR": self.words.directory,
        }
        self.process = self.app = None

    def start(self):
        self.process, self.app = self.stage.start(env=self.env)

    def stop(self):
        self.stage.stop(self.process)

    def click(self, text, context=None, timeout=20, within=None):
        self.app.click("button", self.words(text, context), within=within, timeout=timeout)

    def find(self, role, text, timeout=20):
        return self.app.find(role, self.words(text), timeout=timeout)

    def enter(self, text, value):
        self.app.enter(self.words(text), value)

    def starting_with(self, text):
        """Waits for a sentence, by what stands before its first placeholder."""
        return self.app.containing(self.words(text).split("%")[0].rstrip("\u2068\u200f"), timeout=20)

    def enrolment(self):
        self.start()
        self.find("button", "Get Started")
        self.visit("welcome")
        self.click("Get Started")
        self.enter("Server", self.stage.server.url)
        self.visit("server")
        self.click("Continue")
        self.enter(fixture.ENTRY, "nobody-yet")
        self.enter(fixture.ENTRY, ALICE)
        self.enter("Your Name, as Others See It", "Alice Martin")
        self.enter("Name of This Device", "laptop")
        self.visit("your-address")
        self.click("Continue")
        self.find("button", "Change Address")
        self.visit("confirm-your-address")
        self.stage.confirm(ALICE)
        self.find("button", "Start Messaging", timeout=30)
        self.visit("ready")
        self.click("Start Messaging")
        self.find("button", "New Conversation")
        self.visit("no-conversations")

    def conversation(self):
        bob = self.stage.person(BOB)
        self.stage.display.key("ctrl+n")
        self.enter(fixture.ENTRY, bob.address)
        self.visit("new-conversation")
        self.click("Start", "conversation")
        self.app.gone("dialog")
        fixture.wait(lambda: self.app.has("grouping", bob.address), "the conversation is open")
        self.visit("empty-conversation")
        self.enter("Message", "Are you coming tonight?")
        self.click("Send")
        self.app.containing("Are you coming tonight?")
        bob.sync()
        bob.send(ALICE, "On my way. Ten minutes.")
        bob.read(ALICE)
        self.app.containing("On my way. Ten minutes.")
        fixture.wait(lambda: self.app.has("grouping", BOB), "Bob has a name")
        self.enter("Message", "Which chapter")
        self.visit("conversation")
        self.stage.display.key("ctrl+f")
        self.find("entry", "Find in Conversation")
        self.visit("find-bar")
        self.stage.display.key("Escape")
        self.stage.display.key("F10")
        fixture.wait(lambda: self.app.all("menu item"), "the menu is open")
        self.visit("menu")
        self.stage.display.key("Escape")
        fixture.wait(lambda: not self.app.all("menu item"), "the menu is closed")

    def dialogs(self):
        display = self.stage.display
        display.key("ctrl+comma")
        for page in ("Account", "Devices", "Notifications", "Privacy"):
            fixture.preferences_page(self.app, self.words(page))
            self.visit("preferences-" + page.lower())
        fixture.close_dialog(self.stage, self.app)
        display.key("ctrl+question")
        self.app.containing(self.words("Keyboard Shortcuts"))
        self.visit("shortcuts")
        fixture.close_dialog(self.stage, self.app)
        self.stage.display.key("ctrl+i")
        self.app.containing(self.words("Device %u").replace("%u", "1"), timeout=20)
        self.visit("details")

    def locked(self):
        self.stop()
        self.stage.session.keyring.lock()
        self.start()
        self.find("button", "Unlock")
        self.visit("keyring-locked")
        self.stage.session.keyring.unlock()
        self.find("text", "Message")
        self.stage.server.kill()
        self.starting_with("No connection since %s. Messages go out when it's back.")
        self.visit("no-connection")
        self.stop()
