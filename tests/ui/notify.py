# SPDX-License-Identifier: GPL-3.0-or-later
"""What the desktop is told, and what it is not told any more."""


import fixture
from stage import Device, Stage
from support import desktop, programs, tap

ALICE, ANA = "alice@example.org", "mailto:ana@example.org"
SCHEMA = "im.waxwing.Waxwing"
CRITICAL = 2
stage = Stage()
world = {}


def setup():
    stage.__enter__()
    address = stage.session.env["DBUS_SESSION_BUS_ADDRESS"]
    bus = stage.stack.enter_context(desktop.SystemBus(stage.session))
    world["login"] = stage.stack.enter_context(desktop.LoginService(bus.address))
    world["gnome"] = stage.stack.enter_context(desktop.ScreenSaver(address))
    world["other"] = stage.stack.enter_context(desktop.ScreenSaver(address, "org.freedesktop.ScreenSaver"))
    world["env"] = {"DBUS_SYSTEM_BUS_ADDRESS": bus.address}
    start()
    fixture.enroll(stage, app(), ALICE, "Alice Martin", "laptop")
    world["bob"], world["ana"] = stage.person("Bob Okafor"), stage.person("Ana Lindqvist")
    fixture.start_conversation(app(), world["ana"], world["bob"])
    for person in (world["ana"], world["bob"]):
        person.send(ALICE, "Hello")
    fixture.open_conversation(stage, app(), "Ana Lindqvist")
    fixture.open_conversation(stage, app(), "Bob Okafor")
    nothing_shown()


def teardown():
    stage.__exit__()


def app():
    return world["app"]


def start():
    world["process"], world["app"] = stage.start(env=world["env"])


def setting(key, value):
    stage.session.setting(SCHEMA, key, value)


def shown():
    return stage.notifications.shown()


def nothing_shown():
    fixture.wait(lambda: not shown(), f"no notification is left: {shown()}", 20)


def about(part, what, timeout=20):
    """Waits for a notification whose title or body has part in it."""
    return stage.notifications.wait_for(lambda n: part in n.title + "\n" + n.body, what, timeout)


def unread_row(part):
    return any("unread" in r.get_name() and part in r.get_name() for r in app().all("list item"))


def desktop_reads(conversation):
    """Alice reads it on her other device."""
    world["desktop"].cli.run("messages", conversation, "--sync")
    world["desktop"].cli.run("mark-read", conversation)
    world["desktop"].cli.run("conversations", "--sync")


@tap.test
def alerts_are_urgent_and_apart_whatever_the_preferences_say():
    setting("notify-messages", "false")
    setting("notification-contents", "'nothing'")
    world["desktop"] = Device(stage, ALICE, "desktop").join()
    waits = about("wants to join", "a device waits", 30)
    tap.is_in("desktop", waits.body)
    tap.equal(waits.hints.get("urgency"), CRITICAL, "the urgency of a device that waits")
    stage.notifications.press(waits, "Review")
    app().click("button", "They Match", timeout=30)
    app().containing("is now one of your devices", timeout=30)
    world["desktop"].joined()
    fixture.close_dialog(stage, app())
    added = about("was added", "a device was added", 30)
    tap.equal(added.hints.get("urgency"), CRITICAL, "the urgency of a device that was added")
    world["ana"].send(ALICE, "Not to be told of")
    fixture.wait(lambda: unread_row("Not to be told of"), "the message is there", 20)
    tap.equal([n.title for n in shown()], [added.title], "what is told of while messages aren't")
    stage.notifications.press(added, "It Was Me")
    app().gone("button", "It Was Me")
    setting("notify-messages", "true")
    setting("notification-contents", "'all'")
    fixture.open_conversation(stage, app(), "Ana Lindqvist")
    fixture.open_conversation(stage, app(), "Bob Okafor")
    nothing_shown()


@tap.test
def a_conversation_has_one_notification_with_the_newest_and_how_many():
    world["ana"].send(ALICE, "First", "Second", "Third")
    last = stage.notifications.wait_for(lambda n: n.title == "Ana Lindqvist (3)", "all three are told of", 20)
    tap.equal(last.body, "Third")
    tap.equal(len(shown()), 1, "notifications of one conversation")
    tap.equal({k for k in last.hints if "sound" in k}, set(), "sounds that it asks for")
    tap.equal(list(filter(None, last.actions.values())), ["Reply", "Mark as Read"])


@tap.test
def what_is_read_on_another_device_is_withdrawn():
    before = about("Third", "the notification from before")
    desktop_reads(ANA)
    fixture.wait(lambda: before.id in stage.notifications.withdrawn(), "it is withdrawn", 20)
    nothing_shown()


@tap.test
def what_is_taken_back_stands_nowhere_any_more():
    sent = world["ana"].cli.one("send", "mailto:" + ALICE, "--text", "The canary sings", "--wait", "sent")
    about("The canary sings", "a message")
    world["ana"].cli.run("unsend", sent["id"])
    world["ana"].cli.run("conversations", "--sync")
    fixture.wait(lambda: not any("canary" in n.body for n in shown()), "the words go", 20)
    fixture.open_conversation(stage, app(), "Ana Lindqvist")
    fixture.open_conversation(stage, app(), "Bob Okafor")
    nothing_shown()


@tap.test
def reply_leads_to_the_text_box():
    world["ana"].send(ALICE, "Can you answer?")
    stage.notifications.press(about("Can you answer?", "a question"), "Reply")
    fixture.wait(lambda: app().has("grouping", "Ana Lindqvist"), "her conversation opens")
    fixture.wait(lambda: "focused" in fixture.states_of(app(), "Message"), "one can write at once")
    fixture.open_conversation(stage, app(), "Bob Okafor")
    nothing_shown()


@tap.test
def it_shows_as_much_as_the_person_wants():
    setting("notification-contents", "'name'")
    world["ana"].send(ALICE, "Somewhat private")
    one = about("Ana Lindqvist", "that she wrote")
    tap.equal((one.title, one.body), ("Ana Lindqvist", "New message"))
    setting("notification-contents", "'nothing'")
    less = about("Waxwing", "that there is something")
    tap.equal((less.id, less.body, len(shown())), (one.id, "New message", 1))
    setting("notification-contents", "'all'")
    about("Somewhat private", "what she wrote")


@tap.test
def nothing_is_shown_while_the_screen_is_locked():
    for number, lock in enumerate((world["gnome"].set, world["other"].set, world["login"].lock)):
        world["ana"].send(ALICE, f"Private {number}")
        before = about(f"Private {number}", "a message before the lock")
        lock(True)
        hidden = about("Waxwing", "it is hidden")
        tap.equal(hidden.id, before.id)
        tap.is_in("new messages", hidden.body)
        tap.equal(list(filter(None, hidden.actions.values())), [], "buttons on a locked screen")
        count = hidden.body
        world["ana"].send(ALICE, "Behind the lock")
        fixture.wait(lambda c=count: [n.body for n in shown()] not in ([], [c]), "how many they are", 20)
        tap.equal([n for n in shown() if n.title != "Waxwing" or "new messages" not in n.body], [])
        lock(False)
        about("Behind the lock", "it shows again")
    # What was there all the time since the last unlocking does not come up again with the next one.
    world["gnome"].set(True)
    nothing_shown()
    world["gnome"].set(False)
    fixture.open_conversation(stage, app(), "Ana Lindqvist")
    fixture.open_conversation(stage, app(), "Bob Okafor")


@tap.test
def a_changed_identity_is_urgent_even_of_somebody_muted():
    mute = world["desktop"].cli.run("mute", "mailto:bob@example.org")
    tap.equal(bool(mute), True, "muted on the other device")
    fixture.wait(lambda: any("muted" in r.get_name() for r in app().all("list item")), "Bob is muted here too", 20)
    fixture.open_conversation(stage, app(), "Ana Lindqvist")
    bob = world["bob"]
    bob.cli.run("sign-out", "--yes")
    bob.cli.profile += "-again"
    log = stage.session.path("log", "bob-again.log")
    process = bob.cli.spawn(
        "enroll", "--server", stage.server.url, "--handle", "mailto:" + bob.address, "--name", bob.name,
        "--device-name", "phone", "--start-over", log=log,
    )
    stage.confirm(bob.address)
    tap.equal(process.wait(60), programs.DONE, process.log())
    bob.send(ALICE, "It is me, really")
    changed = about("identity has changed", "that it changed", 30)
    tap.is_in("Bob Okafor", changed.body)
    tap.equal(changed.hints.get("urgency"), CRITICAL)
    fixture.wait(lambda: unread_row("It is me, really"), "the message is there", 20)
    tap.equal([n.body for n in shown() if "really" in n.body], [], "what a muted person wrote")
    stage.notifications.press(changed, "default")
    app().click("button", "Send Anyway", timeout=20)
    nothing_shown()
    world["desktop"].cli.run("unmute", "mailto:bob@example.org")


@tap.test
def after_a_restart_each_conversation_is_told_of_once():
    fixture.open_conversation(stage, app(), "Ana Lindqvist")
    fixture.open_conversation(stage, app(), "Bob Okafor")
    world["ana"].send(ALICE, "Before the end")
    about("Before the end", "a message before the end")
    fixture.wait(lambda: unread_row("Before the end"), "it is in the list", 20)
    stage.stop(world["process"])
    # This daemon can't start the program: what was left there would lead nowhere.
    nothing_shown()
    told = len(stage.notifications.told())
    for number in range(5):
        world["ana"].send(ALICE, f"Number {number} for the morning")
    start()
    stage.notifications.wait_for(lambda n: n.title == "Ana Lindqvist (6)", "what waited is told of", 20)
    fixture.wait(lambda: unread_row("Number 4"), "all of it is there", 20)
    tap.equal(len(stage.notifications.told()) - told, 1, "notifications of what waited")
    fixture.open_conversation(stage, app(), "Ana Lindqvist")
    fixture.open_conversation(stage, app(), "Bob Okafor")
    nothing_shown()


@tap.test
def words_show_as_they_are_where_no_markup_is_read():
    stage.stop(world["process"])
    stage.notifications.markup = False
    start()
    app().find("text", "Message")
    fixture.open_conversation(stage, app(), "Bob Okafor")
    world["ana"].send(ALICE, "<b>Bold</b> & 'plain'")
    tap.equal(about("Bold", "a message with markup").body, "<b>Bold</b> & 'plain'")


tap.main(setup, teardown, timeout=280)
