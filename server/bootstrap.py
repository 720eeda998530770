"""The first import of every entry point: the choice of the asynchronous library, and the only place that names one.

Everything else uses what follows that choice: `threading`, `queue`, `socketio.sleep`, `start_background_task`.
"""

from __future__ import annotations

import os
import socket
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")

#: Connections that may be served at once.
POOL = 20_000
BACKLOG = 4096
#: What the system keeps for a client that does not read, bytes.
SEND_BUFFER = 256 * 1024
#: No goodbye takes so long, seconds.
LAST_S = 60
#: Real threads for what computes long; each keeps the 16 MiB of its last password check (20, the default, 320 MB).
BLOCKING_THREADS = 2


def prepare(mode: str) -> None:
    """Make the process cooperative ("eventlet", "gevent") or leave it as it is ("threading")."""
    if mode != "threading":
        # PostgreSQL's driver waits in C by itself, which stops the loop; it reads this when it is loaded.
        os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
        import server.db.quick  # noqa: F401 - takes the real `select` before it is replaced
    if mode == "eventlet":
        # Its makers plan its retirement; leaving costs one setting, so the warning has nothing to tell an operator.
        warnings.filterwarnings("ignore", message=r"(?s).*Eventlet is deprecated")
        import eventlet

        eventlet.monkey_patch()
    elif mode == "gevent":
        from gevent import monkey

        monkey.patch_all()


def run_blocking(mode: str) -> Callable[..., Any]:
    """A function (function, *arguments) -> result that lets others run while `function` computes."""
    if mode == "eventlet":
        from eventlet import tpool

        tpool.set_num_threads(BLOCKING_THREADS)
        return tpool.execute  # type: ignore[no-any-return]
    if mode == "gevent":
        import gevent

        return lambda function, *arguments: gevent.get_hub().threadpool.apply(function, arguments)
    return lambda function, *arguments: function(*arguments)


def listen(host: str, port: int) -> socket.socket:
    """The listening socket: a long queue, no delay of small packets, and no sharing of the port.

    Raises OSError when the port is taken.
    """
    family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    sock = socket.socket(family, kind, proto)
    if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows, where SO_REUSEADDR would let two servers share a port
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Accepted sockets inherit it.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    sock.bind(address)
    sock.listen(BACKLOG)
    return sock


def serve(
    mode: str, sock: socket.socket, application: Any, *, stopped: Callable[[], bool], goodbye: Callable[[], None]
) -> None:
    """Serve a WSGI application until `stopped()` says so; then nobody new is let in, and `goodbye()` is the last."""
    if mode == "eventlet":
        _serve_eventlet(sock, application, stopped, goodbye)
    elif mode == "gevent":
        _serve_gevent(sock, application, stopped, goodbye)
    else:
        _serve_threads(sock, application, stopped, goodbye)


def _serve_eventlet(
    sock: socket.socket, application: Any, stopped: Callable[[], bool], goodbye: Callable[[], None]
) -> None:
    import eventlet
    import eventlet.wsgi

    def in_turn(environ: Any, start_response: Any) -> Any:
        # A client whose next request has already arrived would be served again at once, and the others wait for it.
        eventlet.sleep(0)
        return application(environ, start_response)

    class Entrance:
        """The listening socket, which can be left without sending away who has just come in by it."""

        def accept(self) -> Any:
            try:
                return sock.accept()
            except eventlet.greenlet.GreenletExit:
                eventlet.sleep(LAST_S)  # the first end is that of letting in, the second that of everything
                raise

        def __getattr__(self, name: str) -> Any:
            return getattr(sock, name)

    pool = eventlet.GreenPool(POOL)
    server = eventlet.spawn(
        eventlet.wsgi.server, Entrance(), in_turn, custom_pool=pool, log_output=False, debug=False, socket_timeout=None
    )
    while not stopped():
        eventlet.sleep(0.1)
    server.kill()
    goodbye()
    server.kill()


def _serve_gevent(
    sock: socket.socket, application: Any, stopped: Callable[[], bool], goodbye: Callable[[], None]
) -> None:
    import gevent
    from gevent.pywsgi import WSGIServer
    from geventwebsocket.handler import WebSocketHandler

    server = WSGIServer(sock, application, log=None, handler_class=WebSocketHandler, spawn=POOL)
    server.start()
    while not stopped():
        gevent.sleep(0.1)
    server.stop_accepting()
    goodbye()
    server.stop(timeout=0)


def _serve_threads(
    sock: socket.socket, application: Any, stopped: Callable[[], bool], goodbye: Callable[[], None]
) -> None:
    import threading
    import time

    from werkzeug.serving import make_server

    host, port = sock.getsockname()[:2]
    server = make_server(host, port, application, threaded=True, fd=sock.fileno())
    server.log = lambda *_arguments, **_names: None  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while not stopped():
        time.sleep(0.1)
    server.shutdown()
    goodbye()
