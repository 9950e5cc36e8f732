# SPDX-License-Identifier: GPL-3.0-or-later
"""A speech server for Orca that says nothing and writes down everything, one JSON string
a line, into the file that ORCA_TAPE names. Orca loads it; see orca.py.
"""

import json
import os

from orca import speechserver


class SpeechServer(speechserver.SpeechServer):
    _server = None

    @staticmethod
    def getFactoryName():
        return "Tape"

    @staticmethod
    def get_speech_server(info=None):
        SpeechServer._server = SpeechServer._server or SpeechServer()
        return SpeechServer._server

    @staticmethod
    def getSpeechServers():
        return [SpeechServer.get_speech_server()]

    def __init__(self):
        super().__init__()
        self._tape = open(os.environ["ORCA_TAPE"], "a", encoding="utf-8", buffering=1)

    def _write(self, text):
        if text and text.strip():
            self._tape.write(json.dumps(text.strip()) + "\n")

    def get_info(self):
        return ["Tape", "tape"]

    def getVoiceFamilies(self):
        return []

    def speak(self, text=None, acss=None, interrupt=True):
        self._write(text)

    def speak_character(self, character, acss=None):
        self._write(character)

    def say_all(self, utterance_iterator, progress_callback):
        for context, _ in utterance_iterator:
            self._write(context.utterance)
