"""A bare HTTP client on asyncio: one kept connection, JSON posts, nothing else."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit


class Post:
    """Posts JSON to one server over one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        self._reader, self._writer, self._host = reader, writer, host

    @classmethod
    async def to(cls, server: str) -> Post:
        """An open connection."""
        address = urlsplit(server)
        reader, writer = await asyncio.open_connection(address.hostname, address.port or 80)
        return cls(reader, writer, address.netloc)

    async def __call__(self, path: str, content: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The status and the JSON of the answer."""
        body = json.dumps(content).encode()
        self._writer.write(
            f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, *lines = head.split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines if line)
        answer = await self._reader.readexactly(int(headers["content-length"]))
        return int(status.split()[1]), json.loads(answer)

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()
