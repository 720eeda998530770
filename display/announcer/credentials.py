"""Who this announcer is: its token from the command line, the environment, a file, or a pairing that was confirmed."""

import logging
import os
import threading
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from client.language import words

log = logging.getLogger(__name__)

ASK_EVERY_S = 2.0
AGAIN_AFTER_S = 10.0
ANSWER_S = 5.0


def is_token(text: str) -> bool:
    """Whether a text may be a token: what a header can carry, in one piece; nothing at all is none yet."""
    return text.isascii() and text.isprintable() and " " not in text


class TokenError(ValueError):
    """The token that was named cannot be used; the text says why."""


@dataclass(frozen=True)
class TokenFiles:
    """Where a token may lie: written by the server for its own machine, or by ourselves after a pairing."""

    written_by_server: Path
    paired: Path
    _told: set[Path] = field(default_factory=set, compare=False)

    def read(self, *, refused: Container[str] = ()) -> str | None:
        """The first token that was not refused, None when there is none yet."""
        for path in (self.written_by_server, self.paired):
            try:
                token = path.read_text(encoding="utf-8").strip()
            except OSError:
                continue
            except UnicodeDecodeError:
                self._tell_damaged(path)
                continue
            if not is_token(token):
                self._tell_damaged(path)
            elif token and token not in refused:
                return token
        return None

    def _tell_damaged(self, path: Path) -> None:
        if path not in self._told:
            self._told.add(path)
            log.warning(
                words("%s is damaged: delete it; this announcer pairs anew", "%s 已损坏，请删除；本机语音将重新配对"),
                path,
            )

    def keep(self, token: str) -> None:
        """Store a paired token, readable by its owner only."""
        self.paired.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(self.paired, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(token + "\n")


def token_from_environment(environ: Mapping[str, str]) -> str | None:
    """HALLCALL_ANNOUNCER_TOKEN, or what the file HALLCALL_ANNOUNCER_TOKEN_FILE holds; TokenError when unreadable."""
    token, file = environ.get("HALLCALL_ANNOUNCER_TOKEN"), environ.get("HALLCALL_ANNOUNCER_TOKEN_FILE")
    if token and file:
        raise TokenError("HALLCALL_ANNOUNCER_TOKEN and HALLCALL_ANNOUNCER_TOKEN_FILE are both set: keep one of them.")
    if file:
        try:
            token = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise TokenError(f"HALLCALL_ANNOUNCER_TOKEN_FILE: {file} cannot be read ({error}).") from error
        if not token:
            raise TokenError(f"HALLCALL_ANNOUNCER_TOKEN_FILE: {file} is empty.")
    return token or None


class Pairing:
    """Asks the server for a code, shows it, and waits until a supervisor has confirmed it."""

    def __init__(self, *, server: str, show: Callable[[str, str], None], stopped: threading.Event) -> None:
        self._server, self._show, self._stopped = server, show, stopped
        self._told = ""

    def token(self, look: Callable[[], str | None]) -> str | None:
        """The token of the confirmed device, or what `look` finds meanwhile; None when stopped."""
        while not self._stopped.is_set():
            found = look() or self._one_code(look)
            if found:
                return found
        return None

    def _one_code(self, look: Callable[[], str | None]) -> str | None:
        offer = self._ask("POST", "/api/v1/pairings", {"kind": "announcer"})
        if offer is None:
            self._stopped.wait(AGAIN_AFTER_S)
            return None
        self._show(offer["code"], offer["confirm_url"])
        while not self._stopped.wait(ASK_EVERY_S):
            answer = self._ask("GET", f"/api/v1/pairings/{offer['secret']}", None)
            if answer and answer.get("state") == "confirmed":
                return str(answer["token"])
            if look() or (answer is not None and "state" not in answer):
                return look()  # a token appeared, or the code has expired: begin again
        return None

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any] | None:
        """The answer's object, also that of an error; None when there is no server (told once)."""
        try:
            answer = requests.request(method, self._server + path, json=body, timeout=ANSWER_S)
            content = answer.json()
        except (requests.RequestException, ValueError):
            self._tell_once(
                words(f"no server at {self._server} yet; trying again", f"{self._server} 尚无服务器，继续重试")
            )
            return None
        if method == "POST" and not answer.ok:
            self._tell_once(words(f"the server gives no pairing code: {content}", f"服务器没有给出配对码：{content}"))
            return None
        return content if isinstance(content, dict) else None

    def _tell_once(self, text: str) -> None:
        if text != self._told:
            self._told = text
            log.warning("%s", text)


class Keyring:
    """The token for the next try to connect; pairs when there is none, or the server refused those there were."""

    def __init__(self, *, given: str | None, files: TokenFiles, pairing: Pairing) -> None:
        self._given, self._files, self._pairing = given, files, pairing
        self._refused: set[str] = set()
        self.current = ""

    def token(self) -> str:
        """A token; waits for a pairing if need be. Empty when stopped meanwhile."""
        self.current = self._given or self._look() or self._pair()
        return self.current

    def refused(self, code: str) -> None:
        """The server did not let us in with the current one."""
        log.warning(words("the server refuses this announcer's token (%s)", "服务器不接受本机的令牌（%s）"), code)
        self._refused.add(self.current)

    def _look(self) -> str | None:
        return self._files.read(refused=self._refused)

    def _pair(self) -> str:
        token = self._pairing.token(self._look)
        if token and token != self._look():
            self._files.keep(token)
        return token or ""
