"""A bare HTTP client on asyncio: one kept connection, JSON posts or polls, nothing else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self
from urllib.parse import urlsplit


class _Client:
    """One kept connection to a server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        self._reader, self._writer, self._host = reader, writer, host

    @classmethod
    async def to(cls, server: str) -> Self:
        """An open connection."""
        address = urlsplit(server)
        reader, writer = await asyncio.open_connection(address.hostname, address.port or 80)
        return cls(reader, writer, address.netloc)

    async def _answer(self) -> tuple[int, dict[str, str], bytes]:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, *lines = head.split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines if line)}
        content = await self._reader.readexactly(int(headers.get("content-length", "0")))
        return int(status.split()[1]), headers, content

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()


class Post(_Client):
    """Posts JSON to one server over one connection."""

    async def __call__(
        self, path: str, content: dict[str, Any], headers: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[int, dict[str, Any]]:
        """The status and the JSON of the answer. Raises OSError or EOFError when the connection ends first."""
        body = json.dumps(content).encode()
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._writer.write(
            f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n{lines}\r\n".encode()
            + body
        )
        status, _, answer = await self._answer()
        return status, json.loads(answer)


class Get(_Client):
    """Asks one server over one connection."""

    async def __call__(self, path: str, headers: dict[str, str]) -> tuple[int, str]:
        """The status and the ETag of the answer."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._writer.write(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n{lines}\r\n".encode())
        status, told, _ = await self._answer()
        return status, told.get("etag", "")
