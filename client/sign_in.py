"""A person who signs in at a server."""

from __future__ import annotations

from contextlib import closing

from client.rest import Refused, Rest


class SignIn:
    """A person at a server; asks for a bearer token when one is needed."""

    def __init__(self, *, server: str, username: str, password: str, language: str | None = None) -> None:
        self.server = server.rstrip("/")
        self.username = username
        self._password = password
        self._language = language
        self._token: str | None = None

    def token(self) -> str:
        """The bearer token; signs in first when there is none. Raises Refused, Unreachable."""
        if self._token is None:
            with closing(Rest(server=self.server, language=self._language)) as rest:
                content = {"username": self.username, "password": self._password, "bearer": True}
                self._token = str(rest.post("/login", content)["token"])
        return self._token

    def may_sign_in_again(self, refusal: Refused) -> bool:
        """After a refused connection: True when the token was the reason and a new one may help."""
        had_token, self._token = self._token is not None, None
        return had_token and refusal.code in {"not_signed_in", "bad_token"}
