# SPDX-License-Identifier: GPL-3.0-or-later
"""The telephones of the tests receive and send as real ones do."""

import http.server
import threading
import urllib.error
import urllib.parse
import urllib.request

from support import kannel, tap

ALICE, BOB = "+4915123456789", "+33612345678"
gateway = server = None


class Inbound(http.server.BaseHTTPRequestHandler):
    """Stands where waxwing-server stands: keeps what Kannel asks of it."""

    paths = []

    def do_GET(self):
        self.paths.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def setup():
    global gateway, server
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Inbound)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    gateway = kannel.Kannel()
    gateway.start(f"http://127.0.0.1:{server.server_port}")


def teardown():
    if gateway:
        gateway.close()
    if server:
        server.shutdown()


def send(to, text, password=kannel.PASSWORD, coding="0"):
    template = gateway.settings()["sms"]["url"]
    values = {"user": kannel.USER, "password": password, "to": to, "text": text, "coding": coding}
    url = template.format(**{k: urllib.parse.quote(v, safe="") for k, v in values.items()})
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


@tap.test
def a_code_arrives():
    tap.is_in("0:", send(ALICE, "Your code is 012345. Ignore & forget"))
    tap.equal(gateway.code(ALICE), "012345")
    tap.equal(gateway.messages(ALICE), ["Your code is 012345. Ignore & forget"])
    tap.equal(gateway.messages(BOB), [])


@tap.test
def a_text_in_another_script_arrives():
    send(BOB, "رمزك هو 654321", coding="2")
    tap.equal(gateway.wait_for_message(BOB), "رمزك هو 654321")
    tap.equal(gateway.code(BOB), "654321")


@tap.test
def a_wrong_password_sends_nothing():
    try:
        send(ALICE, "x", password="guess")
        raise AssertionError("the gateway took it")
    except urllib.error.HTTPError as error:
        tap.equal(error.code, 403)


@tap.test
def what_a_phone_sends_is_delivered():
    Inbound.paths.clear()
    gateway.send(ALICE, "Waxwing 4f7k 2q9x")
    path = tap.wait_for(lambda: Inbound.paths and Inbound.paths[0], "Kannel asks", 20)
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
    tap.equal(query["from"], [ALICE])
    tap.equal(query["text"], ["Waxwing 4f7k 2q9x"])
    tap.equal(query["secret"], [kannel.INBOUND_SECRET])


@tap.test
def two_messages_at_once_are_both_delivered():
    Inbound.paths.clear()
    gateway.send(ALICE, "first")
    gateway.send(BOB, "second")
    tap.wait_for(lambda: len(Inbound.paths) == 2, "Kannel asks twice", 20)
    tap.is_in("second", Inbound.paths[1])


@tap.test
def an_outage_keeps_ports_and_messages():
    before = gateway.messages(ALICE)
    gateway.stop()
    tap.equal(gateway.messages(ALICE), before)
    gateway.start()
    send(ALICE, "again 111111")
    tap.equal(gateway.code(ALICE, count=len(before) + 1), "111111")


tap.main(setup=setup, teardown=teardown, timeout=80)
