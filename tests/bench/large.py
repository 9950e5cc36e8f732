# SPDX-License-Identifier: GPL-3.0-or-later
# benchmark: the largest file, 2 GiB, sent, stored and fetched, against copying it
"""Whether memory stays flat whatever a file weighs, and what its way costs beside two plain copies of the same bytes.

The memory to read is the highest that the client and the server ever held with the large file, above what they hold with a file of
one byte on the same way: 16 MiB are allowed.
"""

import hashlib
import os
import shutil
import sys
import threading
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))

from house import House  # noqa: E402

MIB = 2**20
SIZE = 2048 * MIB
ALLOWED = 16 * MIB


class Peak(threading.Thread):
    """The highest anonymous memory of a process while it runs, in bytes."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.path, self.bytes, self.ended = f"/proc/{pid}/status", 0, threading.Event()

    def run(self):
        while not self.ended.wait(0.02):
            try:
                with open(self.path, encoding="ascii") as status:
                    held = next((line for line in status if line.startswith("RssAnon:")), None)
            except OSError:
                return
            if held:
                self.bytes = max(self.bytes, int(held.split()[1]) * 1024)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.join()


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(path, size):
    """Bytes that no compression makes smaller, each MiB of them another."""
    block = os.urandom(MIB)
    with open(path, "wb") as file:
        for at in range(0, size, MIB):
            file.write(at.to_bytes(8, "big") + block[8 : min(MIB, size - at)] if size > 8 else b"x")


def run(house, device, *arguments):
    """Seconds that a command takes, and the peaks of its client and of the server."""
    start = time.monotonic()
    process = device.spawn("--timeout", "1200", *arguments)
    with Peak(process.popen.pid) as client, Peak(house.server.process.pid) as server:
        assert process.wait(1200) == 0, process.log()
    return time.monotonic() - start, client.bytes, server.bytes


def there_and_back(house, alice, bob, path):
    up = run(house, alice, "send", bob.handle, "--attach", path, "--wait", "sent")
    bob.sync()
    message = bob.messages(alice)[-1]
    folder = os.path.join(house.directory, "saved-" + os.path.basename(path))
    os.makedirs(folder)
    down = run(house, bob, "save", message["id"], "--to", folder)
    saved = os.path.join(folder, os.path.basename(path))
    assert digest(saved) == digest(path), "what was saved is not what was sent"
    return up, down


def copied(path):
    """Two copies, each to the disk: what store and server write at the least."""
    start = time.monotonic()
    for number in range(2):
        shutil.copyfile(path, path + f".{number}")
        with open(path + f".{number}", "rb+") as file:
            os.fsync(file.fileno())
        os.unlink(path + f".{number}")
    return time.monotonic() - start


def main():
    size = int(sys.argv[1]) * MIB if len(sys.argv) > 1 else SIZE
    mib = str(size // MIB + 1)
    limits = {"attachment-mib": mib, "attachment-quota-mib": str(2 * int(mib))}
    with House(settings={"limits": limits}) as house:
        alice, bob = house.enrolled("Alice", "laptop"), house.enrolled("Bob", "phone")
        alice.send(bob, "hello")
        bob.sync()
        small, large = os.path.join(house.directory, "small"), os.path.join(house.directory, "large")
        write(small, 1)
        write(large, size)
        idle = there_and_back(house, alice, bob, small)
        busy = there_and_back(house, alice, bob, large)
        plain = copied(large)
    print(f"a file of {size // MIB} MiB; copied twice: {plain:.1f} s")
    for way, of_one, of_all in zip(("sent", "fetched"), idle, busy):
        print(f"{way:10}{of_all[0]:8.1f} s{of_all[0] / plain:8.2f} × of copying it twice{size / MIB / of_all[0]:8.0f} MiB/s")
        for who, before, after in (("client", of_one[1], of_all[1]), ("server", of_one[2], of_all[2])):
            much = "  too much: 16 MiB are allowed" if after - before > ALLOWED else ""
            print(f"{'':10}{who}: {after / MIB:6.1f} MiB, {(after - before) / MIB:+.1f} over a file of one byte{much}")


main()
