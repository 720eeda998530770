"""As much of a server as the print agent needs: pairing by REST, `/kiosk` by Socket.IO, on a port of this machine."""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import socketio
from flask import Flask, jsonify
from werkzeug.serving import make_server

from printing.fonts import LatinFont
from printing.picture import draw_ticket, png_bytes
from printing.ticket import PrintedTicket

TOKEN = "device-token"


class FakeServer:
    """Confirms each pairing at once, hands out TOKEN, keeps what the agent says."""

    def __init__(self) -> None:
        self.tokens = {TOKEN}
        self.pairings = 0
        self.printed: list[dict[str, Any]] = []
        self.statuses: list[dict[str, Any]] = []
        self.agents: list[str] = []
        self.came = threading.Condition()
        self.url = ""
        self.io = socketio.Server(async_mode="threading")
        self.io.on("connect", self._connect, namespace="/kiosk")
        self.io.on("printed", self._keep(self.printed), namespace="/kiosk")
        self.io.on("status", self._keep(self.statuses), namespace="/kiosk")

    def wait(self, condition) -> None:
        """Until something that the agent said makes the condition true."""
        with self.came:
            assert self.came.wait_for(condition, timeout=15), (self.printed, self.statuses, self.agents)

    def print(self, job: int, ticket: PrintedTicket) -> None:
        """Send a job to the agent that came last."""
        picture = base64.b64encode(png_bytes(draw_ticket(ticket, font=LatinFont()))).decode()
        message = {"job": job, "ticket": ticket.to_json(), "picture": picture}
        self.io.emit("print", message, namespace="/kiosk", to=self.agents[-1])

    def hang_up(self) -> None:
        """Drop the agent that came last."""
        self.io.disconnect(self.agents[-1], namespace="/kiosk")

    def _connect(self, sid: str, _environ: dict[str, Any], auth: dict[str, Any]) -> None:
        if auth.get("token") not in self.tokens:
            raise socketio.exceptions.ConnectionRefusedError("bad_token", {"code": "bad_token"})
        with self.came:
            self.agents.append(sid)
            self.came.notify_all()

    def _keep(self, into: list[dict[str, Any]]):
        def handler(_sid: str, message: dict[str, Any]) -> dict[str, Any]:
            with self.came:
                into.append(message)
                self.came.notify_all()
            return {"ok": True}

        return handler

    def app(self) -> Flask:
        """The pairing routes."""
        app = Flask("fake")

        @app.post("/api/v1/pairings")
        def begin():
            self.pairings += 1
            return jsonify(
                code="483 920", secret="secret", expires_at="", confirm_url=f"{self.url}/pair?code=483920"
            ), 201

        @app.get("/api/v1/pairings/<secret>")
        def ask(secret):
            self.tokens.add(TOKEN)
            return jsonify(state="confirmed", token=TOKEN, device={"id": 7, "name": "Kiosk 1 printer"})

        return app


@contextmanager
def serving() -> Iterator[FakeServer]:
    """The fake server on a free port."""
    fake = FakeServer()
    web = make_server("127.0.0.1", 0, socketio.WSGIApp(fake.io, fake.app()), threaded=True)
    web.daemon_threads = True
    fake.url = f"http://127.0.0.1:{web.server_port}"
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        for sid in fake.agents:
            fake.io.disconnect(sid, namespace="/kiosk")
        web.shutdown()
        web.server_close()
        thread.join(5)
