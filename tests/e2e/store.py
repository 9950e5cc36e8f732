# SPDX-License-Identifier: GPL-3.0-or-later
"""The bytes of a client's store behind its encryption: pages in use, free ones, and those of the log.

With them a test can tell what was deleted from what only isn't listed any more.
"""

import base64
import subprocess

# As SQLCipher 4 lays out a page (its documentation, "Design"): data, the IV, the HMAC.
PAGE, RESERVED, IV, SALT = 4096, 80, 16, 16
LOG_HEADER, FRAME_HEADER = 32, 24


def pages_of_file(content):
    for at in range(0, len(content) - PAGE + 1, PAGE):
        yield content[at : at + PAGE], SALT if at == 0 else 0


def pages_of_log(content):
    for at in range(LOG_HEADER, len(content) - FRAME_HEADER - PAGE + 1, FRAME_HEADER + PAGE):
        number = int.from_bytes(content[at : at + 4], "big")
        yield content[at + FRAME_HEADER : at + FRAME_HEADER + PAGE], SALT if number == 1 else 0


def decrypt(pages, key):
    # In CBC each block needs only the one before it: with its IV before each page, one run does for them all.
    stream = b""
    for page, skipped in pages:
        end = PAGE - RESERVED
        stream += page[end : end + IV] + page[skipped:end]
    done = subprocess.run(
        ["openssl", "enc", "-d", "-aes-256-cbc", "-nopad", "-K", key.hex(), "-iv", "00" * IV],
        input=stream,
        capture_output=True,
        check=True,
    )
    return done.stdout


def store_key(device):
    secrets = (base64.b64decode(secret.strip(), validate=True) for secret in device.keys().values())
    return next(secret[-32:] for secret in secrets if len(secret) < 100)


def plaintext(device):
    """{path: bytes} of the store and its log, decrypted; fails when that didn't succeed."""
    key, found = store_key(device), {}
    for path, content in device.stored_bytes().items():
        if not path.startswith(device.profile) or len(content) < PAGE or path.endswith("-shm"):
            continue
        pages = pages_of_log(content) if path.endswith("-wal") else pages_of_file(content)
        found[path] = decrypt(pages, key)
    assert any(b"CREATE TABLE" in content for content in found.values()), "the store could not be decrypted"
    return found


def holds(device, text):
    """Where the store has that text, in use or left over."""
    return [path for path, content in plaintext(device).items() if text.encode() in content]
