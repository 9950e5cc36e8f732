# SPDX-License-Identifier: GPL-3.0-or-later
"""A WebSocket by hand (RFC 6455), to send what no client of ours would."""

import base64
import os
import socket
import struct
import urllib.parse

BINARY, CLOSE = 2, 8


class RawLink:
    def __init__(self, server_url, path="/v1/link"):
        parts = urllib.parse.urlsplit(server_url)
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=10)
        self._input = b""
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            (
                f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
            ).encode()
        )
        answer = self._until(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 101"), answer

    def _more(self):
        part = self._socket.recv(65536)
        if not part:
            raise ConnectionError("the server closed")
        self._input += part

    def _until(self, mark):
        while mark not in self._input:
            self._more()
        head, self._input = self._input.split(mark, 1)
        return head

    def _take(self, count):
        while len(self._input) < count:
            self._more()
        taken, self._input = self._input[:count], self._input[count:]
        return taken

    def send(self, data, opcode=BINARY, final=True, claimed=None):
        """One frame; claimed is the length to lie about."""
        length = len(data) if claimed is None else claimed
        head = bytes([(0x80 if final else 0) | opcode])
        if length < 126:
            head += bytes([0x80 | length])
        elif length < 65536:
            head += bytes([0x80 | 126]) + struct.pack(">H", length)
        else:
            head += bytes([0x80 | 127]) + struct.pack(">Q", length)
        # A mask of zeros is a mask.
        self._socket.sendall(head + b"\0\0\0\0" + data)

    def receive(self):
        """(opcode, data) of the next frame."""
        first, second = self._take(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", self._take(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", self._take(8))
        return first & 0x0F, self._take(length)

    def closed_by_server(self):
        """Whether the server ends the connection, by a close frame or by leaving."""
        try:
            while True:
                opcode, _ = self.receive()
                if opcode == CLOSE:
                    return True
        except socket.timeout:
            return False
        except ConnectionError:
            return True

    def close(self):
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
