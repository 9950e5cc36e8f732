# SPDX-License-Identifier: GPL-3.0-or-later
# benchmark: history of 100,000 messages to a new device, against writing and copying the same messages on one machine
"""How long a person waits for the messages of years to be on a new device: a minute at most, on one machine.

The clock runs from the moment at which the new device is approved until it has everything. Beside it, in the same run: storing as many
messages by the store's own functions, with nothing sealed and nothing sent; and a backup of them, written and read, where
everything is sealed and nothing is sent. `usable` is when the newest message was there.
"""

import os
import subprocess
import sys
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))

from house import House  # noqa: E402

MESSAGES = 100000
NEEDED_S = 60


class Clock:
    def __init__(self):
        self.start = time.monotonic()

    def seconds(self):
        return time.monotonic() - self.start


def fill(device, conversation, count):
    program = os.path.join(os.environ["WAXWING_BUILD"], "tests", "bench", "bench-fill-store")
    clock = Clock()
    subprocess.run([program, device.profile, conversation, str(count), "the last"], env=device.session.env, check=True)
    return clock.seconds()


def is_done(device):
    entries = device.run("history")
    return bool(entries) and all(e["state"] == "done" for e in entries)


def share(laptop, desktop):
    """Seconds until the new device had the first chunk, and until it had all."""
    clock, usable = Clock(), None
    giving = laptop.spawn("--timeout", "600", "history", "--wait")
    taking = desktop.spawn("--timeout", "600", "watch", "--only", "history")
    while True:
        lines = [line for line in taking.log().splitlines() if '"history"' in line]
        if usable is None and any('"messages":0,' not in line for line in lines):
            usable = clock.seconds()
        if any('"state":"done"' in line for line in lines):
            break
        assert taking.running() and clock.seconds() < 600, taking.log()
        time.sleep(0.02)
    seconds = clock.seconds()
    assert giving.wait(60) == 0, giving.log()
    taking.stop()
    return usable, seconds


def backup(house, laptop, desktop):
    path, words = os.path.join(house.directory, "backup"), os.path.join(house.directory, "words")
    with open(words, "w", encoding="utf-8") as file:
        file.write("a long passphrase\n")
    clock = Clock()
    laptop.run("export", path, "--passphrase-file", words, timeout=600)
    written = clock.seconds()
    clock = Clock()
    desktop.run("import", path, "--passphrase-file", words, timeout=600)
    return written, clock.seconds(), os.path.getsize(path)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    with House() as house:
        laptop, bob = house.enrolled("Alice", "laptop"), house.enrolled("Bob", "phone")
        laptop.send(bob, "the first")
        stored = fill(laptop, laptop.conversation(bob)["id"], count)
        desktop = house.device("Alice", "desktop")
        desktop.join(laptop)
        usable, seconds = share(laptop, desktop)
        found = desktop.run("history")[0]["messages"]
        assert found == count + 1, f"{found} messages came"
        written, read, size = backup(house, laptop, desktop)
    print(f"{count} messages of a conversation; {size / 2**20:.1f} MiB compressed and sealed")
    print(f"{'stored by the store alone':36}{stored:8.1f} s{count / stored:12.0f} messages/s")
    slow = f"  too slow: {NEEDED_S} s are allowed" if seconds > NEEDED_S else ""
    print(f"{'to the new device':36}{seconds:8.1f} s{count / seconds:12.0f} messages/s, usable after {usable:.1f} s{slow}")
    print(f"{'written as a backup':36}{written:8.1f} s{count / written:12.0f} messages/s")
    print(f"{'read again where all of it is':36}{read:8.1f} s{count / read:12.0f} messages/s")


main()
