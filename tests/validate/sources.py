# SPDX-License-Identifier: GPL-3.0-or-later
"""What every file of the tree must have, and what none may have."""

import ast
import os
import re
import subprocess

import compiler
import tree
from support import tap

LICENSE = "SPDX-License-Identifier: GPL-3.0-or-later"
# Where a comment can say it. Test vectors keep the words of their source.
CODE = (".c", ".cc", ".h", ".py", ".blp", ".build", ".options", ".proto", ".sql", ".css", ".ui", ".sh")
CODE += (".md", ".xml", ".in", ".mjs", ".js", ".html", ".yml", ".conf", ".supp", ".svg", ".service")
WITHOUT_SUFFIX = ("dev", ".ci/run", "build-aux/format", "build-aux/enter-root")
WITHOUT_SUFFIX += ("build-aux/summarise-tests", ".clang-format")
VECTORS = "tests/vectors/"

# Each would let deprecated API in, in one file or in all.
LOOPHOLES = (
    "-Wno-deprecated",
    "-Wno-error=deprecated",
    "DISABLE_DEPRECATION_WARNINGS",
    "BEGIN_IGNORE_DEPRECATIONS",
    '-Wdeprecated-declarations"',
)
DEPRECATED = {
    "client": "#include <glib-object.h>\nvoid f (void);\nvoid f (void) { g_type_init (); }\n",
    "app": "#include <adwaita.h>\nvoid f (void);\nvoid f (void) { adw_leaflet_new (); }\n",
}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
LONGEST_FILE = 1000
TRANSLATED_DATA = (".desktop.in", ".desktop.in.in", ".metainfo.xml.in", ".metainfo.xml.in.in")
MARKED = re.compile(r'\b(?:_|N_|C_|NC_|Q_|ngettext|g_dngettext|g_dpgettext2|dgettext)\s*\(\s*["&]')


def licensed_files():
    for path in tree.files():
        if path.startswith(VECTORS):
            continue
        if path.endswith(CODE) or path in WITHOUT_SUFFIX:
            yield path


@tap.test
def every_file_names_its_licence():
    missing = [p for p in licensed_files() if LICENSE not in "\n".join(tree.read(p).split("\n")[:5])]
    tree.none(missing, f"files without “{LICENSE}” in their first lines")


@tap.test
def nothing_lets_deprecated_api_in():
    problems = []
    for path in tree.files():
        if path.endswith((".c", ".h", ".build", ".options")):
            text = tree.read(path)
            problems += [f"{path}: {word}" for word in LOOPHOLES if word in text]
    tree.none(problems, "switches that hide deprecation warnings")


@tap.test
def the_compiler_refuses_deprecated_api():
    tried = 0
    for room, code in DEPRECATED.items():
        call = compiler.flags_of(lambda path, room=room: path.startswith(room + "/"))
        if call is None:
            continue
        tried += 1
        done = compiler.try_code(call, code)
        assert done.returncode != 0, f"deprecated API compiles in {room}"
        tap.is_in("deprecated", done.stderr, room)
    if not tried:
        tap.skip("neither the application nor the engine has a file yet")


@tap.test
def nothing_is_left_for_later():
    problems = []
    for path in tree.with_suffix(*CODE, folders=("src", "data", "po", "tests", "build-aux")):
        if path.startswith((VECTORS, "tests/validate/")):
            continue
        for number, line in enumerate(tree.read(path).split("\n"), 1):
            if UNFINISHED.search(line):
                problems.append(f"{path}:{number}: {line.strip()}")
    tree.none(problems, "notes of unfinished work")


@tap.test
def no_file_holds_two_things():
    paths = tree.with_suffix(".c", ".h", ".py", ".blp", folders=("src", "tests"))
    lengths = {path: tree.read(path).count("\n") for path in paths if not path.startswith(VECTORS)}
    tree.none(
        [f"{path}: {n} lines" for path, n in lengths.items() if n > LONGEST_FILE],
        f"files of more than {LONGEST_FILE} lines",
    )


@tap.test
def every_translatable_file_is_listed():
    text = tree.read("po/POTFILES") if os.path.exists(f"{tree.SOURCE}/po/POTFILES") else ""
    listed = {
        line.strip()
        for line in text.split("\n")
        if line.strip() and not line.startswith("#")
    }
    marked = set()
    for path in tree.with_suffix(".c", ".h", ".blp", folders=("src",)):
        if MARKED.search(tree.without_comments(tree.read(path))):
            marked.add(path)
    marked |= set(tree.with_suffix(*TRANSLATED_DATA, folders=("data",)))
    tree.none(sorted(marked - listed), "files with messages that po/POTFILES doesn't list")
    gone = [path for path in listed if not os.path.exists(os.path.join(tree.SOURCE, path))]
    tree.none(sorted(gone), "files in po/POTFILES that aren't there")


@tap.test
def scripts_can_be_read():
    problems = []
    for path in tree.with_suffix(".py"):
        try:
            ast.parse(tree.read(path), path)
        except SyntaxError as error:
            problems.append(f"{path}: {error}")
    for path in ("dev", ".ci/run", *tree.files("build-aux")):
        text = tree.read(path)
        shell = re.match(r"#!/bin/(ba)?sh\b", text) or path.endswith(".sh")
        if shell:
            argv = ["bash", "-n", os.path.join(tree.SOURCE, path)]
            done = subprocess.run(argv, capture_output=True, text=True, check=False)
            problems += [done.stderr] if done.returncode else []
    tree.none(problems, "scripts with mistakes")


@tap.test
def packages_are_listed_once():
    lines = [line.split("#")[0].strip() for line in tree.read("build-aux/packages.txt").split("\n")]
    names = [line for line in lines if line]
    tree.none(sorted({n for n in names if names.count(n) > 1}), "packages listed twice")


tap.main(timeout=110)
