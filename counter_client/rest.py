"""One REST request, and the two ways in which it can fail: the server refuses, or it cannot be reached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import requests


class Unreachable(Exception):
    """There is no connection, or no answer came in time; whether a command was done is not known."""


class Refused(Exception):
    """The server said no: its stable `code`, the values that belong to it, and a sentence for people."""

    def __init__(self, code: str, params: dict[str, Any] | None = None, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code
        self.params = params or {}
        self.message = message or code

    @classmethod
    def from_error(cls, error: dict[str, Any]) -> Refused:
        """The refusal in an `{"code", "params", "message"}` object."""
        return cls(str(error.get("code", "invalid")), error.get("params"), str(error.get("message") or ""))


def refused_by(refusals: Sequence[Any], *, otherwise: Unreachable) -> Refused | Unreachable:
    """What a socket's connect_error means: a refusal when the server sent a code, else unreachable."""
    for refusal in refusals:
        data = refusal.get("data", refusal) if isinstance(refusal, dict) else None
        if isinstance(data, dict) and "code" in data:
            return Refused.from_error(data)
    return otherwise


class Rest:
    """A server's REST interface; keeps its connection open between requests. For one thread at a time."""

    def __init__(self, *, server: str, language: str = "zh-CN", seconds: float = 10.0) -> None:
        self.server = server.rstrip("/")
        self._seconds = seconds
        self._session = requests.Session()
        self._session.headers["Accept-Language"] = language

    def sign(self, token: str) -> None:
        """Send this bearer token from now on."""
        self._session.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str) -> Any:
        """GET `path` (from /api/v1 on). Raises Refused, Unreachable."""
        return self._request("GET", path, None)

    def post(self, path: str, content: dict[str, Any]) -> Any:
        """POST `content` to `path`. Raises Refused, Unreachable."""
        return self._request("POST", path, content)

    def delete(self, path: str) -> Any:
        """DELETE `path`. Raises Refused, Unreachable."""
        return self._request("DELETE", path, None)

    def close(self) -> None:
        """Give the connection back."""
        self._session.close()

    def _request(self, method: str, path: str, content: Any) -> Any:
        try:
            answer = self._session.request(method, f"{self.server}/api/v1{path}", json=content, timeout=self._seconds)
            body = answer.json() if answer.content else {}
        except (requests.RequestException, ValueError) as error:
            raise Unreachable(f"{self.server}: {_root_of(error)}") from error
        if not answer.ok:
            raise Refused.from_error(body.get("error") or {})
        return body


def _root_of(error: BaseException) -> BaseException:
    """The first reason of a chain of wrapped network errors."""
    while (reason := error.__cause__ or error.__context__) is not None:
        error = reason
    return error
