# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking for what nobody but the people may read, wherever a program could have left it."""

import base64
import contextlib
import os
import re
import sqlite3

from house import read_tree
from support import tap


def spellings(text):
    """A text as it would look in the usual forms of storing one."""
    raw = text.encode()
    yield "UTF-8", raw
    yield "UTF-16", text.encode("utf-16-le")
    yield "hexadecimal", raw.hex().encode()
    for offset in range(3):
        # The middle of its base64 form, whatever precedes it.
        encoded = base64.b64encode(b"\0" * offset + raw)
        yield "base64", encoded[4 : len(encoded) // 4 * 4 - 4]


def search(haystacks, needles, what):
    hits = []
    for place, content in haystacks.items():
        for label, needle in needles:
            if needle in content:
                hits.append(f"{label} in {place}")
    tap.equal(hits, [], what)


def process_memory(pid):
    """What the process can write to: code and constants come from files."""
    regions = {}
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
        for line in maps:
            match = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw\S+ \S+ \S+ \S+\s*(.*)", line)
            if not match or match.group(3) in ("[vvar]", "[vsyscall]", "[vvar_vclock]"):
                continue
            start, end = int(match.group(1), 16), int(match.group(2), 16)
            try:
                memory.seek(start)
                regions[f"{match.group(3)} {start:x}"] = memory.read(end - start)
            except (OSError, ValueError):
                continue  # A guard page, or one that is gone by now.
    assert regions, "the server's memory can't be read"
    return regions


def database_cells(folder):
    """{table: bytes} of every database there: cells that span pages, or that SQLite stores in parts, are read through it."""
    cells = {}
    for path in read_tree(folder):
        if not path.endswith((".db", ".sqlite", ".sqlite3")):
            continue
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            tables = [r[0] for r in database.execute("select name from sqlite_schema where type='table'")]
            for table in tables:
                for row in database.execute(f'select * from "{table}"'):
                    for cell in row:
                        value = cell if isinstance(cell, bytes) else str(cell).encode()
                        cells.setdefault(table, bytearray()).extend(value + b"\0")
    assert cells and any(cells.values()), "the database is empty"
    return cells
