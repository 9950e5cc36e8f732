# SPDX-License-Identifier: GPL-3.0-or-later
# benchmark: sealing and opening attachments, against AES-256-GCM alone
"""What segments, nonces, tags and padding cost above the cipher.

The figure to read is the ratio to `openssl speed -evp aes-256-gcm` over blocks of 64 KiB, measured before and after
in the same run; it has to be 0.7 at least. SHA-256 of what was sealed is a pass of its own, on another core where
there is one: the last line says what one core does with both.
"""

import os
import re
import subprocess

NEEDED = 0.7


def openssl_speed():
    text = subprocess.run(
        ["openssl", "speed", "-mr", "-seconds", "1", "-bytes", "65536", "-evp", "aes-256-gcm"],
        check=True, capture_output=True, text=True).stdout
    return float(re.search(r"\+F:\d+:AES-256-GCM:([\d.]+)", text).group(1)) / 2**20


def ours():
    program = os.path.join(os.environ["WAXWING_BUILD"], "tests", "bench", "bench-attachment")
    lines = subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()
    return {name: float(value) for name, value in map(str.split, lines)}


def main():
    first = openssl_speed()
    measured = ours()
    reference = max(first, openssl_speed())
    both = 1 / (1 / measured["seal"] + 1 / measured["sha256"])
    print(f"openssl speed -evp aes-256-gcm, 64 KiB: {reference:.0f} MiB/s; the same loop here {measured['openssl']:.0f}")
    for name in ("seal", "open"):
        ratio = measured[name] / reference
        print(f"{name:6}{measured[name]:8.0f} MiB/s {ratio:6.2f} of it{'' if ratio >= NEEDED else '  too slow'}")
    print(f"SHA-256 alone {measured['sha256']:.0f} MiB/s; sealing and SHA-256 on one core {both:.0f} MiB/s")
    print(f"memory that 256 MiB added: {measured['memory']:.0f} KiB")


main()
