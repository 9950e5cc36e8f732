# SPDX-License-Identifier: GPL-3.0-or-later
# benchmark: searching 1,000,000 messages, against LIKE over the same rows
"""How long a person waits who types into the search box.

The figure to read is the time until there are results to show: 50 ms at most. `slice` is the longest time that the store's
thread did nothing else meanwhile. LIKE is SQLite's own, in the same store, for as many of the newest results; it folds
no accents.
"""

import os
import subprocess
import sys
import tempfile

NEEDED_MS = 50
MESSAGES = 1000000


def main():
    program = os.path.join(os.environ["WAXWING_BUILD"], "tests", "bench", "bench-search")
    count = sys.argv[1] if len(sys.argv) > 1 else str(MESSAGES)
    with tempfile.TemporaryDirectory() as directory:
        run = subprocess.run([program, directory, count], check=True, capture_output=True, text=True)
        size = os.path.getsize(os.path.join(directory, "store.db"))
    lines = [line.split() for line in run.stdout.splitlines()]
    print(f"{count} messages stored in {float(lines[0][1]) / 1000:.0f} s, {size / 2**20:.0f} MiB with the index")
    print(f"{'query':20}{'results':>8}{'first':>10}{'slice':>10}{'all':>10}{'LIKE':>10}")
    for query, found, first, longest, everything, like in lines[1:]:
        slow = "  too slow" if float(first) > NEEDED_MS else ""
        print(f"{query:20}{found:>8}{first:>8}ms{longest:>8}ms{everything:>8}ms{like:>8}ms{slow}")


main()
