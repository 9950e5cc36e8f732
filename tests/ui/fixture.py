# SPDX-License-Identifier: GPL-3.0-or-later
"""People with something to say to each other, for pictures and tests of the application."""

import base64
import os
import shutil
import subprocess
import time

from stage import Device

ENTRY = "E-Mail Address or Phone Number"
DAY_MS = 24 * 60 * 60 * 1000
DEFAULTS = {
    "color-scheme": "default",
    "high-contrast": "false",
    "text-scaling-factor": "1.0",
    "accent-color": "blue",
}


def wait(condition, what, timeout=10):
    """As tap.wait_for(), and hears what the application says meanwhile."""
    from support import a11y

    return a11y.wait(condition, what, timeout)


def default_of(_schema, key):
    return DEFAULTS[key]


def enroll(stage, app, address, name, device, finish=True):
    """Walks through the pages up to the mail; with finish to the first conversation."""
    app.click("button", "Get Started")
    app.enter("Server", stage.server.url)
    app.click("button", "Continue")
    app.enter(ENTRY, address)
    app.enter("Your Name, as Others See It", name)
    app.enter("Name of This Device", device)
    app.click("button", "Continue")
    app.containing("We sent a link")
    if finish:
        stage.confirm(address)
        app.click("button", "Start Messaging", timeout=30)
        # What arrives before the main view is there would be opened by it, as what was last on the screen.
        app.find("button", "New Conversation")


def open_conversation(stage, app, name):
    """Opens a conversation by its place in the list, from the keyboard."""
    from support import a11y

    def place():
        rows = list(a11y.children(app.find("list", "Conversations")))
        return next((i for i, r in enumerate(rows, 1) if r.get_name().startswith(name + ",")), None)

    stage.display.key(f"ctrl+{a11y.wait(place, f'a conversation with {name} is in the list')}")
    a11y.wait(lambda: app.has("grouping", name), f"the conversation with {name} is open")
    app.find("text", "Message")


def start_conversation(app, *people):
    """Writes to people first, so that they are no strangers when they write."""
    for person in people:
        app.click("button", "New Conversation")
        app.enter(ENTRY, person.address)
        app.click("button", "Start")
        app.gone("dialog")
        wait(lambda p=person: app.has("grouping", p.address), f"the conversation with {person.name} is open")


def any_button(app, *names):
    """Whichever of these buttons shows first."""
    from support import a11y

    return a11y.wait(
        lambda: next((b for n in names for b in app.all("button", n)), None), f"one of {names} shows", 20
    )


def press(button):
    from support import a11y

    a11y.click(button)


def close_dialog(stage, app):
    stage.display.key("Escape")
    app.gone("dialog")


def preferences_page(app, name):
    """Turns to a page of the preferences, wherever their switcher is."""
    from support import a11y

    def switcher():
        for role in ("page tab", "radio button"):
            for found in app.all(role, name):
                return found
        return None

    found = a11y.wait(switcher, f"the preferences have a page {name}")
    if found.get_action_iface():
        a11y.click(found)
    else:
        found.get_parent().get_selection_iface().select_child(found.get_index_in_parent())


def _menu_text(item):
    """GTK gives an entry of a menu no name of its own: the label that it is related to has the words."""
    from support import a11y

    for relation in item.get_relation_set():
        for index in range(relation.get_n_targets()):
            if relation.get_target(index).get_text_iface():
                return a11y.text(relation.get_target(index))
    return item.get_name()


def _menu_items(app):
    return [i for role in ("menu item", "check menu item") for i in app.all(role)]


def menu_names(app):
    """What the menus that are open offer."""
    return [_menu_text(i) for i in _menu_items(app)]


def menu_item(app, name):
    """The entry of an open menu that says this."""
    return wait(
        lambda: next((i for i in _menu_items(app) if _menu_text(i) == name), None),
        f"a menu offers “{name}”: {menu_names(app)}",
    )


def open_menu(app, name):
    """Opens the menu of a button: what can be pressed is in it."""
    from support import a11y

    button = app.find("button", name)
    a11y.click(next(b for b in a11y.walk(button) if b.get_role_name() == "toggle button"))


def begin_choosing_in(stage, folder):
    """Applications that are started from now on begin there with choosing files."""
    stage.session.setting("org.gtk.gtk4.Settings.FileChooser", "startup-mode", "cwd")
    os.chdir(folder)


def put_into(folder, *paths):
    """Makes copies of these files all that is in a folder."""
    for name in os.listdir(folder):
        os.unlink(os.path.join(folder, name))
    for path in paths:
        shutil.copy(path, folder)


def _windows(app, title):
    from support import a11y

    found = [app.root.get_child_at_index(i) for i in range(app.root.get_child_count())]
    return [w for w in found if w.get_name() == title and a11y.showing(w)]


def _select_all(chooser, names):
    """Tells whether all these files, and nothing else, is listed and selected."""
    from gi.repository import Atspi

    from support import a11y

    for files in a11y.walk(chooser):
        listed = [r.get_name() for r in a11y.children(files) if r.get_role_name() == "table row"]
        if files.get_selection_iface() and len(listed) == len(names) and all(any(n in r for r in listed) for n in names):
            Atspi.Selection.select_all(files)
            return all("selected" in a11y.states(row) for row in a11y.children(files))
    return False


def choose_all(stage, app, title, button, names):
    """In the file chooser of that title: selects all files of the folder, which are called so, and presses the button. It
    does nothing before it has looked at what is chosen, so it may take more than one press.
    """
    from support import a11y

    chooser = wait(lambda: next(iter(_windows(app, title)), None), f"the file chooser “{title}” opens", 20)
    stage.display.focus(title)
    if names:
        wait(lambda: _select_all(chooser, names), f"{names} are selected", 20)

    def accepted():
        there = next(iter(_windows(app, title)), None)
        if there is None:
            return True
        found = [b for b in a11y.walk(there) if b.get_role_name() == "button" and b.get_name() == button]
        if found and "sensitive" in a11y.states(found[0]):
            a11y.click(found[0])
        return False

    wait(accepted, f"the file chooser “{title}” goes", 20)
    stage.display.focus("Waxwing")


def dialog_of(accessible):
    """The dialog that it is in."""
    while accessible.get_role_name() not in ("dialog", "alert"):
        accessible = accessible.get_parent()
    return accessible


def focused(app):
    """What has the keyboard."""
    from support import a11y

    return next((a for a in a11y.walk(app.root) if "focused" in a11y.states(a)), None)


def reach(stage, app, name, steps=40):
    """Leads the keyboard to what has this name, as one does who has nothing else: Tab, and Down within a list."""
    before = None
    for _ in range(steps):
        now = focused(app)
        if now and now.get_name() == name:
            return now
        here = now and (now.get_role_name(), now.get_name())
        stage.display.key("Down" if now and now.get_role_name() == "list item" and here != before else "Tab")
        before = here
        time.sleep(0.02)
    raise AssertionError(f"the keyboard does not come to “{name}”; it is at {before}\n{app.tree()}")


def activate(stage, app, name):
    """Presses Enter on a row: of what a row does, assistive technology only knows that it takes the keyboard."""
    reach(stage, app, name)
    stage.display.key("Return")


def states_of(app, name, role="text"):
    """The states of the first of that name."""
    from support import a11y

    found = app.all(role, name)
    return a11y.states(found[0]) if found else set()


def rows_of(app, name):
    """What the rows of a list say, with what stands below their titles."""
    from support import a11y

    rows = a11y.children(app.find("list", name))
    return [" ".join(a.get_name() for a in a11y.walk(r) if a.get_role_name() == "label") for r in rows]


def names_in(accessible):
    """What the children of a list are called."""
    from support import a11y

    return [c.get_name() for c in a11y.children(accessible)]


def write(app, *texts):
    """Sends messages, each once the one before is among the others: as a draft it is in the list already."""
    for text in texts:
        app.enter("Message", text)
        app.click("button", "Send")
        start = "You: " + text.split("\n", maxsplit=1)[0]
        wait(
            lambda s=start: any(n.startswith(s) for n in names_in(app.find("list", "Messages"))), f"“{text}” is there"
        )


def fill(stage, address):
    """Enrols Alice in the application, and lets people write to her and her to them."""
    process, app = stage.start()
    enroll(stage, app, address, "Alice Martin", "laptop")
    bob, ana, yusuf = stage.person("Bob Okafor"), stage.person("Ana Lindqvist"), stage.person("Yusuf Demir")
    marie = stage.person("Marie Dubois")

    start_conversation(app, ana, yusuf, marie, bob)
    write(app, "Hello Bob! Did the seedlings survive the frost?")
    bob.sync()
    bob.send(
        address,
        "All but one. I carried them inside on Sunday night.",
        "The basil is sulking, but it will come round.",
    )
    app.containing("The basil is sulking")
    write(app, "You're a hero. I owe you a jar of the tomato jam 🍅")
    bob.sync()
    bob.send(address, "❤️")
    app.containing("❤️")
    age(stage, stop(stage, process), 2 * DAY_MS)

    process, app = stage.start()
    yusuf.send(address, "The photos from the lake are wonderful, thank you")
    marie.send(address, "See you at the station on Friday, platform 4. I'll bring the tickets.")
    wait(lambda: len(app.all("list item")) >= 3, "the others' messages come", 20)
    age(stage, stop(stage, process), DAY_MS)

    process, app = stage.start()
    app.find("text", "Message")
    bob.send(address, "Are you coming tonight?", "We start at seven, and there is soup.")
    app.containing("We start at seven")
    write(
        app,
        "On my way. Ten minutes.",
        "Shall I bring something? The bakery on the corner still has that walnut bread you like, "
        "and I could get some cheese as well.",
    )
    bob.sync()
    bob.send(
        address,
        "The bread, please! And take the path along the river, it's lovely in this light: "
        "https://www.openstreetmap.org/way/4567",
    )
    app.containing("The bread, please")
    write(app, "Will do 👍")
    bob.sync()
    ana.send(address, "We picked the next book 📚", "It's the one about lighthouses", "Do you still have my copy of the last one?")
    wait(lambda: any("3 unread" in r.get_name() for r in app.all("list item")), "Ana's messages come", 20)
    stage.tablet = Device(stage, address, "tablet").join()
    app.click("button", "Review", timeout=20)
    app.click("button", "They Match", timeout=30)
    app.containing("is now one of your devices", timeout=30)
    stage.tablet.joined()
    close_dialog(stage, app)
    app.click("button", "It Was Me", timeout=20)
    app.gone("button", "It Was Me")
    wait(lambda: any("Delivered" in r.get_name() for r in app.all("list item")), "Bob has the answer", 20)
    stop(stage, process)


def stop(stage, process):
    stage.stop(process)
    return stage.session.path("home", ".local", "share", "waxwing", "default")


def age(stage, profile, by_ms):
    """Makes all that a profile holds older, as if it had been written then.

    The store is opened with its own key from the keyring, which is unlocked here, and
    by SQLCipher's own program.
    """
    with open(os.path.join(profile, "profile.id"), encoding="ascii") as file:
        identifier = file.read().strip()
    secret = subprocess.run(
        ["secret-tool", "lookup", "xdg:schema", "im.waxwing.StoreKey", "profile", identifier],
        env=stage.session.env,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    key = base64.b64decode(secret).hex()
    path = os.path.join(profile, "store.db")
    statements = f"""
PRAGMA key = "x'{key}'";
UPDATE messages SET created_ms = created_ms - {by_ms}, position = position - {by_ms};
UPDATE conversations SET created_ms = created_ms - {by_ms}, last_position = last_position - {by_ms},
  read_position = max(0, read_position - {by_ms});
"""
    done = subprocess.run(["sqlcipher", "-bail", path], input=statements, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
