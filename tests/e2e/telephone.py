# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers are proven through a real SMS gateway, in both directions, and only by whoever has the telephone."""

import glob
import os
import re
import tempfile
import urllib.error
import urllib.parse
import urllib.request

import raw_link
from support import kannel, programs, tap

ALICE, BOB, CAROL, DAVE = "+4915123456789", "+33612345678", "+447400123456", "+201001234567"
directory = gateway = server = None


def setup():
    global directory, gateway, server
    directory = tempfile.TemporaryDirectory(prefix="waxwing-telephone-")
    gateway = kannel.Kannel()
    settings = gateway.settings()
    settings["server"] = {"name": "Example Chat"}
    server = programs.Server(directory.name, settings=settings)
    server.start()
    gateway.start(server.url)


def teardown():
    if server:
        server.stop()
    if gateway:
        gateway.close()


def link():
    opened = raw_link.RawLink(server.url)
    opened.hello()
    return opened


def start(opened, number, **fields):
    _, state = opened.request("start_verification", handle="tel:" + number, **fields)
    return state


def refused(opened, kind, **fields):
    """The code of the error that answers, and its sentence."""
    try:
        opened.request(kind, **fields)
    except raw_link.Refused as error:
        return error.code, error.message
    raise AssertionError(f"{kind} was accepted")


def fetch(path, data=None):
    request = urllib.request.Request(server.url + path, data=data)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def inbound(**values):
    return "/v1/sms/inbound?" + urllib.parse.urlencode(values)


@tap.test
def the_server_says_what_it_can():
    with raw_link.RawLink(server.url) as opened:
        tap.equal(opened.hello()["verifies"], ["mailto", "tel", "tel-inbound"])
    tap.is_in(b'"verifies":["mailto","tel","tel-inbound"]', fetch("/.well-known/waxwing")[1])


@tap.test
def a_code_confirms():
    with link() as opened:
        state = start(opened, ALICE)
        tap.equal(state["tries_left"], 5)
        text = gateway.wait_for_message(ALICE)
        tap.is_in("Waxwing", text)
        assert "http" not in text, text
        code = gateway.code(ALICE)
        wrong = "000000" if code != "000000" else "111111"
        tap.equal(refused(opened, "confirm_verification", token=state["token"], code=wrong),
                  ("wrong-code", "The code is wrong; 4 tries are left."))
        # As a person may type it, in digits of their script.
        typed = "".join(chr(0x0660 + int(digit)) for digit in code)
        _, confirmed = opened.request("confirm_verification", token=state["token"], code=typed[:3] + " - " + typed[3:])
        tap.equal(confirmed["state"], 2)
        tap.equal(refused(opened, "confirm_verification", token=state["token"], code=code)[0], "verification-used")


@tap.test
def five_wrong_codes_end_it():
    with link() as opened:
        state = start(opened, BOB, language="fr-CA")
        code = gateway.code(BOB)
        tap.is_in("votre code", gateway.messages(BOB)[0])
        wrong = "000000" if code != "000000" else "111111"
        for left in (4, 3, 2, 1):
            error, sentence = refused(opened, "confirm_verification", token=state["token"], code=wrong)
            tap.equal(error, "wrong-code")
            tap.is_in(str(left), sentence)
        for typed in (wrong, code, code):
            tap.equal(refused(opened, "confirm_verification", token=state["token"], code=typed)[0], "too-many-tries")
        tap.equal(refused(opened, "start_verification", token=state["token"])[0], "too-many-tries")
        tap.equal(refused(opened, "watch_verification", token=state["token"])[0], "too-many-tries")


@tap.test
def another_script_fits_into_one_message():
    with link() as opened:
        state = start(opened, DAVE, language="ar")
        text = gateway.wait_for_message(DAVE)
        assert len(text) <= 70, f"{len(text)}: {text}"
        opened.request("confirm_verification", token=state["token"], code=gateway.code(DAVE))


@tap.test
def a_message_from_the_telephone_confirms():
    with link() as opened, link() as other:
        state = start(opened, CAROL, inbound=True)
        tap.equal(state["send_to"], kannel.SERVICE_NUMBER)
        assert re.fullmatch(r"WAXWING [2-9A-HJ-NP-Z]{8}", state["send_text"]), state["send_text"]
        theirs = start(other, BOB, inbound=True)
        # Somebody else's telephone proves nothing, whatever it sends.
        gateway.send(BOB, state["send_text"])
        gateway.send(BOB, theirs["send_text"])
        tap.equal(other.event("verification")["state"], 2)
        _, still = opened.request("watch_verification", token=state["token"])
        tap.equal(still["state"], 1)
        code = state["send_text"].split()[1].lower()
        gateway.send(CAROL, f"waxwing {code[:4]} {code[4:]} ")
        tap.equal(opened.event("verification")["state"], 2)
    tap.equal(gateway.messages(CAROL), [])


@tap.test
def only_the_gateway_speaks_for_telephones():
    secret = kannel.INBOUND_SECRET
    with link() as opened:
        state = start(opened, CAROL, inbound=True)
        message = {"from": CAROL, "text": state["send_text"]}
        for wrong in ({}, {"secret": ""}, {"secret": secret + "x"}, {"secret": secret[:-1] + "x"}):
            tap.equal(fetch(inbound(**message, **wrong))[0], 403)
        tap.equal(fetch(inbound(secret=secret, text=state["send_text"]))[0], 400)
        tap.equal(fetch(inbound(**{"secret": secret, "from": "Bank", "text": state["send_text"]})), (200, b""))
        tap.equal(fetch(inbound(**{"secret": secret, "from": BOB, "text": state["send_text"]})), (200, b""))
        _, still = opened.request("watch_verification", token=state["token"])
        tap.equal(still["state"], 1)
        # As commercial gateways do it: a form, and a number without its plus.
        form = urllib.parse.urlencode({"From": CAROL[1:], "Body": state["send_text"]}).encode()
        tap.equal(fetch(inbound(secret=secret), form), (200, b""))
        tap.equal(opened.event("verification")["state"], 2)
        tap.equal(fetch(inbound(secret=secret), form), (200, b""))


@tap.test
def the_log_holds_no_number_and_no_code():
    log = server.log()
    for number in (ALICE, BOB, CAROL, DAVE):
        assert number[1:] not in log
    for text in gateway.messages(ALICE):
        assert re.search(r"\d{6}", text).group(0) not in log


@tap.test
def without_a_gateway_messages_are_files():
    with tempfile.TemporaryDirectory() as plain, programs.Server(plain) as quiet:
        with raw_link.RawLink(quiet.url) as opened:
            tap.equal(opened.hello()["verifies"], ["mailto", "tel"])
            state = start(opened, ALICE)
            tap.equal(refused(opened, "start_verification", handle="tel:" + BOB, inbound=True)[0], "handle-unsupported")
            (path,) = tap.wait_for(lambda: glob.glob(os.path.join(quiet.data, "sms", "*.txt")), "a file appears")
            with open(path, encoding="utf-8") as file:
                text = file.read()
            tap.is_in(f"To: {ALICE}\n", text)
            code = re.search(r"^(\d{6})", text, re.MULTILINE).group(1)
            opened.request("confirm_verification", token=state["token"], code=code)


tap.main(setup=setup, teardown=teardown, timeout=110)
