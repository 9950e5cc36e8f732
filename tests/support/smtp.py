# SPDX-License-Identifier: GPL-3.0-or-later
"""A real mail server, OpenSMTPD, as an instance of a test's own.

OpenSMTPD has its queue and its sockets at fixed paths and wants root, so each
instance has a mount namespace in which these paths are its own. Mail for any
address is delivered into one maildir, where the test reads it.
"""

import email
import email.policy
import os
import re
import shutil
import socket
import subprocess
import tempfile

from . import processes, tap

# Who runs the delivery; OpenSMTPD refuses to deliver as root.
DELIVERY_USER = "opensmtpq"
# Mail to this domain is refused for good, as mail to a mistyped address is.
REFUSED_DOMAIN = "refused.example"

CONFIGURATION = f"""
{{security}}
listen on 127.0.0.1 port {{port}} {{options}} hostname mail.example
table everyone {{{{ "@" = "{DELIVERY_USER}" }}}}
action "keep" maildir "{{directory}}/mail" virtual <everyone>
match from any for domain "{REFUSED_DOMAIN}" reject
match from any for any action "keep"
"""

# The fixed paths of OpenSMTPD, made those of an instance. It fills its queue's
# folder itself.
START = """
mount -t tmpfs -o mode=755 private /run
mount --bind "$1/spool" /var/spool
exec /usr/sbin/smtpd -d -f "$1/smtpd.conf"
"""


def unavailable():
    """Why there can be no instance here, or None."""
    if not os.path.exists("/usr/sbin/smtpd"):
        return "OpenSMTPD is not installed"
    if os.geteuid() != 0:
        return "OpenSMTPD needs root"
    return None


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class SmtpServer:
    """start() listens on port; stop() and start() again keep port and mail."""

    def __init__(self, tls=None, login=None):
        """tls: "starttls" or "smtps", for connections that are encrypted; login: (user, password), for senders that have to
        say who they are."""
        reason = unavailable()
        if reason:
            tap.skip(reason)
        # The user that delivers must be able to come in, which rules out the
        # private directory of a session.
        self.directory = tempfile.mkdtemp(prefix="waxwing-smtp-")
        os.chmod(self.directory, 0o711)
        os.mkdir(self.path("spool"), 0o711)
        os.mkdir(self.path("mail"), 0o755)
        shutil.chown(self.path("mail"), DELIVERY_USER)
        self.port = free_port()
        self.process = None
        self.tls = tls
        security, options = self._secure(tls, login)
        with open(self.path("smtpd.conf"), "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(port=self.port, directory=self.directory, security=security, options=options))
        os.chmod(self.path("smtpd.conf"), 0o600)

    def _secure(self, tls, login):
        """What the configuration says of encryption and logins, with a certificate that nobody else has signed."""
        lines, options = [], []
        if tls:
            self.certificate = self.path("certificate.pem")
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
                + ["-subj", "/CN=mail.example", "-addext", "subjectAltName=IP:127.0.0.1"]
                + ["-keyout", self.path("key.pem"), "-out", self.certificate],
                check=True, capture_output=True,
            )
            os.chmod(self.path("key.pem"), 0o600)
            lines.append(f'pki mail.example cert "{self.certificate}"\npki mail.example key "{self.path("key.pem")}"')
            options.append({"starttls": "tls-require", "smtps": "smtps"}[tls] + " pki mail.example")
        if login:
            hashed = subprocess.run(
                ["openssl", "passwd", "-6", "-stdin"], input=login[1], check=True, capture_output=True, text=True
            ).stdout.strip()
            lines.append(f'table logins {{ "{login[0]}" = "{hashed}" }}')
            options.append("auth <logins>")
        return "\n".join(lines), " ".join(options)

    def path(self, name):
        return os.path.join(self.directory, name)

    @property
    def url(self):
        return f"{'smtps' if self.tls == 'smtps' else 'smtp'}://127.0.0.1:{self.port}"

    def log(self):
        return self.process.log()

    def start(self):
        self.process = processes.Process(
            ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"]
            + ["sh", "-ec", START, "smtpd", self.directory],
            env=processes.lenient(os.environ),
            log=self.path("log"),
        )
        tap.wait_for(self._listening, "OpenSMTPD listens")

    def _listening(self):
        assert self.process.running(), "OpenSMTPD ended:\n" + self.process.log()
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as client:
                # Behind TLS nothing is said before the handshake.
                return self.tls == "smtps" or client.recv(3) == b"220"
        except OSError:
            return False

    def _accepts(self):
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        """The instance goes, as in an outage. Its mail stays."""
        if self.process:
            self.process.kill()
            # The kernel ends the processes behind it a moment later.
            tap.wait_for(lambda: not self._accepts(), "OpenSMTPD goes")
            self.process = None

    def close(self):
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.close()

    def messages(self, recipient=None):
        """The mail delivered so far, oldest first.

        What an outage made the server deliver twice, as mail servers do, counts once.
        """
        folder = self.path("mail/new")
        if not os.path.isdir(folder):
            return []
        files = [os.path.join(folder, name) for name in os.listdir(folder)]
        found = {}
        for path in sorted(files, key=os.path.getmtime):
            with open(path, "rb") as file:
                message = email.message_from_binary_file(file, policy=email.policy.default)
            if recipient is None or message["Delivered-To"] == recipient:
                found.setdefault((message["Delivered-To"], message["Received"]), message)
        return list(found.values())

    def wait_for_mail(self, recipient, number=1, timeout=20.0):
        """Waits for that many mails to recipient, and returns the last of them."""
        messages = tap.wait_for(
            lambda: (lambda m: m if len(m) >= number else None)(self.messages(recipient)),
            f"mail number {number} to {recipient} arrives",
            timeout,
        )
        return messages[number - 1]

    def link(self, recipient, number=1, timeout=20.0):
        """The link in a mail to recipient, as a person would find it."""
        return link_of(self.wait_for_mail(recipient, number, timeout))


def link_of(message):
    """The one http link in the plain text of a mail."""
    text = message.get_body(preferencelist=("plain",)).get_content()
    links = re.findall(r"https?://[^\s<>\"]+", text)
    assert links, f"no link in the mail:\n{text}"
    return links[0]
