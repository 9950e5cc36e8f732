# SPDX-License-Identifier: GPL-3.0-or-later
"""The languages of po/ and of the server's texts: whole, sound, and with the marks of each."""

import os
import re
import subprocess
import tempfile

import tree
from support import catalogue, tap

TEXTS = "data/server/texts.ini"
# A release has all of them; between releases some may wait for their words.
LEAST = 0.9
PLACEHOLDER = re.compile(r"\{\{[a-z]+\}\}")
# A plain space where French has one that doesn't break, and quotation marks that aren't a language's own.
FOREIGN_MARKS = {
    "fr": r"« |[^ ] [:;!?»]|“|”|'",
    "de": r"“[^„]*”|[a-zäöüß]'[a-z]| …$|«|»",
    "es": r"“|”|« | »",
    "ja": r"“|”",
}
PLURAL_FORMS = {"ar": 6, "ja": 1}


def run(*argv):
    return subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)


@tap.test
def every_language_is_sound():
    for language in catalogue.languages():
        path = catalogue.language_file(language)
        done = run("msgfmt", "-c", "--check-accelerators=_", "-o", os.devnull, path)
        assert done.returncode == 0, done.stderr
        for kind in ("--only-fuzzy", "--only-obsolete"):
            done = run("msgattrib", kind, "--no-wrap", path)
            assert done.returncode == 0, done.stderr
            tap.equal(done.stdout, "", f"{kind} in {language}")


@tap.test
def a_broken_placeholder_is_found():
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    with tempfile.NamedTemporaryFile("w", suffix=".po") as file:
        file.write(header + '#, c-format\nmsgid "%u files"\nmsgstr "%s Dateien"\n')
        file.flush()
        assert run("msgfmt", "-c", "-o", os.devnull, file.name).returncode != 0, "msgfmt found nothing wrong"


@tap.test
def every_language_has_all_its_words():
    wanted = {(m.context, m.id) for m in catalogue.template()}
    for language in catalogue.languages():
        forms = PLURAL_FORMS.get(language, 2)
        there = {
            (m.context, m.id)
            for m in catalogue.read(catalogue.language_file(language))
            if all(m.texts) and (not m.plural or len(m.texts) == forms)
        }
        missing = sorted(text for _, text in wanted - there)
        if missing:
            tap.diag(f"{language} has no words for {len(missing)} of {len(wanted)}: {missing[:3]}")
        assert len(missing) <= len(wanted) * (1 - LEAST), f"{language} has no words for {len(missing)}"


@tap.test
def every_language_has_its_own_marks():
    problems = []
    for language, foreign in FOREIGN_MARKS.items():
        for message in catalogue.read(catalogue.language_file(language)):
            problems += [f"{language}: {t}" for t in message.texts if re.search(foreign, t)]
    tree.none(problems, "marks that aren't the language's")


@tap.test
def the_server_speaks_the_same_languages():
    texts = {}
    section = ""
    for line in tree.read(TEXTS).split("\n"):
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, text = line.split("=", maxsplit=1)
            name, _, language = key.rstrip("]").partition("[")
            texts.setdefault((section, name), {})[language or "en"] = text
    # Whoever reads the Portuguese of Portugal is better served with that of Brazil than with English.
    wanted = {"en"} | {language.split("_")[0] for language in catalogue.languages()}
    problems = []
    for key, of in texts.items():
        problems += [f"{key} in {language}" for language in wanted - set(of)]
        for language, text in of.items():
            if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(of["en"])):
                problems.append(f"{key} in {language}: other placeholders than in English")
            if language == "fr" and re.search(FOREIGN_MARKS["fr"], text):
                problems.append(f"{key} in {language}: {text}")
    tree.none(problems, "texts of the server")


tap.main(timeout=110)
