# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys in a real gnome-keyring, locked and unlocked, and what is said when it is neither."""

import base64
import hashlib
import os
import re
import subprocess

from gi.repository import GLib

from support import processes, tap
from support.session import Session

TOOL = os.path.join(os.environ["WAXWING_BUILD"], "tests/integration/keyring/ww-keyring-tool")
FINGERPRINT = re.compile("[0-9a-f]{64}")
READS = ("load-store-key", "load-identity")
WRITES = ("create-store-key", "store-identity", "clear")
PROMPTER = "org.gnome.keyring.SystemPrompter"


def ask(command, profile="one", env=None):
    """The last word of what the keyring answers."""
    done = subprocess.run(
        [TOOL, profile, command],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stderr}"
    return done.stdout.split()


def secrets(profile):
    """The secrets of a profile's items, as any other program gets them."""
    found = subprocess.run(
        ["secret-tool", "search", "--all", "--unlock", "profile", profile],
        env=processes.lenient(os.environ),
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    return found.stdout


@tap.test
def what_is_stored_is_given_back():
    with Session(keyring="unlocked"):
        for command in READS:
            tap.equal(ask(command), ["keys-missing"], command)
        (key,) = ask("create-store-key")
        assert FINGERPRINT.fullmatch(key), key
        tap.equal(ask("load-store-key"), [key])
        tap.equal(ask("create-store-key"), [key], "a key that is there is never replaced")
        identity, stored = ask("store-identity")
        tap.equal(stored, "true")
        tap.equal(ask("load-identity"), [identity])
        tap.equal(ask("is-locked"), ["false"])
        tap.equal(ask("unlock"), ["true"], "nothing to unlock, nothing to ask")


@tap.test
def secrets_are_one_line_of_base64():
    with Session(keyring="unlocked"):
        ask("create-store-key")
        ask("store-identity")
        text = secrets("one")
        found = re.findall(r"^secret = (.*)$", text, re.M)
        tap.equal(len(found), 2)
        for secret in found:
            assert re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", secret), "not one line of base64"
        # A line that belongs to no attribute would be the rest of a secret.
        for line in text.splitlines():
            assert re.match(r"\[|\w[\w.:]* = ", line), f"a second line: {line!r}"


@tap.test
def keys_of_before_there_were_kinds_are_found():
    with Session(keyring="unlocked"):
        secret = base64.b64encode(bytes(range(32))).decode()
        subprocess.run(
            ["secret-tool", "store", "--label=old", "xdg:schema", "im.waxwing.StoreKey", "profile", "one"],
            env=processes.lenient(os.environ), input=secret, text=True, timeout=20, check=True,
        )
        expected = hashlib.sha256(bytes(range(32))).hexdigest()
        tap.equal(ask("load-store-key"), [expected])
        tap.equal(ask("create-store-key"), [expected], "a key that is there is never replaced")
        tap.equal(ask("load-identity"), ["keys-missing"], "the other kind of keys")


@tap.test
def a_file_of_secrets_tells_the_keys_apart():
    """As in a sandbox, behind the Secret portal: libsecret's file knows no schema."""
    with Session() as session:
        env = dict(
            session.env,
            SECRET_BACKEND="file",
            SECRET_FILE_TEST_PATH=session.path("home", "secrets.keyring"),
            SECRET_FILE_TEST_PASSWORD="of the portal",
        )
        (key,) = ask("create-store-key", env=env)
        identity, stored = ask("store-identity", env=env)
        tap.equal(stored, "true")
        tap.equal(ask("load-store-key", env=env), [key])
        tap.equal(ask("load-identity", env=env), [identity])
        (other,) = ask("create-store-key", "two", env=env)
        assert other != key
        tap.equal(ask("load-identity", "two", env=env), ["keys-missing"], "only the store's key is there")
        tap.equal(ask("clear", env=env), ["true"])
        for command in READS:
            tap.equal(ask(command, env=env), ["keys-missing"], command)
        tap.equal(ask("load-store-key", "two", env=env), [other])


@tap.test
def two_profiles_share_nothing():
    with Session(keyring="unlocked"):
        (one,) = ask("create-store-key", "one")
        identity = ask("store-identity", "one")[0]
        tap.equal(ask("load-store-key", "two"), ["keys-missing"])
        tap.equal(ask("load-identity", "two"), ["keys-missing"])
        (two,) = ask("create-store-key", "two")
        assert one != two
        tap.equal(ask("clear", "two"), ["true"])
        tap.equal(ask("clear", "two"), ["true"], "nothing there is fine")
        tap.equal(ask("load-store-key", "two"), ["keys-missing"])
        tap.equal(ask("load-store-key", "one"), [one])
        tap.equal(ask("load-identity", "one"), [identity])


def expect_locked(what):
    for command in READS + WRITES:
        tap.equal(ask(command)[-1], "keyring-locked", f"{command}, {what}")
    tap.equal(ask("is-locked"), ["true"])


@tap.test
def a_locked_keyring_is_never_taken_for_an_empty_one():
    with Session(keyring="unlocked") as session:
        (key,) = ask("create-store-key")
        session.keyring.lock()
        expect_locked("locked by hand")
        session.keyring.restart()
        expect_locked("not unlocked since the log-in")
        session.keyring.unlock()
        tap.equal(ask("load-store-key"), [key])


@tap.test
def a_keyring_that_never_held_a_key_can_be_locked_too():
    with Session(keyring="locked"):
        expect_locked("fresh")


@tap.test
def nobody_to_ask_is_a_dismissed_prompt():
    with Session(keyring="locked"):
        tap.equal(ask("unlock"), ["keyring-locked"])


@tap.test
def without_a_service_keys_are_not_missing():
    with Session():
        for command in READS + WRITES:
            tap.equal(ask(command)[-1], "keyring-unavailable", command)
        tap.equal(ask("unlock"), ["keyring-unavailable"])
        tap.equal(ask("is-locked"), ["false"])


@tap.test
def without_a_bus_it_is_the_same():
    with Session() as session:
        address = "unix:path=" + session.path("no-such-bus")
        env = dict(session.env, DBUS_SESSION_BUS_ADDRESS=address)
        for command in READS + ("unlock",):
            tap.equal(ask(command, env=env), ["keyring-unavailable"], command)


def watch(session, log):
    process = session.spawn(TOOL, "one", "watch", log=session.path("log", log))
    process.wait_for_line("true")
    return process


@tap.test
def an_unlock_elsewhere_is_heard():
    with Session(keyring="locked") as session:
        process = watch(session, "watch-1.log")
        session.keyring.unlock()
        process.wait_for_line("unlocked")
        tap.equal(process.wait(), 0)


@tap.test
def a_service_that_comes_back_unlocked_is_heard():
    with Session(keyring="locked") as session:
        process = watch(session, "watch-2.log")
        session.keyring.restart(unlocked=True)
        process.wait_for_line("unlocked")
        tap.equal(process.wait(), 0)


def prompter():
    """The program that the system's service file names for the keyring's prompts."""
    path = "/usr/share/dbus-1/services/org.gnome.keyring.SystemPrompter.service"
    with open(path, encoding="utf-8") as file:
        return re.search("^Exec=(.*)$", file.read(), re.M).group(1)


def has_owner(bus, name):
    return bus.call_sync(
        "org.freedesktop.DBus",
        "/org/freedesktop/DBus",
        "org.freedesktop.DBus",
        "NameHasOwner",
        GLib.Variant("(s)", (name,)),
        None,
        0,
        5000,
        None,
    ).unpack()[0]


def start_prompt(session, number):
    """Asks for the unlock; the asking process, and the real prompt as a screen reader has it."""
    from support import a11y  # Only now: it looks for the bus when it is imported.

    log = session.path("log", f"unlock-{number}.log")
    shower = session.spawn(prompter(), lenient=True, env={"NO_AT_BRIDGE": "0"})
    tap.wait_for(lambda: has_owner(session.keyring.bus, PROMPTER), "the prompter is there")
    asker = session.spawn(TOOL, "one", "unlock", log=log)
    return asker, shower, a11y.Application(shower.pid)


@tap.test
def a_prompt_is_dismissed_and_answered():
    with Session(keyring="locked", display="xvfb") as session:
        from support import a11y

        asker, shower, prompt = start_prompt(session, 1)
        prompt.click("button", "Cancel")
        asker.wait_for_line("keyring-locked")
        tap.equal(asker.wait(), 0)
        tap.equal(session.keyring.locked(), True)
        shower.stop()

        asker, shower, prompt = start_prompt(session, 2)
        a11y.enter(prompt.find("password text"), session.keyring.password)
        prompt.click("button", "Unlock")
        asker.wait_for_line("true")
        tap.equal(asker.wait(), 0)
        tap.equal(session.keyring.locked(), False)
        shower.stop()


tap.main()
