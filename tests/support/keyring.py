# SPDX-License-Identifier: GPL-3.0-or-later
"""A real gnome-keyring-daemon on a private bus, locked and unlocked at will."""

import subprocess

from gi.repository import Gio, GLib

from . import processes, tap

SERVICE = "org.freedesktop.secrets"
PATH = "/org/freedesktop/secrets"
LOGIN = PATH + "/collection/login"
SERVICE_INTERFACE = "org.freedesktop.Secret.Service"
COLLECTION_INTERFACE = "org.freedesktop.Secret.Collection"
# How gnome-keyring's own tests unlock without a prompt.
MASTER_INTERFACE = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"


def connect(address):
    """A connection of its own to the bus at address."""
    return Gio.DBusConnection.new_for_address_sync(
        address,
        Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
        | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION,
        None,
        None,
    )


class Keyring:
    """start() without a password starts it locked, as after an automatic login."""

    def __init__(self, env, log, password="correct horse"):
        self.env = processes.lenient(env)
        self.log = log
        self.password = password
        self.process = None
        self.bus = connect(env["DBUS_SESSION_BUS_ADDRESS"])

    def _call(self, path, interface, method, arguments=None):
        return self.bus.call_sync(
            SERVICE,
            path,
            interface,
            method,
            arguments,
            None,
            Gio.DBusCallFlags.NO_AUTO_START,
            10000,
            None,
        ).unpack()

    def start(self, unlocked=True):
        argv = ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
        if unlocked:
            argv.append("--unlock")
        self.process = processes.Process(
            argv, env=self.env, log=self.log, stdin=subprocess.PIPE
        )
        with self.process.popen.stdin as stdin:
            if unlocked:
                stdin.write(self.password.encode())
        tap.wait_for(lambda: self._ready(unlocked), "gnome-keyring starts")

    def _ready(self, unlocked):
        assert self.process.running(), "gnome-keyring ended:\n" + self.process.log()
        try:
            self._call(PATH, "org.freedesktop.DBus.Peer", "Ping")
            return not unlocked or not self.locked()
        except GLib.Error:
            return False

    def stop(self):
        if self.process:
            self.process.stop()
            self.process = None
        if not self.bus.is_closed():
            self.bus.close_sync(None)

    def restart(self, unlocked=False):
        """A new daemon over the same keyring files, as after a new log-in."""
        self.process.stop()
        self.start(unlocked)

    def locked(self, collection=LOGIN):
        return self._call(
            collection,
            "org.freedesktop.DBus.Properties",
            "Get",
            GLib.Variant("(ss)", (COLLECTION_INTERFACE, "Locked")),
        )[0]

    def lock(self, collection=LOGIN):
        self._call(PATH, SERVICE_INTERFACE, "Lock", GLib.Variant("(ao)", ([collection],)))

    def unlock(self, password=None, collection=LOGIN):
        """Unlocks without a prompt; raises GLib.Error for a wrong password."""
        secret = (self.password if password is None else password).encode()
        _, session = self._call(
            PATH,
            SERVICE_INTERFACE,
            "OpenSession",
            GLib.Variant("(sv)", ("plain", GLib.Variant("s", ""))),
        )
        self._call(
            PATH,
            MASTER_INTERFACE,
            "UnlockWithMasterPassword",
            GLib.Variant("(o(oayays))", (collection, (session, b"", secret, "text/plain"))),
        )

    def search(self, attributes):
        """Object paths of the items with these attributes: (unlocked, locked)."""
        return self._call(
            PATH, SERVICE_INTERFACE, "SearchItems", GLib.Variant("(a{ss})", (attributes,))
        )
