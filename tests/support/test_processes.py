# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs started by tests are waited for with a limit and never left behind."""

import os
import subprocess
import sys
import tempfile

from support import processes, tap

directory = tempfile.TemporaryDirectory()
LOG = os.path.join(directory.name, "log")


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@tap.test
def a_line_of_the_log_is_waited_for():
    with processes.Process(["sh", "-c", "echo one; echo port 42; exec sleep 60"], log=LOG) as p:
        tap.equal(p.wait_for_line(r"port (\d+)").group(1), "42")


@tap.test
def an_early_end_fails_at_once():
    process = processes.Process(["sh", "-c", "echo broken; exit 3"], log=LOG)
    try:
        process.wait_for_line("ready", timeout=60)
    except AssertionError as error:
        tap.is_in("ended (3)", str(error))
        tap.is_in("broken", str(error))
    else:
        raise AssertionError("it did not fail")


@tap.test
def a_deaf_program_is_killed():
    process = processes.Process(["sh", "-c", "trap '' TERM; echo up; sleep 60"], log=LOG + "2")
    process.wait_for_line("up")
    tap.equal(process.stop(timeout=0.3), -9)


@tap.test
def children_end_with_their_test():
    script = (
        "from support import processes; import os, signal\n"
        "print(processes.Process(['sleep', '60']).pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, check=False, timeout=20
    )
    tap.wait_for(lambda: not alive(int(done.stdout)), "the child ends")


@tap.test
def strictness_is_for_our_programs():
    env = processes.lenient({"G_DEBUG": "fatal-warnings", "HOME": "/"})
    tap.equal(env, {"HOME": "/"})


tap.main(teardown=directory.cleanup)
