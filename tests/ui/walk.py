# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job in the real window: enrol, write, read, let a second device in, be told of it.

One story, in order: each test goes on where the one before it ended. Everything is
found by the names that docs and screen readers know.
"""

import fixture
from stage import Device, Stage
from support import tap

ALICE = "alice@example.org"
stage = Stage()
world = {}


def setup():
    stage.__enter__()


def teardown():
    stage.__exit__()


def app():
    return world["app"]


def items(name):
    """What the rows of a list say to a screen reader."""
    from support import a11y

    return [row.get_name() for row in a11y.children(app().find("list", name))]


def wait_for_item(name, part, timeout=20.0):
    from support import a11y

    return a11y.wait(
        lambda: next((n for n in items(name) if part in n), None), f"“{part}” in {name}", timeout
    )


def picture(name):
    """For whoever wants to see what the test saw."""
    stage.display.screenshot(stage.session.path("log", f"{name}.png"))


@tap.test
def a_person_enrols_by_the_link_in_the_mail():
    world["process"], world["app"] = stage.start()
    tap.equal(app().root.get_child_at_index(0).get_name(), "Waxwing", "the window's name")
    app().click("button", "Get Started")
    app().enter("Server", "http://127.0.0.1:1")
    app().click("button", "Continue")
    app().announced("No server answers")
    app().enter("Server", stage.server.url)
    app().click("button", "Continue")
    app().enter("E-Mail Address or Phone Number", ALICE)
    app().enter("Your Name, as Others See It", "Alice Martin")
    app().enter("Name of This Device", "laptop")
    app().click("button", "Continue")
    app().containing("We sent a link to " + ALICE)
    stage.confirm(ALICE)
    app().click("button", "Start Messaging", timeout=30)
    app().containing("No Conversations")


@tap.test
def a_conversation_starts_by_an_address():
    world["bob"] = stage.person("Bob Okafor")
    stage.display.key("ctrl+n")
    app().enter("E-Mail Address or Phone Number", "nobody@example.org")
    app().click("button", "Start")
    app().announced("Nobody with this address")
    app().enter("E-Mail Address or Phone Number", "bob@example.org")
    app().click("button", "Start")
    app().find("text", "Message")
    wait_for_item("Conversations", "bob@example.org")


@tap.test
def what_one_types_is_sent_with_enter():
    app().find("text", "Message")
    stage.display.type("Hello Bob, are you coming tonight?")
    stage.display.key("Return")
    wait_for_item("Messages", "You: Hello Bob, are you coming tonight?")
    wait_for_item("Messages", ", Sent")


@tap.test
def an_answer_shows_and_is_announced():
    world["bob"].sync()
    world["bob"].send(ALICE, "On my way. <b>Ten</b> minutes & counting.")
    wait_for_item("Messages", ", Delivered")
    wait_for_item("Messages", "Bob Okafor: On my way. <b>Ten</b> minutes & counting.")
    app().announced("New message from Bob Okafor: On my way. <b>Ten</b> minutes & counting.")
    wait_for_item("Conversations", "Bob Okafor")
    picture("conversation")


@tap.test
def somebody_else_is_notified_and_a_click_opens_it():
    ana = stage.person("Ana Lindqvist")
    fixture.start_conversation(app(), ana)
    fixture.open_conversation(stage, app(), "Bob Okafor")
    ana.send(ALICE, "We picked the <i>next</i> book & it's long")
    shown = stage.notifications.wait_for(lambda n: "Ana" in n.title, "Ana wrote", 20)
    # The daemon of this test reads markup, and must show what was sent.
    tap.equal(shown.body, "We picked the &lt;i&gt;next&lt;/i&gt; book &amp; it&apos;s long")
    wait_for_item("Conversations", "1 unread message")
    stage.notifications.press(shown, "default")
    wait_for_item("Messages", "We picked the <i>next</i> book")

    fixture.open_conversation(stage, app(), "Bob Okafor")
    ana.send(ALICE, "Are you in?")
    shown = stage.notifications.wait_for(lambda n: "Are you in?" in n.body, "Ana wrote again", 20)
    fixture.open_conversation(stage, app(), "Ana Lindqvist")
    wait_for_item("Messages", "Are you in?")
    fixture.wait(lambda: shown.id in stage.notifications.withdrawn(), "what was read is withdrawn")

    fixture.open_conversation(stage, app(), "Bob Okafor")
    ana.send(ALICE, "Bring the book")
    shown = stage.notifications.wait_for(lambda n: "Bring the book" in n.body, "Ana wrote once more", 20)
    wait_for_item("Conversations", "1 unread message")
    stage.notifications.press(shown, "Mark as Read")
    fixture.wait(lambda: not any("unread" in n for n in items("Conversations")), "it is marked as read")
    tap.equal([n.body for n in stage.notifications.shown() if n.id == shown.id], [], "the notification is gone")
    app().find("grouping", "Bob Okafor")


@tap.test
def a_draft_stays_with_its_conversation():
    from support import a11y

    fixture.open_conversation(stage, app(), "Ana Lindqvist")
    app().enter("Message", "Which chapter")
    fixture.open_conversation(stage, app(), "Bob Okafor")
    wait_for_item("Conversations", "Draft: Which chapter")
    tap.equal(a11y.text(app().find("text", "Message")), "")
    fixture.open_conversation(stage, app(), "Ana Lindqvist")
    fixture.wait(lambda: a11y.text(app().find("text", "Message")) == "Which chapter", "the draft is back")
    app().enter("Message", "")
    wait_for_item("Conversations", "Ana Lindqvist, Bring the book")


@tap.test
def a_link_fills_in_an_address_and_does_nothing_else():
    from support import a11y

    before = items("Conversations")
    stage.open_link("waxwing:message?to=mailto:bob@example.org")
    app().find("dialog", "New Conversation")
    tap.equal(a11y.text(app().find("text", "E-Mail Address or Phone Number")), "bob@example.org")
    app().containing("A link asks to write to this person")
    fixture.close_dialog(stage, app())
    stage.open_link("waxwing:remove-device?id=1")
    tap.equal(app().has("dialog"), False, "a link that asks for anything else opens a dialog")
    tap.equal(items("Conversations"), before)


@tap.test
def the_last_conversation_is_there_before_the_network():
    fixture.open_conversation(stage, app(), "Bob Okafor")
    stage.stop(world["process"])
    stage.server.kill()
    world["process"], world["app"] = stage.start()
    wait_for_item("Messages", "On my way.")
    app().enter("Message", "Are you still there?")
    app().click("button", "Send")
    wait_for_item("Messages", "Are you still there?")
    wait_for_item("Messages", ", Waiting")
    app().containing("No connection since", timeout=20)
    stage.server.start()
    wait_for_item("Messages", "Are you still there?, ")
    wait_for_item("Messages", ", Sent", timeout=90)


def digits(of):
    """The six digits that a person could read in the window."""
    from support import a11y

    shown = ("".join(a.get_name().split()) for a in a11y.walk(of.root) if a11y.showing(a))
    return next((n for n in shown if len(n) == 6 and n.isdigit()), None)


@tap.test
def a_second_device_is_approved_by_its_digits():
    from support import a11y

    world["desktop"] = Device(stage, ALICE, "desktop").join()
    shown = stage.notifications.wait_for(
        lambda n: "desktop" in n.body and "Review" in n.actions.values(), "a device wants to join", 30
    )
    stage.notifications.press(shown, "Review")
    app().find("button", "They Match", timeout=30)
    shown = a11y.wait(lambda: digits(app()), "the digits show")
    tap.equal(shown, world["desktop"].digits(), "the digits of both devices")
    picture("approval")
    app().click("button", "They Match")
    app().containing("is now one of your devices", timeout=30)
    world["desktop"].joined()
    fixture.close_dialog(stage, app())


@tap.test
def the_new_device_is_told_of_and_the_person_answers():
    shown = stage.notifications.wait_for(
        lambda n: "It Was Me" in n.actions.values(), "a device was added", 30
    )
    tap.is_in("desktop", shown.body)
    tap.equal(sorted(v for v in shown.actions.values() if v), ["It Was Me", "Remove Device"])
    app().find("button", "It Was Me")
    app().find("button", "Remove Device")
    stage.notifications.press(shown, "It Was Me")
    app().gone("button", "It Was Me")


@tap.test
def both_devices_show_what_comes_and_what_is_sent():
    world["bob"].sync()
    world["bob"].send(ALICE, "Both of them, please")
    wait_for_item("Messages", "Both of them, please")
    desktop = world["desktop"].cli
    desktop.run("send", "mailto:bob@example.org", "--text", "Sent from my desktop", "--wait", "sent")
    wait_for_item("Messages", "You: Sent from my desktop")
    texts = [m["text"] for m in desktop.run("messages", "mailto:bob@example.org")]
    tap.is_in("Both of them, please", texts)


@tap.test
def this_program_can_be_the_further_device():
    stage.stop(world["process"])
    profile = stage.session.path("home", "tablet")
    process, tablet = stage.start(profile=profile)
    fixture.enroll(stage, tablet, ALICE, "Alice Martin", "tablet", finish=False)
    stage.confirm(ALICE)
    tablet.containing("This address has devices already", timeout=30)
    pending = world["desktop"].pending()
    tablet.containing("Compare these digits", timeout=30)
    shown = fixture.wait(lambda: digits(tablet), "the digits show")
    tap.equal(shown, pending["digits"], "the digits of both devices")
    world["desktop"].approve(pending)
    tablet.click("button", "Start Messaging", timeout=30)
    world["tablet"], world["profile"] = tablet, profile
    stage.stop(process)

    world["process"], world["app"] = stage.start()
    app().find("button", "It Was Me", timeout=30)
    app().click("button", "It Was Me")
    app().gone("button", "It Was Me")


@tap.test
def a_device_is_removed_after_a_question():
    app().find("text", "Message")
    stage.display.key("ctrl+comma")
    fixture.preferences_page(app(), "Devices")
    app().click("button", "Remove “tablet”")
    question = app().containing("Remove “tablet”?")
    app().click("button", "Remove Device", within=question)
    app().gone("button", "Remove “tablet”", timeout=30)
    fixture.close_dialog(stage, app())
    stage.stop(world["process"])

    process, tablet = stage.start(profile=world["profile"])
    tablet.containing("This Device Was Removed", timeout=30)
    stage.stop(process)
    world["process"], world["app"] = stage.start()
    app().find("text", "Message", timeout=20)


@tap.test
def a_locked_keyring_is_said_so_and_loses_nothing():
    stage.stop(world["process"])
    stage.session.keyring.lock()
    world["process"], world["app"] = stage.start()
    app().find("button", "Unlock")
    app().containing("Keyring Locked")
    assert not app().has("list", "Messages"), "messages show while the keyring is locked"
    picture("locked")
    stage.session.keyring.unlock()
    wait_for_item("Messages", "Both of them, please", timeout=30)
    stage.stop(world["process"])


tap.main(setup, teardown, timeout=280)
