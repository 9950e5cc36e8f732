# SPDX-License-Identifier: GPL-3.0-or-later
"""A small producer of the Test Anything Protocol.

    from support import tap

    @tap.test
    def a_locked_keyring_is_said_so():
        tap.equal(keyring.locked(), True)

    tap.main()

Names given on the command line choose among the tests of a file. What the tests
and the programs they start print goes to standard error, so that standard output
stays TAP.
"""

import faulthandler
import os
import sys
import time
import traceback

_tests = []


class Skip(Exception):
    """Raised by a test that cannot run here; its text is the reason."""


def test(function):
    """Registers a test; its name, with spaces for underscores, is what it says."""
    _tests.append(function)
    return function


def skip(reason):
    raise Skip(reason)


def equal(found, expected, what=""):
    if found != expected:
        prefix = f"{what}: " if what else ""
        raise AssertionError(f"{prefix}found {found!r}, expected {expected!r}")


def is_in(part, whole, what=""):
    if part not in whole:
        prefix = f"{what}: " if what else ""
        raise AssertionError(f"{prefix}{part!r} is not in {whole!r}")


def diag(text):
    for line in str(text).rstrip("\n").split("\n"):
        print("# " + line, file=sys.stderr, flush=True)


def wait_for(condition, what, timeout=10.0, interval=0.02):
    """Returns the first true value of condition(); fails after timeout seconds."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {timeout} s in vain: {what}")
        time.sleep(interval)


def _run(function):
    """Returns the outcome of a test and what to say about it."""
    try:
        function()
    except Skip as reason:
        return "skip", str(reason)
    except Exception:  # A test may fail in any way, and the next one still runs.
        return "fail", traceback.format_exc()
    return "pass", ""


def main(setup=None, teardown=None, timeout=None):
    """Runs the registered tests, between setup() and teardown(), and exits.

    A setup that raises Skip skips the whole file. After timeout seconds the
    stacks are printed, which tells where a test hangs.
    """
    output = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    if timeout:
        faulthandler.dump_traceback_later(timeout, exit=True)

    chosen = [t for t in _tests if len(sys.argv) < 2 or t.__name__ in sys.argv[1:]]
    print("TAP version 14", file=output)
    failed = not chosen
    try:
        if setup:
            setup()
        print(f"1..{len(chosen)}", file=output)
        for number, function in enumerate(chosen, 1):
            started = time.monotonic()
            outcome, text = _run(function)
            title = function.__name__.replace("_", " ")
            if outcome == "fail":
                failed = True
                print(f"not ok {number} - {title}", file=output)
                diag(text)  # Meson shows only standard error of a failed TAP test.
            elif outcome == "skip":
                print(f"ok {number} - {title} # SKIP {text}", file=output)
            else:
                print(f"ok {number} - {title}", file=output)
            diag(f"{title}: {outcome} in {time.monotonic() - started:.2f} s")
    except Skip as reason:
        print(f"1..0 # SKIP {reason}", file=output)
    except Exception:
        failed = True
        diag(traceback.format_exc())
        print("Bail out! the tests could not be set up", file=output)
    finally:
        if teardown:
            teardown()
    output.flush()
    sys.exit(1 if failed else 0)
