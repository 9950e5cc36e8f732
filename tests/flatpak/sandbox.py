# SPDX-License-Identifier: GPL-3.0-or-later
"""The finished Flatpak in its sandbox, on a desktop that nobody sees: `./dev flatpak --test` runs this.

It enrols with a real server, sends, receives, is notified of and reads a file through the portals; its keys are behind
the Secret portal, and where a desktop has none, in the keyring. It sees nothing of the home directory and has the
permissions listed here, and no other.
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ui"))
import fixture  # noqa: E402
import permissions  # noqa: E402
from stage import Stage  # noqa: E402
from support import processes, tap  # noqa: E402

APPLICATION = "im.waxwing.Waxwing"
ALICE = "alice@example.org"
# What a desktop runs beside its applications.
SERVICES = (
    "/usr/libexec/xdg-permission-store",
    "/usr/libexec/xdg-document-portal",
    "/usr/libexec/flatpak-portal",
    "/usr/libexec/xdg-desktop-portal-gtk",
)
# What Waxwing keeps in a keyring.
SCHEMAS = ("im.waxwing.StoreKey", "im.waxwing.DeviceKeys")
PORTAL = "org.freedesktop.portal.Desktop"
# Of the tests' own processes, which the sandbox must not hear of: it is to find the portals as it would.
OURS = ("GDK_DEBUG", "ADW_DISABLE_PORTAL", "GSETTINGS_BACKEND", "GSETTINGS_SCHEMA_DIR", "LC_ALL")
world = {}


class Desktop(Stage):
    """A stage whose application is the installed Flatpak; portals are there as on a desktop."""

    def __enter__(self):
        super().__enter__()
        env = processes.lenient(self.session.env)
        env = {name: value for name, value in env.items() if name not in OURS}
        self.env = dict(
            env,
            LANG="C.UTF-8",
            XDG_CURRENT_DESKTOP="GNOME",
            # Desktop entries of what is installed: a notification comes through the portal only from what has one.
            XDG_DATA_DIRS=os.environ["FLATPAK_USER_DIR"] + "/exports/share:/usr/local/share:/usr/share",
        )
        for program in SERVICES:
            self.session.spawn(program, env=self.env)
        self.portal = None
        return self

    def start_portal(self, secret):
        """The portal itself, with or without that of secrets."""
        if self.portal:
            self.portal.stop()
        directory = self.session.path("home", ".config", "xdg-desktop-portal")
        os.makedirs(directory, exist_ok=True)
        with open(os.path.join(directory, "portals.conf"), "w", encoding="utf-8") as file:
            file.write(f"[preferred]\ndefault=gtk\norg.freedesktop.impl.portal.Secret={secret}\n")
        self.portal = self.session.spawn("/usr/libexec/xdg-desktop-portal", env=self.env)
        self.run("gdbus", "wait", "--session", "--timeout", "20", PORTAL)

    def run(self, *argv, check=True):
        """A command in this session; returns what it printed."""
        done = subprocess.run(
            argv, env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
        )
        if check and done.returncode != 0:
            raise AssertionError(f"{argv} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def inside(self, script, *arguments):
        """What a shell in the sandbox prints, whatever it thinks of its commands."""
        return self.run(
            "flatpak", "run", "--command=sh", APPLICATION, "-c", script, "sh", *arguments, check=False
        )

    def launch(self, *permissions):
        """Starts the application; returns what AT-SPI sees of it."""
        from support import a11y

        log = self.session.path("log", f"sandbox-{len(os.listdir(self.session.path('log')))}.log")
        process = self.session.spawn(
            "flatpak", "run", *permissions, "--env=GSK_RENDERER=cairo", "--env=GTK_A11Y=atspi", APPLICATION,
            env=self.env, log=log,
        )
        self.started.append(process)

        class Sandboxed(a11y.Application):
            """Its process id on the bus is that of the proxy between it and the bus: it is known by its name."""

            def _look(self):
                for application in a11y.children(a11y.Atspi.get_desktop(0)):
                    if application.get_name() == APPLICATION and application.get_child_count():
                        return application
                assert process.running(), "the application ended:\n" + process.log()[-4000:]
                return None

        return process, Sandboxed(process.pid, timeout=60)

    def end(self, process):
        """As its menu ends it: everything written, keys forgotten."""
        self.run("gapplication", "action", APPLICATION, "quit")
        tap.equal(process.wait(20), 0, "the exit status of the application:\n" + process.log()[-3000:])

    def data(self, *parts):
        """What the sandbox keeps, as the session around it sees it."""
        return self.session.path("home", ".var", "app", APPLICATION, "data", *parts)


desktop = Desktop()


def setup():
    desktop.__enter__()


def teardown():
    desktop.__exit__()


def app():
    return world["app"]


def items(name):
    from support import a11y

    return [row.get_name() for row in a11y.children(app().find("list", name))]


def wait_for_item(name, part, timeout=20.0):
    return fixture.wait(lambda: next((n for n in items(name) if part in n), None), f"“{part}” in {name}", timeout)


def keyring_items(attributes):
    return [path for paths in desktop.session.keyring.search(attributes) for path in paths]


@tap.test
def the_permissions_are_these_and_no_others():
    found = permissions.of_bundle(desktop.run("flatpak", "info", "--show-permissions", APPLICATION))
    tap.equal(found, permissions.PERMISSIONS)


@tap.test
def what_the_desktop_reads_is_exported():
    exported = set()
    top = os.path.join(os.environ["FLATPAK_USER_DIR"], "exports", "share")
    for folder, _, names in os.walk(top):
        exported |= {os.path.relpath(os.path.join(folder, name), top) for name in names if APPLICATION in name}
    for path in (
        f"applications/{APPLICATION}.desktop",
        f"dbus-1/services/{APPLICATION}.service",
        f"icons/hicolor/scalable/apps/{APPLICATION}.svg",
        f"icons/hicolor/symbolic/apps/{APPLICATION}-symbolic.svg",
        f"metainfo/{APPLICATION}.metainfo.xml",
    ):
        tap.is_in(path, exported)


@tap.test
def nothing_of_the_home_directory_can_be_read():
    home = desktop.session.path("home")
    for name in ("secret.txt", "Documents/secret.txt", ".ssh/id", "Downloads/secret.txt"):
        path = os.path.join(home, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="ascii") as file:
            file.write("canary")
        tap.equal(desktop.inside('cat "$1"', path), "", f"what the sandbox reads in {name}")
    # It can look for it wherever it likes.
    tap.equal(desktop.inside('grep -rlsF canary "$HOME" /home /root /tmp /run/user /run/host /mnt /media'), "")
    listed = set(desktop.inside('ls -A "$HOME"').split())
    tap.equal(listed & {"secret.txt", "Documents", ".ssh", "Downloads"}, set())
    # A file that it writes stays its own.
    desktop.inside('echo canary > "$HOME/left-behind" || true')
    assert not os.path.exists(os.path.join(home, "left-behind")), "the sandbox writes into the home directory"


@tap.test
def it_enrols_with_a_server():
    desktop.start_portal(secret="gnome-keyring")
    world["process"], world["app"] = desktop.launch()
    fixture.enroll(desktop, app(), ALICE, "Alice Martin", "laptop")
    app().containing("No Conversations")


@tap.test
def its_keys_are_behind_the_secret_portal():
    keyrings = [n for n in os.listdir(desktop.data("keyrings")) if n.endswith(".keyring")]
    tap.equal(keyrings, ["default.keyring"])
    with open(desktop.data("keyrings", "default.keyring"), "rb") as file:
        sealed = file.read()
    assert b"waxwing" not in sealed.lower(), "the attributes of keys are in the clear"
    tap.equal(len(keyring_items({"app_id": APPLICATION})), 1, "secrets that the portal keeps for the application")
    for schema in SCHEMAS:
        tap.equal(keyring_items({"xdg:schema": schema}), [], f"{schema} in the keyring itself")


@tap.test
def it_sends_and_receives():
    world["bob"] = desktop.person("Bob Okafor")
    fixture.start_conversation(app(), world["bob"])
    app().enter("Message", "Out of the sandbox")
    app().click("button", "Send")
    wait_for_item("Messages", ", Sent")
    world["bob"].sync()
    texts = [m["text"] for m in world["bob"].cli.run("messages", "mailto:" + ALICE)]
    tap.is_in("Out of the sandbox", texts)
    world["bob"].send(ALICE, "And into it")
    wait_for_item("Messages", "Bob Okafor: And into it")


@tap.test
def it_notifies_through_the_portal():
    ana = desktop.person("Ana Lindqvist")
    fixture.start_conversation(app(), ana)
    fixture.open_conversation(desktop, app(), "Bob Okafor")
    ana.send(ALICE, "Are you in?")
    shown = desktop.notifications.wait_for(lambda n: "Are you in?" in n.body, "Ana wrote", 20)
    # Only the portal knows which sandbox it came from.
    tap.equal(shown.hints.get("desktop-entry"), APPLICATION)
    wait_for_item("Conversations", "1 unread message")
    desktop.notifications.press(shown, "default")
    wait_for_item("Messages", "Are you in?")


@tap.test
def a_file_comes_in_through_the_portal():
    from support import a11y

    path = desktop.session.path("home", "Documents", "for Bob.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write("chosen by a person\n")
    fixture.open_conversation(desktop, app(), "Bob Okafor")
    fixture.open_menu(app(), "Attach")
    a11y.click(fixture.menu_item(app(), "Photos and Files…"))
    chooser = fixture.wait(lambda: find_chooser("Attach"), "the desktop asks for a file", 30)
    # A path that is typed opens the entry for one.
    desktop.display.type(path)
    fixture.wait(lambda: any(a11y.text(t) == path for t in texts_of(chooser)), "the chooser has the path")
    desktop.display.key("Return")
    app().containing("for Bob.txt", timeout=20)
    app().click("button", "Send")
    wait_for_item("Messages", "for Bob.txt")
    wait_for_item("Messages", ", Sent")
    world["bob"].sync()
    message = world["bob"].cli.run("messages", "mailto:" + ALICE)[-1]
    tap.equal([a["name"] for a in message["attachments"]], ["for Bob.txt"])


def find_chooser(button):
    """The window of the file chooser portal, which is another program's, once it can be used."""
    from support import a11y

    for application in a11y.children(a11y.Atspi.get_desktop(0)):
        if application.get_name() == "xdg-desktop-portal-gtk":
            if any(a.get_name() == button and a11y.showing(a) for a in a11y.walk(application)):
                return application
    return None


def texts_of(application):
    from support import a11y

    return [a for a in a11y.walk(application) if a.get_role_name() == "text" and a11y.showing(a)]


@tap.test
def it_is_all_there_after_a_restart():
    desktop.end(world["process"])
    world["process"], world["app"] = desktop.launch()
    fixture.open_conversation(desktop, app(), "Bob Okafor")
    wait_for_item("Messages", "And into it")
    desktop.end(world["process"])


@tap.test
def without_the_portal_its_keys_are_in_the_keyring():
    # Another person of this computer, whose desktop has no Secret portal and who lets the sandbox talk to the keyring.
    desktop.run("flatpak", "run", "--command=sh", APPLICATION, "-c", 'rm -rf "$XDG_DATA_HOME"/* "$XDG_CONFIG_HOME"/waxwing')
    desktop.start_portal(secret="none")
    # Bob and Ana, on the command line, keep theirs in the same keyring.
    before = {schema: set(keyring_items({"xdg:schema": schema})) for schema in SCHEMAS}
    world["process"], world["app"] = desktop.launch("--talk-name=org.freedesktop.secrets")
    fixture.enroll(desktop, app(), "carol@example.org", "Carol Adeyemi", "tower")
    assert not os.path.exists(desktop.data("keyrings")), "the keys are in a file"
    for schema in SCHEMAS:
        added = set(keyring_items({"xdg:schema": schema})) - before[schema]
        tap.equal(len(added), 1, f"{schema} in the keyring")
    fixture.start_conversation(app(), world["bob"])
    app().enter("Message", "With the keyring")
    app().click("button", "Send")
    wait_for_item("Messages", ", Sent")
    desktop.end(world["process"])
    world["process"], world["app"] = desktop.launch("--talk-name=org.freedesktop.secrets")
    fixture.open_conversation(desktop, app(), "bob@example.org")
    wait_for_item("Messages", "With the keyring")
    desktop.end(world["process"])


tap.main(setup, teardown, timeout=400)
