#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job, told with the real programs: `./dev run --headless`, and a test of the e2e suite.

alice enrols on “laptop”, in the application; bob enrols; alice writes, bob reads and answers; alice enrols “desktop”:
the alert shows on laptop, the digits match, she approves; bob's next message shows on both; what she sends from
desktop shows on laptop as sent; bob taps back on her first message and
sends a photo.

Prints what happened, line by line, with the paths of the screenshots; with --tap as a test.
"""

import math
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from house import House  # noqa: E402
from support import programs, tap  # noqa: E402

GREETING = "Hello Bob, is the kettle on?"
ANSWER = "It is. Come over!"
NEXT = "The tea is getting cold."
FROM_DESKTOP = "On my way, written at my desk."
TAPBACK = "❤️"
CAPTION = "From my window, just now"


def paint(path, width=1200, height=800):
    """A photo: an evening sky above two hills."""
    import gi

    gi.require_version("GdkPixbuf", "2.0")
    from gi.repository import GdkPixbuf, GLib

    sky, glow, far, near = (52, 62, 120), (250, 170, 120), (86, 66, 104), (38, 30, 56)
    pixels = bytearray()
    ridges = [
        (int(height * (0.62 - 0.06 * math.sin(x / width * 5))), int(height * (0.82 - 0.07 * math.cos(x / width * 7))))
        for x in range(width)
    ]
    for y in range(height):
        part = min(y / (height * 0.7), 1)
        air = bytes(round(a + (b - a) * part) for a, b in zip(sky, glow))
        for behind, before in ridges:
            pixels += bytes(near) if y > before else bytes(far) if y > behind else air
    picture = GdkPixbuf.Pixbuf.new_from_bytes(
        GLib.Bytes.new(bytes(pixels)), GdkPixbuf.Colorspace.RGB, False, 8, width, height, width * 3
    )
    picture.savev(path, "jpeg", ["quality"], ["90"])
    return path


class Teller:
    """Says what happened, and keeps pictures of it."""

    def __init__(self, as_tap):
        self._as_tap = as_tap
        source = os.environ.get("WAXWING_SOURCE") or os.path.abspath(
            os.path.join(os.path.dirname(__file__), "..", "..")
        )
        self.directory = os.environ.get("WAXWING_STORY") or os.path.join(source, "_build", "story")
        os.makedirs(self.directory, exist_ok=True)
        self.pictures = 0

    def say(self, text):
        if self._as_tap:
            tap.diag(text)
        else:
            print(text, flush=True)

    def picture(self, name, take):
        self.pictures += 1
        path = os.path.join(self.directory, f"{self.pictures:02}-{name}.png")
        take(path)
        assert os.path.getsize(path) > 0, f"no picture in {path}"
        self.say(f"    screenshot {path}")
        return path


class Window:
    """alice's application on laptop, driven as a screen reader's user would."""

    def __init__(self, device, teller):
        from support.notifications import NotificationService

        self.device, self.teller = device, teller
        self.notifications = device.house.stack.enter_context(
            NotificationService(device.session.env["DBUS_SESSION_BUS_ADDRESS"])
        )
        self.process = programs.start_application(device.session, profile=device.profile)
        # Looks for this device's bus: not before there is one.
        from support import a11y

        self.a11y = a11y
        try:
            self.app = a11y.Application(self.process.pid, timeout=60)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.process.log()}") from None

    def picture(self, name):
        self.teller.picture(name, self.device.session.display.screenshot)

    def enroll(self, house, name):
        app = self.app
        app.find("button", "Get Started", timeout=30)
        self.picture("welcome")
        app.click("button", "Get Started")
        app.enter("Server", house.server.url)
        app.click("button", "Continue")
        app.enter("E-Mail Address or Phone Number", self.device.address)
        app.enter("Your Name, as Others See It", name)
        app.enter("Name of This Device", self.device.name)
        self.picture("your-address")
        app.click("button", "Continue")
        app.containing("We sent a link to " + self.device.address, timeout=30)
        self.picture("confirm-your-address")
        house.confirm(house.link(self.device.address, 1), picture=self.teller)
        app.find("button", "Start Messaging", timeout=30)
        self.picture("ready")
        app.click("button", "Start Messaging")

    def write_to(self, address, text):
        app = self.app
        app.click("button", "New Conversation")
        app.enter("E-Mail Address or Phone Number", address)
        app.click("button", "Start")
        app.find("text", "Message", timeout=30)
        app.enter("Message", text)
        self.picture("writing")
        app.click("button", "Send")

    def wait_for_message(self, text, *parts):
        """Waits for the item of the list “Messages” that says the text and these parts, as one sentence."""

        def look():
            for item in self.a11y.children(self.app.find("list", "Messages")):
                name = item.get_name() or ""
                if text in name and all(part in name for part in parts):
                    return name
            return None

        return self.a11y.wait(look, f"“{text}” shows ({', '.join(parts)})", 30)

    def digits(self):
        """The six digits that the approval dialog shows."""

        def look():
            shown = ("".join(a.get_name().split()) for a in self.a11y.walk(self.app.root) if self.a11y.showing(a))
            return next((n for n in shown if len(n) == 6 and n.isdigit()), None)

        return self.a11y.wait(look, "the six digits show", 30)


def told(house, teller):
    say = teller.say
    laptop = house.device("Alice", "laptop", display="cage", size=(1000, 700))
    say(f"a server runs at {house.server.url}, a mail server at {house.smtp.url}")

    window = Window(laptop, teller)
    window.enroll(house, "Alice")
    say("alice enrolled on “laptop”: she confirmed the link in her mail")

    bob = house.device("Bob", "phone")
    bob.enroll()
    say("bob enrolled on “phone”: he confirmed the link in his mail")

    window.write_to(bob.address, GREETING)
    say(f"alice wrote: {GREETING}")
    received = bob.wait_for_text(laptop, GREETING)
    tap.equal((received["sender"], received["state"]), (laptop.handle, "received"))
    say("bob read it")
    window.wait_for_message(GREETING, "Delivered")
    window.picture("delivered")
    bob.send(laptop, ANSWER)
    window.wait_for_message(ANSWER)
    say(f"bob answered: {ANSWER}")
    window.picture("answered")

    desktop = second_device(house, teller, laptop, window)

    bob.send(desktop, NEXT)
    window.wait_for_message(NEXT)
    desktop.wait_for_text(bob, NEXT)
    say(f"bob wrote, and it shows on both of alice's devices: {NEXT}")

    desktop.send(bob, FROM_DESKTOP, "--wait", "sent")
    window.wait_for_message("You: " + FROM_DESKTOP)
    bob.wait_for_text(desktop, FROM_DESKTOP)
    say(f"alice wrote on “desktop”, and it shows on “laptop” as sent by her: {FROM_DESKTOP}")
    window.picture("both-devices")

    bob.one("react", received["id"], TAPBACK)
    window.wait_for_message(GREETING, f"{TAPBACK} from Bob")
    say(f"bob tapped back, and it shows on “laptop”: {TAPBACK}")
    window.picture("tapback")

    bob.one("send", laptop.handle, "--attach", paint(os.path.join(house.directory, "evening.jpeg")), "--text", CAPTION)
    window.wait_for_message(CAPTION, "Photo")
    say("bob sent a photo, and it shows on “laptop”")
    window.picture("photo")
    window.process.stop()


def second_device(house, teller, laptop, window):
    desktop = house.device("Alice", "desktop")
    enrolment = desktop.begin_enrolment()
    house.confirm(desktop.link())
    enrolment.step("approving")
    teller.say("alice enrols “desktop”: it waits for her approval")
    asked = window.notifications.wait_for(lambda n: "Review" in n.actions.values(), "laptop asks about the device", 30)
    teller.say(f"laptop shows a notification: {asked.title}: {asked.body}")
    window.notifications.press(asked, "Review")
    shown = window.digits()
    window.picture("approval")
    tap.equal(enrolment.digits(), shown, "the digits on both devices")
    teller.say(f"both devices show {shown}")
    window.app.click("button", "They Match")
    window.app.containing("is now one of your devices", timeout=30)
    enrolment.finish()
    teller.say("she approved it: the digits match")
    window.device.session.display.key("Escape")
    window.app.gone("dialog")

    alert = window.notifications.wait_for(lambda n: "It Was Me" in n.actions.values(), "the new device is announced", 30)
    tap.is_in("desktop", alert.body)
    tap.is_in("Remove Device", list(alert.actions.values()))
    teller.say(f"the alert shows on laptop: {alert.title}: {alert.body}")
    window.app.find("button", "It Was Me")
    window.picture("alert")
    window.notifications.press(alert, "It Was Me")
    window.app.gone("button", "It Was Me")
    return desktop


def tell(as_tap=False):
    teller = Teller(as_tap)
    with House(browser=True) as house:
        told(house, teller)
    teller.say("the story came to its end; all of it worked")


@tap.test
def the_main_job_works_end_to_end():
    tell(as_tap=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["--tap"]:
        sys.argv.pop()
        tap.main(timeout=280)
    try:
        tell()
    except Exception as error:  # Whatever went wrong, the person is told what, and the status says so.
        import traceback

        traceback.print_exc()
        print(f"the story broke off: {error}", file=sys.stderr)
        sys.exit(1)
