# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that a test starts: with a log, with a limit on every wait, and never
left behind.
"""

import ctypes
import os
import re
import signal
import subprocess
import time

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)

# What makes our own programs strict would only make others' fall over.
STRICTNESS = (
    "G_DEBUG",
    "G_ENABLE_DIAGNOSTIC",
    "G_MESSAGES_DEBUG",
    "G_SLICE",
    "MALLOC_CHECK_",
    "MALLOC_PERTURB_",
    "ASAN_OPTIONS",
    "LSAN_OPTIONS",
    "MSAN_OPTIONS",
    "TSAN_OPTIONS",
    "UBSAN_OPTIONS",
)


def lenient(environment):
    """The environment for programs that aren't ours."""
    return {k: v for k, v in environment.items() if k not in STRICTNESS}


def _die_with_parent():
    # However the test ends, its children end: the kernel sees to it.
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Process:
    """A program in the background, its output in a file.

    Start it from the main thread: it is killed when the thread that started it
    ends.
    """

    def __init__(self, argv, env=None, log=None, stdin=subprocess.DEVNULL, cwd=None, pass_fds=()):
        self.argv = [str(a) for a in argv]
        self.name = os.path.basename(self.argv[0])
        self.log_path = log
        output = open(log, "ab") if log else subprocess.DEVNULL
        try:
            self.popen = subprocess.Popen(
                self.argv,
                env=env,
                stdin=stdin,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                pass_fds=pass_fds,
                preexec_fn=_die_with_parent,
            )
        finally:
            if log:
                output.close()

    @property
    def pid(self):
        return self.popen.pid

    def running(self):
        return self.popen.poll() is None

    def log(self):
        if not self.log_path:
            return ""
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait_for_line(self, pattern, timeout=20.0, start=0):
        """Returns the match of a regular expression in the log from start on.

        Fails at once when the program ends without having written it.
        """
        expression = re.compile(pattern, re.MULTILINE)
        end = time.monotonic() + timeout
        while True:
            running = self.running()
            match = expression.search(self.log(), start)
            if match:
                return match
            if not running or time.monotonic() > end:
                state = "did not say" if running else f"ended ({self.popen.returncode}) without"
                raise AssertionError(f"{self.name} {state} {pattern!r}:\n{self.log()[-2000:]}")
            time.sleep(0.02)

    def wait(self, timeout=20.0):
        """Returns the exit status; kills the program and fails after timeout seconds."""
        try:
            return self.popen.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(
                f"{self.name} was still running after {timeout} s:\n{self.log()[-2000:]}"
            ) from None

    def send(self, number):
        if self.running():
            self.popen.send_signal(number)

    def kill(self):
        """SIGKILL, as a crash or a power cut would."""
        self.send(signal.SIGKILL)
        self.popen.wait()

    def stop(self, timeout=10.0):
        """SIGTERM, and SIGKILL when that isn't heeded; returns the exit status."""
        self.send(signal.SIGTERM)
        try:
            return self.popen.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            return self.popen.returncode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
