# SPDX-License-Identifier: GPL-3.0-or-later
"""The browser of the tests opens a page and presses its button, which posts."""

import http.server
import tempfile
import threading

from support import browser, tap

PAGE = """<!doctype html><title>Confirm</title><p>Is this you?</p>
<form method="post"><button>Yes</button></form>"""
asked = []


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, page):
        asked.append((self.command, self.path))
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.encode())

    def do_GET(self):
        self.answer(PAGE)

    def do_POST(self):
        self.answer("<!doctype html><title>Done</title><p>Thank you.</p>")

    def log_message(self, *_):
        pass


@tap.test
def a_button_is_clicked():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as directory, browser.Browser(directory) as window:
        window.open(f"http://127.0.0.1:{server.server_port}/confirm")
        tap.equal(window.title, "Confirm")
        tap.is_in("Is this you?", window.text())
        tap.equal([a for a in asked if a[0] == "POST"], [])
        window.click("button")
        window.wait_for_text("Thank you.")
        window.screenshot(directory + "/page.png")
    tap.equal([a for a in asked if a[0] == "POST"], [("POST", "/confirm")])
    server.shutdown()


tap.main(timeout=80)
