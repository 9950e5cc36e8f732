#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails go to a mail server that wants encryption and a login, and to none that only pretends to be it."""

import os
import tempfile

from house import press, strict_environment
from raw_link import RawLink
from support import programs, smtp, tap

USER, PASSWORD = "waxwing", "canary-mail-7RtKp"
ADDRESS = "zoe@example.org"


class Senders:
    """A mail server, and a server of ours that sends through it."""

    def __init__(self, kind, login=(USER, PASSWORD), trusted=True, password=PASSWORD):
        strict_environment()
        self.mail = smtp.SmtpServer(tls=kind, login=login)
        self.directory = tempfile.TemporaryDirectory(prefix="waxwing-mail-")
        secret = os.path.join(self.directory.name, "password")
        with open(secret, "w", encoding="ascii") as file:
            file.write(password + "\n")
        own = {"user": USER, "password-file": secret, "tls": "required"}
        if trusted and kind:
            own["ca-file"] = self.mail.certificate
        self.server = programs.Server(self.directory.name, smtp=self.mail, settings={"mail": own})

    def __enter__(self):
        self.mail.start()
        self.server.start()
        with RawLink(self.server.url) as link:
            link.hello()
            link.request("start_verification", handle="mailto:" + ADDRESS)
        return self

    def __exit__(self, *_):
        self.server.stop()
        self.mail.close()
        self.directory.cleanup()

    def refused(self):
        """The server says that the mail did not go, and to nobody who it is for or what the password is."""
        tap.wait_for(lambda: "did not take a mail" in self.server.log(), "the server says that a mail did not go", 30)
        tap.equal(self.mail.messages(), [], "mails that went all the same")
        for secret in (ADDRESS, PASSWORD):
            assert secret not in self.server.log(), f"{secret} stands in the log"
        return [line for line in self.server.log().splitlines() if "did not take a mail" in line][0]


@tap.test
def a_mail_goes_encrypted_and_with_a_login():
    for kind in ("starttls", "smtps"):
        with Senders(kind) as house:
            mail = house.mail.wait_for_mail(ADDRESS)
            tap.is_in("TLSv1.3", mail["Received"], kind)
            tap.is_in("ESMTPSA", mail["Received"], kind)
            status, _ = press(smtp.link_of(mail))
            tap.equal(status, 200)


@tap.test
def a_certificate_that_nobody_vouches_for_gets_no_mail():
    for kind in ("starttls", "smtps"):
        with Senders(kind, trusted=False) as house:
            tap.is_in("certificate", house.refused().lower(), kind)


@tap.test
def a_server_that_does_not_encrypt_gets_no_mail_when_it_is_required():
    with Senders(None, login=None) as house:
        house.refused()


@tap.test
def a_wrong_password_is_said():
    with Senders("starttls", password="canary-mail-wrong") as house:
        tap.is_in("denied", house.refused().lower())
        assert "canary-mail-wrong" not in house.server.log(), "the password stands in the log"


tap.main(timeout=110)
