# SPDX-License-Identifier: GPL-3.0-or-later
# benchmark: sealing and opening for 1, 10 and 100 devices, against the primitives that each needs
"""What the format costs above the cryptography in it.

`openssl speed` measures, in the same run on the same machine, each primitive that a message cannot do
without; the figure to read is the ratio of ours to their sum. For n devices, sealing needs one ECDSA
signature, n key encapsulations and one pass of AES-256-GCM; opening needs one decapsulation, one
verification and the pass back. `openssl speed` has no RSA-1280: it is taken from RSA-1024 by the power of the size
that each operation follows (2 for the public, 3 for the private one).
"""

import os
import re
import subprocess

BODY = 512  # bytes that a short text is padded to


def speed(*arguments):
    return subprocess.run(
        ["openssl", "speed", "-mr", "-seconds", "1", *arguments],
        check=True, capture_output=True, text=True).stdout


def kem_us():
    """Microseconds of (encapsulation, decapsulation) of DHKEM's curve by name."""
    shown = subprocess.run(
        ["openssl", "speed", "-seconds", "1", "ECP-256", "rsa1024", "rsa2048"],
        check=True, capture_output=True, text=True)
    text = shown.stdout + shown.stderr
    found = {}
    for name, operation, seconds in re.findall(
            r"(\d+) ECP-256 KEM (encaps|decaps) ops in ([\d.]+)s", text):
        found[operation] = float(seconds) * 1e6 / int(name)
    rsa = {}
    for count, bits, operation, seconds in re.findall(
            r"(\d+) rsa(1024|2048) KEM (encaps|decaps) ops in ([\d.]+)s", text):
        rsa[int(bits), operation] = float(seconds) * 1e6 / int(count)
    return found, rsa


def ecdsa_us():
    text = speed("ecdsap256")
    _, _, _, sign, verify = re.search(r"\+F4:(\d+):(\d+):()([\d.]+):([\d.]+)", text).groups()
    return 1e6 / float(sign), 1e6 / float(verify)


def gcm_us():
    text = speed("-bytes", str(BODY), "-aead", "-evp", "aes-256-gcm")
    return BODY / float(re.search(r"\+F:\d+:AES-256-GCM:([\d.]+)", text).group(1)) * 1e6


def rsa_1280(rsa, operation, power):
    """From 1,024 bits by the power law that the operation follows between there and 2,048."""
    return rsa[1024, operation] * (1280 / 1024) ** power


def ours():
    program = os.path.join(os.environ["WAXWING_BUILD"], "tests", "bench", "bench-sealing")
    for line in subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines():
        operation, suite, devices, us = line.split()
        yield operation, int(suite), int(devices), float(us)


def main():
    kem, rsa = kem_us()
    sign, verify = ecdsa_us()
    gcm = gcm_us()
    wrap = {2: kem["encaps"], 1: rsa_1280(rsa, "encaps", 2)}
    unwrap = {2: kem["decaps"], 1: rsa_1280(rsa, "decaps", 3)}
    print(f"primitives, µs of CPU: sign {sign:.1f}, verify {verify:.1f}, P-256 encapsulate {kem['encaps']:.1f}, "
          f"decapsulate {kem['decaps']:.1f}, AES-256-GCM of {BODY} bytes {gcm:.2f}")
    print(f"{'':18}{'ours, µs':>10}{'primitives':>12}{'ratio':>8}")
    for operation, suite, devices, us in ours():
        if operation == "seal":
            needed = sign + devices * wrap[suite] + gcm
        else:
            needed = verify + unwrap[suite] + gcm
        print(f"{operation} suite {suite} × {devices:<4}{us:10.1f}{needed:12.1f}{us / needed:8.2f}")


main()
