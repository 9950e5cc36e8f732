# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Flatpak may do: the one list that the manifest and the finished bundle are held against."""

import configparser

# A new line here is a decision: flatpak/im.waxwing.Waxwing.yml says what each is for.
PERMISSIONS = {
    "Context": {
        "shared": {"ipc", "network"},
        # Flatpak lists X11 beside its condition, which is that there is no Wayland.
        "sockets": {"fallback-x11", "pulseaudio", "wayland", "x11"},
        "devices": {"dri"},
    },
}
_OPTIONS = {"--share": "shared", "--socket": "sockets", "--device": "devices"}


def of_manifest(arguments):
    """The permissions that a manifest's finish-args give; what isn't known here is a permission of its own."""
    found = {}
    for argument in arguments:
        option, _, value = argument.partition("=")
        group = found.setdefault("Context", {}).setdefault(_OPTIONS.get(option, option), set())
        group |= {value, "x11"} if value == "fallback-x11" else {value}
    return found


def of_bundle(text):
    """Those that “flatpak info --show-permissions” prints."""
    parser = configparser.RawConfigParser(delimiters=("=",))
    parser.optionxform = str
    parser.read_string(text)
    return {
        group: {key: set(filter(None, value.split(";"))) for key, value in parser[group].items()}
        for group in parser.sections()
    }
