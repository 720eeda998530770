"""A mail server and a message gateway on this machine, which take real connections and keep what they were given."""

from __future__ import annotations

import json
import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from server.domain.notice import Message

MESSAGE = Message(
    id="5f3c0e",
    kind="called",
    hall="hall",
    language="zh-CN",
    to={"name": "陈大文", "phone": "13800138000", "email": "ming@example.cn"},
    subject="请 A012 号到3号窗口",
    text="请 A012 号现在到3号窗口（政务大厅）。",
    link="http://hall.test/t/abc",
    made_at="2026-11-23T09:00:00.000+08:00",
    facts={"number": "A012", "counter": "3号窗口"},
)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Server(Controller):
    def factory(self) -> SMTP:
        with warnings.catch_warnings():
            # A sign-in without encryption: this is the machine's own loopback.
            warnings.simplefilter("ignore", UserWarning)
            return super().factory()


@dataclass
class Mailbox:
    """A mail server that answers with `answers` in turn, then 250."""

    port: int
    password: str | None = None
    rcpt: str = "250 OK"
    answers: list[str] = field(default_factory=list)
    letters: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 taken"
        if answer.startswith("250"):
            letter = message_from_bytes(envelope.content, policy=default)
            assert isinstance(letter, EmailMessage)
            assert letter["To"] == envelope.rcpt_tos[0]
            self.letters.append(letter)
        return answer

    def sign_in(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: LoginPassword) -> AuthResult:
        return AuthResult(success=given.password == (self.password or "").encode(), handled=False)

    def texts(self) -> list[str]:
        return [body.get_content() for one in self.letters if (body := one.get_body(("plain",)))]

    @contextmanager
    def open(self, **more: Any) -> Iterator[Mailbox]:
        options: dict[str, Any] = {"hostname": "127.0.0.1", "port": self.port} | more
        if self.password:
            options |= {"auth_required": True, "auth_require_tls": False, "authenticator": self.sign_in}
        server = _Server(self, **options)
        server.start()
        try:
            yield self
        finally:
            server.stop()


@dataclass
class Gateway:
    """A gateway that answers with `statuses` in turn, then 200; keeps (headers, body) of every request."""

    port: int
    statuses: list[int] = field(default_factory=list)
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def taken(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.requests]

    @contextmanager
    def open(self) -> Iterator[Gateway]:
        here = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                here.requests.append((dict(self.headers), body))
                self.send_response(here.statuses.pop(0) if here.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Door)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
