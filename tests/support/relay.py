# SPDX-License-Identifier: GPL-3.0-or-later
"""A wire between a program and a server, which can go dead without either of them being told."""

import select
import socket
import threading


class Relay:
    """Listens on url, and passes on to host:port. What was connected when freeze() was called is heard of no more."""

    def __init__(self, host, port, own_port=0):
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", own_port))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._lock = threading.Lock()
        self._open, self._frozen = set(), set()
        self.accepted = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def freeze(self):
        with self._lock:
            self._frozen |= self._open

    def stop(self):
        """Nobody comes in any more; who is in stays."""
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # It was stopped before.
        self._listener.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _accept(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            threading.Thread(target=self._pass_on, args=(near, self.accepted), daemon=True).start()

    def _pass_on(self, near, number):
        with self._lock:
            self._open.add(number)
        try:
            with near, socket.create_connection(self._target) as far:
                other = {near: far, far: near}
                while True:
                    for ready in select.select([near, far], [], [], 0.2)[0]:
                        if number in self._frozen:
                            # Nobody is told: both ends stay open for as long as this process lives.
                            threading.Event().wait()
                        data = ready.recv(65536)
                        if not data:
                            return
                        other[ready].sendall(data)
        except OSError:
            pass
        finally:
            with self._lock:
                self._open.discard(number)
