"""A wire between a client and a server that a test can cut, or make deaf on the way back."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class CutWire:
    """Passes bytes between its own port and `target` until it is cut.

    `deaf` drops what the server says; while it is `shut` nobody gets through. `hush` is a network that goes silent: no
    byte and no end of a connection passes, and nobody is told.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.deaf, self.shut = threading.Event(), threading.Event()
        self.dropped = threading.Event()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._audible, self._lost = threading.Event(), set[socket.socket]()
        self._audible.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every connection; new ones are let through."""
        pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                with suppress(OSError):  # it has just ended by itself
                    end.shutdown(socket.SHUT_RDWR)

    def hush(self, *, forgets: bool) -> None:
        """Go silent until `speak`: what is sent waits, as TCP sends it again.

        forgets: the connections of now stay silent for good (a router that lost them), only new ones will pass.
        """
        if forgets:
            self._lost |= {end for pair in self._pairs for end in pair}
        self._audible.clear()

    def speak(self) -> None:
        """Let everything pass again."""
        self._audible.set()

    def close(self) -> None:
        """Break everything for good."""
        self._lost = set()
        self.speak()
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                self._audible.wait()
                if self.shut.is_set():
                    raise ConnectionRefusedError
                far = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                near.close()
                continue
            self._pairs.append((near, far))
            threading.Thread(target=self._pass, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._pass, args=(far, near, True), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, back: bool) -> None:
        try:
            while data := source.recv(65536):
                self._audible.wait()
                if source in self._lost:
                    continue
                if back and self.deaf.is_set():
                    self.dropped.set()
                else:
                    sink.sendall(data)
        except OSError:
            pass
        finally:
            self._audible.wait()
            for end in (source,) if source in self._lost else (source, sink):
                # Closing alone says nothing to the other side while another thread still reads.
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
