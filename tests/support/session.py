# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop session of its own for a test: home, runtime directory, session bus,
keyring, display.

In a test:

    with Session(keyring="unlocked", display="cage") as session:
        ...

From a shell: python3 -m support.session [--keyring=STATE] [--display=KIND] -- COMMAND…
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile

from . import displays, processes

# Nothing of the session around may shine through.
FOREIGN = (
    "DBUS_SESSION_BUS_ADDRESS",
    "DBUS_STARTER_ADDRESS",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "GNOME_KEYRING_CONTROL",
    "SSH_AUTH_SOCK",
    "AT_SPI_BUS_ADDRESS",
    "DESKTOP_SESSION",
    "XDG_CURRENT_DESKTOP",
    "XDG_SESSION_TYPE",
    "SESSION_MANAGER",
)

BUS_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={directory}/bus</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{directory}/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""

# Under X11 GTK asks a settings daemon for the font, and there's none here.
FONTS = """<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <alias><family>sans-serif</family><prefer><family>Cantarell</family></prefer></alias>
</fontconfig>
"""

# The one service that may be started by a message: without it there's no
# accessibility bus. A keyring, above all, starts only when a test starts it.
ACTIVATABLE = ("org.a11y.Bus.service",)


class Session:
    """keyring: None, "locked" or "unlocked"; display: None, "xvfb" or "cage"; home: a
    directory that outlives the session, instead of one that goes with it.

    env is what programs of the session run with. start() also puts it into
    os.environ, because GLib, libsecret and AT-SPI in this process look there:
    one session at a time in a process can be the one they see.
    """

    def __init__(self, keyring=None, display=None, size=None, inherit_display=False, home=None):
        self._keyring_state = keyring
        self._display_kind = display
        self._size = size
        self._inherit_display = inherit_display
        self._home = home
        self._stops = []
        self._saved = None
        self.keyring = None
        self.display = None
        self.env = {}
        self.directory = None

    def start(self):
        self.directory = tempfile.mkdtemp(prefix="waxwing-test-")
        self._stops.append(lambda: shutil.rmtree(self.directory, ignore_errors=True))
        try:
            self._make_environment()
            self._start_bus()
            if self._keyring_state:
                self._start_keyring()
            if self._display_kind:
                self._start_display()
        except BaseException:
            self.stop()
            raise
        self._saved = dict(os.environ)
        os.environ.clear()
        os.environ.update(self.env)
        return self

    def stop(self):
        if self._saved is not None:
            os.environ.clear()
            os.environ.update(self._saved)
            self._saved = None
        while self._stops:
            self._stops.pop()()

    __enter__ = start

    def __exit__(self, *_):
        self.stop()

    def path(self, *parts):
        return os.path.join(self.directory, *parts)

    def spawn(self, *argv, log=None, env=None, lenient=False, **arguments):
        """Starts a program that is stopped with the session; env adds variables."""
        environment = processes.lenient(self.env) if lenient else dict(self.env)
        environment.update(env or {})
        log = log or self.path("log", os.path.basename(str(argv[0])) + ".log")
        process = processes.Process(argv, env=environment, log=log, **arguments)
        self._stops.append(process.stop)
        return process

    def allow_activation(self, service_file):
        """Lets the bus start the service described by that file."""
        shutil.copy(service_file, self.path("services"))
        subprocess.run(
            ["gdbus", "call", "--session", "-d", "org.freedesktop.DBus", "-o", "/", "-m"]
            + ["org.freedesktop.DBus.ReloadConfig"],
            env=processes.lenient(self.env),
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def setting(self, schema, key, value):
        """Changes a setting of the desktop in this session, as “gsettings set” does."""
        subprocess.run(
            ["gsettings", "set", schema, key, value], env=processes.lenient(self.env), check=True
        )

    def _make_environment(self):
        for name in ("home", "run", "log", "services", "tmp"):
            os.mkdir(self.path(name), 0o700)
        home = self._home or self.path("home")
        self.env = {k: v for k, v in os.environ.items() if k not in FOREIGN}
        if self._inherit_display:
            for name in ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY"):
                if name in os.environ:
                    self.env[name] = os.environ[name]
            self._link_wayland_socket()
        self.env.update(
            HOME=home,
            XDG_CONFIG_HOME=home + "/.config",
            XDG_DATA_HOME=home + "/.local/share",
            XDG_STATE_HOME=home + "/.local/state",
            XDG_CACHE_HOME=home + "/.cache",
            XDG_RUNTIME_DIR=self.path("run"),
            TMPDIR=self.path("tmp"),
            # Settings live in the private home, where “gsettings” can change them.
            GSETTINGS_BACKEND="keyfile",
            GSK_RENDERER=os.environ.get("GSK_RENDERER", "cairo"),
            GDK_DEBUG="no-portals",
            ADW_DISABLE_PORTAL="1",
            LC_ALL=os.environ.get("WAXWING_TEST_LOCALE", "C.UTF-8"),
        )

        self._write_fonts()

    def _write_fonts(self):
        directory = os.path.join(self.env["XDG_CONFIG_HOME"], "fontconfig")
        os.makedirs(directory, exist_ok=True)
        with open(os.path.join(directory, "fonts.conf"), "w", encoding="utf-8") as file:
            file.write(FONTS)

    def _link_wayland_socket(self):
        outer, name = os.environ.get("XDG_RUNTIME_DIR"), os.environ.get("WAYLAND_DISPLAY")
        if outer and name and not os.path.isabs(name):
            self.env["WAYLAND_DISPLAY"] = os.path.join(outer, name)

    def _start_bus(self):
        for name in ACTIVATABLE:
            shutil.copy("/usr/share/dbus-1/services/" + name, self.path("services"))
        configuration = self.path("bus.conf")
        with open(configuration, "w", encoding="utf-8") as file:
            file.write(BUS_CONFIGURATION.format(directory=self.directory))
        reader, writer = os.pipe()
        # What the bus starts inherits its environment: that of the display too.
        env = dict(self.env, NO_AT_BRIDGE="0")
        process = processes.Process(
            ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--nosyslog"]
            + [f"--print-address={writer}"],
            env=processes.lenient(env),
            log=self.path("log", "bus.log"),
            pass_fds=(writer,),
        )
        self._stops.append(process.stop)
        os.close(writer)
        with os.fdopen(reader) as file:
            address = file.readline().strip()
        assert address, "the session bus did not start:\n" + process.log()
        self.env["DBUS_SESSION_BUS_ADDRESS"] = address

    def _start_keyring(self):
        from .keyring import Keyring  # Needs gi, which plain sessions do without.

        self.keyring = Keyring(self.env, self.path("log", "keyring.log"))
        self._stops.append(self.keyring.stop)
        # A keyring that was never unlocked doesn't exist yet: make it, then lock it.
        self.keyring.start()
        if self._keyring_state == "locked":
            self.keyring.restart(unlocked=False)

    def _start_display(self):
        size = (self._size,) if self._size else ()
        kind = displays.KINDS[self._display_kind]
        self.display = kind(self.env, self.path("log"), *size)
        self._stops.append(self.display.stop)
        self.env.update(self.display.variables)


def _arguments():
    parser = argparse.ArgumentParser(prog="support.session")
    parser.add_argument("--keyring", choices=("none", "locked", "unlocked"), default="none")
    parser.add_argument("--display", choices=("none", "auto", *displays.KINDS), default="none")
    parser.add_argument("command", nargs="+")
    return parser.parse_args()


def main():
    arguments = _arguments()
    here = bool(os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY"))
    display = {"none": None, "auto": None if here else "xvfb"}.get(
        arguments.display, arguments.display
    )
    keyring = None if arguments.keyring == "none" else arguments.keyring
    inherit = arguments.display == "auto" and here

    # Ctrl+C is for the command; this process stays to clean up after it.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with Session(keyring=keyring, display=display, inherit_display=inherit) as session:
        status = subprocess.run(arguments.command, env=session.env, check=False).returncode
    sys.exit(status if status >= 0 else 128 - status)


if __name__ == "__main__":
    main()
