# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the source tree, as the tests of this folder look at them."""

import os
import re

SOURCE = os.environ["WAXWING_SOURCE"]
BUILD = os.environ["WAXWING_BUILD"]
# What a build, an editor or Python leaves in the tree.
IGNORED = {"_build", ".git", "__pycache__", ".flatpak-builder", "node_modules"}


def files(*folders):
    """Paths, from the top of the tree, of the files in these folders (the whole tree)."""
    found = []
    for folder in folders or (".",):
        for directory, folders_here, names in os.walk(os.path.join(SOURCE, folder)):
            folders_here[:] = sorted(set(folders_here) - IGNORED)
            found += [os.path.relpath(os.path.join(directory, name), SOURCE) for name in names]
    return sorted(found)


def with_suffix(*suffixes, folders=()):
    return [path for path in files(*folders) if path.endswith(suffixes)]


def read(path):
    with open(os.path.join(SOURCE, path), encoding="utf-8") as file:
        return file.read()


def without_comments(text):
    """C without its comments; line numbers stay."""
    return re.sub(
        r"/\*.*?\*/|//[^\n]*", lambda m: "\n" * m.group(0).count("\n"), text, flags=re.DOTALL
    )


def none(problems, what):
    """Fails with a list of problems, one a line."""
    if problems:
        shown = "\n".join(f"  {problem}" for problem in problems[:40])
        raise AssertionError(f"{what} ({len(problems)}):\n{shown}")
