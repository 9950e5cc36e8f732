# SPDX-License-Identifier: GPL-3.0-or-later
"""The mail server of the tests takes and refuses mail as a real one does."""

import os
import shutil
import smtplib
from email.message import EmailMessage

from support import smtp, tap

server = None


def setup():
    global server
    server = smtp.SmtpServer()
    server.start()


def send(recipient, text):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@here.example", recipient, "Hello"
    message.set_content(text)
    with smtplib.SMTP("127.0.0.1", server.port, timeout=10) as client:
        client.send_message(message)


@tap.test
def a_link_arrives_in_the_mail():
    send("alice@example.org", "Click: http://127.0.0.1:1/confirm?t=abc-_1\n\nThanks")
    tap.equal(server.link("alice@example.org"), "http://127.0.0.1:1/confirm?t=abc-_1")
    tap.equal(server.messages("bob@example.org"), [])


@tap.test
def mail_for_a_refused_domain_is_refused():
    try:
        send("nobody@" + smtp.REFUSED_DOMAIN, "x")
    except smtplib.SMTPRecipientsRefused as error:
        tap.equal([code for code, _ in error.recipients.values()], [550])
    else:
        raise AssertionError("the mail was taken")


@tap.test
def an_outage_keeps_port_and_mail():
    send("carol@example.org", "http://127.0.0.1:1/first")
    server.wait_for_mail("carol@example.org")
    server.stop()
    try:
        send("carol@example.org", "lost")
        raise AssertionError("the mail was taken")
    except ConnectionRefusedError:
        pass
    server.start()
    send("carol@example.org", "http://127.0.0.1:1/second")
    tap.equal(server.link("carol@example.org", number=2), "http://127.0.0.1:1/second")


@tap.test
def a_mail_delivered_twice_counts_once():
    send("erin@example.org", "http://127.0.0.1:1/once")
    server.wait_for_mail("erin@example.org")
    for name in os.listdir(server.path("mail/new")):
        shutil.copy(server.path("mail/new/" + name), server.path("mail/new/again-" + name))
    tap.equal(len(server.messages("erin@example.org")), 1)
    send("erin@example.org", "http://127.0.0.1:1/twice")
    tap.equal(server.link("erin@example.org", number=2), "http://127.0.0.1:1/twice")


@tap.test
def two_instances_live_side_by_side():
    with smtp.SmtpServer() as other:
        send("dave@example.org", "http://127.0.0.1:1/here")
        server.wait_for_mail("dave@example.org")
        tap.equal(other.messages(), [])


tap.main(setup=setup, teardown=lambda: server and server.close(), timeout=80)
