# SPDX-License-Identifier: GPL-3.0-or-later
"""The screen reader Orca, and what it says. It needs X11."""

import json
import os

from . import tap

# What is typed is not repeated, so that only what the application makes it say is heard.
SETTINGS = {"speechServerFactory": "support.orca_tape", "enableKeyEcho": False, "enableBraille": False, "enableSound": False}
PROFILE = {"profile": ["Default", "default"], "pronunciations": {}, "keybindings": {}}


class Orca:
    """Starts it in a session. It ends with that."""

    def __init__(self, session):
        self._tape = session.path("log", "orca-tape")
        self._write_settings(os.path.join(session.env["XDG_DATA_HOME"], "orca"))
        # GNOME's switch, without which no application tells anything.
        session.setting("org.gnome.desktop.interface", "toolkit-accessibility", "true")
        self.process = session.spawn("orca", env={"ORCA_TAPE": self._tape}, lenient=True)
        self.heard("Screen reader on", timeout=30)

    @staticmethod
    def _write_settings(directory):
        os.makedirs(directory, exist_ok=True)
        with open(os.path.join(directory, "user-settings.conf"), "w", encoding="utf-8") as file:
            json.dump(
                {"general": SETTINGS, "profiles": {"default": PROFILE}, "pronunciations": {}, "keybindings": {}}, file
            )

    def spoken(self):
        """Everything so far, in order."""
        if not os.path.exists(self._tape):
            return []
        with open(self._tape, encoding="utf-8") as file:
            # The last line may not be whole yet.
            return [json.loads(line) for line in file.read().split("\n")[:-1]]

    def heard(self, part, since=0, timeout=10.0):
        """Waits until something with this in it was said, after the first `since`; returns it."""

        def look():
            assert self.process.running(), f"Orca ended:\n{self.process.log()[-2000:]}"
            return next((s for s in self.spoken()[since:] if part in s), None)

        try:
            return tap.wait_for(look, f"Orca says “{part}”", timeout)
        except AssertionError as error:
            raise AssertionError(f"{error}; it said {self.spoken()[since:]}") from None
