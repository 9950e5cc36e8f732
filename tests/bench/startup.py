# SPDX-License-Identifier: GPL-3.0-or-later
# benchmark: start to the last conversation with 100,000 messages, against an empty libadwaita window
"""What a person waits for: the window with the last conversation in it, and another conversation in its place.

The clock starts before the program is executed, and ends when the newest message is on the screen: a watcher
(bench-watch-screen) looks at the pixels after each time that something was drawn, and knows the message by its
coloured squares. The empty window, which shows the same squares, is timed in the same way, in turn with ours. No
server runs, so nothing can come from the network.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from support import a11y, processes, programs
from support.a11y import Atspi

LARGE, SMALL = 100000, 100
RUNS = 7
OPENINGS = 7
SETTLE_S = 14  # then a program has done what it does after its start, and a cursor no longer blinks
IDLE_S = 5
SQUARES = {"red": "🟥", "green": "🟩", "blue": "🟦", "yellow": "🟨"}
LARGE_COLOURS, SMALL_COLOURS = ("red", "green"), ("blue", "yellow")


def bench_program(name):
    return os.path.join(os.environ["WAXWING_BUILD"], "tests", "bench", name)


def squares(colours):
    return 3 * "".join(SQUARES[c] for c in colours)


class Watcher:
    """Says when a text came to the screen; use as a context around what brings it there."""

    def __init__(self, colours):
        self.process = subprocess.Popen([bench_program("bench-watch-screen"), *colours],
                                        stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"
        self.start = time.monotonic()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def wait(self):
        """Milliseconds from the start until (something, the text) was on the screen."""
        line = self.process.stdout.readline()
        assert line, "the text did not come to the screen"
        return [(float(seen) - self.start) * 1000 for seen in line.split()]


def pss_mib(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024


def cpu_ms(pid):
    """Processor time of all threads, in steps of 10 ms."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") * 1000


def settle(pid):
    """Memory and processor time of a program that nobody uses: MiB, and ms a second."""
    time.sleep(SETTLE_S)
    before = cpu_ms(pid)
    time.sleep(IDLE_S)
    return pss_mib(pid), (cpu_ms(pid) - before) / IDLE_S


def time_start(argv, colours, log):
    """(process, ms to the first frame, ms to the text, ms of processor time until then)."""
    with Watcher(colours) as watcher:
        process = processes.Process(argv, env=dict(os.environ), log=log)
        first, text = watcher.wait()
        return process, first, text, cpu_ms(process.pid)


def enrol(server, profile, address):
    person = programs.Cli(profile)
    person.enroll(server, address, lambda a: press(server.link(a)))
    return person


def press(link):
    """What the button in the page behind the mail's link does."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(link, data=b""), timeout=20) as answer:
        assert answer.status == 200, answer.status


def prepare(directory):
    """Alice's profile, with a large and a small conversation. What is in them was never on the server."""
    with programs.Server(os.path.join(directory, "server")) as server:
        alice = enrol(server, "default", "alice@example.org")
        ids = []
        for name in ("bob", "carol"):
            enrol(server, os.path.join(directory, name), f"{name}@example.org")
            sent = alice.one("send", f"mailto:{name}@example.org", "--text", "hello", "--wait", "sent")
            ids.append(sent["conversation"])
    for conversation, count, colours in zip(ids, (LARGE, SMALL), (LARGE_COLOURS, SMALL_COLOURS)):
        subprocess.run([bench_program("bench-fill-store"), "default", conversation, str(count), squares(colours)],
                       check=True)
    listed = alice.run("messages", ids[0], "--limit", "5")
    assert listed[-1]["text"] == squares(LARGE_COLOURS), listed


def measure_starts(log):
    """Times of (ours, empty), and the memory that they take afterwards."""
    ours, empty = [], []
    programs_timed = ((ours, [programs.program("waxwing")]),
                      (empty, [bench_program("bench-empty-window"), squares(LARGE_COLOURS)]))
    settled = []
    for run in range(RUNS + 1):
        for times, argv in programs_timed:
            process, *figures = time_start(argv, LARGE_COLOURS, log)
            # The first run brings files into memory; it is left out, and used for what needs time.
            if run == 0:
                settled.append(settle(process.pid))
            else:
                times.append(figures)
            process.stop()
    return ours, empty, settled


def open_conversation(app, name, colours):
    """Milliseconds from the click on a row of the list until its newest message is on the screen."""
    row = app.containing(name, within=app.find("list", "Conversations"))
    place = row.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
    # Without a window manager the window is in the corner of the screen.
    point = str(place.x + place.width // 2), str(place.y + place.height // 2)
    subprocess.run(["xdotool", "mousemove", *point], check=True)
    with Watcher(colours) as watcher:
        subprocess.run(["xdotool", "click", "1"], check=True)
        return watcher.wait()[1]


def measure_openings(log):
    """Of the small and of the large conversation, in turn."""
    process, *_ = time_start([programs.program("waxwing")], LARGE_COLOURS, log)
    app = a11y.Application(process.pid)
    small, large = [], []
    for _ in range(OPENINGS):
        small.append(open_conversation(app, "carol", SMALL_COLOURS))
        large.append(open_conversation(app, "bob", LARGE_COLOURS))
    process.stop()
    return small, large


def median(times, column):
    return statistics.median(figures[column] for figures in times)


def show(ours, empty, settled, small, large):
    print(f"{'':44}{'Waxwing':>10}{'empty':>10}{'ratio':>8}")
    rows = ("start to the first frame, ms", "start to the newest message, ms", "processor time until then, ms")
    for column, text in enumerate(rows):
        a, b = median(ours, column), median(empty, column)
        print(f"{text:44}{a:10.0f}{b:10.0f}{a / b:8.2f}")
    (a, a_cpu), (b, b_cpu) = settled
    print(f"{f'PSS after {SETTLE_S + IDLE_S} s, MiB':44}{a:10.1f}{b:10.1f}{a / b:8.2f}")
    print(f"{'processor time when idle, ms a second':44}{a_cpu:10.1f}{b_cpu:10.1f}")
    a, b = statistics.median(large), statistics.median(small)
    print(f"\n{'':44}{LARGE:>10}{SMALL:>10}{'ratio':>8}")
    print(f"{'click to the newest message of so many, ms':44}{a:10.0f}{b:10.0f}{a / b:8.2f}")


def main():
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        log = os.path.join(directory, "log")
        prepare(directory)
        starts = measure_starts(log)
        openings = measure_openings(log)
        if os.path.getsize(log):
            shutil.copyfileobj(open(log, encoding="utf-8"), sys.stderr)
    show(*starts, *openings)


main()
