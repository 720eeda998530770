"""A ticket machine's own numbers over REST: who may, and what comes of bodies that nobody should send."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from server.domain.hours import to_text
from server.services.devices import devices
from tests.server.offline_kiosk import new_token
from tests.server.small_hall import Desk
from tests.server.test_api import bearer, client, error

__all__ = ["client"]
BLOCKS, TICKETS = "/api/v1/halls/hall/number-blocks", "/api/v1/halls/hall/tickets/from-machine"


@pytest.fixture
def device(desk: Desk) -> dict[str, str]:
    """The headers of a ticket machine."""
    _, token = devices.make_device(desk.deployment, hall="hall", kind="kiosk", now=desk.now)
    return {"Authorization": f"Bearer {token}"}


def ticket(client: FlaskClient, device: dict[str, str], **changes: Any) -> dict[str, Any]:
    """A number of the machine's block, as it is handed in."""
    plan = client.post(BLOCKS, json={"keeper": "A" * 22}, headers=device).get_json()
    one = {"number": "A9001", "day": plan["day"], "token": new_token(), "service": "pass", "taken": plan["time"]}
    return {name: value for name, value in (one | changes).items() if value is not None}


def test_numbers_are_reserved_handed_in_and_found_by_their_code(client: FlaskClient, device: dict[str, str]) -> None:
    plan = client.post(BLOCKS, json={"keeper": "A" * 22, "used": {"A": 9001}}, headers=device).get_json()
    assert plan["url"].endswith("/t/")
    assert plan["blocks"][0] == {"prefix": "A", "first": 9001, "last": 9050}
    one = ticket(client, device)
    for _ in range(2):
        answer = client.post(TICKETS, json={"tickets": [one]}, headers=device)
        assert answer.status_code == 200
        named = {name: one[name] for name in ("number", "day", "token")}
        assert answer.get_json()["entered"] == [named | {"state": "waiting"}]
    assert client.get(f"/api/v1/tickets/{one['token']}").get_json()["number"] == "A9001"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": "A"}, "number"),
        ({"number": 9001}, "number"),
        ({"number": None}, "number"),
        ({"token": "short"}, "token"),
        ({"token": "A" * 21 + "B"}, "token"),
        ({"token": "A" * 21 + "="}, "token"),
        ({"token": "A" * 22 + "\n"}, "token"),
        ({"token": None}, "token"),
        ({"day": "today"}, "day"),
        ({"day": "\u0662" * 4 + "-01-01"}, "day"),
        ({"taken": "now"}, "taken"),
        ({"taken": 0}, "taken"),
        ({"service": ""}, "service"),
        ({"instead_of": "x" * 121}, "instead_of"),
        ({"instead_of": ""}, "instead_of"),
        ({"state": "completed"}, "state"),
        ({"language": "x y"}, "language"),
    ],
)
def test_a_ticket_that_nobody_should_hand_in(
    desk: Desk, client: FlaskClient, device: dict[str, str], changes: dict[str, Any], field: str
) -> None:
    good, bad = ticket(client, device), ticket(client, device, **changes)
    before = desk.everything()
    answer = client.post(TICKETS, json={"tickets": [good, bad]}, headers=device)
    assert (answer.status_code, error(answer)) == (422, "invalid")
    assert answer.get_json()["error"]["params"]["field"] == f"tickets.1.{field}"
    assert desk.everything() == before


@pytest.mark.parametrize(
    "body", [{}, {"tickets": []}, {"tickets": {}}, {"tickets": [None]}, {"tickets": [{}] * 101}, [], {"more": 1}]
)
def test_a_body_that_is_none(desk: Desk, client: FlaskClient, device: dict[str, str], body: Any) -> None:
    before = desk.everything()["ticket"]
    assert error(client.post(TICKETS, json=body, headers=device)) in ("invalid", "malformed")
    assert desk.everything()["ticket"] == before


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"keeper": "me"},
        {"keeper": "A" * 22, "used": []},
        {"keeper": "A" * 22, "used": {"A": "9001"}},
        {"keeper": "A" * 22, "used": {"A": 0}},
        {"keeper": "A" * 22, "used": {"a": 9001}},
        {"keeper": "A" * 22, "used": {"A": 2**62}},
    ],
)
def test_a_wish_for_numbers_that_is_none(
    desk: Desk, client: FlaskClient, device: dict[str, str], body: dict[str, Any]
) -> None:
    assert error(client.post(BLOCKS, json=body, headers=device)) == "invalid"
    assert desk.everything()["number_block"] == []


def test_nobody_but_a_machine(desk: Desk, client: FlaskClient, device: dict[str, str]) -> None:
    one = ticket(client, device)
    _, screen = devices.make_device(desk.deployment, hall="hall", kind="display", now=desk.now)
    callers = ({}, bearer(client, "dora"), bearer(client, "frank"), {"Authorization": f"Bearer {screen}"})
    for headers, code in zip(callers, ("not_signed_in", *["forbidden"] * 3), strict=True):
        for path, body in ((BLOCKS, {"keeper": "A" * 22}), (TICKETS, {"tickets": [one]})):
            assert error(client.post(path, json=body, headers=headers)) == code


def test_what_was_taken_keeps_its_time(desk: Desk, client: FlaskClient, device: dict[str, str]) -> None:
    one = ticket(client, device, taken="2000-01-01T00:00:00+00:00")
    assert client.post(TICKETS, json={"tickets": [one]}, headers=device).get_json()["refused"] == []
    made = desk.everything()["number_block"][0][-1]
    zone = desk.deployment.hall("hall").time_zone
    assert client.get(f"/api/v1/tickets/{one['token']}").get_json()["issued_at"] == to_text(made, zone)


def test_only_the_kiosks_page_may_ask_the_print_agent(client: FlaskClient) -> None:
    for page in ("/kiosk", "/counter", "/"):
        with client.get(page) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert ("http://127.0.0.1:8765" in policy) == (page == "/kiosk")
