"""Ports and addresses of this machine."""

from __future__ import annotations

import contextlib
import errno
import http.client
import ipaddress
import socket

from tools.say import Failure, words


def is_port(text: str) -> bool:
    """Whether this is the number of a port."""
    return text.isascii() and text.isdecimal() and len(text) < 6 and 0 < int(text) < 65536


def check_port(host: str, port: int) -> None:
    """Refuse a port that another program holds, before anything is set up for it.

    Raises: Failure that says what to do.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # As the server does on POSIX: a port whose last connections are still closing counts as free.
            if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            probe.listen(1)
    except OSError as error:
        raise Failure(_why(error, host=host, port=port)) from error


def _why(error: OSError, *, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE or getattr(error, "winerror", 0) == 10048:
        return words(
            f"port {port} is taken by another program (perhaps a hall that already runs). "
            f"Stop that one, or choose another: python3 hall.py run --port {port + 1}",
            f"端口 {port} 已被其他程序占用（可能已有一个大厅在运行）。请先停止它，或改用其他端口："
            f"python3 hall.py run --port {port + 1}",
        )
    if isinstance(error, PermissionError):
        return words(
            f"port {port} may not be used by this account; choose one above 1023: hall.py run --port 8000",
            f"当前账户无权使用端口 {port}，请选择 1023 以上的端口：hall.py run --port 8000",
        )
    return words(
        f"this machine cannot listen at {host}:{port}: {error.strerror or error}",
        f"本机无法监听 {host}:{port}：{error.strerror or error}",
    )


def lan_addresses() -> list[str]:
    """The IPv4 addresses by which others on the network reach this machine, the likeliest first; may be empty."""
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        # No packet is sent: connecting a datagram socket only chooses the way out.
        probe.connect(("192.0.2.1", 9))
        found.append(probe.getsockname()[0])
    with contextlib.suppress(OSError):
        found += [str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return [address for address in dict.fromkeys(found) if _reachable(address)]


def _reachable(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    return not (ip.is_loopback or ip.is_link_local or ip.is_unspecified)


def answers(host: str, port: int, path: str = "/healthz") -> bool:
    """Whether the server at this address answers `path` with 200."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
