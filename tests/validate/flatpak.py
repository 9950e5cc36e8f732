# SPDX-License-Identifier: GPL-3.0-or-later
"""The Flatpak's manifest: its permissions, and that nothing is built from what isn't pinned.

What comes out of it is tested by `./dev flatpak --test`.
"""

import os
import re
import sys

import tree
import yaml
from support import tap

sys.path.insert(0, os.path.join(tree.SOURCE, "tests", "flatpak"))
import permissions  # noqa: E402

MANIFEST = "flatpak/im.waxwing.Waxwing.yml"
manifest = yaml.safe_load(tree.read(MANIFEST))


def modules(listed):
    for module in listed:
        yield module
        yield from modules(module.get("modules", []))


@tap.test
def the_manifest_asks_for_these_permissions_and_no_others():
    tap.equal(permissions.of_manifest(manifest["finish-args"]), permissions.PERMISSIONS)
    asked = [n for m in modules(manifest["modules"]) for n in ("finish-args", "extra-args") if n in m]
    tap.equal(asked, [])


@tap.test
def a_new_permission_would_be_noticed():
    for more in ("--filesystem=home", "--talk-name=org.freedesktop.secrets", "--socket=session-bus", "--device=all",
                 "--allow=devel", "--system-talk-name=org.freedesktop.login1"):
        found = permissions.of_manifest(manifest["finish-args"] + [more])
        assert found != permissions.PERMISSIONS, f"{more} goes unnoticed"
    text = "[Context]\nshared=network;ipc;\nsockets=x11;wayland;pulseaudio;fallback-x11;\ndevices=dri;\n"
    tap.equal(permissions.of_bundle(text), permissions.PERMISSIONS)
    for more in ("filesystems=home;\n", "[Session Bus Policy]\norg.freedesktop.secrets=talk\n"):
        assert permissions.of_bundle(text + more) != permissions.PERMISSIONS, f"{more!r} goes unnoticed"


@tap.test
def every_source_is_pinned():
    for module in modules(manifest["modules"]):
        for source in module["sources"]:
            if module["name"] == "waxwing":
                tap.equal(source["type"], "dir", "Waxwing's own source")
                continue
            tap.equal(source["type"], "archive", module["name"])
            assert source["url"].startswith("https://"), f"{module['name']}: {source['url']}"
            assert re.fullmatch("[0-9a-f]{64}", source["sha256"]), f"{module['name']} has no checksum"


@tap.test
def the_runtime_is_the_desktops_own():
    tap.equal((manifest["runtime"], manifest["sdk"]), ("org.gnome.Platform", "org.gnome.Sdk"))
    assert int(manifest["runtime-version"]) >= 48
    tap.equal(manifest["id"], "im.waxwing.Waxwing")


tap.main(timeout=60)
