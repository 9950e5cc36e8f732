# SPDX-License-Identifier: GPL-3.0-or-later
"""Services of a desktop and of a system, as far as the application asks them: screen savers, the login service, the portal."""

import os
import subprocess
import threading

from gi.repository import Gio, GLib

from . import processes

PROPERTIES = "org.freedesktop.DBus.Properties"
BUS_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={directory}/system-bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class Service:
    """Owns a name on a bus, in a thread of its own. A subclass has NAME, XML, and objects() as {path: interfaces}.

    A call is answered by the method of that name, which returns a GLib.Variant or None.
    """

    NAME = XML = None

    def __init__(self, address):
        self.calls = []
        self._ready = threading.Event()
        self._failure = None
        self._thread = threading.Thread(target=self._serve, args=(address,), daemon=True)
        self._thread.start()
        assert self._ready.wait(10), f"{self.NAME} did not start"
        assert not self._failure, self._failure

    def objects(self):
        raise NotImplementedError

    def stop(self):
        self._loop.quit()
        self._thread.join(10)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def emit(self, path, interface, signal, signature, *arguments):
        self.bus.emit_signal(None, path, interface, signal, GLib.Variant(signature, arguments))
        self.bus.flush_sync(None)

    def properties_changed(self, path, interface, **properties):
        self.emit(path, PROPERTIES, "PropertiesChanged", "(sa{sv}as)", interface, properties, [])

    def _serve(self, address):
        context = GLib.MainContext()
        context.push_thread_default()
        self._loop = GLib.MainLoop(context)
        try:
            flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
            self.bus = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
            node = Gio.DBusNodeInfo.new_for_xml(self.XML)
            for path, interfaces in self.objects().items():
                for interface in interfaces:
                    self.bus.register_object(path, node.lookup_interface(interface), self._on_call, self._on_get, None)
            Gio.bus_own_name_on_connection(
                self.bus, self.NAME, Gio.BusNameOwnerFlags.DO_NOT_QUEUE, lambda *_: self._ready.set(), self._on_lost
            )
        except GLib.Error as error:
            self._failure = str(error)
            self._ready.set()
            return
        self._loop.run()
        self.bus.close_sync(None)
        context.pop_thread_default()

    def _on_lost(self, *_):
        self._failure = f"somebody else has {self.NAME}"
        self._ready.set()

    def _on_call(self, _bus, sender, path, _interface, method, parameters, invocation):
        self.calls.append((method, parameters.unpack()))
        try:
            answer = getattr(self, method)(sender, path, *parameters.unpack())
            invocation.return_value(answer)
        except Exception as error:  # pylint: disable=broad-except
            invocation.return_dbus_error("org.freedesktop.DBus.Error.Failed", str(error))

    def _on_get(self, _bus, _sender, _path, _interface, name):
        return getattr(self, "get_" + name.replace("-", "_"))()


class ScreenSaver(Service):
    """org.gnome.ScreenSaver, or the one of freedesktop.org."""

    def __init__(self, address, name="org.gnome.ScreenSaver"):
        self.NAME = name
        self.path = "/" + name.replace(".", "/")
        self.XML = f"""<node><interface name="{name}">
            <method name="GetActive"><arg type="b" direction="out"/></method>
            <signal name="ActiveChanged"><arg type="b"/></signal></interface></node>"""
        self.active = False
        super().__init__(address)

    def objects(self):
        return {self.path: [self.NAME]}

    def GetActive(self, *_):
        return GLib.Variant("(b)", (self.active,))

    def set(self, active):
        self.active = active
        self.emit(self.path, self.NAME, "ActiveChanged", "(b)", active)


class LoginService(Service):
    """logind: one session, and the computer's sleep."""

    NAME = "org.freedesktop.login1"
    PATH, SESSION = "/org/freedesktop/login1", "/org/freedesktop/login1/session/_31"
    XML = """<node>
      <interface name="org.freedesktop.login1.Manager">
        <method name="GetSession"><arg type="s" direction="in"/><arg type="o" direction="out"/></method>
        <signal name="PrepareForSleep"><arg type="b"/></signal>
      </interface>
      <interface name="org.freedesktop.login1.Session">
        <property name="LockedHint" type="b" access="read"/>
      </interface>
    </node>"""

    locked = False

    def objects(self):
        return {self.PATH: [self.NAME + ".Manager"], self.SESSION: [self.NAME + ".Session"]}

    def GetSession(self, *_):
        return GLib.Variant("(o)", (self.SESSION,))

    def get_LockedHint(self):
        return GLib.Variant("b", self.locked)

    def lock(self, locked):
        self.locked = locked
        self.properties_changed(self.SESSION, self.NAME + ".Session", LockedHint=GLib.Variant("b", locked))

    def sleep(self):
        """The computer goes to sleep and wakes up, as far as anybody is told."""
        for before in (True, False):
            self.emit(self.PATH, self.NAME + ".Manager", "PrepareForSleep", "(b)", before)


class SystemBus:
    """A system bus of the session's own; address is for DBUS_SYSTEM_BUS_ADDRESS."""

    def __init__(self, session):
        configuration = session.path("system-bus.conf")
        with open(configuration, "w", encoding="utf-8") as file:
            file.write(BUS_CONFIGURATION.format(directory=session.directory))
        reader, writer = os.pipe()
        self.process = processes.Process(
            ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--nosyslog", f"--print-address={writer}"],
            env=processes.lenient(session.env),
            log=session.path("log", "system-bus.log"),
            pass_fds=(writer,),
        )
        os.close(writer)
        with os.fdopen(reader) as file:
            self.address = file.readline().strip()
        assert self.address, "the system bus did not start:\n" + self.process.log()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stop()


def names_on(session):
    """Who is on the session bus."""
    done = subprocess.run(
        ["gdbus", "call", "--session", "-d", "org.freedesktop.DBus", "-o", "/", "-m", "org.freedesktop.DBus.ListNames"],
        env=processes.lenient(session.env), capture_output=True, text=True, check=True,
    )
    return done.stdout
