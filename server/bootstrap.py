"""The first import of every entry point: the choice of the asynchronous library.

It, the listeners (listeners.py) and the websockets (realtime/wires.py) alone name one. Everything else uses what
follows that choice: `threading`, `queue`, `socketio.sleep`, `start_background_task`.
"""

from __future__ import annotations

import os
import socket
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]
if TYPE_CHECKING:
    from server.listening.accepting import Serving

BACKLOG = 4096
#: What the system keeps for a client that does not read, bytes.
SEND_BUFFER = 256 * 1024
#: More files than a hall needs; and what a system has that does not bound them.
MOST_FILES = WINDOWS_FILES = 65_536
#: Real threads for what computes long; each keeps the 16 MiB of its last password check (20, the default, 320 MB).
BLOCKING_THREADS = 2


def prepare(mode: str) -> None:
    """Make the process cooperative ("eventlet", "gevent") or leave it as it is ("threading")."""
    if mode != "threading":
        # PostgreSQL's driver waits in C by itself, which stops the loop; it reads this when it is loaded.
        os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
        import server.db.postgres.socket_poll  # noqa: F401 - takes the real `select` before it is replaced
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


def files() -> int:
    """How many files this process may open; what the system lets it have at most is taken."""
    if resource is None:
        return WINDOWS_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return MOST_FILES if soft == resource.RLIM_INFINITY else soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):
        return soft
    return wanted


def serve(mode: str, serving: Serving) -> None:
    """Serve until `serving` says so; then nobody new is let in, and its goodbye is the last. Raises ListenerLost."""
    # Only now: what follows the choice of the library is patched.
    from server.listening.listeners import serve_eventlet, serve_gevent, serve_threads

    {"eventlet": serve_eventlet, "gevent": serve_gevent, "threading": serve_threads}[mode](serving)
