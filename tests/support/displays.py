# SPDX-License-Identifier: GPL-3.0-or-later
"""Displays without a screen: Xvfb, and cage on a headless wlroots.

cage shows each window at the full size of its output, gives it the keyboard
focus as a desktop would, and is the better one to drive an application with.
Xvfb has no window manager; it is there for what only works under X11.
"""

import os
import subprocess

from . import processes, tap


class Xvfb:
    name = "xvfb"

    def __init__(self, env, directory, size=(1280, 1024)):
        self.env = processes.lenient(env)
        reader, writer = os.pipe()
        self.process = processes.Process(
            ["Xvfb", "-displayfd", writer, "-screen", "0", f"{size[0]}x{size[1]}x24"]
            + ["-nolisten", "tcp", "-noreset"],
            env=self.env,
            log=os.path.join(directory, "xvfb.log"),
            pass_fds=(writer,),
        )
        os.close(writer)
        with os.fdopen(reader) as file:
            number = file.readline().strip()
        assert number, "Xvfb did not start:\n" + self.process.log()
        self.variables = {"DISPLAY": ":" + number, "GDK_BACKEND": "x11", "XAUTHORITY": "/dev/null"}
        self.env.update(self.variables)

    def run(self, *argv):
        subprocess.run(argv, env=self.env, check=True, stdout=subprocess.DEVNULL, timeout=20)

    def screenshot(self, path):
        self.run("import", "-silent", "-window", "root", str(path))

    def focus(self, title):
        """Gives the keyboard to the window of that title: there's no window manager to do it."""
        self.run("xdotool", "search", "--sync", "--onlyvisible", "--name", title, "windowfocus")

    def type(self, text):
        self.run("xdotool", "type", "--delay", "5", text)

    def key(self, combination):
        """A key with modifiers, as in “ctrl+n” or “Return”."""
        self.run("xdotool", "key", combination)

    def place(self, title, x, y):
        """Moves the window of that title, and marks it as one that a window manager looks after: only onto such ones does
        GTK drop anything."""
        found = subprocess.run(
            ["xdotool", "search", "--sync", "--onlyvisible", "--name", title],
            env=self.env, check=True, capture_output=True, text=True, timeout=20,
        )  # fmt: skip
        for window in found.stdout.split():
            self.run("xprop", "-id", window, "-f", "WM_STATE", "32c", "-set", "WM_STATE", "1")
            self.run("xdotool", "windowmove", window, str(x), str(y))

    def drag(self, start, end):
        """Drags what is at one point of the screen to another one, as a hand does: not in one leap."""
        self.run("xdotool", "mousemove", *map(str, start), "mousedown", "1")
        for step in range(1, 21):
            x, y = (round(a + (b - a) * step / 20) for a, b in zip(start, end))
            self.run("xdotool", "mousemove", str(x), str(y), "sleep", "0.02")
        self.run("xdotool", "mouseup", "1")

    def stop(self):
        self.process.stop()


class Cage:
    name = "cage"
    MODIFIERS = {"ctrl": "ctrl", "shift": "shift", "alt": "alt", "super": "logo"}

    def __init__(self, env, directory, size=(1280, 800)):
        socket = os.path.join(env["XDG_RUNTIME_DIR"], "wayland-0")
        self.env = processes.lenient(env)
        self.env.update(
            WLR_BACKENDS="headless",
            WLR_RENDERER="pixman",
            WLR_LIBINPUT_NO_DEVICES="1",
            LIBSEAT_BACKEND="noop",
        )
        # cage lives as long as the program it is given; this one lives as long as cage.
        self.process = processes.Process(
            ["cage", "--", "setpriv", "--pdeathsig", "KILL", "sleep", "infinity"],
            env=self.env,
            log=os.path.join(directory, "cage.log"),
        )
        tap.wait_for(
            lambda: os.path.exists(socket) or not self.process.running(), "cage opens its socket"
        )
        assert self.process.running(), "cage ended:\n" + self.process.log()
        self.variables = {"WAYLAND_DISPLAY": "wayland-0", "GDK_BACKEND": "wayland"}
        self.env.update(self.variables)
        # The socket has its name a moment before anybody listens on it.
        tap.wait_for(self.answers, "cage answers on its socket")
        self.resize(*size)
        # wtype brings a keyboard and takes it away again. Without another one that
        # stays, the first keys would be sent before the application has noticed it.
        self.keyboard = processes.Process(
            ["wtype", "-s", "86400000"], env=self.env, log=os.path.join(directory, "wtype.log")
        )

    def run(self, *argv):
        subprocess.run(argv, env=self.env, check=True, stdout=subprocess.DEVNULL, timeout=20)

    def answers(self):
        return (
            subprocess.run(
                ["wlr-randr"],
                env=self.env,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=20,
            ).returncode
            == 0
        )

    def resize(self, width, height):
        """The window in front takes this size, in pixels."""
        self.run("wlr-randr", "--output", "HEADLESS-1", "--custom-mode", f"{width}x{height}")

    def screenshot(self, path):
        self.run("grim", str(path))

    def focus(self, _title):
        """Whatever is in front has the keyboard."""

    def type(self, text):
        self.run("wtype", "--", text)

    def key(self, combination):
        """A key with modifiers, as in “ctrl+n” or “Return”."""
        *modifiers, key = combination.split("+")
        argv = ["wtype"]
        for modifier in modifiers:
            argv += ["-M", self.MODIFIERS[modifier]]
        argv += ["-k", key]
        for modifier in reversed(modifiers):
            argv += ["-m", self.MODIFIERS[modifier]]
        self.run(*argv)

    def stop(self):
        self.keyboard.kill()
        # On SIGTERM it would wait for its program, which has no window to close.
        self.process.kill()


KINDS = {"xvfb": Xvfb, "cage": Cage}
