"""Every command with every optional field: the answer has all its fields, and the same key gives the same answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from server.http.app import create_app
from server.http.context import AppContext
from server.realtime.connections import Connections
from server.realtime.presence import Presence
from server.schemas import bodies
from server.services.accounts import users
from server.services.accounts.accounts import open_desk
from server.services.calling.commands import SOCKET_COMMANDS
from server.settings.config import Config
from tests.server.small_hall import ALICE, Desk
from tests.server.test_api import PASSWORD, bearer
from tests.server.test_appointments import NINE_TO_ELEVEN, rules

API = "/api/v1"
ZONE = ZoneInfo("Asia/Shanghai")
PERSON = {"name": "陈大文", "phone": "13800138000", "email": "ming@example.cn", "id_number": "440301199001011234"}
#: Each command at a counter with all its fields; what must be before it: a called ticket, a held one, nobody on duty.
FULL: dict[str, tuple[str, dict[str, Any]]] = {
    "call_next": ("waiting", {}),
    "call": ("waiting", {"number": "A001", "reason": "A child"}),
    "recall": ("called", {}),
    "start": ("called", {}),
    "complete": ("called", {}),
    "no_show": ("called", {}),
    "hold": ("called", {"until": "2026-11-23T09:30:00+08:00", "note": "Papers", "tell": "A copy"}),
    "take_back": ("held", {"number": "A001"}),
    "reopen": ("done", {"number": "A001"}),
    "transfer": ("called", {"to": "B", "place": "front", "note": "Tax"}),
    "add_service": ("called", {"service": "tax", "mode": "sequence"}),
    "drop_service": ("visit", {"service": "permit"}),
    "go_on": ("visit", {}),
    "quantity": ("called", {"quantity": 2}),
    "note": ("called", {"note": "A line"}),
    "enter_calls": ("waiting", {"calls": [{"number": "A001", "called": "2026-11-23T09:00:30+08:00", "came": True}]}),
    "undo": ("called", {}),
    "session": ("off", {"take_over": True, "client": "here"}),
    "pause": ("waiting", {"reason": "Lunch"}),
    "resume": ("waiting", {}),
    "sign_off": ("called", {"present": "return"}),
}


@pytest.mark.parametrize("name", SOCKET_COMMANDS)
def test_a_command_at_a_counter_answers_the_same_to_the_same_key(make_desk: Callable[..., Desk], name: str) -> None:
    before, content = FULL[name]
    command = SOCKET_COMMANDS[name]
    assert set(content) == set(command.body.model_fields)
    desk = make_desk(recall_gap_s=0)
    prepare(desk, before)
    arguments = command.arguments(content)
    once = desk.do(command.act, ALICE, key="k", counter="1", **arguments)
    again = desk.do(command.act, ALICE, key="k", counter="1", **arguments)
    assert (again, once.created) == (once, name == "session")


def prepare(desk: Desk, before: str) -> None:
    desk.take("pass", services=["permit"] if before == "visit" else [])
    desk.wait(60)
    if before == "off":
        return
    desk.sign_on(ALICE, "1")
    if before != "waiting":
        desk.next(ALICE, "1")
    if before in ("held", "done"):
        last = SOCKET_COMMANDS["hold" if before == "held" else "complete"]
        desk.do(last.act, ALICE, counter="1", **last.arguments({}))


@pytest.fixture
def client(desk: Desk, tmp_path: Path) -> Iterator[FlaskClient]:
    rules(desk, booking={"slot_minutes": 15, "capacity": 9, "hours": NINE_TO_ELEVEN})
    config = Config.from_env({"HALLCALL_DATA": str(tmp_path), "HALLCALL_LIMIT_PUBLIC": "1000"})
    open_desk(desk.deployment, config, run_blocking=lambda function, *arguments: function(*arguments))
    users.create_user(desk.deployment, username="dora", name="dora", role="clerk", password=PASSWORD, now=0)
    flask = create_app(AppContext(desk.deployment, config, Presence(desk.deployment, Connections())))
    with flask.test_client() as client:
        yield client


def tomorrow(clock: str) -> str:
    day = (datetime.now(UTC).astimezone(ZONE) + timedelta(days=1)).date()
    return f"{day}T{clock}:00+08:00"


#: What docs/protocol.md promises a holder.
HOLDERS = {
    "code",
    "token",
    "service",
    "service_name",
    "hall",
    "hall_name",
    "start",
    "end",
    "state",
    "status",
    "language",
    "contact",
    "can_change",
    "can_cancel",
    "change_until",
    "can_check_in",
    "check_in_from",
    "called_from",
    "grace_until",
    "ticket",
    "number",
    "url",
    "calendar_url",
    "time",
    "seq",
}


@pytest.mark.parametrize("key", [None, "k"], ids=["no key", "key"])
@pytest.mark.parametrize("status", [None, "elderly"])
def test_an_appointment_always_says_its_status(client: FlaskClient, key: str | None, status: str | None) -> None:
    """Booked, moved, moved by staff, cancelled: with the status of its visitor and without."""
    staff = bearer(client, "dora")

    def ask(method: str, path: str, made: int = 200, **more: Any) -> dict[str, Any]:
        headers = more.pop("headers", {}) | ({"Idempotency-Key": f"{key}{method}{path}"} if key else {})
        answers = [client.open(API + path, method=method, headers=headers, **more) for _ in range(2 if key else 1)]
        assert [answer.status_code for answer in answers] == [made] * len(answers)
        if key:
            assert answers[0].get_json() | {"time": ""} == answers[1].get_json() | {"time": ""}
        return dict(answers[0].get_json())

    wish = {"service": "pass", "start": tomorrow("09:00"), "status": status, "language": "en"} | PERSON
    assert set(wish) == set(bodies.BookAppointment.model_fields) - {"despite"}
    mine = ask("POST", "/halls/hall/appointments", 201, json=wish)
    path = f"/appointments/{mine['token']}"
    answers = [mine, ask("PATCH", path, json={"start": tomorrow("09:15")}), dict(client.get(API + path).get_json())]
    number = client.get(f"{API}/halls/hall/appointments?date={tomorrow('00:00')[:10]}", headers=staff)
    listed = number.get_json()["appointments"][0]
    by_staff = f"/halls/hall/appointments/{listed['id']}"
    moved = ask("PATCH", by_staff, headers=staff, json={"start": tomorrow("09:30")})["appointment"]
    calendar = client.get(API + path + "/calendar.ics")
    assert calendar.headers["Content-Type"] == "text/calendar; charset=utf-8"
    answers.append(ask("DELETE", path))
    assert {one["status"] for one in [*answers, listed, moved]} == {status}
    assert all(set(one) >= HOLDERS - {"seq"} for one in answers)
    assert answers[-1]["state"] == "cancelled"


@pytest.mark.parametrize("key", [None, "k"], ids=["no key", "key"])
def test_a_number_and_what_its_holder_does_are_answered_alike(client: FlaskClient, key: str | None) -> None:
    headers = {"Idempotency-Key": key} if key else {}
    wish = {
        "service": "pass",
        "services": ["tax"],
        "mode": "sequence",
        "quantity": 2,
        "status": "elderly",
        "language": "en",
        "place": [22.5, 114.0],
    } | PERSON
    assert set(wish) == set(bodies.IssueTicket.model_fields) - {"appointment", "despite"}
    answers = [client.post(f"{API}/halls/hall/tickets", json=wish, headers=headers) for _ in range(2 if key else 1)]
    assert {answer.status_code for answer in answers} == {201}
    mine = answers[0].get_json()
    assert {answer.get_json()["number"] for answer in answers} == {mine["number"]}
    path = f"{API}/tickets/{mine['token']}"
    behind = wish | {"phone": "13900139000", "id_number": "440301199001015678"}
    client.post(f"{API}/halls/hall/tickets", json=behind)
    for act, body in (("services", {"service": "permit", "mode": "sequence"}), ("more-time", {})):
        told = [client.post(f"{path}/{act}", json=body, headers=headers and {"Idempotency-Key": act}) for _ in answers]
        assert {(one.status_code, one.get_json()["number"]) for one in told} == {(200, mine["number"])}
    gone = client.delete(path, headers=headers and {"Idempotency-Key": "leave"})
    assert (gone.status_code, gone.get_json()["state"]) == (200, "cancelled")
