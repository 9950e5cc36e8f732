# SPDX-License-Identifier: GPL-3.0-or-later
# benchmark: the server's throughput, processor time and memory, against a bare SQLite and a bare echo
"""What the server adds to the parts that it cannot do without.

A message counts when it was sent, made durable, delivered, acknowledged and durably deleted. Below it lie a database
that keeps the same promise (bench-commit: insert, commit; delete, commit; synchronous=FULL) and a WebSocket server
that only echoes (bench-echo: the same libwebsockets on libuv, messages of the same size). A message takes two
requests, Send and Acknowledge, and so two echoes. Everything runs on this machine and on the disk of TMPDIR.
"""

import os
import statistics
import subprocess
import tempfile

from support import processes, programs

SECONDS = 1.5
ROUNDS = 3  # ours and the others in turn, so that whatever else the machine does strikes all alike
PAIRS = 1, 10, 100
LARGEST_GROUP = 256  # what the server commits together at most
IDLE = 1000
MANY_IDLE = 9000
UNLIMITED = "1000000000/1000000000"
SETTINGS = {
    "limits": {
        "connections": 20000,
        "connections-per-address": 20000,
        "verifications-per-address": UNLIMITED,
        "sends-per-device": UNLIMITED,
    }
}


def bench_program(name):
    return os.path.join(os.environ["WAXWING_BUILD"], "tests", "bench", name)


class Load:
    """bench-server-load, which takes orders on its standard input."""

    def __init__(self, url, pid, mail="", path="/"):
        self.process = subprocess.Popen(
            [bench_program("bench-server-load"), url.rsplit(":", 1)[1], str(pid), mail, path],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def order(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, f"the load generator ended with {self.process.wait()} at {words}"
        return answer.split()

    def measure(self, *words):
        """Messages a second, µs of the server's processor time for each, bytes of the message."""
        messages, seconds, cpu, size = map(float, self.order(*words))
        return messages / seconds, cpu / messages * 1e6, int(size)

    def idle(self, count, kind):
        """KiB of (RSS, PSS) that each link takes."""
        return [float(grown) / count / 1024 for grown in self.order("idle", count, kind)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(20)


def commits(directory, group, size):
    """Messages a second and µs of processor time for each, of a bare SQLite."""
    path = os.path.join(directory, f"commit-{len(os.listdir(directory))}.db")
    done = subprocess.run([bench_program("bench-commit"), path, str(group), str(SECONDS), str(size)],
                          check=True, capture_output=True, text=True)
    messages, seconds, cpu = map(float, done.stdout.split())
    return messages / seconds, cpu / messages * 1e6


class Echo:
    """The bare WebSocket server."""

    def __init__(self, directory):
        log = os.path.join(directory, f"echo-{len(os.listdir(directory))}.log")
        self.process = processes.Process([bench_program("bench-echo")], env=dict(os.environ), log=log)
        self.url = self.process.wait_for_line(r"listening on (http://\S+:\d+)").group(1)
        self.load = Load(self.url, self.process.pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.load.__exit__()
        self.process.kill()


def medians(figures):
    """Of each figure of several rounds."""
    return [statistics.median(column) for column in zip(*figures)]


def measure_busy(directory, load, echo, pairs):
    """(server, bare SQLite, bare echo): messages a second, and µs of processor time for each."""
    figures = [], [], []
    for _ in range(ROUNDS):
        *rate_and_cpu, size = load.measure("load", pairs, SECONDS)
        figures[0].append(rate_and_cpu)
        # No more can share a transaction than there are pairs: each has one message under way.
        figures[1].append(commits(directory, pairs, size))
        figures[2].append(echo.load.measure("echo", 2 * pairs, SECONDS / 2, size)[:2])
    return [medians(f) for f in figures], size


def measure_echo_idle(directory):
    idle = {}
    for count in (IDLE, MANY_IDLE):
        with Echo(directory) as echo:
            idle[count] = echo.load.idle(count, "bare")
    return idle


def measure_server_idle(server, load):
    """Of a server that has just started, so that no memory that was freed before is used again."""
    idle = {}
    for count, kind in ((IDLE, "greeted"), (IDLE, "authenticated"), (MANY_IDLE, "greeted")):
        server.restart()
        load.order("server", server.process.pid)
        idle[count, kind] = load.idle(count, kind)
    return idle


def measure(directory):
    with programs.Server(directory, settings=SETTINGS) as server:
        mail = os.path.join(server.data, "mail")
        with Load(server.url, server.process.pid, mail, "/v1/link") as load:
            load.order("enrol", IDLE)
            # A first round warms up what is built once.
            load.order("load", 10, 0.5)
            busy = {}
            with Echo(directory) as echo:
                for pairs in PAIRS:
                    busy[pairs], size = measure_busy(directory, load, echo, pairs)
            idle = measure_server_idle(server, load)
    return busy, size, idle


def show_busy(busy):
    print(f"{'':10}{'messages/s':>12}{'SQLite alone':>14}{'ratio':>8}{'one by one':>12}"
          f"{'CPU, µs':>10}{'SQLite':>8}{'+ 2 echoes':>12}{'ratio':>8}")
    one_by_one = busy[1][1][0]
    for pairs, (server, bare, echo) in busy.items():
        needed = bare[1] + 2 * echo[1]
        print(f"{pairs:4} pairs{server[0]:12.0f}{bare[0]:14.0f}{server[0] / bare[0]:8.2f}{server[0] / one_by_one:12.1f}"
              f"{server[1]:10.0f}{bare[1]:8.0f}{needed:12.0f}{server[1] / needed:8.2f}")


def show_idle(server, echo):
    print(f"{'idle links':28}{'RSS, KiB':>10}{'PSS, KiB':>10}{'RSS/echo':>10}")
    for (count, kind), (rss, pss) in server.items():
        print(f"{count:6} {kind:21}{rss:10.1f}{pss:10.1f}{rss / echo[count][0]:10.2f}")
    for count, (rss, pss) in echo.items():
        print(f"{count:6} {'of the bare echo':21}{rss:10.1f}{pss:10.1f}{1:10.2f}")


def main():
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        busy, size, idle = measure(directory)
        echo_idle = measure_echo_idle(directory)
        grouped = commits(directory, LARGEST_GROUP, size)
    print(f"messages of {size} bytes; SQLite alone with {LARGEST_GROUP} of them in a transaction: "
          f"{grouped[0]:.0f}/s, {grouped[1]:.0f} µs each")
    show_busy(busy)
    show_idle(idle, echo_idle)


main()
