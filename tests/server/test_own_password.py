"""Everybody changes the own password, with the present one."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from tests.server.test_api import PASSWORD, bearer, client  # noqa: F401


def own(
    client: FlaskClient,  # noqa: F811
    headers: dict[str, str],
    old: str,
    new: str,
) -> Any:
    return client.patch("/api/v1/me", json={"old_password": old, "password": new}, headers=headers)


def test_everybody_changes_the_own_password_and_stays_signed_in_here_alone(
    client: FlaskClient,  # noqa: F811
) -> None:
    for name in ("dora", "eve", "frank"):
        here, there = bearer(client, name), bearer(client, name)
        wrong = own(client, here, "not it at all", "another long one")
        assert (wrong.status_code, wrong.get_json()["error"]["params"]["field"]) == (422, "old_password")
        assert own(client, here, PASSWORD, "short").status_code == 422
        assert own(client, here, PASSWORD, PASSWORD).status_code == 422
        assert client.get("/api/v1/me", headers=there).status_code == 200
        assert own(client, here, PASSWORD, "another long one").status_code == 200
        assert client.get("/api/v1/me", headers=here).status_code == 200
        assert client.get("/api/v1/me", headers=there).status_code == 401
        old = client.post("/api/v1/login", json={"username": name, "password": PASSWORD, "bearer": True})
        new = client.post("/api/v1/login", json={"username": name, "password": "another long one", "bearer": True})
        assert (old.status_code, new.status_code) == (401, 200)


def test_a_found_session_does_not_help_to_guess_the_password(
    client: FlaskClient,  # noqa: F811
) -> None:
    here = bearer(client, "dora")
    tried = [own(client, here, f"guess {number}", "another long one").status_code for number in range(12)]
    assert tried == [422] * 10 + [429] * 2
