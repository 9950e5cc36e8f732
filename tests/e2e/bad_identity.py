#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A table of bad input about who somebody is: addresses, numbers, codes, links, and what comes in from gateways. Each
has its clear answer, a code for programs and a sentence for people, and changes nothing.

Through waxwing-cli, as people type it; through the link by hand, as no client of ours would send it; through HTTP.
"""

import email.utils
import http.client
import itertools
import re
import urllib.parse

from house import REFUSED, WRONG_USAGE, House, get, press
from links import everything_linked
from raw_link import RawLink, Refused
from support import kannel, tap

HOUR = 60 * 60 * 1000
LIMITS = ("verifications-per-handle", "verifications-per-address", "sms-per-range", "sms")
SETTINGS = {"limits": dict.fromkeys(LIMITS, "6000/6000")}

house = alice = bob = None


def setup():
    global house, alice, bob
    house = House(settings=SETTINGS, kannel=True)
    house.__enter__()
    alice, bob = house.enrolled("Alice", "laptop"), house.enrolled("Bob", "phone")


# What people type. The sentences are those of the English locale; a part of each tells it from the others.

A64, A65 = "a" * 64, "a" * 65
TYPED = {
    "nothing": ("", "Type a mail address or a phone number"),
    "white space": (" \t ", "Type a mail address or a phone number"),
    "a name": ("bob", "neither a mail address"),
    "an address without an @": ("mailto:bob", "has an @"),
    "nothing at all behind mailto:": ("mailto:", "has an @"),
    "no local part": ("mailto:@example.org", "in front of the @"),
    "no domain": ("mailto:bob@", "behind the @"),
    "two @": ("mailto:bob@@example.org", "only one @"),
    "two addresses": ("bob@example.org,eve@example.org", "only one @"),
    "a space in the domain": ("mailto:bob@exa mple.org", "no spaces"),
    "a space in the local part": ("mailto:b ob@example.org", "no spaces"),
    "angle brackets": ("Bob <bob@example.org>", "no spaces"),
    "a quoted local part": ('mailto:"bob"@example.org', "quotation marks"),
    "a quoted space": ('"bob\\ x"@example.org', "no spaces"),
    "a comment": ("bob(home)@example.org", "a sign in front of the @"),
    "a leading dot": ("mailto:.bob@example.org", "dot in the wrong place"),
    "a trailing dot": ("mailto:bob.@example.org", "dot in the wrong place"),
    "two dots": ("mailto:bo..b@example.org", "dot in the wrong place"),
    "a local part of 65": (f"mailto:{A65}@example.org", "in front of the @ is too long"),
    "a label of 64": (f"mailto:bob@{A64}.org", "not the name of a mail domain"),
    "an address of 255": ("mailto:bob@" + ".".join(["a" * 60] * 4) + ".org", "too long"),
    "a thousand letters and more": ("b" * 2000 + "@example.org", "too long"),
    "an IP address": ("mailto:bob@127.0.0.1", "numeric address"),
    "an IP literal": ("mailto:bob@[127.0.0.1]", "numeric address"),
    "a leading hyphen": ("mailto:bob@-example.org", "not the name of a mail domain"),
    "an underscore in the domain": ("mailto:bob@exa_mple.org", "not the name of a mail domain"),
    "an empty label": ("mailto:bob@example..org", "not the name of a mail domain"),
    "a percent-encoded @": ("mailto:bob%40example.org", "has an @"),
    "a header smuggled in": ("mailto:bob@example.org?cc=eve@example.org", "only one @"),
    "a Cyrillic o": ("mailto:b\u043eb@example.org", "look like others"),
    "a Greek o in the domain": ("mailto:bob@ex\u03b1mple.org", "look like others"),
    "full-width letters": ("mailto:bob@\uff45xample.org", "look like others"),
    "an @ of full width": ("bob\uff20example.org", "neither a mail address"),
    "a zero-width space": ("mailto:bo\u200bb@example.org", "cannot be seen"),
    "a right-to-left override": ("mailto:\u202ebob@example.org", "cannot be seen"),
    "a soft hyphen": ("mailto:bo\u00adb@example.org", "cannot be seen"),
    "a line break": ("mailto:bob@example.org\r\nBcc: eve@example.org", "cannot be seen"),
    "an umlaut": ("mailto:b\u00f6b@example.org", "letters a to z"),
    "an emergency number": ("tel:112", "short number"),
    "a short code": ("tel:+3336202", "short number"),
    "a number without its country": ("tel:0612345678", "country code"),
    "a premium number": ("tel:+33899123456", "service number"),
    "another premium number": ("tel:+19005550123", "service number"),
    "a number of shared cost": ("tel:+448453000000", "service number"),
    "too few digits": ("tel:+33612", "no such phone number"),
    "too many digits": ("tel:+336123456789012345", "no such phone number"),
    "no such country": ("tel:+999612345678", "no such phone number"),
    "letters in a number": ("tel:+33call-me-now", "phone number"),
    "a header in a number": ("tel:+33612345678;phone-context=example.org", "phone number"),
    "a line break in a number": ("tel:+33612345678\r\n+33612345679", "phone number"),
}


@tap.test
def what_people_mistype_is_explained():
    wrong = []
    commands = itertools.cycle((("lookup",), ("add-handle", "--accept-sms-cost"), ("send", "--text", "x")))
    for (what, (typed, sentence)), command in zip(TYPED.items(), commands):
        printed = alice.cli.run(*command, "--", typed, expect=None)[-1]
        error = printed.get("error", {})
        if error.get("code") != "invalid-argument" or sentence not in error.get("message", ""):
            wrong.append(f"{what}, {command[0]}: {printed}, not “{sentence}”")
    tap.equal(wrong, [], "answers that are not what helps")
    tap.equal([h["handle"] for h in alice.run("handles")], [alice.handle])


@tap.test
def a_number_needs_consent_before_anything_is_sent():
    for command in (("add-handle", "tel:+33612345678"), ("add-handle", "tel:+33612345678", "--inbound")):
        error = alice.refused(*command, expect=WRONG_USAGE)
        tap.equal(error["code"], "usage")
        tap.is_in("may cost you", error["message"])


# What the server is sent that no client of ours would send

SENT = {
    "an empty handle": "",
    "no scheme": "bob@example.org",
    "another scheme": "sip:bob@example.org",
    "capital letters": "mailto:Bob@example.org",
    "a capital scheme": "MAILTO:bob@example.org",
    "white space": " mailto:bob@example.org",
    "a quoted local part": 'mailto:"bob"@example.org',
    "a local part of 65": f"mailto:{A65}@example.org",
    "a Cyrillic o": "mailto:b\u043eb@example.org",
    "a numeric last label": "mailto:bob@example.1",
    "a mail header": "mailto:bob@example.org\r\nBcc: eve@example.org",
    "a bare line feed": "mailto:bob@example.org\nSubject: owned",
    "an encoded line break": "mailto:bob%0d%0aBcc:eve@example.org",
    "two recipients": "mailto:bob@example.org,eve@example.org",
    "an SMTP command": "mailto:bob@example.org>\r\nRCPT TO:<eve@example.org",
    "a number without its +": "tel:33612345678",
    "separators in a number": "tel:+33 6 12 34 56 78",
    "a country of 0": "tel:+0612345678",
    "seven digits": "tel:+1234567",
    "sixteen digits": "tel:+1234567890123456",
    "Arabic digits": "tel:+\u0663\u0663\u0666\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668",
    "a parameter of the gateway": "tel:+33612345678&text=owned",
    "a line break for the gateway": "tel:+33612345678\r\nX-Owned: yes",
    "a premium number": "tel:+33899123456",
    "a number that nobody has": "tel:+99912345678",
}


def start(handle, **fields):
    with RawLink(house.server.url) as link:
        link.hello()
        return link.request("start_verification", handle=handle, **fields)


@tap.test
def only_the_one_form_of_a_handle_is_verified():
    mails = len(house.smtp.messages())
    for what, handle in SENT.items():
        try:
            start(handle, language="en")
            raise AssertionError(f"the server took {what}")
        except Refused as error:
            tap.equal(error.code, "handle-invalid", what)
            tap.is_in("not an e-mail address or a telephone number", error.message, what)
    # A mail that comes after them all would come after theirs.
    start("mailto:zoe@example.org", language="en")
    house.smtp.wait_for_mail("zoe@example.org")
    tap.equal(len(house.smtp.messages()), mails + 1)


@tap.test
def what_is_no_text_ends_the_connection():
    for what, handle in {
        "a zero byte": b"mailto:bob@example.org\0",
        "half a character": b"mailto:b\xc3",
        "a surrogate": b"mailto:\xed\xa0\x80@example.org",
        "more than a handle has": b"mailto:" + b"b" * 300,
    }.items():
        with RawLink(house.server.url) as link:
            link.hello()
            try:
                link.request("start_verification", handle=handle)
                raise RuntimeError(f"the server answered {what}")
            except (ConnectionError, Refused) as error:
                if isinstance(error, Refused):
                    tap.is_in(error.code, ("bad-request", "handle-invalid", "too-large"), what)


@tap.test
def nothing_is_smuggled_into_a_mail():
    for number, language in enumerate(("en\r\nBcc: eve@example.org", "en\nX-Owned: yes", "../../etc/passwd", "en%0d%0a", "\x1b[2J")):
        address = f"ines{number}@example.org"
        try:
            start(f"mailto:{address}", language=language)
        except Refused as error:
            tap.equal(error.code, "bad-request", repr(language))
            continue
        mail = house.smtp.wait_for_mail(address)
        tap.equal(email.utils.getaddresses(mail.get_all("To")), [("", address)])
        for header in ("Bcc", "Cc", "X-Owned"):
            tap.equal(mail[header], None, f"{header} after the language {language!r}")
        assert language not in mail.as_string(), f"the language {language!r} stands in the mail"
    tap.equal(house.smtp.messages("eve@example.org"), [])


# Links


def request(method, url, body=None, headers=None):
    """An HTTP request as it stands; (status, headers, text)."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    try:
        target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
        connection.request(method, target, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


def waits(enrolment):
    """It has come no further than to the confirmation, and is still there."""
    return enrolment.process.running() and set(enrolment.names()) == {"confirming"}


@tap.test
def nothing_but_a_press_of_the_button_confirms():
    gina = house.device("Gina", "laptop")
    enrolment = gina.begin_enrolment()
    link = enrolment.link()
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "PROPFIND", "get", "POSTS"):
        status, headers, _ = request(method, link)
        assert status in (200, 400, 403, 405, 501), f"{method}: {status}"
    for path in (link + "/", link + "?confirm=1", link.replace("/confirm/", "/confirm//"), link[:-1], link + "A"):
        status, page = get(path)
        assert "is confirmed" not in page, f"{path}: {page}"
    assert waits(enrolment), enrolment.names()
    status, page = press(link)
    tap.equal(status, 200)
    enrolment.finish()
    # Once is all it works: a POST sent again changes nothing, and says so.
    for _ in range(2):
        status, _, page = request("POST", link, body="", headers={"Origin": house.server.url})
        tap.equal(status, 410)
        tap.is_in("used already", page)


@tap.test
def a_mail_scanner_that_fetches_every_link_confirms_nothing():
    hugo = house.device("Hugo", "laptop")
    enrolment = hugo.begin_enrolment()
    link = enrolment.link()
    (mail,) = house.smtp.messages(hugo.address)
    fetched = everything_linked(mail)
    assert link in fetched, f"the scanner did not find the link: {fetched}"
    assert len(fetched) >= 3, f"the scanner found no more than {fetched}"
    assert all(url.startswith(house.server.url) for url in fetched), f"content from elsewhere: {fetched}"
    assert waits(enrolment), f"a scanner has confirmed the address: {enrolment.names()}"
    house.confirm(link)
    enrolment.finish()


@tap.test
def links_that_lead_nowhere_say_so():
    genuine = house.link(alice.address, 1)
    root = genuine[: genuine.rindex("/") + 1]
    for what, path in {
        "no link at all": "",
        "too short": "A" * 42,
        "too long": "A" * 44,
        "signs that no link has": "A" * 42 + "!",
        "one that nobody sent": "A" * 43,
        "a path that climbs": "../../etc/passwd",
        "an encoded line break": "A" * 40 + "%0d%0aSet-Cookie:%20owned=1",
        "a script": "%3Cscript%3Ealert(1)%3C/script%3E",
    }.items():
        for method in ("GET", "POST"):
            status, headers, page = request(method, root + path, headers={"Origin": house.server.url})
            assert status in (400, 403, 404, 405), f"{what}: {status}"
            assert "<script" not in page and "Set-Cookie" not in headers, f"{what}: {page}"
    # An encoded zero byte ends the connection before anything reads the path.
    try:
        assert request("GET", root + "A" * 42 + "%00")[0] == 404
    except ConnectionError:
        pass
    status, page = get(root + "A" * 43)
    tap.equal(status, 404)
    tap.is_in("This link is unknown", page)


@tap.test
def an_expired_link_says_so():
    iris = house.device("Iris", "laptop")
    enrolment = iris.begin_enrolment()
    link = enrolment.link()
    house.shift_clock(HOUR + 1000)
    try:
        for method in ("GET", "POST"):
            status, _, page = request(method, link, headers={"Origin": house.server.url})
            tap.equal(status, 410, method)
            tap.is_in("expired", page, method)
        error = enrolment.finish(expect=REFUSED, timeout=60)["error"]
        tap.equal(error["code"], "verification-expired")
        tap.is_in("expired", error["message"])
    finally:
        house.shift_clock(0)


# Tokens


@tap.test
def a_token_is_good_for_its_own_verification_only():
    token = start("mailto:judy@example.org")[1]["token"]
    for kind, fields, code in (
        ("watch_verification", {"token": b"\1" * 32}, "not-found"),
        ("confirm_verification", {"token": b"\1" * 32, "code": "123456"}, "not-found"),
        ("prepare_device", {"token": b"\1" * 32}, "not-found"),
        ("prepare_device", {"token": token}, "not-verified"),
        ("start_verification", {"handle": "mailto:judy@example.org", "token": b"\1" * 32}, "not-found"),
    ):
        with RawLink(house.server.url) as link:
            link.hello()
            try:
                link.request(kind, **fields)
                raise AssertionError(f"{kind} was answered")
            except Refused as error:
                tap.equal(error.code, code, kind)
                assert re.search(r"\w{3,}.*\.$", error.message), f"{kind}: no sentence: {error.message!r}"


# Codes

MOBILE = "tel:+33612345678"
GUESSED = "tel:+33612349999"  # twenty wrong codes within a day are the end for all of a number's codes


class Verification:
    """Of a number, by hand: its token, and the code that the telephone received."""

    def __init__(self, handle=MOBILE, **fields):
        texts = len(house.texts_to(handle))
        self.token = start(handle, **fields)[1]["token"]
        self.code = house.code(handle, texts + 1)

    def confirm(self, code):
        """What the server says to a code: the state, or the code of its error. A refusal has a sentence."""
        with RawLink(house.server.url) as link:
            link.hello()
            try:
                kind, answer = link.request("confirm_verification", token=self.token, code=code)
                return kind if kind == "done" else answer.get("state")
            except Refused as error:
                assert re.fullmatch(r"[A-Z].{10,}\.", error.message), f"no sentence: {error.message!r}"
                return error.code
            except ConnectionError:
                # A frame that holds what no client sends ends its link.
                return "closed"

    def wrong(self, by=1):
        return f"{(int(self.code) + by) % 1000000:06}"


def state(token):
    with RawLink(house.server.url) as link:
        link.hello()
        return link.request("watch_verification", token=token)[1].get("state")


WAITING, CONFIRMED = 1, 2


def in_digits_from(zero):
    """The code in the digits of another script."""
    return lambda code: "".join(chr(ord(zero) + int(digit)) for digit in code)


MISTYPED = {
    "one digit less": lambda code: code[:5],
    "one more": lambda code: code + "0",
    "letters": lambda code: "abcdef",
    "nothing": lambda code: "",
    "a wrong code in Arabic digits": lambda code: in_digits_from("\u0660")(f"{(int(code) + 1) % 1000000:06}"),
    "superscript digits": lambda code: "\u00b2" * 6,
    "Roman digits": lambda code: "\u2160" * 6,
    "a sign": lambda code: "+" + code[1:],
    "hexadecimal": lambda code: f"{int(code):#x}",
    "a line break": lambda code: code + "\n",
    "a hidden character": lambda code: code[:3] + "\u200b" + code[3:],
    "a pattern": lambda code: "......",
    "a comment of SQL": lambda code: "' or 1=1 --",
    "more than a code can have": lambda code: "1" * 17,
}


@tap.test
def only_the_six_digits_are_the_code():
    for what, typed in MISTYPED.items():
        verification = Verification()
        tap.is_in(verification.confirm(typed(verification.code)), ("wrong-code", "closed"), what)
        tap.equal(state(verification.token), WAITING, what)
        verification.confirm(verification.code)
        tap.equal(state(verification.token), CONFIRMED, f"the code itself, after {what}")


@tap.test
def the_digits_of_another_script_are_the_same_digits():
    """As a telephone set to Arabic or Persian shows them, and with the spaces that people read them with."""
    for zero in ("\u0660", "\u06f0"):
        verification = Verification()
        verification.confirm(in_digits_from(zero)(verification.code))
        tap.equal(state(verification.token), CONFIRMED, f"digits from U+{ord(zero):04X}")
    verification = Verification()
    verification.confirm(f" {verification.code[:3]} {verification.code[3:]}")
    tap.equal(state(verification.token), CONFIRMED, "with spaces")


@tap.test
def five_wrong_codes_end_a_verification():
    verification = Verification(GUESSED)
    answers = [verification.confirm(verification.wrong(by)) for by in range(1, 6)]
    tap.equal(answers, ["wrong-code"] * 4 + ["too-many-tries"])
    tap.equal(verification.confirm(verification.code), "too-many-tries", "the right code, too late")
    # And it is the end for who waits for it, too.
    texts = len(house.texts_to(GUESSED))
    adding = alice.begin_adding(GUESSED, "--accept-sms-cost")
    code = int(house.code(GUESSED, texts + 1))
    for by in range(1, 6):
        adding.type(f"{(code + by) % 1000000:06}")
    error = adding.finish(expect=REFUSED)["error"]
    tap.equal(error["code"], "too-many-tries")
    tap.is_in("again", error["message"])
    tap.equal([s.get("tries_left") for s in adding.steps() if s.get("error") == "wrong-code"], [4, 3, 2, 1])
    alice.run("remove-handle", GUESSED)


@tap.test
def a_code_works_once_and_for_its_own_verification():
    first, second = Verification(), Verification()
    if first.code != second.code:
        tap.equal(second.confirm(first.code), "wrong-code", "the code of another verification")
    tap.is_in(first.confirm(first.code), ("done", 2))
    again = first.confirm(first.code)
    tap.is_in(again, ("verification-used", "done", 2), "the same once more")
    with RawLink(house.server.url) as link:
        link.hello()
        try:
            link.request("prepare_device", token=second.token)
            raise AssertionError("a verification that nobody confirmed was used")
        except Refused as error:
            tap.equal(error.code, "not-verified")


@tap.test
def an_expired_code_says_so():
    verification = Verification()
    house.shift_clock(10 * 60 * 1000 + 1000)
    try:
        tap.equal(verification.confirm(verification.code), "verification-expired")
    finally:
        house.shift_clock(0)


@tap.test
def nothing_is_smuggled_into_a_text_message():
    for language in ("en\r\nX-Owned: yes", "en&to=%2B33699999999", "en%0aowned", "../../../etc/passwd"):
        texts = len(house.texts_to(MOBILE))
        try:
            start(MOBILE, language=language)
        except Refused as error:
            tap.equal(error.code, "bad-request", repr(language))
            continue
        text = house.kannel.wait_for_message(MOBILE.removeprefix("tel:"), texts + 1)
        assert "owned" not in text.lower() and "passwd" not in text and "\n" not in text, text
    tap.equal(house.texts_to("tel:+33699999999"), [])


# What comes in from the gateway


def inbound(method="GET", **parameters):
    """The status; 0 when the server ends the connection, as it does for more than it reads of a request's head."""
    try:
        return request(method, house.server.url + "/v1/sms/inbound?" + urllib.parse.urlencode(parameters))[0]
    except ConnectionError:
        return 0


def start_inbound(handle=MOBILE):
    answer = start(handle, inbound=True)[1]
    return answer["token"], answer["send_text"]


@tap.test
def only_the_gateway_says_what_came_in():
    token, text = start_inbound()
    number, secret = MOBILE.removeprefix("tel:"), kannel.INBOUND_SECRET
    for what, parameters in {
        "no secret": {"from": number, "text": text},
        "an empty secret": {"secret": "", "from": number, "text": text},
        "a wrong secret": {"secret": secret + "x", "from": number, "text": text},
        "the beginning of the secret": {"secret": secret[:-1], "from": number, "text": text},
    }.items():
        tap.is_in(inbound(**parameters), (401, 403), what)
    for what, parameters in {
        "no sender": {"secret": secret, "text": text},
        "no text": {"secret": secret, "from": number},
        "a name as the sender": {"secret": secret, "from": "Waxwing", "text": text},
        "another number": {"secret": secret, "from": "+33612345679", "text": text},
        "a number with more digits": {"secret": secret, "from": number + "0", "text": text},
        "a number that ends the same": {"secret": secret, "from": "+49" + number[3:], "text": text},
        "two senders": {"secret": secret, "from": f"{number},+33699999999", "text": text},
        "another text": {"secret": secret, "from": number, "text": text[:-1] + ("A" if text[-1] != "A" else "B")},
        "a part of the text": {"secret": secret, "from": number, "text": text[:-1]},
        "a very long text": {"secret": secret, "from": number, "text": "x" * 5000},
    }.items():
        status = inbound(**parameters)
        assert status < 500, f"{what}: {status}"
        tap.equal(state(token), WAITING, what)
    tap.equal(inbound(secret=secret, **{"from": number, "text": text}), 200)
    tap.equal(state(token), CONFIRMED)


@tap.test
def a_code_for_the_one_direction_is_none_for_the_other():
    token, text = start_inbound()
    with RawLink(house.server.url) as link:
        link.hello()
        try:
            link.request("confirm_verification", token=token, code=text)
            raise AssertionError("the text to send was taken as a code")
        except Refused as error:
            tap.is_in(error.code, ("wrong-code", "bad-request", "not-found", "handle-unsupported"))
    tap.equal(state(token), WAITING)
    verification = Verification()
    inbound(secret=kannel.INBOUND_SECRET, **{"from": MOBILE.removeprefix("tel:"), "text": verification.code})
    tap.equal(state(verification.token), WAITING)


# An account's own list


@tap.test
def what_cannot_be_removed_or_chosen_stays():
    tap.equal(alice.refused("remove-handle", alice.handle)["code"], "last-handle")
    tap.is_in("only address", alice.refused("remove-handle", alice.handle)["message"])
    for command in ("remove-handle", "prefer-handle"):
        error = alice.refused(command, "mailto:stranger@example.org")
        tap.equal(error["code"], "not-found", command)
        tap.is_in("does not belong to this account", error["message"], command)
        tap.is_in("an @", alice.refused(command, "mailto:stranger")["message"], command)
    error = alice.refused("confirm", "tel:+33612345678", "123456")
    tap.equal(error["code"], "not-found")
    tap.is_in("No code is waited for", error["message"])


@tap.test
def an_address_is_added_once():
    error = alice.refused("add-handle", alice.handle)
    tap.equal(error["code"], "invalid-argument")
    tap.is_in("already", error["message"])
    tap.equal(len(alice.run("handles")), 1)


@tap.test
def the_twenty_first_address_is_refused():
    kate = house.enrolled("Kate", "laptop")
    for number in range(2, 21):
        tap.equal(kate.add_address(f"mailto:kate{number}@example.org")["step"], "done")
    tap.equal(len(kate.run("handles")), 20)
    error = kate.refused("add-handle", "mailto:kate21@example.org")
    tap.equal(error["code"], "invalid-argument")
    tap.is_in("20", error["message"])
    tap.equal(house.mail("kate21@example.org"), [], "a mail for an address that can't be added")
    tap.equal(len(kate.run("handles", "--sync")), 20)
    kate.run("remove-handle", "mailto:kate2@example.org")
    tap.equal(kate.add_address("mailto:kate21@example.org")["step"], "done")


@tap.test
def the_twenty_first_device_is_refused():
    first = house.enrolled("Liam", "device-1")
    for number in range(2, 21):
        house.device("Liam", f"device-{number}", beside=first).join(first)
    tap.equal(len(first.run("devices")), 20)
    late = house.device("Liam", "device-21", beside=first)
    enrolment = late.begin_enrolment()
    house.confirm(late.link())
    error = enrolment.finish(expect=REFUSED)["error"]
    tap.equal(error["code"], "too-many-devices")
    tap.is_in("as many devices as it can have", error["message"])
    tap.equal(len(first.run("devices")), 20)
    first.run("remove", "device-20")
    late.join(first)
    tap.equal(len(first.run("devices")), 20)


@tap.test
def the_table_is_long_enough():
    count = len(TYPED) + len(SENT) + len(MISTYPED)
    assert count >= 60, f"only {count} bad inputs"
    tap.diag(f"{count} bad inputs in the tables, beside those of the single tests")


tap.main(setup=setup, teardown=lambda: house and house.close(), timeout=200)
