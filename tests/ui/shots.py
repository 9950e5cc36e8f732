# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of every page in every look, into _build/shots: `./dev shots [LOOK…]`.

Nothing in them is made up: a real server, a real keyring, and people who really wrote
to each other. Only the clock is helped: the store is told that some of it was days ago.
"""

import os
import subprocess
import sys
import time

import fixture
from stage import Device, Stage
from support import tap

OUT = os.path.join(os.environ["WAXWING_SOURCE"], "_build", "shots")
WINDOW, NARROW, WIDE = (1000, 700), (360, 640), (1600, 900)
INTERFACE = "org.gnome.desktop.interface"
CONTRAST = "org.gnome.desktop.a11y.interface"

# The name of a look: the size of the window, settings, environment.
LOOKS = {
    "light": (WINDOW, {}, {}),
    "dark": (WINDOW, {(INTERFACE, "color-scheme"): "prefer-dark"}, {}),
    "contrast": (WINDOW, {(CONTRAST, "high-contrast"): "true"}, {}),
    "right-to-left": (WINDOW, {}, {"GTK_DEBUG": "invert-text-dir"}),
    "large-text": (WINDOW, {(INTERFACE, "text-scaling-factor"): "2.0"}, {}),
    "narrow": (NARROW, {}, {}),
    "wide": (WIDE, {(INTERFACE, "accent-color"): "purple"}, {}),
}
ALICE = "alice@example.org"


class Shots:
    def __init__(self, stage, look):
        self.stage, self.look = stage, look
        self.size, self.settings, self.env = LOOKS[look]
        self.folder = os.path.join(OUT, look)
        self.number = 0

    def __enter__(self):
        for (schema, key), value in self.settings.items():
            self.stage.session.setting(schema, key, value)
        self.stage.display.resize(*self.size)
        return self

    def __exit__(self, *_):
        for schema, key in self.settings:
            self.stage.session.setting(schema, key, fixture.default_of(schema, key))

    def take(self, name):
        """One picture, once nothing moves any more: two in a row are the same."""
        self.number += 1
        os.makedirs(self.folder, exist_ok=True)
        path = os.path.join(self.folder, f"{self.number:02}-{name}.png")
        end, before = time.monotonic() + 5, None
        while time.monotonic() < end:
            self.stage.display.screenshot(path)
            with open(path, "rb") as file:
                now = file.read()
            if now == before:
                break
            before = now
            time.sleep(0.15)
        print(path, flush=True)

    def enrolment(self):
        profile = self.stage.session.path("home", "fresh-" + self.look)
        process, app = self.stage.start(profile=profile, env=self.env)
        self.take("welcome")
        app.click("button", "Get Started")
        app.enter("Server", self.stage.server.url)
        self.take("server")
        app.click("button", "Continue")
        app.enter(fixture.ENTRY, "nobody-yet")
        app.enter(fixture.ENTRY, f"carol-{self.look}@example.org")
        self.take("your-address")
        app.click("button", "Continue")
        app.containing("We sent a link")
        self.take("confirm-your-address")
        app.click("button", "Change Address")
        number = f"+3361234{5600 + list(LOOKS).index(self.look)}"
        app.enter(fixture.ENTRY, number)
        self.take("your-number")
        app.click("button", "Continue")
        app.find("button", "Send Me a Code")
        self.take("what-it-may-cost")
        app.click("button", "Send Me a Code")
        app.find("text", "Code of Six Digits")
        app.enter("Code of Six Digits", "000000")
        app.containing("left", timeout=20)
        self.take("confirm-your-number")
        app.click("button", "Change Address")
        app.click("button", "Continue")
        app.click("button", "I'll Send a Message")
        app.find("button", "Open the Message to Send")
        self.take("send-a-message")
        self.stage.stop(process)

    def joining(self):
        """A further device asks to be let in, seen from Alice's first one and from itself."""
        process, app = self.stage.start(env=self.env)
        app.find("text", "Message", timeout=20)
        device = Device(self.stage, ALICE, "desktop " + self.look).join()
        a11y_button = fixture.any_button(app, "Show", "Review")
        self.take("new-device-waits")
        fixture.press(a11y_button)
        if a11y_button.get_name() == "Show":
            self.take("new-device-in-list")
            app.click("button", "Review")
        app.find("button", "They Match", timeout=30)
        self.take("approval")
        device.process.stop()
        self.stage.stop(process)

        process, app = self.stage.start(profile=self.stage.session.path("home", "joins-" + self.look), env=self.env)
        fixture.enroll(self.stage, app, ALICE, "Alice Martin", "tablet " + self.look, finish=False)
        self.stage.confirm(ALICE)
        app.containing("This address has devices already", timeout=30)
        self.take("approve-this-device")
        self.stage.tablet.pending()
        app.containing("Compare these digits", timeout=30)
        self.take("digits")
        self.stage.stop(process)
        self.starting_over()

    def starting_over(self):
        """Somebody who has none of the devices, and what Alice sees of that."""
        profile = self.stage.session.path("home", "lost-" + self.look)
        process, app = self.stage.start(profile=profile, env=self.env)
        fixture.enroll(self.stage, app, ALICE, "Alice Martin", "found " + self.look, finish=False)
        self.stage.confirm(ALICE)
        app.click("button", "I Have None of Them", timeout=30)
        self.take("start-over")
        app.click("button", "Start Over")
        question = app.containing("This can't be undone")
        self.take("start-over-question")
        fixture.press(app.all("button", "Start Over", within=fixture.dialog_of(question))[-1])
        app.containing("Waiting to Start Over", timeout=30)
        self.take("held")
        self.stage.stop(process)

        process, app = self.stage.start(env=self.env)
        refuse = fixture.any_button(app, "Show", "Refuse")
        self.take("claim")
        if refuse.get_name() == "Show":
            fixture.press(refuse)
            app.find("button", "Refuse")
            self.take("claim-in-list")
        app.click("button", "Refuse")
        app.gone("button", "Refuse", timeout=20)
        self.stage.stop(process)

    def conversations(self):
        process, app = self.stage.start(env=self.env)
        app.find("text", "Message", timeout=20)
        self.take("conversation")
        if self.size == NARROW:
            self.stage.display.key("Escape")
            app.find("list", "Conversations")
            self.take("list")
        self.stage.display.key("ctrl+n")
        app.enter(fixture.ENTRY, "dora@example")
        self.take("new-conversation")
        app.enter(fixture.ENTRY, "dora@example.org")
        app.click("button", "Start")
        app.containing("Nobody", timeout=10)
        self.take("nobody-there")
        app.click("button", "Cancel")
        app.gone("dialog")
        if self.size == NARROW:
            fixture.open_conversation(self.stage, app, "Bob Okafor")
        app.click("button", "Conversation Details")
        app.containing("Device 1")
        self.take("details")
        fixture.activate(self.stage, app, "Safety Number")
        app.find("button", "Copy", timeout=20)
        self.take("safety-number")
        self.leave_details(app)
        self.dialogs(app)
        self.stage.stop(process)

    def leave_details(self, app):
        """They are a dialog where there is no room beside the conversation."""
        if app.has("dialog"):
            # Back from the safety number, then out.
            self.stage.display.key("Escape")
            app.gone("button", "Copy")
            fixture.close_dialog(self.stage, app)
            return
        self.stage.display.key("ctrl+i")
        app.gone("grouping", "Conversation Details")

    def dialogs(self, app):
        display = self.stage.display
        display.key("ctrl+comma")
        for page in ("Account", "Devices", "Notifications", "Privacy"):
            fixture.preferences_page(app, page)
            self.take("preferences-" + page.lower())
            if page == "Devices":
                fixture.activate(self.stage, app, "tablet")
                self.take("preferences-device")
        fixture.preferences_page(app, "Account")
        app.click("button", "Add Address")
        self.take("add-address")
        app.enter(fixture.ENTRY, f"alice-{self.look}@work.example")
        app.click("button", "Continue")
        app.containing("We sent a link")
        self.take("confirm-added-address")
        # The window behind has a Back of its own where it is narrow.
        app.click("button", "Back", within=app.find("dialog"))
        app.containing("Waiting until you open the link")
        self.take("preferences-adding")
        fixture.close_dialog(self.stage, app)
        display.key("ctrl+question")
        app.containing("Keyboard Shortcuts")
        self.take("shortcuts")
        fixture.close_dialog(self.stage, app)

    def locked(self):
        self.stage.session.keyring.lock()
        process, app = self.stage.start(env=self.env)
        app.find("button", "Unlock", timeout=20)
        self.take("keyring-locked")
        self.stage.session.keyring.unlock()
        app.find("text", "Message", timeout=20)
        self.stage.server.kill()
        app.containing("No connection since", timeout=30)
        self.take("no-connection")
        self.stage.stop(process)
        self.stage.server.start()


def main():
    looks = sys.argv[1:] or list(LOOKS)
    if len(looks) > 1:
        # Each in a world of its own: whoever was refused a start over is so in the next look too, and a process has
        # one accessibility bus.
        sys.exit(max(subprocess.run([sys.executable, __file__, look], check=False).returncode for look in looks))
    with Stage(size=WINDOW) as stage:
        fixture.fill(stage, ALICE)
        with Shots(stage, looks[0]) as shots:
            shots.enrolment()
            shots.conversations()
            shots.joining()
            shots.locked()
    tap.diag(f"pictures in {OUT}")


if __name__ == "__main__":
    main()
