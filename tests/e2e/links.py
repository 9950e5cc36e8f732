# SPDX-License-Identifier: GPL-3.0-or-later
"""A mail scanner: follows by GET whatever a mail leads to, as the guards of mail programs do, and nothing else."""

import html.parser
import re
import urllib.error
import urllib.parse
import urllib.request


class _Links(html.parser.HTMLParser):
    """Everything in a page that a URL stands in."""

    ATTRIBUTES = ("href", "src", "action", "formaction", "data", "poster", "cite", "background", "srcset")

    def __init__(self, base):
        super().__init__()
        self.base, self.found = base, []

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in self.ATTRIBUTES and value is not None:
                # A form without an action leads to its own page.
                self.found.append(urllib.parse.urljoin(self.base, value or self.base))
        if tag == "form" and "action" not in dict(attributes):
            self.found.append(self.base)


def links_of(kind, text, base=""):
    """What a text of that type leads to: the attributes of HTML, and what looks like a link in plain text."""
    if kind == "text/html":
        parser = _Links(base)
        parser.feed(text)
        found = parser.found
    else:
        found = re.findall(r"https?://[^\s<>\"')]+", text) if kind == "text/plain" else []
    return [urllib.parse.urldefrag(url)[0] for url in found if url.startswith(("http:", "https:"))]


def fetch(url):
    """The type and the text that a GET brings, whatever the status."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        answer = opener.open(url, timeout=20)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.headers.get_content_type(), answer.read().decode("utf-8", "replace")


def everything_linked(mail, limit=100):
    """GETs every link in every part of a mail, and every one in what these bring; returns the URLs."""
    waiting = []
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            waiting += links_of(part.get_content_type(), part.get_content())
    fetched = []
    while waiting:
        url = waiting.pop()
        if url in fetched:
            continue
        fetched.append(url)
        assert len(fetched) <= limit, f"more links than anybody needs: {fetched}"
        waiting += links_of(*fetch(url), url)
    return fetched
