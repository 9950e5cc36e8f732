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


PORTAL_XML = """<node>
  <interface name="org.freedesktop.portal.Notification">
    <method name="AddNotification"><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/></method>
    <method name="RemoveNotification"><arg type="s" direction="in"/></method>
    <signal name="ActionInvoked"><arg type="s"/><arg type="s"/><arg type="av"/></signal>
    <property name="version" type="u" access="read"/>
  </interface>
  <interface name="org.freedesktop.portal.Background">
    <method name="RequestBackground">
      <arg type="s" direction="in"/><arg type="a{sv}" direction="in"/><arg type="o" direction="out"/>
    </method>
    <method name="SetStatus"><arg type="a{sv}" direction="in"/></method>
    <property name="version" type="u" access="read"/>
  </interface>
  <interface name="org.freedesktop.portal.Inhibit">
    <method name="CreateMonitor">
      <arg type="s" direction="in"/><arg type="a{sv}" direction="in"/><arg type="o" direction="out"/>
    </method>
    <method name="QueryEndResponse"><arg type="o" direction="in"/></method>
    <signal name="StateChanged"><arg type="o"/><arg type="a{sv}"/></signal>
    <property name="version" type="u" access="read"/>
  </interface>
  <interface name="org.freedesktop.portal.NetworkMonitor">
    <method name="GetStatus"><arg type="a{sv}" direction="out"/></method>
    <method name="CanReach">
      <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="b" direction="out"/>
    </method>
    <signal name="changed"/>
    <property name="version" type="u" access="read"/>
  </interface>
  <interface name="org.freedesktop.portal.ProxyResolver">
    <method name="Lookup"><arg type="s" direction="in"/><arg type="as" direction="out"/></method>
    <property name="version" type="u" access="read"/>
  </interface>
</node>"""
CONNECTIVITY_LOGIN, CONNECTIVITY_FULL = 3, 4


class Portal(Service):
    """What a sandboxed program asks the desktop for, as far as this one does; it keeps what it was told."""

    NAME, XML = "org.freedesktop.portal.Desktop", PORTAL_XML
    PATH, BASE = "/org/freedesktop/portal/desktop", "org.freedesktop.portal."
    INTERFACES = ("Notification", "Background", "Inhibit", "NetworkMonitor", "ProxyResolver")

    def __init__(self, address):
        self.shown, self.removed = {}, []
        self.told = 0
        self.requests, self.status = [], None
        self.grants = True
        self.network = {"available": True, "metered": False, "connectivity": CONNECTIVITY_FULL}
        self._monitor = None
        super().__init__(address)

    def objects(self):
        return {self.PATH: [self.BASE + name for name in self.INTERFACES]}

    def get_version(self):
        return GLib.Variant("u", 3)

    def AddNotification(self, _sender, _path, name, notification):
        self.shown[name] = notification
        self.told += 1

    def RemoveNotification(self, _sender, _path, name):
        self.shown.pop(name, None)
        self.removed.append(name)

    def press(self, name, action, target):
        """A button of a notification, by the action that it stands for."""
        parameters = [GLib.Variant("s", target), GLib.Variant("a{sv}", {})]
        self.emit(self.PATH, self.BASE + "Notification", "ActionInvoked", "(ssav)", name, action, parameters)

    def _answer(self, sender, options, status, results):
        request = f"{self.PATH}/request/{sender[1:].replace('.', '_')}/{options['handle_token']}"
        values = GLib.Variant("(ua{sv})", (status, results))
        # The answer to the call goes first.
        source = GLib.idle_source_new()
        source.set_callback(
            lambda *_: self.bus.emit_signal(sender, request, self.BASE + "Request", "Response", values) and False
        )
        source.attach(GLib.MainContext.get_thread_default())
        return GLib.Variant("(o)", (request,))

    def RequestBackground(self, sender, _path, _parent, options):
        self.requests.append(options)
        granted = {
            "background": GLib.Variant("b", self.grants),
            "autostart": GLib.Variant("b", self.grants and options.get("autostart", False)),
        }
        return self._answer(sender, options, 0 if self.grants else 1, granted)

    def SetStatus(self, _sender, _path, options):
        self.status = options["message"]

    def CreateMonitor(self, sender, _path, _parent, options):
        self._monitor = f"{self.PATH}/session/{sender[1:].replace('.', '_')}/{options['session_handle_token']}"
        return self._answer(sender, options, 0, {"session_handle": GLib.Variant("s", self._monitor)})

    def QueryEndResponse(self, *_):
        return None

    def lock(self, locked):
        state = {"screensaver-active": GLib.Variant("b", locked), "session-state": GLib.Variant("u", 1)}
        self.emit(self.PATH, self.BASE + "Inhibit", "StateChanged", "(oa{sv})", self._monitor, state)

    def GetStatus(self, *_):
        kinds = {"available": "b", "metered": "b", "connectivity": "u"}
        return GLib.Variant("(a{sv})", ({k: GLib.Variant(kinds[k], v) for k, v in self.network.items()},))

    def CanReach(self, *_):
        return GLib.Variant("(b)", (True,))

    def set_network(self, **changes):
        self.network.update(changes)
        self.emit(self.PATH, self.BASE + "NetworkMonitor", "changed", "()")

    def Lookup(self, *_):
        return GLib.Variant("(as)", (["direct://"],))


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
