# SPDX-License-Identifier: GPL-3.0-or-later
"""A network of a test's own: a loopback interface that has an address of the world as well, and a page there.

A preview of a link is only made of what is at a public address, and no test talks to the world.
"""

import http.server
import subprocess
import threading

from . import network

ADDRESS = "93.184.216.34"


def separate():
    """From now on this process, and what it starts, is in that network. Before there are threads."""
    network.Network()
    subprocess.run(["ip", "address", "add", ADDRESS + "/32", "dev", "lo"], check=True)


class Site:
    """A web site at that address; pages: {"/path": (type, bytes)}. `asked` has the paths that were asked for."""

    def __init__(self, pages):
        self.asked = asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                kind, body = pages.get(self.path, ("text/plain", b"nothing here"))
                self.send_response(200 if self.path in pages else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer((ADDRESS, 80), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def url(self, path):
        return f"http://{ADDRESS}{path}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


def page(title, description, picture=None):
    """A page that says what it is."""
    head = f'<meta property="og:title" content="{title}"><meta property="og:description" content="{description}">'
    if picture:
        head += f'<meta property="og:image" content="{picture}">'
    return "text/html", f"<!DOCTYPE html><html><head>{head}</head><body>…</body></html>".encode()
