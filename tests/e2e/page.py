#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mail that asks for a confirmation, and the page behind its link: in every language, on a telephone, without scripts,
with a screen reader, and with nothing in them that comes from elsewhere.
"""

import html.parser
import os
import re
import urllib.request

from house import House
from raw_link import RawLink
from support import tap

HIGH = 44  # what a finger needs, in pixels of CSS
LONGEST = "a" * 64 + "@" + ".".join(["b" * 60] * 2) + ".example.org"
# How a mail in each of them begins.
LANGUAGES = {
    "en": "Confirm your address",
    "ar": "أكّد عنوانك",
    "de": "Bestätigen Sie Ihre Adresse",
    "es": "Confirme su dirección",
    "fr": "Confirmez votre adresse",
    "ja": "アドレスの確認",
    "pt": "Confirme seu endereço",
}
RIGHT_TO_LEFT = {"ar"}
SETTINGS = {"limits": {"verifications-per-handle": "600/60", "verifications-per-address": "600/60"}}

house = browser = None


def setup():
    global house, browser
    house = House(browser=True, settings=SETTINGS)
    house.__enter__()
    browser = house.browser


def mail_to(address, language):
    """The mail for a verification that was asked for in that language."""
    number = len(house.mail(address)) + 1
    with RawLink(house.server.url) as link:
        link.hello()
        link.request("start_verification", handle="mailto:" + address, language=language)
    return house.smtp.wait_for_mail(address, number)


def link_in(mail):
    return re.search(r"https?://\S+", plain(mail)).group(0)


def plain(mail):
    return mail.get_body(preferencelist=("plain",)).get_content()


def picture(name):
    """For whoever wants to see what the test saw."""
    folder = os.environ.get("WAXWING_PICTURES")
    if folder:
        os.makedirs(folder, exist_ok=True)
        browser.screenshot(os.path.join(folder, name + ".png"))


class Parts(html.parser.HTMLParser):
    """The attributes of everything in a page, and whether anything in it runs."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attributes]

    def of(self, name):
        return [value for _, this, value in self.attributes if this == name]


# The mail


@tap.test
def a_mail_is_text_and_html_in_the_language_of_the_person():
    bodies = set()
    for language, title in LANGUAGES.items():
        mail = mail_to(f"zoe-{language}@example.org", language)
        tap.equal(mail.get_content_type(), "multipart/alternative", language)
        tap.equal([part.get_content_type() for part in mail.iter_parts()], ["text/plain", "text/html"], language)
        rich = mail.get_body(preferencelist=("html",)).get_content()
        for text in (mail["Subject"], rich):
            tap.is_in(title, text, language)
        for text in (plain(mail), rich):
            tap.is_in(link_in(mail), text, language)
            tap.is_in(f"zoe-{language}@example.org", text, language)
            assert "{{" not in text, f"{language}: {text}"
        parts = Parts(rich)
        tap.equal(parts.of("lang"), [language])
        tap.equal(parts.of("dir")[0], "rtl" if language in RIGHT_TO_LEFT else "ltr", language)
        bodies.add(re.sub(r"zoe-\w+@|https?://\S+", "", plain(mail)))
        assert mail["Date"] and mail["Message-ID"] and mail["Auto-Submitted"], language
    tap.equal(len(bodies), len(LANGUAGES), "plain texts")


@tap.test
def a_mail_loads_nothing():
    mail = mail_to("yan@example.org", "en")
    tap.equal([p for p in mail.walk() if p.get_content_maintype() not in ("text", "multipart")], [], "more than text")
    rich, link = mail.get_body(preferencelist=("html",)).get_content(), link_in(mail)
    parts = Parts(rich)
    loading = {"img", "link", "script", "iframe", "object", "embed", "video", "audio", "source", "style", "base", "form", "input"}
    tap.equal(sorted(loading & set(parts.tags)), [], "what could load something")
    tap.equal(parts.of("src") + parts.of("background") + parts.of("srcset") + parts.of("poster"), [])
    tap.equal(parts.of("href"), [link], "links")
    assert not re.search(r"url\s*\(|@import|expression\s*\(", rich, re.IGNORECASE), "a style loads something"
    tap.equal(set(re.findall(r"https?://[^\s<>\"]+", rich)), {link}, "addresses in it")
    tap.equal(len(re.findall(r"https?://", plain(mail))), 1, "addresses in the plain text")


# The page


def opened(address, language="en", dark=False):
    """The page, as a person sees it who comes from the mail."""
    link = link_in(mail_to(address, language))
    browser.read_in(language, dark)
    browser.open(link)
    return link


def box(selector):
    """Left, top, width and height on the screen."""
    script = f"(() => {{ const b = document.querySelector({selector!r}).getBoundingClientRect();"
    return browser.evaluate(script + " return [b.left, b.top, b.width, b.height]; })()")


@tap.test
def it_fits_a_telephone():
    browser.be_a_telephone()
    for language in LANGUAGES:
        for dark in (False, True):
            opened(f"xu-{language}@example.org", language, dark)
            tap.equal(browser.evaluate("document.documentElement.lang"), language)
            width = browser.evaluate("document.documentElement.scrollWidth")
            tap.equal(width, 360, f"the page's width in {language}")
            left, top, width, height = box("button")
            assert height >= HIGH and left >= 0 and left + width <= 360, f"{language}: {box('button')}"
            assert top + height <= 640, f"{language}: the button is below the first screen: {box('button')}"
            size = browser.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
            assert size >= 16, f"{language}: letters of {size} pixels"
            picture(f"confirm-{language}-{'dark' if dark else 'light'}")
    tap.equal(browser.evaluate("document.documentElement.dir"), "ltr")
    opened("xu-ar@example.org", "ar")
    tap.equal(browser.evaluate("document.documentElement.dir"), "rtl")


@tap.test
def the_first_language_that_we_have_counts():
    for asked, language in {"nl, de-AT;q=0.8, en;q=0.5": "de", "en-GB, fr;q=0.9": "en", "nl": "en"}.items():
        link = link_in(mail_to(f"xu-{len(asked)}@example.org", "en"))
        browser.read_in(asked)
        browser.open(link)
        tap.equal(browser.evaluate("document.documentElement.lang"), language, asked)


@tap.test
def the_longest_address_breaks_and_letters_can_be_large():
    browser.be_a_telephone(320, 568)
    opened(LONGEST)
    tap.equal(browser.evaluate("document.documentElement.scrollWidth"), 320)
    left, _, width, _ = box(".address")
    assert left >= 0 and left + width <= 320, box(".address")
    # Twice as large, as the settings of a telephone make them.
    browser.evaluate("document.documentElement.style.fontSize = '200%'; document.body.style.fontSize = '34px'")
    tap.equal(browser.evaluate("document.documentElement.scrollWidth"), 320)
    picture("confirm-longest")
    browser.be_a_telephone()


@tap.test
def colours_tell_letters_from_what_is_behind_them():
    for dark in (False, True):
        opened("wu@example.org", dark=dark)
        for selector in ("h1", "p", ".address", ".quiet", "button"):
            ratio = browser.evaluate(CONTRAST % selector)
            assert ratio >= 4.5, f"{selector}, {'dark' if dark else 'light'}: {ratio:.2f}"


# Relative luminance and contrast as WCAG 2.2 defines them.
CONTRAST = """(() => {
  const channels = c => c.match(/[\\d.]+/g).map(Number);
  const light = c => { const [r, g, b] = channels(c).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                       return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  let e = document.querySelector('%s'), behind = e;
  while (channels(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const a = light(getComputedStyle(e).color), b = light(getComputedStyle(behind).backgroundColor);
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
})()"""


@tap.test
def it_works_without_scripts():
    browser.run_scripts(False)
    try:
        browser.open("data:text/html,<title>off</title><script>document.title='on'</script>")
        tap.equal(browser.title, "off", "scripts run")
        opened("vera@example.org")
        tap.equal(browser.count("script"), 0)
        browser.click("#confirm")
        browser.wait_for_text("is confirmed")
        picture("confirmed")
    finally:
        browser.run_scripts(True)


def spoken(role):
    return [(name, properties) for this, name, properties in browser.accessible() if this == role]


@tap.test
def a_screen_reader_and_a_keyboard_are_enough():
    opened("uma@example.org")
    tap.equal([name for name, _ in spoken("RootWebArea")], [browser.title], "pages")
    tap.is_in("Is this your address?", browser.title)
    tap.equal([(name, p["level"]) for name, p in spoken("heading")], [("Is this your address?", 1)])
    ((button, properties),) = spoken("button")
    assert len(button) > 3 and properties.get("focusable"), (button, properties)
    tap.equal(len(spoken("main")), 1, "main regions")
    tap.equal(spoken("image") + spoken("img"), [], "the mark says nothing")
    tap.equal(browser.evaluate("document.documentElement.lang"), "en")
    order = [role for role, name, _ in browser.accessible() if role in ("heading", "button")]
    tap.equal(order, ["heading", "button"], "the question comes before the answer")
    browser.key("Tab")
    tap.equal(browser.evaluate("document.activeElement.id"), "confirm")
    outline = browser.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
    assert outline >= 2, f"what has the keyboard isn't to be seen: {outline}"
    browser.key("Enter")
    browser.wait_for_text("is confirmed")
    ((title, _),) = spoken("heading")
    tap.is_in(title, browser.title)


# What the page may do


@tap.test
def its_policy_is_strict():
    link = opened("tom@example.org")
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(link, timeout=20) as answer:
        policy = answer.headers["Content-Security-Policy"]
        tap.equal(answer.headers["Set-Cookie"], None)
    directives = dict(d.strip().split(" ", 1) for d in policy.split(";"))
    tap.equal(
        directives,
        {"default-src": "'none'", "style-src": "'self'", "img-src": "'self'", "form-action": "'self'", "base-uri": "'none'",
         "frame-ancestors": "'none'"},
    )


@tap.test
def the_browser_holds_the_page_to_its_policy():
    link = opened("sam@example.org")
    inject = """(() => { const e = document.createElement('%s'); %s; document.body.append(e); })()"""
    browser.evaluate(inject % ("script", "e.textContent = 'window.owned = 1'"))
    browser.evaluate(inject % ("div", "e.setAttribute('onclick', 'window.owned = 1'); setTimeout(() => e.click(), 0)"))
    browser.evaluate(inject % ("style", "e.textContent = 'h1 { font-size: 99px !important }'"))
    tap.equal(browser.evaluate("window.owned === undefined"), True, "a script in the page ran")
    assert browser.evaluate("parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)") < 60, "a style counts"
    asked = browser.command("Runtime.evaluate", expression="fetch('/').then(() => 'went', () => 'blocked')",
                            awaitPromise=True, returnByValue=True)
    tap.equal(asked["result"]["value"], "blocked")
    # A page elsewhere can't put it into a frame, over which a person could be made to click.
    browser.open(f"data:text/html,<iframe src='{link}' width=300 height=300></iframe>")
    tap.equal([name for name, _ in spoken("button")], [], "the page shows in a frame")
    # It was all there to be had, or this would prove nothing.
    browser.open(link)
    tap.equal(len(spoken("button")), 1)


tap.main(setup=setup, teardown=lambda: house and house.close(), timeout=170)
