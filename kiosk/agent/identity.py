"""Who the agent is for the server: a device token, got once by a pairing code and kept in a file."""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

ASK_EVERY_S = 2.0
PATIENCE_S = 10.0


class ServerAway(Exception):
    """The server cannot be reached, or does not answer as one."""


@dataclass(frozen=True)
class Pairing:
    """A code that waits for a supervisor."""

    code: str
    secret: str
    confirm_url: str


class TokenFile:
    """The token of one server in a folder; readable by its owner alone."""

    def __init__(self, folder: Path, server: str) -> None:
        self._path = folder / f"printer-{hashlib.sha256(server.encode()).hexdigest()[:12]}.json"

    def read(self) -> str | None:
        """The kept token; None when there is none, or the file is broken."""
        try:
            return str(json.loads(self._path.read_text("utf-8"))["token"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def keep(self, token: str) -> None:
        """Write it; raises OSError."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"token": token}, file)

    def forget(self) -> None:
        """The server does not take it any more."""
        self._path.unlink(missing_ok=True)


class Registrar:
    """The pairing routes of a server."""

    def __init__(self, server: str) -> None:
        self._base = f"{server}/api/v1/pairings"
        self._http = requests.Session()

    def begin(self) -> Pairing:
        """Ask for a code. Raises ServerAway."""
        begun = self._ask("POST", self._base, {"kind": "printer"})
        try:
            return Pairing(code=begun["code"], secret=begun["secret"], confirm_url=begun["confirm_url"])
        except KeyError as error:
            raise ServerAway("it is no Hallcall, or one of another version") from error

    def outcome(self, pairing: Pairing) -> dict[str, Any] | None:
        """The answer of a confirmed pairing ("token", "device"), {} when the code has expired, None while it waits.

        Raises ServerAway.
        """
        answer = self._ask("GET", f"{self._base}/{pairing.secret}", None)
        if answer.get("state") == "confirmed" and answer.get("token"):
            return answer
        gone = answer.get("state") == "expired" or "error" in answer
        return {} if gone else None

    def close(self) -> None:
        """Give the connection back."""
        self._http.close()

    def _ask(self, method: str, url: str, content: dict[str, Any] | None) -> dict[str, Any]:
        try:
            answer = self._http.request(method, url, json=content, timeout=PATIENCE_S)
            body = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise ServerAway(str(error)) from error
        if not isinstance(body, dict) or answer.status_code in (429, 500, 503):
            raise ServerAway(f"status {answer.status_code}")
        return body


def pair(
    registrar: Registrar, *, show: Callable[[Pairing], None], wait: Callable[[float], bool]
) -> dict[str, Any] | None:
    """Show codes until a supervisor confirms one; a code that expired is replaced.

    wait: sleeps for so many seconds; True ends the attempt, and the answer is then None. Raises ServerAway.
    """
    while True:
        pairing = registrar.begin()
        show(pairing)
        outcome = None
        while outcome is None:
            if wait(ASK_EVERY_S):
                return None
            outcome = registrar.outcome(pairing)
        if outcome:
            return outcome
