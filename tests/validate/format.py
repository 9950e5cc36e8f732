# SPDX-License-Identifier: GPL-3.0-or-later
"""C and Blueprint files have the one form; `./dev shell build-aux/format` gives it."""

import os
import subprocess

import tree
from support import tap

HINT = "run ./dev shell build-aux/format"


def run(*argv):
    return subprocess.run(
        argv, cwd=tree.SOURCE, capture_output=True, text=True, timeout=110, check=False
    )


def c_files():
    return tree.with_suffix(".c", ".cc", ".h", folders=("src", "tests"))


@tap.test
def c_has_the_form_of_clang_format():
    done = run("clang-format", "--dry-run", "-Werror", *c_files())
    problems = sorted({line.split(":")[0] for line in done.stderr.split("\n") if ": error:" in line})
    assert done.returncode == 0 or problems, done.stderr[-2000:]
    tree.none(problems, HINT)


@tap.test
def the_form_is_checked():
    bad = os.path.join(tree.SOURCE, "src", "bad.c")
    done = subprocess.run(
        ["clang-format", "--dry-run", "-Werror", f"--assume-filename={bad}"],
        input="int f(void){return 1;}\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0, "clang-format found nothing wrong"


@tap.test
def blueprint_has_its_form():
    paths = tree.with_suffix(".blp", folders=("src",))
    if not paths:
        tap.skip("there are no Blueprint files")
    done = run("blueprint-compiler", "format", "--no-diff", *paths)
    assert done.returncode == 0, f"{HINT}:\n{done.stdout[-3000:]}{done.stderr}"


tap.main(timeout=170)
