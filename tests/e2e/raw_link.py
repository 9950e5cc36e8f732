# SPDX-License-Identifier: GPL-3.0-or-later
"""A WebSocket by hand (RFC 6455), to send what no client of ours would: any bytes, and any frame of the protocol."""

import base64
import hashlib
import os
import re
import socket
import struct
import subprocess
import tempfile
import urllib.parse

BINARY, CLOSE = 2, 8


class Schema:
    """The messages of waxwing.proto: {message: {field: (number, type, repeated)}}."""

    _FIELD = re.compile(r"^(repeated )?([\w.]+) (\w+) = (\d+);")

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            text = re.sub(r"//.*", "", file.read())
        self.messages, self.enums, names = {}, set(), []
        for line in (line.strip() for line in text.splitlines()):
            opened = re.match(r"(message|enum|oneof) (\w+) \{(\})?", line)
            field = self._FIELD.match(line)
            if opened and opened.group(1) == "oneof":
                names.append(names[-1])
            elif opened:
                if opened.group(1) == "enum":
                    self.enums.add(opened.group(2))
                self.messages.setdefault(opened.group(2), {})
                if not opened.group(3):
                    names.append(opened.group(2))
            elif line.startswith("}"):
                names.pop()
            elif field and field.group(2) != "option":
                repeated, kind, name, number = field.groups()
                self.messages[names[-1]][name] = (int(number), kind, bool(repeated))

    def encode(self, message, fields):
        out = b""
        for name, value in fields.items():
            number, kind, repeated = self.messages[message][name]
            for one in value if repeated else [value]:
                out += self._encode_one(number, kind, one)
        return out

    def _encode_one(self, number, kind, value):
        if kind in ("uint32", "uint64", "bool") or kind in self.enums:
            return varint(number << 3) + varint(int(value))
        if kind in self.messages:
            value = self.encode(kind, value)
        elif isinstance(value, str):
            value = value.encode("utf-8", "surrogateescape")
        return varint(number << 3 | 2) + varint(len(value)) + value

    def decode(self, message, data):
        """{field: value}; a field that isn't there isn't in it."""
        numbers = {n: (name, kind, repeated) for name, (n, kind, repeated) in self.messages[message].items()}
        found, at = {}, 0
        while at < len(data):
            key, at = read_varint(data, at)
            value, at = read_varint(data, at)
            if key & 7 == 2:
                value, at = data[at : at + value], at + value
            if key >> 3 not in numbers:
                continue
            name, kind, repeated = numbers[key >> 3]
            if kind in self.messages and kind not in self.enums:
                value = self.decode(kind, value)
            elif kind == "string":
                value = value.decode()
            if repeated:
                found.setdefault(name, []).append(value)
            else:
                found[name] = value
        return found


def varint(value):
    out = b""
    while value > 0x7F:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])


def read_varint(data, at):
    value = shift = 0
    while True:
        byte, at = data[at], at + 1
        value, shift = value | (byte & 0x7F) << shift, shift + 7
        if byte < 0x80:
            return value, at


def schema():
    source = os.environ.get("WAXWING_SOURCE") or os.path.join(os.path.dirname(__file__), "..", "..")
    return Schema(os.path.join(source, "src", "wire", "waxwing.proto"))


class Refused(Exception):
    """The server's answer is an error; code and message as it sent them."""

    def __init__(self, error):
        super().__init__(f'{error.get("code")}: {error.get("message")}')
        self.code, self.message = error.get("code"), error.get("message", "")


class RawLink:
    def __init__(self, server_url, path="/v1/link"):
        parts = urllib.parse.urlsplit(server_url)
        self.authority = parts.netloc
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=10)
        self._input = b""
        self._schema, self._last_id = None, 0
        self.events = []
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

    # Frames of the protocol

    def hello(self):
        self._schema = schema()
        return self._frame()["hello"]

    def _frame(self):
        opcode, data = self.receive()
        if opcode != BINARY:
            raise ConnectionError(f"the server sent a frame of opcode {opcode}")
        return self._schema.decode("Frame", data)

    def request(self, kind, **fields):
        """Sends a request, returns what answers it as (kind, fields); raises Refused. Events are put aside."""
        self._last_id += 1
        body = {"id": self._last_id, "request": {kind: fields}}
        self.send(self._schema.encode("Frame", body))
        while True:
            frame = self._frame()
            if "event" in frame:
                self.events.append(frame["event"])
            elif frame.get("id") == self._last_id:
                ((answer, value),) = frame["response"].items()
                if answer == "error":
                    raise Refused(value)
                return answer, value

    def event(self, kind):
        """Waits for an event of that kind."""
        while True:
            for event in self.events:
                if kind in event:
                    self.events.remove(event)
                    return event[kind]
            frame = self._frame()
            if "event" in frame:
                self.events.append(frame["event"])

    def authenticate(self, device_id, scalar, challenge):
        """As a device does, with the private scalar of its signing key."""
        signed = b"waxwing/1/link\0" + device_id + challenge + hashlib.sha256(self.authority.encode()).digest()
        return self.request(
            "authenticate", device_id=device_id, signature=sign(scalar, signed), authority=self.authority
        )

    def close(self):
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def sign(scalar, data):
    """ECDSA on P-256 with SHA-256, as r | s."""
    # RFC 5915: version 1, the scalar, the name of the curve.
    key = bytes.fromhex("30310201010420") + scalar + bytes.fromhex("a00a06082a8648ce3d030107")
    with tempfile.NamedTemporaryFile() as file:
        file.write(key)
        file.flush()
        signature = subprocess.run(
            ["openssl", "dgst", "-sha256", "-keyform", "DER", "-sign", file.name],
            input=data,
            capture_output=True,
            check=True,
        ).stdout
    # SEQUENCE of two INTEGERs, each shorter than 128 bytes.
    length = signature[3]
    r, s = signature[4 : 4 + length], signature[6 + length :]
    return b"".join(number.lstrip(b"\0").rjust(32, b"\0") for number in (r, s))
