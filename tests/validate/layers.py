# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may use whom: the picture of docs/architecture.md, checked by name and by
the compiler.
"""

import os
import re

import compiler
import tree
from support import tap

# Each room, the longest path first, and the rooms that it may include.
ROOMS = {
    "crypto/verify": {"crypto/verify"},
    "crypto": {"crypto", "crypto/verify"},
    "wire": {"wire"},
    "phone": {"phone"},
    "media": {"media"},
    "record": {"record", "wire", "crypto/verify"},
    "group": {"group", "record", "wire", "crypto/verify"},
    "client": {"client", "media", "group", "record", "wire", "phone", "crypto", "crypto/verify"},
    "app": {"app", "client", "media"},
    "cli": {"cli", "client", "media"},
    "server/base": {"server/base"},
    "server/verification": {"server/verification", "server/base", "wire", "phone", "crypto/verify"},
    "server": {"server", "server/base", "server/verification", "record", "wire", "phone", "crypto/verify"},
}
# What a room knows nothing of, as the start of a system header's name.
FOREIGN = {
    "crypto/verify": ("glib", "gio/", "libsoup", "sqlite", "sqlcipher", "gtk", "sys/socket"),
    "crypto": ("glib", "gio/", "libsoup", "sqlite", "sqlcipher", "gtk", "sys/socket"),
    "wire": ("gtk", "libsoup", "openssl", "sqlite", "sqlcipher", "adwaita"),
    "phone": ("glib", "gio/", "libsoup", "sqlite", "sqlcipher", "gtk", "openssl", "sys/socket", "libebook"),
    "media": ("gtk/", "gdk/", "adwaita", "libsoup", "openssl", "sqlite", "sqlcipher", "sys/socket"),
    "record": ("gtk", "libsoup", "sqlite", "sqlcipher", "adwaita"),
    "group": ("gio/", "gtk", "libsoup", "openssl", "sqlite", "sqlcipher", "adwaita"),
    "client": ("gtk/", "adwaita", "gdk/", "libwebsockets", "uv.h"),
    "app": ("openssl", "sqlite", "sqlcipher", "libsoup", "libsecret", "protobuf-c"),
    "cli": ("openssl", "sqlite", "sqlcipher", "libsoup", "libsecret", "protobuf-c", "gtk/"),
    "server/base": ("gtk/", "adwaita", "libsoup", "openssl", "sqlite", "libwebsockets"),
    "server/verification": ("gtk/", "adwaita", "libsoup", "libsecret", "libdex", "sqlite", "libwebsockets"),
    "server": ("gtk/", "adwaita", "libsoup", "libsecret", "libdex"),
}
# The engine's users see it through the headers that this one includes.
CLIENT_DOOR = "client/ww-client.h"
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)


def room_of(path):
    return next((room for room in ROOMS if path.startswith(room + "/")), None)


def generated_room(name):
    """The room of a header that the build makes."""
    if name == "waxwing.pb-c.h":
        return "wire"
    for directory, _, names in os.walk(os.path.join(tree.BUILD, "src")):
        if name in names:
            return room_of(os.path.relpath(directory, os.path.join(tree.BUILD, "src")) + "/")
    return None


class Sources:
    """C files and headers by their path below src/, with what they include."""

    def __init__(self, texts):
        self.includes = {
            path: INCLUDE.findall(tree.without_comments(text)) for path, text in texts.items()
        }
        self.by_name = {}
        for path in texts:
            self.by_name.setdefault(os.path.basename(path), []).append(path)

    def resolve(self, path, name):
        """The header of the tree that a quoted include means, or None.

        Of several with one name, the one that the room's include directories have.
        """
        beside = os.path.normpath(os.path.join(os.path.dirname(path), name))
        if beside in self.includes:
            return beside
        room = room_of(path)
        candidates = [c for c in self.by_name.get(os.path.basename(name), []) if c.endswith(name)]
        candidates.sort(key=lambda c: (room_of(c) != room, room_of(c) not in ROOMS[room]))
        return candidates[0] if candidates else None

    def public_client_headers(self):
        public, waiting = set(), [CLIENT_DOOR]
        while waiting:
            path = waiting.pop()
            if path in public or path not in self.includes:
                continue
            public.add(path)
            quoted = (self.resolve(path, n) for mark, n in self.includes[path] if mark == '"')
            waiting += [p for p in quoted if p and room_of(p) == "client"]
        return public

    def problems(self):
        found, public = [], self.public_client_headers()
        for path, includes in sorted(self.includes.items()):
            room = room_of(path)
            if room is None:
                found.append(f"{path} is in no room that this test knows")
                continue
            for mark, name in includes:
                problem = self._problem(path, room, mark, name, public)
                if problem:
                    found.append(f"{path}: {problem}")
        return found

    def _problem(self, path, room, mark, name, public):
        if mark == "<":
            foreign = name.startswith(FOREIGN[room])
            return f"{room} knows nothing of <{name}>" if foreign else None
        target = self.resolve(path, name)
        target_room = room_of(target) if target else generated_room(os.path.basename(name))
        if target_room is None:
            return None if name == "config.h" else f"“{name}” is nowhere in the tree"
        if target_room not in ROOMS[room]:
            return f"{room} may not include “{name}” of {target_room}"
        if room in ("app", "cli") and target_room == "client" and target and target not in public:
            return f"“{name}” is the engine's own: ww-client.h doesn't include it"
        return None


def tree_sources():
    paths = tree.with_suffix(".c", ".cc", ".h", folders=("src",))
    return Sources({os.path.relpath(path, "src"): tree.read(path) for path in paths})


def compiles(call, header):
    done = compiler.try_code(call, f'#include "{header}"\n', "-w")
    missing = f"{header}: No such file" in done.stderr
    assert done.returncode == 0 or missing, f"{header}:\n{done.stderr[-1500:]}"
    return done.returncode == 0


@tap.test
def every_include_is_allowed():
    tree.none(tree_sources().problems(), "includes that docs/architecture.md forbids")


@tap.test
def a_forbidden_include_is_found():
    texts = {
        "wire/ww-limits.h": "",
        "crypto/ww-keys.h": "",
        "client/ww-client.h": '#include "ww-device.h"\n',
        "client/ww-device.h": "",
        "client/ww-store.h": "#include <sqlcipher/sqlite3.h>\n",
        "app/good.c": '#include "ww-device.h"\n/* #include "ww-keys.h" */\n',
        "app/deep.c": '#include "ww-store.h"\n',
        "app/bytes.c": '#  include "ww-keys.h"\n#include <openssl/evp.h>\n',
        "server/keys.c": '#include "../crypto/ww-keys.h"\n#include "ww-limits.h"\n',
        "crypto/wire.c": '#include "ww-limits.h"\n#include <glib.h>\n',
        "client/window.c": "#include <gtk/gtk.h>\n",
        "app/ww-clock.h": "",
        "server/ww-clock.h": "",
        "server/mail/time.c": '#include "ww-clock.h"\n',
    }
    found = [problem.split(":")[0] for problem in Sources(texts).problems()]
    expected = ["app/bytes.c"] * 2 + ["app/deep.c", "client/window.c"]
    tap.equal(found, expected + ["crypto/wire.c"] * 2 + ["server/keys.c"])


@tap.test
def a_forbidden_include_does_not_compile():
    headers = {}
    for path in tree_sources().includes:
        if os.path.basename(path).startswith("ww-") and path.endswith(".h"):
            headers.setdefault(room_of(path), []).append(os.path.basename(path))
    checked, problems = 0, []
    for room, allowed in ROOMS.items():
        call = compiler.flags_of(lambda path, room=room: room_of(path) == room)
        if call is None:
            continue
        own = next(h for h in headers[room] if "private" not in h)
        assert compiles(call, own), f"{room} does not find its own {own}"
        # A name that the room has too says nothing of another room's directories.
        known = {header for one in allowed | {room} for header in headers.get(one, [])}
        for other in set(ROOMS) - allowed - {room}:
            for header in sorted(set(headers.get(other, [])) - known)[:2]:
                checked += 1
                if compiles(call, header):
                    problems.append(f"{room} can include “{header}” of {other}")
    tree.none(problems, "include directories that are too wide")
    assert checked > 0, "nothing was there to check"
    tap.diag(f"{checked} forbidden includes were tried")


tap.main(timeout=110)
