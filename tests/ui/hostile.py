# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody whose words and name look like markup. Wherever they show they show letter for
letter, on the screen and to a screen reader. (What in them is a link, test-app-text knows.)

GTK warns of markup that it can't read, and a warning ends the application here: a place that
takes names or words for markup does not survive this test.
"""

import html

import fixture
from stage import Person, Stage
from support import tap

ALICE = "alice@example.org"
# Cut off in the middle of an element and of an entity, so that it is no markup at all.
NAME = "<b>Mal</b> & <i>Co &am"
# What other messengers took for markup. Each has a word by which it is found again.
CORPUS = (
    "zebra1 <b>bold</b> <script>alert(1)</script>",
    "zebra2 <span foreground='red' size='99999'>red</span>",
    'zebra3 <a href="javascript:alert(1)">click</a> javascript:alert(2)',
    "zebra4 a & b &amp; &lt; &#60; &nosuch; &",
    "zebra5 **bold** _it_ `code` [text](file:///etc/passwd) <<<>>>",
    "zebra6 ]]> <![CDATA[x]]> <!-- c --> <?xml?> <img src=x onerror=alert(1)>",
    "zebra7 %s %n _under_ \\n $(id) ${HOME}",
)
LINKS = "zebra8 see https://example.org/a?b=1&c=<b>2</b> or file:///etc/passwd or mailto:a@example.org & go"
world = {}
# Xvfb: its keyboard is a real one, on which Shift and a letter are two keys.
stage = Stage(display="xvfb")


def setup():
    stage.__enter__()
    world["process"], world["app"] = stage.start()
    stage.display.focus("Waxwing")
    fixture.enroll(stage, app(), ALICE, "Alice Martin", "laptop")
    world["bob"] = stage.person("Bob Okafor")
    mallory = Person(stage, "Mallory")
    mallory.name = NAME
    world["mallory"] = mallory.enroll()
    fixture.start_conversation(app(), world["bob"], mallory)
    fixture.write(app(), "Who is there?")
    mallory.sync()


def teardown():
    stage.__exit__()


def app():
    return world["app"]


def messages():
    from support import a11y

    return list(a11y.children(app().find("list", "Messages")))


def wait_for_message(part):
    return fixture.wait(
        lambda: next((m for m in messages() if part in m.get_name()), None),
        f"a message says “{part}”: {[m.get_name() for m in messages()]}",
        20,
    )


def texts(accessible):
    """What all the labels in it say."""
    from support import a11y

    return [a11y.text(a) for a in a11y.walk(accessible) if a.get_text_iface()]


def send(*texts):
    """Returns the ids of the messages."""
    return [
        world["mallory"].cli.run("send", "mailto:" + ALICE, "--text", t, "--wait", "sent")[0]["id"] for t in texts
    ]


@tap.test
def a_bubble_shows_what_was_sent_and_says_it():
    world["ids"] = send(*CORPUS, LINKS)
    for text in (*CORPUS, LINKS):
        message = wait_for_message(text)
        assert message.get_name().startswith(f"{NAME}: {text}, "), message.get_name()
        assert text in texts(message), texts(message)


@tap.test
def the_list_and_the_titles_show_it():
    from support import a11y

    row = next(iter(a11y.children(app().find("list", "Conversations"))))
    assert row.get_name().startswith(f"{NAME}, {LINKS}, "), row.get_name()
    assert NAME in texts(row) and LINKS in texts(row), texts(row)
    page = app().find("grouping", NAME)
    assert NAME in texts(page), texts(page)


@tap.test
def a_quote_and_a_tapback_show_it():
    cli = world["mallory"].cli
    for id_, text in zip(world["ids"][:3], CORPUS):
        cli.run("send", "mailto:" + ALICE, "--text", f"about {text[:6]}", "--reply-to", id_, "--wait", "sent")
        message = wait_for_message(f"about {text[:6]}, in reply to")
        assert f"in reply to {NAME}: “{text}”" in message.get_name(), message.get_name()
        button = app().find("button", f"Go to the message of {NAME}: {text}", within=message)
        assert NAME in texts(button) and text in texts(button), texts(button)
    cli.run("react", world["ids"][-1], "👍")
    wait_for_message(f"1 tapback: 👍 from {NAME}")
    app().click("button", f"👍 from {NAME}")
    assert NAME in texts(app().find("list", "Tapbacks"))
    stage.display.key("Escape")
    app().gone("list", "Tapbacks")


@tap.test
def other_wordings_show_it():
    world["mallory"].cli.run("edit", world["ids"][0], "zebra9 <u>better</u> &c")
    message = wait_for_message("zebra9 <u>better</u> &c")
    assert "zebra9 <u>better</u> &c" in texts(message), texts(message)
    fixture.press(app().find("button", "Edited", within=message))
    wordings = texts(app().find("list", "Earlier Wordings"))
    assert CORPUS[0] in wordings, wordings
    stage.display.key("Escape")
    app().gone("list", "Earlier Wordings")


@tap.test
def what_is_found_shows_it():
    stage.display.key("ctrl+shift+f")
    app().find("entry", "Search Conversations")
    stage.display.type("zebra")
    results = app().find("list", "Search Results")
    for text in (*CORPUS[1:], LINKS):
        row = fixture.wait(
            lambda t=text: next((r for n, r in named(results) if n.startswith(f"{NAME}: {t}")), None),
            f"“{text}” is found: {[n for n, _ in named(results)]}",
        )
        assert NAME in texts(row) and text in texts(row), texts(row)
    app().enter("Search Conversations", "<b>Mal", role="entry")
    fixture.wait(lambda: any(n == NAME for n, _ in named(results)), "the person is found by the name")
    stage.display.key("Escape")
    app().gone("entry", "Search Conversations")


def named(results):
    from support import a11y

    return [(r.get_name(), r) for r in a11y.children(results)]


@tap.test
def dialogs_and_details_show_it():
    stage.display.key("ctrl+1")
    stage.display.key("F6")
    stage.display.key("Menu")
    fixture.press(fixture.menu_item(app(), "Delete…"))
    assert any(NAME in text for text in texts(app().find("alert"))), texts(app().find("alert"))
    fixture.close_dialog(stage, app())
    app().gone("alert")
    stage.display.key("ctrl+i")
    details = app().find("grouping", "Conversation Details")
    fixture.wait(lambda: NAME in texts(details), "the details have the name")
    stage.display.key("Escape")
    app().gone("grouping", "Conversation Details")


@tap.test
def a_notification_shows_it():
    fixture.open_conversation(stage, app(), "bob@example.org")
    send("zebra10 <b>&<a href='https://evil.example'>x</a>")
    shown = stage.notifications.wait_for(lambda n: "zebra10" in n.body, "a message is notified", 20)
    tap.equal(shown.title, NAME)
    # This desktop reads markup in bodies: what it makes of it is what was sent.
    tap.equal(html.unescape(shown.body), "zebra10 <b>&<a href='https://evil.example'>x</a>")
    assert "<" not in shown.body, shown.body
    stage.stop(world["process"])


tap.main(setup, teardown, timeout=280)
