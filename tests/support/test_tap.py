# SPDX-License-Identifier: GPL-3.0-or-later
"""The TAP producer says what happened, and fails when a test fails."""

import os
import subprocess
import sys

from support import tap

SCRIPT = """
from support import tap

@tap.test
def good():
    print("noise")

@tap.test
def bad():
    tap.equal(1, 2, "sum")

@tap.test
def unwilling():
    tap.skip("no moon")

tap.main()
"""


def run(script, *names):
    return subprocess.run(
        [sys.executable, "-c", script, *names],
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@tap.test
def outcomes_are_told_apart():
    done = run(SCRIPT)
    tap.equal(done.returncode, 1)
    lines = [line for line in done.stdout.splitlines() if not line.startswith("#")]
    tap.equal(
        lines,
        ["TAP version 14", "1..3", "ok 1 - good", "not ok 2 - bad"]
        + ["ok 3 - unwilling # SKIP no moon"],
    )
    tap.is_in("sum: found 1, expected 2", done.stderr)
    tap.is_in("noise", done.stderr)


@tap.test
def a_test_runs_alone_by_its_name():
    done = run(SCRIPT, "good")
    tap.equal(done.returncode, 0)
    tap.is_in("1..1", done.stdout)


@tap.test
def nothing_chosen_is_a_failure():
    tap.equal(run(SCRIPT, "misspelt").returncode, 1)


@tap.test
def a_broken_setup_is_a_failure():
    done = run("from support import tap\ndef s(): raise OSError('x')\ntap.main(setup=s)")
    tap.equal(done.returncode, 1)
    tap.is_in("Bail out!", done.stdout)


tap.main()
