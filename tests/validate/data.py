# SPDX-License-Identifier: GPL-3.0-or-later
"""What the desktop reads: desktop entry, metainfo, settings schema, D-Bus service,
icons. The built files are checked, as a person would have them installed.
"""

import configparser
import os
import re
import struct
import subprocess
import xml.etree.ElementTree

import tree
from support import tap

APPLICATION = "im.waxwing.Waxwing"
DATA = os.path.join(tree.BUILD, "data")


def built(name):
    path = os.path.join(DATA, name)
    assert os.path.exists(path), f"the build makes no data/{name}"
    return path


def passes(*argv):
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{argv[0]}:\n{done.stdout}{done.stderr}"


def png_size(path):
    with open(path, "rb") as file:
        head = file.read(24)
    return struct.unpack(">II", head[16:24])


def entry_of(path, group):
    parser = configparser.RawConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(path, encoding="utf-8")
    return parser[group]


@tap.test
def the_desktop_entry_is_valid():
    path = built(APPLICATION + ".desktop")
    passes("desktop-file-validate", path)
    entry = entry_of(path, "Desktop Entry")
    tap.equal(entry["Icon"], APPLICATION)
    tap.equal(entry["DBusActivatable"], "true")
    tap.is_in("x-scheme-handler/waxwing", entry["MimeType"])


@tap.test
def the_actions_of_the_desktop_entry_are_the_applications():
    path = built(APPLICATION + ".desktop")
    source = tree.read("src/app/ww-application-actions.c")
    names = [n for n in entry_of(path, "Desktop Entry")["Actions"].split(";") if n]
    assert names, "the desktop entry has no action"
    for name in names:
        tap.equal(
            entry_of(path, "Desktop Action " + name)["Exec"],
            f"gapplication action {APPLICATION} {name}",
        )
        # Started over D-Bus, an action is asked for by its name, and without a parameter.
        assert re.search(rf'{{ "{name}", \w+ }}', source), f"the application has no action “{name}”"


@tap.test
def the_metainfo_is_valid():
    path = built(APPLICATION + ".metainfo.xml")
    passes("appstreamcli", "validate", "--no-net", "--strict", path)
    # Pedantic, but for the capital letter that the project's own name in its identifier has.
    told = subprocess.run(
        ["appstreamcli", "validate", "--no-net", "--pedantic", "--no-color", path],
        capture_output=True, text=True, timeout=60, check=False,
    ).stdout
    issues = re.findall(r"^[EWIP]: .*", told, re.M)
    tap.equal([i for i in issues if "cid-contains-uppercase-letter" not in i], [])
    root = xml.etree.ElementTree.parse(path).getroot()
    tap.equal(root.findtext("id"), APPLICATION)
    tap.equal(root.findtext("project_license"), "GPL-3.0-or-later")
    version = re.search(r"version: '([^']+)'", tree.read("meson.build")).group(1)
    tap.equal(root.find("releases/release").get("version"), version, "the newest release")
    for image in root.findall("screenshots/screenshot/image"):
        name = os.path.basename(image.text)
        size = png_size(os.path.join(tree.SOURCE, "docs", "images", name))
        tap.equal((int(image.get("width")), int(image.get("height"))), size, name)


@tap.test
def the_settings_schema_is_valid():
    schemas = tree.with_suffix(".gschema.xml", folders=("data",))
    assert schemas, "data/ has no settings schema"
    passes(
        "glib-compile-schemas", "--strict", "--dry-run", os.path.join(tree.SOURCE, "data")
    )


@tap.test
def the_dbus_service_has_the_name_of_the_application():
    entry = entry_of(built(APPLICATION + ".service"), "D-BUS Service")
    tap.equal(entry["Name"], APPLICATION)
    tap.is_in("--gapplication-service", entry["Exec"])


@tap.test
def the_icons_are_there():
    names = {os.path.basename(p): p for p in tree.with_suffix(".svg", folders=("data",))}
    for name in (APPLICATION + ".svg", APPLICATION + "-symbolic.svg"):
        tap.is_in(name, names)
        root = xml.etree.ElementTree.parse(os.path.join(tree.SOURCE, names[name])).getroot()
        tap.equal(root.tag, "{http://www.w3.org/2000/svg}svg")


tap.main(timeout=110)
