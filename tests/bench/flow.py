# SPDX-License-Identifier: GPL-3.0-or-later
# benchmark: turns of the main loop while 10,000 messages arrive and 100 photos load, against a list of GTK's own
"""Whether the window answers while a lot happens: the application with a real server and real senders, watched from inside.

A turn of the main loop, from when something happened until the loop waits again, is the time for which nothing is
answered. bench-turns.so, preloaded into the application, writes down each of them: by the clock, and in the processor time
of the thread, which does not have in it what the machine gave to others. Of the latter it also says what GDK's frame
clock spent on sizes and places, and on painting, which is done by the processor here.

Beside it, on the same display and at the same time, stands bench-list-window: a list of GTK's own with as many lines of
text, which come ten a frame and are then scrolled. What its turns take is the machine and GTK.

At last a smaller part of the same is done once more with strace at the main thread, to see whether that touches the store,
waits for the disk, or opens a file of the profile.
"""

import contextlib
import os
import re
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

from support import processes, programs, tap

MESSAGES, PHOTOS = 10000, 100
OTHER_PEOPLE = 5  # half of the messages are from them, the other half from Bob, whose conversation is open
PHOTO_SIZE = "1600x1200"
ALLOWED_MS = 16
WHEEL = 5  # clicks for a photo
TURN = struct.Struct("5q")
SETTLE_S = 3
TRACED = "%file,read,pread64,write,pwrite64,fsync,fdatasync,ftruncate"


def bench_program(name):
    return os.path.join(os.environ["WAXWING_BUILD"], "tests", "bench", name)


def press(link):
    """What the button in the page behind the mail's link does."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(link, data=b""), timeout=20) as answer:
        assert answer.status == 200, answer.status


class Watched:
    """A program whose turns are written down."""

    def __init__(self, directory, name, *argv):
        self.path = os.path.join(directory, f"{name}.turns")
        env = dict(os.environ, LD_PRELOAD=bench_program("bench-turns.so"), BENCH_TURNS=self.path)
        self.process = processes.Process(argv, env=env, log=os.path.join(directory, f"{name}.log"))

    def turns(self, begin, end):
        """(start, wall, cpu, layout, paint) of each turn that began between two times of time.monotonic(), in ms."""
        found = []
        if not os.path.exists(self.path):
            return found
        with open(self.path, "rb") as file:
            while (record := file.read(TURN.size)) and (turn := TURN.unpack(record))[0]:
                if begin <= turn[0] / 1e9 < end:
                    found.append([value / 1e6 for value in turn])
        return found

    def n_turns(self):
        return len(self.turns(0, float("inf")))


class Stage:
    """Alice's profile for the application, the server, and those who write to her."""

    def __init__(self, directory):
        self.directory = directory
        unlimited = {key: "100000000/1000000" for key in ("sends-per-device", "uploads-per-device")}
        self.server = programs.Server(os.path.join(directory, "server"), settings={"limits": unlimited})

    def enrol(self, name):
        os.makedirs(os.path.join(self.directory, "people"), exist_ok=True)
        profile = "default" if name == "alice" else os.path.join(self.directory, "people", name)
        person = programs.Cli(profile)
        person.enroll(self.server, f"{name}@example.org", lambda address: press(self.server.link(address)), name=name)
        return person

    def set_up(self):
        self.server.start()
        self.alice = self.enrol("alice")
        self.others = [self.enrol(f"other{i}") for i in range(OTHER_PEOPLE)]
        self.bob = self.enrol("bob")
        # Bob at last, so that his conversation is the one that opens; and nobody of them is a stranger.
        for name in [f"other{i}" for i in range(OTHER_PEOPLE)] + ["bob"]:
            self.alice.one("send", f"mailto:{name}@example.org", "--text", "hello", "--wait", "sent")

    def send(self, person, count):
        """So many messages of somebody, each with a text of its own length; returns the process."""
        log = os.path.join(self.directory, f"send-{os.path.basename(person.profile)}.log")
        path = log + ".lines"
        with open(path, "w", encoding="utf-8") as file:
            for i in range(count):
                file.write(f"{i}: " + " ".join(["shall we meet at the station"] * (1 + i % 5)) + "\n")
        argv = person.argv("--timeout", "900", "send", "mailto:alice@example.org", "--lines", "--wait", "sent")
        with open(path, encoding="utf-8") as lines:
            return processes.Process(argv, env=dict(os.environ), log=log, stdin=lines)

    def waiting(self):
        """How many messages the server still has for Alice, who was the first to enrol."""
        path = os.path.join(self.server.data, "waxwing.db")
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as database:
            return database.execute("SELECT waiting FROM devices ORDER BY number LIMIT 1").fetchone()[0]

    def wait_until_taken(self):
        tap.wait_for(lambda: self.waiting() == 0, "everything sent has arrived", 600, interval=0.5)
        time.sleep(SETTLE_S)

    def send_all(self, count):
        each = count // 2 // OTHER_PEOPLE
        senders = [self.send(self.bob, count // 2)] + [self.send(other, each) for other in self.others]
        for sender in senders:
            assert sender.wait(900) == 0, sender.log()[-3000:]
        self.wait_until_taken()

    def make_photo(self):
        """Noise, of which the decoder has more to do than of a photo. It is decoded anew for each message."""
        path = os.path.join(self.directory, "photo.jpg")
        argv = ["convert", "-size", PHOTO_SIZE, "plasma:fractal", "-quality", "85", path]
        subprocess.run(argv, check=True)
        return path

    def send_photos(self, path, count):
        for _ in range(count):
            self.bob.run("send", "mailto:alice@example.org", "--attach", path, "--wait", "sent")
        self.wait_until_taken()


def turn_wheel(button, count):
    """Over the middle of the conversation, as fast as a hand does it."""
    subprocess.run(["xdotool", "mousemove", "700", "350"], check=True)
    subprocess.run(["xdotool", "click", "--repeat", str(count), "--delay", "12", str(button)], check=True)


def scroll(clicks):
    turn_wheel(4, clicks)
    turn_wheel(5, clicks)
    time.sleep(SETTLE_S)


def timed(work, *arguments):
    begin = time.monotonic()
    work(*arguments)
    return begin, time.monotonic()


def at(values, share):
    return values[min(len(values) - 1, int(len(values) * share))]


def show_columns(name, turns):
    """A line a kind of time: the middle, the 99th of 100, the longest, and how many are over what is allowed."""
    kinds = (
        ("by the clock", lambda t: t[1]),
        ("processor time", lambda t: t[2]),
        ("  of it sizes and places", lambda t: t[3]),
        ("  of it painting", lambda t: t[4]),
        ("  all but painting", lambda t: t[2] - t[4]),
    )
    over = 0
    for kind, of in kinds:
        values = sorted(of(turn) for turn in turns)
        over = sum(value > ALLOWED_MS for value in values)
        figures = "".join(f"{value:10.2f}" for value in (at(values, 0.5), at(values, 0.99), values[-1]))
        print(f"{name:14}{kind:28}{figures}{over:8}")
        name = ""
    return over


def show(phases, ours, reference):
    over = 0
    for title, span in phases:
        mine, theirs = ours.turns(*span), reference.turns(*span)
        print(f"\n{title}: {span[1] - span[0]:.0f} s, {len(mine)} turns")
        print(f"{'':42}{'median':>10}{'99 %':>10}{'max, ms':>10}{f'> {ALLOWED_MS} ms':>8}")
        over += show_columns("Waxwing", mine)
        show_columns("GTK's list", theirs)
        longest = max(t[2] - t[4] for t in mine), max(t[2] - t[4] for t in theirs)
        print(f"longest, all but painting: {longest[0] / longest[1]:.2f} times GTK's list")
    return over


def trace(stage, app, photo):
    """The calls of the main thread that concern the disk, by what they touched."""
    path = os.path.join(stage.directory, "trace")
    argv = ["strace", "-y", "-s", "0", "-e", "trace=" + TRACED, "-p", app.process.pid, "-o", path]
    tracer = processes.Process(argv, env=dict(os.environ), log=path + ".log")
    tracer.wait_for_line("attached", 20)
    stage.send_all(200)
    stage.send_photos(photo, 5)
    turn_wheel(4, 60)
    tracer.stop()
    profile = os.path.join(os.environ["XDG_DATA_HOME"], "")
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = file.readlines()
    disk = [line for line in lines if re.match(r"(fsync|fdatasync|ftruncate)\(", line) or profile in line]
    files = [line for line in lines if re.search(r'[<"]/', line) and line not in disk]
    print(f"\nwith strace at the main thread: {len(disk)} calls on the profile or waiting for the disk, "
          f"{len(files)} on other files")
    for line in disk[:20]:
        print("  " + line.strip())
    for line in files[:40] if os.environ.get("BENCH_FLOW_FILES") else []:
        print("  " + line.strip())
    return len(disk)


def main():
    messages, n_photos = (int(word) for word in sys.argv[1:3]) if len(sys.argv) > 2 else (MESSAGES, PHOTOS)
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        stage = Stage(directory)
        stage.set_up()
        photo = stage.make_photo()
        reference = Watched(directory, "list", bench_program("bench-list-window"))
        ours = Watched(directory, "waxwing", programs.program("waxwing"))
        tap.wait_for(lambda: ours.n_turns() > 100, "the application has started", 20)
        time.sleep(SETTLE_S)
        if os.environ.get("BENCH_FLOW_HOLD"):
            print(f"pid {ours.process.pid}, turns {ours.path}", flush=True)
            input()
        phases = [
            (f"{messages} messages arrive", timed(stage.send_all, messages)),
            (f"{n_photos} photos arrive and are shown", timed(stage.send_photos, photo, n_photos)),
            (f"{n_photos} photos are scrolled through", timed(scroll, 2 + n_photos * WHEEL)),
        ]
        over = show(phases, ours, reference)
        touched = trace(stage, ours, photo)
        assert ours.process.running(), ours.process.log()[-3000:]
        ours.process.stop()
        reference.process.stop()
        stage.server.stop()
    if over or touched:
        print(f"{over} turns took longer than {ALLOWED_MS} ms; {touched} calls touched the disk", file=sys.stderr)
        sys.exit(1)


main()
