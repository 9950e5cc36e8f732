# SPDX-License-Identifier: GPL-3.0-or-later
"""A group by keyboard: made from the New Conversation dialog, written in, changed in its details, left; and
heard in what the rows say.
"""

import base64

import fixture
from stage import Stage
from support import tap

ALICE = "alice@example.org"
# The smallest PNG there is.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
# Xvfb: its keyboard is a real one, on which Shift and a letter are two keys.
stage = Stage(display="xvfb")
world = {}


def setup():
    stage.__enter__()
    world["process"], world["app"] = stage.start()
    stage.display.focus("Waxwing")
    fixture.enroll(stage, app(), ALICE, "Alice Martin", "laptop")
    for name in ("Bob Okafor", "Ana Lindqvist", "Carol Meyer"):
        world[name.split()[0]] = stage.person(name)


def teardown():
    stage.__exit__()


def app():
    return world["app"]


def rows():
    from support import a11y

    return [r.get_name() for r in a11y.children(app().find("list", "Messages"))]


def wait_for_row(*parts, timeout=15):
    return fixture.wait(
        lambda: next((r for r in rows() if all(p in r for p in parts)), None), f"a message says {parts}", timeout
    )


def group_of(person):
    """The group as that person has it; waits until they have it."""
    person = world[person]

    def look():
        person.sync()
        return next((c for c in person.cli.run("conversations") if c["kind"] == "group"), None)

    return tap.wait_for(look, f"{person.name} is in the group", 20, interval=0.2)


def names(group):
    return sorted(m["handle"].removeprefix("mailto:").split("@")[0] for m in group["members"])


@tap.test
def a_group_is_made_where_conversations_begin():
    stage.display.key("ctrl+n")
    app().find("dialog", "New Conversation")
    # A comma ends an address, as where mails are written.
    app().enter(fixture.ENTRY, f"{world['Bob'].address}, {world['Ana'].address},")
    fixture.wait(lambda: app().has("button", "Create Group"), "two people make a group")
    app().enter("Group Name (Optional)", "Choir")
    fixture.reach(stage, app(), "Create Group")
    stage.display.key("Return")
    app().gone("dialog")
    fixture.wait(lambda: app().has("grouping", "Choir"), "the group is open")
    wait_for_row("You made this group.")
    group = group_of("Bob")
    tap.equal(group["name"], "Choir")
    tap.equal(names(group), ["alice", "ana", "bob"])


@tap.test
def who_said_what_is_seen():
    fixture.write(app(), "Tuesday at eight?")
    for name, text in (("Bob", "I bring the music."), ("Ana", "And I the key.")):
        world[name].cli.run("send", group_of(name)["id"], "--text", text, "--wait", "sent")
        wait_for_row(name, text)
    # The name stands over the bubble as well.
    fixture.wait(lambda: app().has("label", "Bob Okafor"), "Bob's name is over what he wrote")


def open_details():
    stage.display.key("ctrl+i")
    app().find("grouping", "Conversation Details")


@tap.test
def it_is_changed_in_its_details():
    open_details()
    fixture.wait(lambda: app().has("button", "Options for Bob Okafor"), "the members are listed")
    app().click("button", "Add People")
    dialog = app().find("dialog", "Add People")
    app().enter(fixture.ENTRY, world["Carol"].address + ",", within=dialog)
    fixture.wait(
        lambda: app().has("button", "Add") and "sensitive" in fixture.states_of(app(), "Add", "button"),
        "Carol can be added",
    )
    app().click("button", "Add", within=dialog)
    app().gone("dialog")
    wait_for_row("You added")
    tap.equal(names(group_of("Carol")), ["alice", "ana", "bob", "carol"])


@tap.test
def somebody_is_taken_out():
    app().click("toggle button", "Options for Ana Lindqvist")
    fixture.press(fixture.menu_item(app(), "Remove from Group…"))
    app().click("button", "Remove")
    wait_for_row("You removed Ana Lindqvist.")
    fixture.wait(lambda: not app().has("button", "Options for Ana Lindqvist"), "she isn't listed any more")

    def out():
        return group_of("Ana")["left"]

    tap.wait_for(out, "Ana knows that she is out", 20, interval=0.2)


@tap.test
def it_gets_another_name():
    world["Bob"].cli.run("group", "rename", group_of("Bob")["id"], "Sopranos")
    fixture.wait(lambda: app().has("grouping", "Sopranos"), "the new name is over the conversation", 20)
    wait_for_row("Bob Okafor named the group “Sopranos”.")


@tap.test
def it_gets_a_picture():
    path = stage.session.path("picture.png")
    with open(path, "wb") as file:
        file.write(PICTURE)
    world["Bob"].cli.run("group", "picture", group_of("Bob")["id"], path)
    wait_for_row("Bob Okafor changed the group’s picture.")
    fixture.wait(lambda: app().has("button", "Remove the Picture"), "the picture can be taken away", 20)
    app().click("button", "Remove the Picture")
    wait_for_row("You took the group’s picture away.")
    fixture.wait(lambda: not app().has("button", "Remove the Picture"), "there is none to take away any more")


def listed():
    return fixture.names_in(app().find("list", "Conversations"))


def mute(term):
    app().click("toggle button", "Mute")
    fixture.press(fixture.menu_item(app(), term))
    app().gone("menu")


@tap.test
def it_is_muted_in_its_details():
    for term, state in (("Until Tomorrow", "Muted until tomorrow at 08:00"), ("Always", "Muted always")):
        mute(term)
        fixture.wait(lambda state=state: app().has("label", state), f"it says {state}")
        fixture.wait(lambda: any("muted" in name for name in listed()), "the list, too")
    mute("Unmute")
    fixture.wait(lambda: app().has("label", "New messages are notified"), "it is muted no more")
    fixture.wait(lambda: not any("muted" in name for name in listed()), "nor in the list")


@tap.test
def who_is_removed_is_told_and_may_come_back():
    group = group_of("Bob")["id"]
    world["Bob"].cli.run("group", "remove", group, ALICE)
    wait_for_row("Bob Okafor removed you from the group.")
    app().containing("Only somebody in it can add you again.")
    assert not app().has("text", "Message"), "there is something to write in"
    for name in ("Add People", "Leave Group", "Group Name"):
        assert not app().has("button", name) and not app().has("text", name), f"{name} is offered"
    world["Bob"].cli.run("group", "add", group, ALICE)
    wait_for_row("Bob Okafor added you.")
    app().find("text", "Message")
    fixture.write(app(), "Here I am again.")


@tap.test
def who_leaves_writes_no_more():
    fixture.reach(stage, app(), "Leave Group", steps=80)
    stage.display.key("Return")
    app().click("button", "Leave")
    wait_for_row("You left the group.")
    fixture.wait(lambda: not app().has("text", "Message"), "there is nothing to write in")
    tap.wait_for(lambda: names(group_of("Bob")) == ["bob", "carol"], "Bob sees that Alice left", 20, interval=0.2)


tap.main(setup=setup, teardown=teardown, timeout=280)
