from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from server import pages
from server.http.app import create_app
from server.http.context import AppContext
from server.http.route_table import ROUTES
from server.realtime.connections import Connections
from server.realtime.presence import Presence
from server.services.accounts import users
from server.services.accounts.accounts import open_desk
from server.services.devices.devices import make_device
from server.settings.config import Config
from tests.server.small_hall import Desk

PASSWORD = "correct horse"
#: Names for a route's path; all of them exist but tokens and secrets, which nobody can guess.
NAMES = {
    "hall": "hall",
    "service": "pass",
    "counter": "1",
    "token": "guess",
    "secret": "guess",
    "code": "000000",
    "id": "1",
    "hash": "0" * 64,
    "number": "A001",
    "username": "charlie",
}


@pytest.fixture
def client(desk: Desk, tmp_path: Path) -> Iterator[FlaskClient]:
    config = Config.from_env({"HALLCALL_DATA": str(tmp_path), "HALLCALL_LIMIT_PUBLIC": "1000"})
    open_desk(desk.deployment, config, run_blocking=lambda function, *arguments: function(*arguments))
    for name, role in (("dora", "clerk"), ("eve", "supervisor"), ("frank", "admin")):
        users.create_user(desk.deployment, username=name, name=name, role=role, password=PASSWORD, now=0)
    flask = create_app(AppContext(desk.deployment, config, Presence(desk.deployment, Connections())))
    pages.register(flask)
    with flask.test_client() as client:
        yield client


def error(answer: Any) -> str:
    body = answer.get_json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "params", "message"}
    assert body["error"]["message"]
    return str(body["error"]["code"])


def bearer(client: FlaskClient, username: str) -> dict[str, str]:
    answer = client.post("/api/v1/login", json={"username": username, "password": PASSWORD, "bearer": True})
    return {"Authorization": f"Bearer {answer.get_json()['token']}"}


def test_the_document_is_valid_and_names_every_route(client: FlaskClient) -> None:
    described = client.get("/api/openapi.json").get_json()
    validate(described)
    named = {(method.upper(), path) for path, methods in described["paths"].items() for method in methods}
    assert named == {(route.method, f"/api/v1{route.path}") for route in ROUTES}
    operations = [operation for methods in described["paths"].values() for operation in methods.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert all(operation["summary"] for operation in operations)


@pytest.mark.parametrize("route", [one for one in ROUTES if one.access != "public"], ids=lambda one: one.path)
def test_no_route_for_staff_opens_for_strangers_or_lower_roles(client: FlaskClient, route: Any) -> None:
    path = "/api/v1" + re.sub(r"\{(\w+)\}", lambda found: NAMES[found[1]], route.path)

    def ask(**more: Any) -> Any:
        return client.open(path, method=route.method, **more)

    assert (ask().status_code, error(ask())) == (401, "not_signed_in")
    assert error(ask(headers={"Authorization": "Bearer guess"})) == "bad_token"
    lower = {"supervisor": "dora", "admin": "eve", "device": "frank"}.get(route.access)
    if lower:
        assert (ask(headers=bearer(client, lower)).status_code, error(ask(headers=bearer(client, lower)))) == (
            403,
            "forbidden",
        )


def test_a_device_has_only_a_devices_rights(client: FlaskClient, desk: Desk) -> None:
    _, token = make_device(desk.deployment, hall="hall", kind="kiosk", now=desk.now)
    kiosk = {"Authorization": f"Bearer {token}"}
    for method, path in (("GET", "/halls/hall/live"), ("POST", "/halls/hall/counters/1/session"), ("GET", "/me")):
        assert error(client.open(f"/api/v1{path}", method=method, headers=kiosk)) == "forbidden"
    issued = client.post("/api/v1/halls/hall/tickets", json={"service": "pass"}, headers=kiosk)
    assert issued.status_code == 201
    assert desk.events[-1].content["ticket"]["channel"] == "kiosk"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"service": "pa', 400, "malformed"),
        (b"[]", 400, "malformed"),
        (b'"pass"', 400, "malformed"),
        (b"{}", 422, "invalid"),
        (b'{"service": 7}', 422, "invalid"),
        (b'{"service": null}', 422, "invalid"),
        (b'{"service": ""}', 422, "invalid"),
        (b'{"service": "' + b"x" * 41 + b'"}', 422, "invalid"),
        (b'{"service": "pass", "language": "fr"}', 422, "invalid"),
        (b'{"service": "pass", "colour": "red"}', 422, "invalid"),
        (b'{"service": "pass", "phone": "call me"}', 422, "invalid"),
        (b'{"service": "pass", "email": "me"}', 422, "invalid"),
        (b'{"service": "pass", "appointment": "x"}', 422, "invalid"),
        (b'{"service": "nothing"}', 422, "unknown_service"),
        (b'{"service": "pass", "status": "king"}', 422, "unknown_status"),
        (b'{"service": "\xff"}', 400, "malformed"),
        (b'{"service": "' + b"x" * 70_000 + b'"}', 413, "too_large"),
    ],
)
def test_bad_bodies_are_refused_and_change_nothing(
    client: FlaskClient, desk: Desk, body: bytes, status: int, code: str
) -> None:
    before = desk.everything()
    answer = client.post("/api/v1/halls/hall/tickets", data=body, content_type="application/json")
    assert (answer.status_code, error(answer)) == (status, code)
    assert desk.everything() == before


def test_a_phone_number_is_kept_sealed_and_shown_masked(client: FlaskClient, desk: Desk) -> None:
    wanted = {"service": "pass", "phone": "+86 138 0013 8000", "email": "ming@example.cn"}
    assert client.post("/api/v1/halls/hall/tickets", json=wanted).status_code == 201
    kept = str(desk.everything())
    assert "*********8000" in kept
    assert "13800138" not in kept.replace(" ", "")
    assert "ming" not in kept


def test_a_body_that_is_not_json_is_refused(client: FlaskClient) -> None:
    answer = client.post("/api/v1/halls/hall/tickets", data="service=pass", content_type="text/plain")
    assert (answer.status_code, error(answer)) == (415, "not_json")


def test_what_is_not_there_has_the_same_envelope(client: FlaskClient) -> None:
    assert error(client.get("/api/v1/nothing")) == "unknown_route"
    assert error(client.get("/nothing")) == "unknown_route"
    assert error(client.get("/api/v1/halls/mars")) == "unknown_hall"
    assert error(client.get("/api/v1/tickets/guess")) == "unknown_ticket"
    answer = client.delete("/api/v1/halls")
    assert (answer.status_code, error(answer)) == (405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


def test_errors_speak_the_readers_language(client: FlaskClient) -> None:
    chinese = client.get("/api/v1/halls/mars", headers={"Accept-Language": "zh-CN,en;q=0.5"}).get_json()
    assert chinese["error"]["message"] == "没有大厅 mars"


def test_a_cookie_needs_its_csrf_token_and_its_own_origin(client: FlaskClient) -> None:
    signed_in = client.post("/api/v1/login", json={"username": "dora", "password": PASSWORD})
    cookie = signed_in.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    csrf = {"X-CSRF-Token": signed_in.get_json()["csrf_token"]}
    session = "/api/v1/halls/hall/counters/1/session"
    assert error(client.post(session, json={})) == "csrf"
    foreign = csrf | {"Origin": "http://evil.example"}
    assert error(client.post(session, json={}, headers=foreign)) == "foreign_origin"
    assert client.post(session, json={}, headers=csrf | {"Origin": "http://localhost"}).status_code == 201
    assert client.post(session, json={}, headers=csrf).status_code == 200
    assert client.post("/api/v1/logout", json={}, headers=csrf).status_code == 200
    assert error(client.get("/api/v1/me")) == "not_signed_in"


def test_a_foreign_page_cannot_sign_a_browser_in(client: FlaskClient) -> None:
    wanted = {"username": "dora", "password": PASSWORD}
    answer = client.post("/api/v1/login", json=wanted, headers={"Origin": "http://evil.example"})
    assert (answer.status_code, error(answer)) == (403, "foreign_origin")


def test_a_clerk_works_a_counter_over_rest(client: FlaskClient) -> None:
    dora = bearer(client, "dora")
    counter = "/api/v1/halls/hall/counters/1"
    for _ in range(2):
        client.post("/api/v1/halls/hall/tickets", json={"service": "pass"})
    assert client.post(f"{counter}/session", json={}, headers=dora).status_code == 201
    first = client.post(f"{counter}/call-next", json={}, headers=dora | {"Idempotency-Key": "one"})
    again = client.post(f"{counter}/call-next", json={}, headers=dora | {"Idempotency-Key": "one"})
    assert first.get_json() == again.get_json()
    assert first.get_json()["ticket"]["number"] == "A001"
    for until in ("soon", "2019-11-23T14:30:00+08:00", "2099-11-23T14:30:00+08:00"):
        answer = client.post(f"{counter}/hold", json={"until": until}, headers=dora)
        assert (answer.status_code, error(answer)) == (422, "invalid")
    assert client.post(f"{counter}/hold", json={"note": "copying"}, headers=dora).status_code == 200
    assert client.post(f"{counter}/take-back", json={"number": "a001"}, headers=dora).status_code == 200
    assert (
        client.patch(f"{counter}/session", json={"state": "paused", "reason": "lunch"}, headers=dora).status_code == 200
    )
    assert error(client.post(f"{counter}/call-next", json={}, headers=dora)) == "counter_paused"
    assert client.get(counter, headers=dora).get_json()["outlook"]["next"]["number"] == "A002"
    done = client.delete(f"{counter}/session?present=complete", headers=dora).get_json()
    assert done["summary"]["called"] == 1


def test_the_board_is_public_shows_no_secrets_and_answers_304(client: FlaskClient) -> None:
    token = client.post("/api/v1/halls/hall/tickets", json={"service": "pass"}).get_json()["token"]
    board = client.get("/api/v1/halls/hall/board")
    assert board.get_json()["waiting"] == {"A": 1, "B": 0}
    assert token not in board.get_data(as_text=True)
    unchanged = client.get("/api/v1/halls/hall/board", headers={"If-None-Match": board.headers["ETag"]})
    assert (unchanged.status_code, unchanged.get_data()) == (304, b"")
    assert error(client.get("/api/v1/halls/hall/board?zone=roof")) == "unknown_zone"


def test_strangers_read_the_public_log_and_staff_all_of_it(client: FlaskClient) -> None:
    client.post("/api/v1/halls/hall/tickets", json={"service": "pass"})
    public = client.get("/api/v1/halls/hall/events?since=0").get_json()["events"][0]
    assert (public["kind"], public["ticket"]["number"]) == ("ticket_issued", "A001")
    assert not {"by", "note"} & (set(public) | set(public["ticket"]))
    staff = client.get("/api/v1/halls/hall/events?since=0", headers=bearer(client, "dora")).get_json()["events"][0]
    assert {"class", "channel", "note"} <= set(staff["ticket"])
    for wrong in ("", "-1", "x", "1e3", "9" * 30):
        assert error(client.get(f"/api/v1/halls/hall/events?since={wrong}")) == "invalid"


def test_too_many_tickets_from_one_address_must_wait(desk: Desk, tmp_path: Path) -> None:
    config = Config.from_env({"HALLCALL_DATA": str(tmp_path), "HALLCALL_LIMIT_PUBLIC": "2"})
    client = create_app(AppContext(desk.deployment, config, Presence(desk.deployment, Connections()))).test_client()
    for _ in range(2):
        assert client.post("/api/v1/halls/hall/tickets", json={"service": "pass"}).status_code == 201
    refused = client.post("/api/v1/halls/hall/tickets", json={"service": "pass"})
    assert (refused.status_code, error(refused)) == (429, "too_many")
    assert int(refused.headers["Retry-After"]) > 0


def test_a_fault_of_ours_is_an_envelope_without_details(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from server.http.routes import halls

    def falls(*_arguments: Any, **_names: Any) -> None:
        raise RuntimeError("secret path")

    monkeypatch.setattr(halls, "look", falls)
    answer = client.get("/api/v1/halls/hall/board")
    assert (answer.status_code, error(answer)) == (500, "internal")
    assert "secret" not in answer.get_data(as_text=True)


def test_health_and_readiness_stand_at_the_root(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json()["ok"] is True
    assert client.get("/readyz").get_json()["database"] == "ok"


def test_a_page_answers_with_and_without_a_slash(client: FlaskClient) -> None:
    for path in ("/counter", "/supervisor", "/kiosk"):
        answer = client.get(f"{path}/?hall=a")
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{path}?hall=a")


@pytest.mark.parametrize(
    ("wanted", "language"), [("de-DE,fr", "en"), ("zh-TW", "zh"), ("zh-HK,en", "zh"), ("en-GB", "en"), ("", "en")]
)
def test_refusals_speak_chinese_to_chinese_readers_and_english_to_others(
    client: FlaskClient, wanted: str, language: str
) -> None:
    answer = client.get("/api/v1/tickets/none", headers={"Accept-Language": wanted})
    assert ("没有" in answer.get_json()["error"]["message"]) == (language == "zh")


def test_rules_are_compared_so_often_and_no_more(client: FlaskClient) -> None:
    def ask(body: dict[str, Any]) -> Any:
        return client.post("/api/v1/halls/hall/policy/compare", json=body, headers=boss)

    boss = bearer(client, "eve")
    answer = ask({"policies": ["strict"], "load": 0.2}).get_json()
    assert [one["name"] for one in answer["results"]] == ["balanced", "strict"]
    wrong = ask({"policies": ["fair"]})
    assert (wrong.status_code, error(wrong)) == (422, "invalid")
    for body in ({"load": 9}, {"booked": -1}, {"day": "today"}, {"seed": "a"}, {"candidate": {"speed": 2}}):
        assert error(ask(body)) == "invalid"
    statuses = [ask({"policies": [], "load": 0.1}).status_code for _ in range(15)]
    assert (statuses[:13], statuses[13:]) == ([200] * 13, [429] * 2)


@pytest.mark.parametrize(
    ("body", "en", "zh"),
    [
        ({}, "Field service is not valid: is missing", "缺少此项"),
        ({"service": 7}, "Field service is not valid: must be a text", "必须是文本"),
        ({"service": "pass", "until": 1}, "Field until is not valid: is not a name that belongs here", "不应有这一项"),
    ],
)
def test_a_wrong_field_is_named_with_the_reason_in_both_languages(
    client: FlaskClient, body: dict[str, Any], en: str, zh: str
) -> None:
    url = "/api/v1/halls/hall/tickets"
    assert client.post(url, json=body).get_json()["error"]["message"] == en
    answer = client.post(url, json=body, headers={"Accept-Language": "zh-CN"}).get_json()["error"]
    assert zh in answer["message"]
    assert zh in answer["params"]["reason_zh"]


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_the_edge_of_the_calendar_is_refused(client: FlaskClient, day: str) -> None:
    assert client.get(f"/api/v1/halls/hall/slots?service=pass&date={day}").status_code == 422
    for offset in ("+14:00", "-12:00"):
        body = {"service": "pass", "start": f"{day}T00:00:00{offset}"}
        assert client.post("/api/v1/halls/hall/appointments", json=body).status_code == 422


def test_control_characters_are_refused_at_the_door_and_change_nothing(client: FlaskClient) -> None:
    for body in ({"service": "pass", "name": "Ann\x00"}, {"service": "pass", "place": [91, 0]}):
        answer = client.post("/api/v1/halls/hall/tickets", json=body)
        assert (answer.status_code, error(answer)) == (422, "invalid")
    key = {"Idempotency-Key": "a\x01b"}
    assert client.post("/api/v1/halls/hall/tickets", json={"service": "pass"}, headers=key).status_code in (400, 422)
    board = client.get("/api/v1/halls/hall/board").get_json()
    assert sum(board["waiting"].values()) == 0


@pytest.mark.parametrize(
    ("path", "accept", "page"),
    [
        ("/nowhere", "text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("/nowhere", "*/*", False),
        ("/nowhere", "application/json", False),
        ("/api/v1/nowhere", "text/html", False),
        ("/%ff%fe", "text/html", True),
    ],
)
def test_an_unknown_address_is_a_page_for_people_and_an_error_for_programs(client, path, accept, page):
    answer = client.get(path, headers={"Accept": accept, "Accept-Language": "en"})
    assert answer.status_code == 404
    if page:
        assert answer.mimetype == "text/html"
        assert "No such page" in answer.text and "没有此页面" in answer.text
    else:
        assert answer.json["error"]["code"] == "unknown_route"


@pytest.mark.parametrize(("asked", "code"), [("hall=nope&lang=xx", "unknown_hall"), ("zone=nope", "unknown_zone")])
def test_a_board_of_no_hall_or_zone_is_a_page_for_people_and_an_error_for_programs(client, asked, code):
    page = client.get(f"/display/basic?{asked}", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert page.status_code == 404
    assert page.mimetype == "text/html"
    assert "No such page" in page.text
    answer = client.get(f"/display/basic?{asked}", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json["error"]["code"] == code


@pytest.mark.parametrize("depth", [300, 900, 1020, 5000])
def test_a_body_that_is_nested_deeply_is_refused(client: FlaskClient, depth: int) -> None:
    body = '{"service": ' + "[" * depth + "]" * depth + "}"
    answer = client.post("/api/v1/halls/hall/tickets", data=body, content_type="application/json")
    assert answer.status_code in (400, 422), answer.json
    assert answer.json["error"]["code"] in ("invalid", "malformed")
