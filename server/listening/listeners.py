"""The three servers that carry the application; each lets connections in the same way (letting_in.py)."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from email.message import Message
from typing import Any

from server.domain.refusals import Refusal
from server.listening.accepting import AGAIN_S, Door, Serving
from server.listening.chunks import SOURCE
from server.listening.http_heads import pairs, wrong_head
from server.listening.open_connections import IDLE_S, NAME, OpenConnection

#: Connections that may be served at once.
POOL = 20_000
log = logging.getLogger(__name__)


def serve_eventlet(serving: Serving) -> None:
    """Serve by eventlet's own server."""
    import eventlet
    import eventlet.wsgi

    def in_turn(environ: Any, start_response: Any) -> Any:
        # A client whose next request has already arrived would be served again at once, and the others wait for it.
        eventlet.sleep(0)
        return serving.application(environ, start_response)

    class Protocol(_Heads, eventlet.wsgi.HttpProtocol):  # type: ignore[misc]
        def _read_request_line(self) -> Any:
            line = super()._read_request_line()
            self.conn_state[3].head()
            return line

        def handle_one_request(self) -> None:
            self.opened = self.conn_state[3]
            super().handle_one_request()
            self.opened.rest()

        def get_environ(self) -> Any:
            environ = super().get_environ()
            body = environ["wsgi.input"]
            if body.chunked_input:
                body.chunked_input = False  # it is read by us
                if body.should_send_hundred_continue:
                    body.send_hundred_continue_response()
                    body.is_hundred_continue_response_sent = True
                environ[SOURCE] = self.rfile
            return environ | {NAME: self.opened}

    site = eventlet.wsgi.Server(
        serving.sock,
        serving.sock.getsockname(),
        in_turn,
        protocol=Protocol,
        log_output=False,
        debug=False,
        socket_timeout=IDLE_S,
    )

    def serve_one(client: Any, address: Any, connection: OpenConnection) -> None:
        client.settimeout(IDLE_S)
        site.process_request([address, client, eventlet.wsgi.STATE_IDLE, connection])

    door = Door(serving, sleep=eventlet.sleep)
    task = eventlet.spawn(door.let_in, eventlet.GreenPool(POOL).spawn, serve_one)
    door.look_after(task.kill)


def serve_gevent(serving: Serving) -> None:
    """Serve by gevent's own server."""
    import gevent
    from gevent.pool import Pool
    from gevent.pywsgi import WSGIServer
    from geventwebsocket.handler import WebSocketHandler

    logging.getLogger("geventwebsocket.handler").setLevel(logging.ERROR)  # it writes a line for each request

    class Handler(WebSocketHandler):  # type: ignore[misc,unused-ignore]
        opened: OpenConnection
        wrong: str | None = None

        def read_requestline(self) -> Any:
            line = super().read_requestline()
            self.opened.head()
            return line

        def MessageClass(self, *arguments: Any) -> Any:  # noqa: N802 - the library's name
            found = super().MessageClass(*arguments)
            self.wrong = wrong_head(self.command, self.path, self.request_version, pairs(found))
            return found

        def read_request(self, line: Any) -> Any:
            well = super().read_request(line) and self.wrong is None
            self.opened.work()
            return well

        def get_environ(self) -> Any:
            self.opened.close_after = lambda: setattr(self, "close_connection", True)
            return super().get_environ() | {NAME: self.opened}

        def handle_one_request(self) -> Any:
            went = super().handle_one_request()
            self.opened.rest()
            return went

        def _handle_client_error(self, error: Exception) -> Any:
            log.debug("a request could not be read: %s", error)
            return "400", plain_refusal("its head is no HTTP")

    server = WSGIServer(serving.sock, serving.application, log=None, error_log=None, handler_class=Handler)
    server.init_socket()

    def serve_one(client: Any, address: Any, connection: OpenConnection) -> None:
        client.settimeout(IDLE_S)
        handler = Handler(client, address, server)
        handler.opened = connection
        handler.handle()

    door = Door(serving, sleep=gevent.sleep)
    pool = Pool(POOL)
    task = gevent.spawn(door.let_in, pool.spawn, serve_one)
    door.look_after(task.kill)
    pool.kill(block=True, timeout=1)


def serve_threads(serving: Serving) -> None:
    """Serve by Werkzeug's server, a thread for each connection."""
    import threading

    from werkzeug.serving import WSGIRequestHandler, make_server

    class Handler(_Heads, WSGIRequestHandler):
        timeout = IDLE_S

        def handle_one_request(self) -> None:
            self.opened = opened[self.connection]
            super().handle_one_request()
            self.opened.rest()

        def make_environ(self) -> Any:
            environ = super().make_environ()
            if environ.pop("wsgi.input_terminated", None):
                environ[SOURCE] = self.rfile
            return environ | {NAME: self.opened}

        def connection_dropped(self, _error: BaseException, _environ: Any = None) -> None:
            self.close_connection = True

        def log(self, *_arguments: Any) -> None:
            """Each request is counted and written down elsewhere."""

    host, port = serving.sock.getsockname()[:2]
    server = make_server(
        host, port, serving.application, threaded=True, fd=serving.sock.fileno(), request_handler=Handler
    )
    server.log = lambda *_arguments, **_names: None  # type: ignore[method-assign]
    opened: dict[Any, OpenConnection] = {}

    def serve_one(client: Any, address: Any, connection: OpenConnection) -> None:
        opened[client] = connection
        try:
            server.finish_request(client, address)
        finally:
            del opened[client]

    def spawn(function: Callable[..., Any], *arguments: Any) -> None:
        threading.Thread(target=function, args=arguments, daemon=True).start()

    serving.sock.settimeout(AGAIN_S)
    door = Door(serving, sleep=time.sleep)
    task = threading.Thread(target=door.let_in, args=(spawn, serve_one), daemon=True)
    task.start()
    door.look_after(task.join)


class _Heads:
    """The heads of requests, looked at before the library makes something of them; before a library's own handler."""

    opened: OpenConnection
    command: str
    path: str
    request_version: str
    headers: Message
    rfile: Any
    wfile: Any
    close_connection: Any

    def parse_request(self) -> bool:
        if not super().parse_request():  # type: ignore[misc]
            return False
        wrong = wrong_head(self.command, self.path, self.request_version, pairs(self.headers))
        if wrong is not None:
            self.send_error(400, wrong)
            return False
        self.opened.close_after = lambda: setattr(self, "close_connection", True)
        self.opened.work()
        return True

    def finish(self) -> None:
        try:
            super().finish()  # type: ignore[misc]
        finally:
            self.rfile.close()  # left open when the client has gone, and with it the file of the connection

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        self.close_connection = True
        self.wfile.write(plain_refusal(message or "its head is no HTTP", status=code))

    def log_message(self, *_arguments: Any) -> None:
        """Whatever a stranger sends: not a line."""


def plain_refusal(reason: str, *, status: int = 400) -> bytes:
    """A whole answer to what is no request; the connection ends with it."""
    refused = Refusal("malformed", reason=reason, reason_zh="无法读取请求")
    body = json.dumps(refused.envelope("en")).encode()
    head = f"HTTP/1.1 {status} Bad Request\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"Connection: close\r\n\r\n" + body
