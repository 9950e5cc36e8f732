# SPDX-License-Identifier: GPL-3.0-or-later
"""The desktop's notification service, as a test sees it: what was shown, with which
buttons, and the press of one.
"""

import threading
from dataclasses import dataclass, field

from gi.repository import Gio, GLib

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
INTERFACE = """
<node>
  <interface name="org.freedesktop.Notifications">
    <method name="Notify">
      <arg type="s" direction="in" name="application"/>
      <arg type="u" direction="in" name="replaces"/>
      <arg type="s" direction="in" name="icon"/>
      <arg type="s" direction="in" name="summary"/>
      <arg type="s" direction="in" name="body"/>
      <arg type="as" direction="in" name="actions"/>
      <arg type="a{sv}" direction="in" name="hints"/>
      <arg type="i" direction="in" name="timeout"/>
      <arg type="u" direction="out" name="id"/>
    </method>
    <method name="CloseNotification"><arg type="u" direction="in" name="id"/></method>
    <method name="GetCapabilities"><arg type="as" direction="out" name="names"/></method>
    <method name="GetServerInformation">
      <arg type="s" direction="out" name="name"/>
      <arg type="s" direction="out" name="vendor"/>
      <arg type="s" direction="out" name="version"/>
      <arg type="s" direction="out" name="specification"/>
    </method>
    <signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
    <signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
  </interface>
</node>
"""
DISMISSED_BY_USER, CLOSED_BY_CALL = 2, 3


@dataclass
class Notification:
    id: int
    application: str
    title: str
    body: str
    actions: dict = field(default_factory=dict)
    hints: dict = field(default_factory=dict)


class NotificationService:
    """Owns org.freedesktop.Notifications on a session's bus, in a thread of its own."""

    def __init__(self, address):
        self.markup = True  # whether it says that it reads markup in bodies
        self._changed = threading.Condition()
        self._shown = {}
        self._told = []
        self._withdrawn = []
        self._last = 0
        self._failure = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(address,), daemon=True)
        self._thread.start()
        assert self._ready.wait(10), "the notification service did not start"
        if self._failure:
            raise AssertionError(self._failure)

    def stop(self):
        self._loop.quit()
        self._thread.join(10)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def shown(self):
        """What is on the screen now."""
        with self._changed:
            return list(self._shown.values())

    def told(self):
        """All that was ever shown, in its order, whatever became of it."""
        with self._changed:
            return list(self._told)

    def withdrawn(self):
        """Ids that the application took back."""
        with self._changed:
            return list(self._withdrawn)

    def wait_for(self, matches, what, timeout=10.0):
        """Returns the first notification for which matches(notification) is true."""
        found = None

        def look():
            nonlocal found
            found = next((n for n in self._shown.values() if matches(n)), None)
            return found

        with self._changed:
            if not self._changed.wait_for(look, timeout):
                titles = [n.title for n in self._shown.values()]
                raise AssertionError(f"no notification in {timeout} s: {what}; shown: {titles}")
        return found

    def press(self, notification, label):
        """Presses the button with that label; "default" is the notification itself."""
        key = next((k for k, v in notification.actions.items() if label in (k, v)), None)
        assert key, f"no button “{label}” among {list(notification.actions.values())}"
        self._emit("ActionInvoked", "(us)", notification.id, key)
        self._close(notification.id, DISMISSED_BY_USER)

    def _serve(self, address):
        context = GLib.MainContext()
        context.push_thread_default()
        self._loop = GLib.MainLoop(context)
        try:
            self._bus = Gio.DBusConnection.new_for_address_sync(
                address,
                Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
                | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION,
                None,
                None,
            )
            info = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
            self._bus.register_object(PATH, info, self._on_call, None, None)
            Gio.bus_own_name_on_connection(
                self._bus,
                NAME,
                Gio.BusNameOwnerFlags.DO_NOT_QUEUE,
                lambda *_: self._ready.set(),
                self._on_lost,
            )
        except GLib.Error as error:
            self._failure = str(error)
            self._ready.set()
            return
        self._loop.run()
        self._bus.close_sync(None)
        context.pop_thread_default()

    def _on_lost(self, *_):
        self._failure = "another notification service has the name"
        self._ready.set()

    def _on_call(self, _bus, _sender, _path, _interface, method, parameters, invocation):
        arguments = parameters.unpack()
        if method == "Notify":
            self._notify(invocation, *arguments)
        elif method == "CloseNotification":
            with self._changed:
                self._withdrawn.append(arguments[0])
            self._close(arguments[0], CLOSED_BY_CALL)
            invocation.return_value(None)
        elif method == "GetCapabilities":
            names = ["actions", "body", "persistence"] + (["body-markup"] if self.markup else [])
            invocation.return_value(GLib.Variant("(as)", (names,)))
        else:
            invocation.return_value(
                GLib.Variant("(ssss)", ("waxwing-tests", "waxwing", "1", "1.2"))
            )

    def _notify(self, invocation, application, replaces, _icon, title, body, actions, hints, _):
        with self._changed:
            self._last = max(self._last + 1, replaces)
            number = replaces or self._last
            pairs = dict(zip(actions[::2], actions[1::2]))
            self._shown[number] = Notification(number, application, title, body, pairs, hints)
            self._told.append(self._shown[number])
            # The answer goes first: a press means nothing to who doesn't know the number yet.
            invocation.return_value(GLib.Variant("(u)", (number,)))
            self._changed.notify_all()

    def _close(self, number, reason):
        with self._changed:
            known = self._shown.pop(number, None)
            self._changed.notify_all()
        if known:
            self._emit("NotificationClosed", "(uu)", number, reason)

    def _emit(self, signal, signature, *arguments):
        self._bus.emit_signal(None, PATH, NAME, signal, GLib.Variant(signature, arguments))
