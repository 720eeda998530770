"""One REST request, and the two ways in which it can fail: the server refuses, or it cannot be reached."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

import requests
from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema

from client.language import Language, preferred_language, words


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

    def __init__(self, *, server: str, language: Language | None = None, seconds: float = 10.0) -> None:
        self.server = server.rstrip("/")
        self._language = language or preferred_language()
        self._seconds = seconds
        self._session = requests.Session()
        self._session.headers["Accept-Language"] = self._language

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
            raise Unreachable(why_unreachable(self.server, error, self._language)) from error
        if not isinstance(body, dict):
            raise Unreachable(_no_hallcall(self.server, self._language))
        if not answer.ok:
            raise Refused.from_error(body.get("error") or {})
        return body


def why_unreachable(server: str, error: Exception, language: Language) -> str:
    """A sentence that names the server and says what a failed request means."""
    if isinstance(error, InvalidURL | InvalidSchema | MissingSchema):
        return words(
            f"{server} is not an address such as http://192.168.1.10:8000.",
            f"{server} 不是服务器地址，地址应类似 http://192.168.1.10:8000。",
            language,
        )
    if isinstance(error, requests.Timeout):
        return words(f"The server {server} did not answer in time.", f"服务器 {server} 没有及时应答。", language)
    if isinstance(error, requests.exceptions.JSONDecodeError):
        return _no_hallcall(server, language)
    root = _root_of(error)
    if isinstance(root, ConnectionRefusedError):
        return words(
            f"Nothing answers at {server}: is the server running?", f"{server} 没有应答：服务器启动了吗？", language
        )
    if isinstance(root, socket.gaierror):
        return words(f"There is no machine of the name in {server}.", f"找不到 {server} 中的主机名。", language)
    reason = getattr(root, "strerror", None) or root
    return words(f"The server {server} cannot be reached: {reason}.", f"无法连接服务器 {server}：{reason}。", language)


def _no_hallcall(server: str, language: Language) -> str:
    return words(f"What answers at {server} is no Hallcall server.", f"{server} 上运行的不是叫号服务器。", language)


def _root_of(error: BaseException) -> BaseException:
    """The first reason of a chain of wrapped network errors."""
    while (reason := error.__cause__ or error.__context__) is not None:
        error = reason
    return error
