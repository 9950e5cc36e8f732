# SPDX-License-Identifier: GPL-3.0-or-later
"""Tries what compiles, with the flags that the build has for a folder of src/."""

import json
import os
import shlex
import subprocess
import tempfile

import tree


def _commands():
    with open(os.path.join(tree.BUILD, "compile_commands.json"), encoding="utf-8") as file:
        return json.load(file)


def flags_of(belongs):
    """The compiler call of the first C file whose path below src/ belongs(path), and
    its directory; None where there's no such file yet.
    """
    for entry in _commands():
        path = os.path.normpath(os.path.join(entry["directory"], entry["file"]))
        if belongs(os.path.relpath(path, os.path.join(tree.SOURCE, "src"))):
            return _without_files(shlex.split(entry["command"])), entry["directory"]
    return None


def _without_files(words):
    words = [w for w in words if w not in ("ccache", "-c", "-MD") and not w.endswith((".c", ".cc"))]
    for option in ("-o", "-MF", "-MQ"):
        if option in words:
            at = words.index(option)
            del words[at : at + 2]
    return words


def try_code(call, code, *options):
    """Checks code with the flags of a call; returns how the compiler ended."""
    flags, directory = call
    with tempfile.NamedTemporaryFile("w", suffix=".c") as file:
        file.write(code)
        file.flush()
        return subprocess.run(
            [*flags, "-fsyntax-only", "-fdiagnostics-color=never", *options, file.name],
            cwd=directory,
            env=dict(os.environ, LC_ALL="C"),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
