# SPDX-License-Identifier: GPL-3.0-or-later
"""A program that takes itself to be in a Flatpak: under a root that has the file by which GLib and libportal know."""

import json
import os

from . import processes

INFO = """[Application]
name={application}
runtime=runtime/org.gnome.Platform/x86_64/48

[Instance]
instance-id=4711
flatpak-version=1.16.0

[Context]
shared=network;
"""


class Sandboxed:
    """The process of a program within it; pid is that of the program, and not of what made its place."""

    def __init__(self, session, *argv, application="im.waxwing.Waxwing", env=None, log=None):
        info = session.path("flatpak-info")
        with open(info, "w", encoding="utf-8") as file:
            file.write(INFO.format(application=application))
        reader, writer = os.pipe()
        place = ["bwrap", "--info-fd", str(writer)]
        for name in sorted(os.listdir("/")):
            path = "/" + name
            if os.path.islink(path):
                place += ["--symlink", os.readlink(path), path]
            elif name == "proc":
                place += ["--proc", path]
            elif os.path.isdir(path):
                place += ["--dev-bind", path, path]
        place += ["--ro-bind", info, "/.flatpak-info", "--die-with-parent", "--"]
        self.process = processes.Process([*place, *argv], env=env, log=log, pass_fds=(writer,))
        os.close(writer)
        with os.fdopen(reader) as file:
            self.pid = json.loads(file.read())["child-pid"]

    def stop(self):
        """SIGTERM to the program; returns its exit status."""
        if self.process.running():
            os.kill(self.pid, 15)
        return self.process.wait(15)
