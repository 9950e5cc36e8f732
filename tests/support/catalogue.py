# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages of the tree and of its languages, and a language that nobody speaks."""

import ast
import os
import re
import subprocess
import tempfile

SOURCE = os.environ["WAXWING_SOURCE"]
PO = os.path.join(SOURCE, "po")
# As the preset of po/meson.build.
KEYWORDS = ("_", "N_", "C_:1c,2", "NC_:1c,2", "g_dcgettext:2", "g_dngettext:2,3", "g_dpgettext2:2c,3")
OPEN, CLOSE = "⟦", "⟧"


class Message:
    def __init__(self):
        self.context, self.id, self.plural, self.texts, self.flags = None, None, None, [], ""

    def add(self, keyword, quoted):
        text = ast.literal_eval(quoted)
        if keyword.startswith("msgstr"):
            index = int(keyword[7:-1]) if "[" in keyword else 0
            self.texts += [""] * (index + 1 - len(self.texts))
            self.texts[index] += text
        else:
            name = {"msgctxt": "context", "msgid": "id", "msgid_plural": "plural"}[keyword]
            setattr(self, name, (getattr(self, name) or "") + text)


def parse(text):
    """The messages of a file as gettext writes it, without its header."""
    messages = []
    for block in text.split("\n\n"):
        message, keyword = Message(), None
        for line in block.split("\n"):
            if line.startswith("#,"):
                message.flags += line[2:]
            elif line.startswith('"'):
                message.add(keyword, line)
            elif line and not line.startswith("#"):
                keyword, quoted = line.split(" ", maxsplit=1)
                message.add(keyword, quoted)
        if message.id:
            messages.append(message)
    return messages


def languages():
    with open(os.path.join(PO, "LINGUAS"), encoding="utf-8") as file:
        return [line.strip() for line in file if line.strip() and not line.startswith("#")]


def language_file(language):
    return os.path.join(PO, language + ".po")


def read(path):
    with open(path, encoding="utf-8") as file:
        return parse(file.read())


def write_template(path):
    """Collects the messages of the tree, as `meson compile waxwing-pot` does."""
    subprocess.run(
        ["xgettext", "--from-code=UTF-8", "--add-comments=Translators", "--files-from=po/POTFILES", "--output=" + path]
        + ["--keyword=" + k for k in KEYWORDS],
        cwd=SOURCE,
        check=True,
        capture_output=True,
        timeout=60,
    )


def template():
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "waxwing.pot")
        write_template(path)
        return read(path)


def pseudo(text):
    """A text that everybody can read, a third longer than in English, between brackets that nothing else has."""
    head, body, tail = re.fullmatch(r"(\s*)(.*?)(\s*)", text, re.DOTALL).groups()
    if not body or not re.search(r"[^\W\d_]", body):
        return text
    if re.fullmatch(r"(%-?[a-zA-Z][\s:,]*)+", body):
        # The pattern of a time: its letters are not to be read.
        return head + OPEN + body + CLOSE + tail
    words = re.sub(r"%(\d\$)?-?[a-z]+|\s", "", body)
    longer = " ".join("·" * min(6, n) for n in [len(words) // 3 + 1] if n)
    return f"{head}{OPEN}{body}{longer}{CLOSE}{tail}"


class Words:
    """What the application says in a language for what it says in English."""

    def __init__(self, language, directory):
        self.language, self.directory = language, directory
        self._texts = {}
        os.makedirs(directory, exist_ok=True)
        if language == "pseudo":
            for message in template():
                self._texts[message.context, message.id] = pseudo(message.id)
            self._write(directory)
        else:
            for message in read(language_file(language)):
                self._texts[message.context, message.id] = message.texts[0]
            self._compile(directory)

    def __call__(self, text, context=None):
        """The translation; the text has to be one of the tree's messages."""
        return self._texts[context, text]

    def _write(self, directory):
        path = os.path.join(directory, "pseudo.po")
        header = ['msgid ""', 'msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=n != 1;\\n"', ""]
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(header))
            for message in template():
                file.write("\n" + _entry(message))
        self._compile(directory, path)

    def _compile(self, directory, path=None):
        folder = os.path.join(directory, self.language, "LC_MESSAGES")
        os.makedirs(folder, exist_ok=True)
        path = path or language_file(self.language)
        subprocess.run(["msgfmt", "-o", os.path.join(folder, "waxwing.mo"), path], check=True, timeout=60)


def _quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _entry(message):
    lines = [f"msgctxt {_quoted(message.context)}"] if message.context else []
    lines.append(f"msgid {_quoted(message.id)}")
    if message.plural:
        lines.append(f"msgid_plural {_quoted(message.plural)}")
        lines += [f"msgstr[0] {_quoted(pseudo(message.id))}", f"msgstr[1] {_quoted(pseudo(message.plural))}"]
    else:
        lines.append(f"msgstr {_quoted(pseudo(message.id))}")
    return "\n".join(lines) + "\n"
