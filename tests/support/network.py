# SPDX-License-Identifier: GPL-3.0-or-later
"""A network of a test's own, in which there is nothing but it, and which it can take away."""

import ctypes
import fcntl
import os
import socket
import struct

from support import tap

CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


class Network:
    """The loopback interface of a network namespace, for this process and what it starts from now on."""

    def __init__(self):
        if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
            tap.skip(f"a network of the test's own can't be made here: {os.strerror(ctypes.get_errno())}")
        self.set_up(True)

    def set_up(self, up):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
            name = struct.pack("16sH14x", b"lo", 0)
            flags = struct.unpack("16sH14x", fcntl.ioctl(control, SIOCGIFFLAGS, name))[1]
            flags = flags | IFF_UP if up else flags & ~IFF_UP
            fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags))

    def moved(self):
        """All bytes that went over it so far, heads and acknowledgements included."""
        with open("/proc/net/dev", encoding="ascii") as table:
            return next(int(line.split()[9]) for line in table if line.strip().startswith("lo:"))
