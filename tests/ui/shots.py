# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of every page in every look, into _build/shots: `./dev shots [LOOK…] [PAGES…]`.

Nothing in them is made up: a real server, a real keyring, and people who really wrote
to each other. Only the clock is helped: the store is told that some of it was days ago.
"""

import glob
import os
import signal
import subprocess
import sys
import time

import bubbles
import fixture
from stage import Device, Stage
from support import site as places
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
NORA = "Nora Field"


class Shots:
    def __init__(self, stage, look):
        self.stage, self.look = stage, look
        self.size, self.settings, self.env = LOOKS[look]
        self.folder = os.path.join(OUT, look)
        os.makedirs(self.folder, exist_ok=True)
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
        self.group(app)
        self.dialogs(app)
        self.stage.stop(process)

    def group(self, app):
        """One is made, as far as its first message; and how several people are chosen."""
        bob, ana = (f"{name}@example.org" for name in ("bob", "ana"))
        self.stage.display.key("ctrl+n")
        app.enter(fixture.ENTRY, f"{bob}, {ana},")
        fixture.wait(lambda: app.has("button", "Create Group"), "two people make a group")
        app.enter("Group Name (Optional)", "Book Club")
        self.take("new-group")
        app.click("button", "Create Group")
        app.gone("dialog")
        fixture.wait(lambda: app.has("grouping", "Book Club"), "the group is open")
        fixture.write(app, "Thursday at eight, at my place?")
        self.take("group")
        self.stage.display.key("ctrl+i")
        fixture.wait(lambda: app.has("button", "Add People"), "the members are listed")
        self.take("group-details")
        if app.has("dialog"):
            fixture.close_dialog(self.stage, app)
        else:
            self.stage.display.key("ctrl+i")
            app.gone("grouping", "Conversation Details")

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

    def bubbles(self):
        """Every kind of bubble: somebody else's, one's own, and in a group."""
        self.chosen = self.stage.session.path("home", "chosen")
        os.makedirs(self.chosen, exist_ok=True)
        fixture.begin_choosing_in(self.stage, self.chosen)
        process, app = self.stage.start(env={**self.env, "GST_PLUGIN_FEATURE_RANK": "audiotestsrc:512"})
        app.find("button", "New Conversation", timeout=20)
        nora, own = self.stage.person(NORA), self.stage.tablet.cli
        fixture.start_conversation(app, nora)
        fixture.write(app, "Hello Nora")
        nora.sync()
        made = bubbles.Bubbles(self.stage.session.path("home", "bubbles")).make()
        with places.Site(made.site()) as site:
            self.words(app, nora, own)
            for name, cli, to in (("their", nora.cli, ALICE), ("own", own, nora.address)):
                for screen, _ in made.messages(site):
                    made.send(cli, to, site, screen)
                    self.at_the_end(app, f"bubbles-{name}-{screen}")
        self.transfers(app, nora, made)
        self.composer(app, made)
        self.group(app, nora, own)
        self.stage.stop(process)

    def at_the_end(self, app, name):
        """A picture of what came last, once it is all there."""
        fixture.wait(lambda: not app.has("button", "Pause"), "what is fetched by itself is there", 20)
        self.take(name)

    def words(self, app, nora, own):
        """Texts, and what is said about them."""
        first = nora.cli.run("send", "mailto:" + ALICE, "--text", "Shall we meet at the old pier?", "--wait", "sent")[-1]
        own.run("requests", "--sync")
        answer = own.run("send", "mailto:" + nora.address, "--text", "Gladly! At half past ten?", "--reply-to",
                         first["id"], "--wait", "sent")[-1]  # fmt: skip
        nora.sync()
        nora.cli.run("react", answer["id"], "❤️")
        own.run("react", first["id"], "👍")
        nora.send(ALICE, "🎉🎉")
        later = nora.cli.run("send", "mailto:" + ALICE, "--text", "At ten", "--wait", "sent")[-1]
        nora.cli.run("edit", later["id"], "At ten past ten: the ferry needs a moment to land, and the gangway is slow")
        slip = nora.cli.run("send", "mailto:" + ALICE, "--text", "Wrong window", "--wait", "sent")[-1]
        nora.cli.run("unsend", slip["id"])
        taken = own.run("send", "mailto:" + nora.address, "--text", "Wrong window too", "--wait", "sent")[-1]
        own.run("unsend", taken["id"])
        own.run("send", "mailto:" + nora.address, "--text", "👋", "--wait", "sent")
        app.containing("👋")
        self.take("bubbles-words")

    def transfers(self, app, nora, made):
        """A file that waits, one on its way, one that is not on the server any more, and a message that failed."""
        large, old, waiting = "Film of the crossing.mkv.bin", "Timetable of the ferries, winter.pdf", "backup.tar.gz"
        with open(made.path(large), "wb") as file:
            file.truncate(95 * 1024 * 1024)
        for name in (waiting, large, old):
            nora.cli.run("send", "mailto:" + ALICE, "--attach", made.path(name), "--wait", "sent", timeout=120)
        app.find("button", f"Download “{large}”", timeout=20)
        stored = glob.glob(os.path.join(self.stage.server.data, "attachments", "**", "*"), recursive=True)
        os.unlink(max((p for p in stored if os.path.isfile(p)), key=os.path.getmtime))
        fixture.press(app.all("button", f"Download “{old}”")[-1])
        app.containing("Not on the server any more", timeout=20)
        app.click("button", f"Download “{large}”")
        # On a quick machine it is there before any of it could be seen on its way.
        fixture.wait(lambda: self.moving(app) or app.has("button", f"Open “{large}”"), "some of it is there", 60)
        self.stage.server.process.send(signal.SIGSTOP)
        try:
            fixture.write(app, "Which of the two ferries?")
            self.take("bubbles-transfers")
        finally:
            self.stage.server.process.send(signal.SIGCONT)
        app.find("button", f"Open “{large}”", timeout=60)

    def moving(self, app):
        """What it says of a file of which some is there, if there is one."""
        return [n for n in self.labels(app) if " of " in n and n.endswith("\u00a0MB") and not n.startswith("0\u00a0")]

    def labels(self, app):
        from support import a11y

        return [a.get_name() for a in a11y.walk(app.root) if a.get_role_name() == "label"]

    def composer(self, app, made):
        """What is chosen and not sent yet; a voice message while it is recorded, and after."""
        names = ("evening.jpg", "crossing.webm", "backup.tar.gz")
        fixture.put_into(self.chosen, *map(made.path, names))
        self.stage.display.key("ctrl+o")
        fixture.choose_all(self.stage, app, "Attach Photos and Files", "Attach", names)
        app.find("button", "Options of “evening.jpg”", timeout=20)
        fixture.wait(lambda: "sensitive" in fixture.states_of(app, "Send", "button"), "all of it is known", 20)
        self.take("bubbles-composer")
        os.unlink(os.path.join(self.chosen, "backup.tar.gz"))
        app.click("button", "Send")
        app.containing("Not sent", timeout=20)
        self.take("bubbles-failed")
        fixture.open_menu(app, "Attach")
        fixture.press(fixture.menu_item(app, "Voice Message"))
        fixture.wait(lambda: any(n.startswith("0:02") for n in self.labels(app)), "two seconds are recorded", 20)
        self.take("bubbles-recording")
        app.click("button", "Send Voice Message")
        app.find("button", "Play: Voice message, 2 seconds", timeout=20)
        self.take("bubbles-voice")

    def group(self, app, nora, own):
        """Several people: their names, what they think of a message, what happened to the group."""
        ana = self.stage.person("Ines Carvalho")
        ana.cli.run("send", "mailto:" + nora.address, "--text", "Hello", "--wait", "sent")
        nora.sync()
        group = nora.cli.run("group", "create", "Boat Club", ALICE, ana.address)[-1]["id"]
        ana.sync()
        asked = nora.cli.run("send", group, "--text", "Who comes on Sunday?", "--wait", "sent")[-1]["id"]
        fixture.open_conversation(self.stage, app, "Boat Club")
        ana.sync()
        for cli, emoji in ((ana.cli, "👍"), (own, "❤️"), (nora.cli, "👍")):
            cli.run("messages", group, "--sync", expect=None)
            cli.run("react", asked, emoji)
        ana.cli.run("send", group, "--text", "I do, with the small boat", "--wait", "sent")
        ana.cli.run("send", group, "--attach", self.stage.session.path("home", "bubbles", "snow.png"), "--wait", "sent")
        own.run("send", group, "--text", "Me too", "--reply-to", asked, "--wait", "sent")
        nora.cli.run("group", "rename", group, "Boat Club, Sundays")
        app.containing("Me too", timeout=20)
        self.take("bubbles-group")

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


PAGES = {
    "enrolment": Shots.enrolment,
    "conversations": Shots.conversations,
    "bubbles": Shots.bubbles,
    "joining": Shots.joining,
    "locked": Shots.locked,
}


def main():
    pages = [a for a in sys.argv[1:] if a in PAGES]
    looks = [a for a in sys.argv[1:] if a not in PAGES] or list(LOOKS)
    if len(looks) > 1:
        # Each in a world of its own: whoever was refused a start over is so in the next look too, and a process has
        # one accessibility bus.
        runs = [subprocess.run([sys.executable, __file__, look, *pages], check=False) for look in looks]
        sys.exit(max(run.returncode for run in runs))
    places.separate()
    with Stage(size=WINDOW) as stage:
        fixture.fill(stage, ALICE)
        with Shots(stage, looks[0]) as shots:
            for page in pages or PAGES:
                PAGES[page](shots)
    tap.diag(f"pictures in {OUT}")


main()
