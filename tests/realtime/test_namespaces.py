"""Who may enter a namespace, what is heard there, and that bad input is an answer and changes nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio
from socketio.exceptions import ConnectionError as Refused

from tests.realtime.process import Process, make_process


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    served = make_process(tmp_path_factory.mktemp("hall"))
    served.start()
    yield served
    served.kill()


@pytest.fixture(scope="module")
def tokens(process: Process) -> dict[str, str]:
    """Credentials of each kind of client."""
    bearers = {name: process.bearer(name)["Authorization"].removeprefix("Bearer ") for name in ("clerk1", "supervisor")}
    devices = {name: process.shown["addresses"][name].split("#device=")[1] for name in ("display", "kiosk")}
    return bearers | devices


def connect(process: Process, namespace: str, auth: Any) -> socketio.SimpleClient:
    client = socketio.SimpleClient()
    client.connect(process.url, namespace=namespace, auth=auth, transports=["websocket"])
    return client


def take(process: Process, service: str) -> dict[str, Any]:
    url = f"{process.url}/api/v1/halls/{process.shown['hall']}/tickets"
    return dict(requests.post(url, json={"service": service}, timeout=10).json())


@pytest.mark.parametrize(
    ("namespace", "who"),
    [
        ("/display", None),
        ("/display", "clerk1"),
        ("/display", "kiosk"),
        ("/kiosk", "display"),
        ("/announcer", "display"),
        ("/counter", None),
        ("/counter", "display"),
        ("/supervisor", None),
        ("/supervisor", "clerk1"),
        ("/supervisor", "kiosk"),
        ("/visitor", None),
        ("/visitor", "clerk1"),
    ],
)
def test_charlie_is_not_let_in(process: Process, tokens: dict[str, str], namespace: str, who: str | None) -> None:
    with pytest.raises(Refused):
        connect(process, namespace, {"token": tokens[who]} if who else None)


@pytest.mark.parametrize("auth", ["text", 7, ["list"], {"token": 7}, {"token": "x" * 5000}, {"ticket": None}])
def test_strange_credentials_are_refused(process: Process, auth: Any) -> None:
    for namespace in ("/display", "/counter", "/visitor"):
        with pytest.raises(Refused):
            connect(process, namespace, auth)


def test_a_screen_hears_numbers_and_never_what_staff_know(process: Process, tokens: dict[str, str]) -> None:
    hall = process.shown["hall"]
    with connect(process, "/display", {"token": tokens["display"]}) as screen:
        start = screen.call("sync", {"hall": hall, "seq": None}, timeout=10)
        with connect(process, "/counter", {"token": tokens["clerk1"]}) as desk:
            place = {"hall": hall, "counter": "1"}
            assert desk.call("session", place, timeout=10)["ok"]
            service = start["snapshot"]["hall"]["services"][0]["code"]
            visitor = take(process, service)
            desk.call("call", place | {"number": visitor["number"], "reason": "secret reason"}, timeout=10)
            desk.call("hold", place | {"note": "secret note"}, timeout=10)
        heard: list[dict[str, Any]] = []
        while not heard or heard[-1]["kind"] != "ticket_held":
            name, content = screen.receive(timeout=10)
            heard += [content] if name == "event" else []
    assert [event["prev"] for event in heard] == [start["seq"], *(event["seq"] for event in heard[:-1])]
    said = str(heard) + str(start)
    for secret in ("secret", visitor["token"], "clerk1", "note"):
        assert secret not in said


NAN, HALF = float("nan"), {"half": chr(0xD800)}


@pytest.mark.parametrize("namespace", ["/display", "/kiosk", "/announcer", "/counter", "/supervisor", "/visitor"])
def test_json_that_is_not_strict_gets_an_answer_that_says_so(
    process: Process, tokens: dict[str, str], namespace: str
) -> None:
    who = {"/counter": "clerk1", "/supervisor": "supervisor", "/announcer": "announcer"}.get(namespace, namespace[1:])
    if namespace == "/announcer":
        tokens[who] = Path(process.env["HALLCALL_DATA"], "announcer.token").read_text(encoding="utf-8").strip()
    service = requests.get(f"{process.url}/api/v1/halls/{process.shown['hall']}", timeout=10).json()["services"][0]
    auth = {"ticket": take(process, service["code"])["token"]} if who == "visitor" else {"token": tokens[who]}
    with pytest.raises(Refused):
        connect(process, namespace, auth | HALF)
    with connect(process, namespace, auth) as client:
        for content in ({"seq": NAN}, HALF, {"seq": 10**30}):
            error = client.call("sync", content, timeout=10)["error"]
            assert (error["code"], bool(error["params"]["reason_zh"])) == ("malformed", True)


def test_one_bad_screen_neither_silences_the_voice_nor_blinds_the_live_view(
    process: Process, tokens: dict[str, str]
) -> None:
    hall = f"{process.url}/api/v1/halls/{process.shown['hall']}"
    voice_token = Path(process.env["HALLCALL_DATA"], "announcer.token").read_text(encoding="utf-8").strip()
    with (
        connect(process, "/display", {"token": tokens["display"]}) as screen,
        connect(process, "/announcer", {"token": voice_token}) as voice,
    ):
        for said, field in (({"sound": {"a": 1}}, "sound"), ({"volume": "x"}, "volume"), ({"odd": 1}, "odd")):
            assert screen.call("status", said, timeout=10)["error"]["params"]["field"] == field
        for said in ({"volume": NAN}, {"sound": chr(0xD800)}, {"errors": 10**30}):
            assert screen.call("status", said, timeout=10)["error"]["code"] == "malformed"
        played = screen.call("played", {"play": {"a": 1}, "ok": True}, timeout=10)
        assert played["error"]["params"]["field"] == "play"
        assert screen.call("status", {"sound": "on"}, timeout=10) == {"ok": True}
        assert voice.call("sync", {"hall": process.shown["hall"], "seq": None}, timeout=10)["ok"]
    live = requests.get(f"{hall}/live", headers=process.bearer("supervisor"), timeout=10)
    assert next(one for one in live.json()["devices"] if one["kind"] == "display")["status"] == {"sound": "on"}


def test_control_characters_are_refused_over_a_socket_too(process: Process, tokens: dict[str, str]) -> None:
    with connect(process, "/counter", {"token": tokens["clerk1"]}) as desk:
        place = {"hall": process.shown["hall"], "counter": "2"}
        for wrong in ({"client": "a\x00b"}, {"request_id": "a\x1bb"}):
            answer = desk.call("session", place | wrong, timeout=10)
            assert (answer["ok"], answer["error"]["code"]) == (False, "invalid")
        assert desk.call("recall", place, timeout=10)["error"]["code"] == "counter_closed"


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("x" * 201, "0 to 200 characters"),
        ("out\x1bof paper", "control characters"),
        ("a\u202eb", "control characters"),
        (7, "0 to 200 characters"),
        (["paper_out"], "0 to 200 characters"),
    ],
)
def test_the_word_of_a_printer_s_fault_is_short_and_can_be_read(
    process: Process, tokens: dict[str, str], word: Any, why: str
) -> None:
    hall, boss = f"{process.url}/api/v1/halls/{process.shown['hall']}", process.bearer("supervisor")

    def told() -> Any:
        devices = requests.get(f"{hall}/live", headers=boss, timeout=10).json()["devices"]
        return next(one for one in devices if one["kind"] == "kiosk")["status"].get("printer_error")

    with connect(process, "/kiosk", {"token": tokens["kiosk"]}) as kiosk:
        assert kiosk.call("status", {"printer_error": "打" * 200}, timeout=10) == {"ok": True}
        error = kiosk.call("status", {"printer_error": word}, timeout=10)["error"]
        assert (error["code"], error["params"]["field"]) == ("invalid", "printer_error")
        assert why in error["message"]
        assert told() == "打" * 200
        assert kiosk.call("status", {"printer_error": None}, timeout=10) == {"ok": True}
        assert told() is None


def test_a_phone_hears_its_own_ticket_alone(process: Process, tokens: dict[str, str]) -> None:
    hall = process.shown["hall"]
    service = requests.get(f"{process.url}/api/v1/halls/{hall}", timeout=10).json()["services"][0]["code"]
    mine, other = take(process, service), take(process, service)
    with connect(process, "/visitor", {"ticket": mine["token"]}) as phone:
        start = phone.call("sync", {"seq": None}, timeout=10)
        assert (start["snapshot"]["number"], start["snapshot"]["notice"]) == (mine["number"], None)
        for ticket in (other, mine):
            requests.delete(f"{process.url}/api/v1/tickets/{ticket['token']}", timeout=10).raise_for_status()
        while True:
            name, content = phone.receive(timeout=10)
            if name == "event":
                break
    assert (content["kind"], content["ticket"]["number"]) == ("ticket_cancelled", mine["number"])
    assert content["prev"] == start["seq"] == start["snapshot"]["seq"]


def test_a_phone_hears_the_hall_s_notice_and_nothing_else_of_the_hall(process: Process, tokens: dict[str, str]) -> None:
    hall = process.shown["hall"]
    url, boss = f"{process.url}/api/v1/halls/{hall}", {"Authorization": f"Bearer {tokens['supervisor']}"}
    service = requests.get(url, timeout=10).json()["services"][0]["code"]
    mine = take(process, service)

    def say(text: str | None) -> None:
        body = {"text": text and {"zh-CN": text, "en": text}, "level": "emergency"}
        requests.put(f"{url}/notice", json=body, headers=boss, timeout=10).raise_for_status()

    with connect(process, "/visitor", {"ticket": mine["token"]}) as phone:
        start = phone.call("sync", {"seq": None}, timeout=10)
        for state in (False, None):  # the hall closes and opens: not for this stream
            requests.put(f"{url}/state", json={"open": state}, headers=boss, timeout=10).raise_for_status()
        with connect(process, "/counter", {"token": tokens["clerk1"]}) as desk:
            assert desk.call("session", {"hall": hall, "counter": "1", "take_over": True}, timeout=10)["ok"]
            desk.call("call", {"hall": hall, "counter": "1", "number": take(process, service)["number"], "reason": "x"})
        say("Leave by the stairs")
        requests.delete(f"{process.url}/api/v1/tickets/{mine['token']}", timeout=10).raise_for_status()
        say(None)
        heard: list[dict[str, Any]] = []
        while len(heard) < 3:
            name, content = phone.receive(timeout=10)
            heard += [content] if name == "event" else []
        again = phone.call("sync", {"seq": start["seq"]}, timeout=10)
    assert [event["kind"] for event in heard] == ["notice_set", "ticket_cancelled", "notice_set"]
    assert [event["prev"] for event in heard] == [start["seq"], heard[0]["seq"], heard[1]["seq"]]
    assert set(heard[0]) == {"seq", "prev", "hall", "at", "kind", "notice"}
    assert heard[0]["notice"]["text"]["en"] == "Leave by the stairs"
    assert heard[1]["ticket"]["notice"]["level"] == "emergency", "a ticket carries the notice too"
    assert (heard[2]["notice"], again["snapshot"]["notice"]) == (None, None)
    assert again["seq"] >= heard[2]["seq"]


BAD = [
    ("sync", {"hall": "mars", "seq": None}, "unknown_hall"),
    ("sync", {"hall": 7, "seq": None}, "invalid"),
    ("sync", {"seq": "all"}, "invalid"),
    ("sync", {"seq": True}, "invalid"),
    ("sync", {"seq": -1}, "invalid"),
    ("sync", [1, 2], "malformed"),
    ("call_next", {}, "invalid"),
    ("call_next", {"hall": "nanshan"}, "invalid"),
    ("call_next", {"hall": "nanshan", "counter": 3}, "invalid"),
    ("call_next", {"hall": "nanshan", "counter": "99"}, "unknown_counter"),
    ("call_next", {"hall": "nanshan", "counter": "2"}, "counter_closed"),
    ("call_next", {"hall": "nanshan", "counter": "2", "force": True}, "invalid"),
    ("call_next", {"hall": "nanshan", "counter": "2", "request_id": ""}, "invalid"),
    ("call_next", {"hall": "nanshan", "counter": "2", "request_id": "x" * 121}, "invalid"),
    ("call", {"hall": "nanshan", "counter": "2", "number": "A001"}, "invalid"),
    ("call", {"hall": "nanshan", "counter": "2", "number": "A001; DROP", "reason": "x"}, "invalid"),
    ("hold", {"hall": "nanshan", "counter": "2", "until": "14:30"}, "invalid"),
    ("hold", {"hall": "nanshan", "counter": "2", "note": "x" * 301}, "invalid"),
    ("transfer", {"hall": "nanshan", "counter": "2", "to": "B", "place": "top"}, "invalid"),
    ("search", {"hall": "nanshan", "q": ""}, "invalid"),
    ("remove", {"hall": "nanshan", "number": "A001"}, "invalid"),
    ("remove", {"hall": "nanshan", "counter": "2", "number": "A001", "reason": "x"}, "invalid"),
    ("remove", {"hall": "nanshan", "number": "A999", "reason": "x"}, "unknown_ticket"),
    ("remove_many", {"hall": "nanshan", "numbers": "A001", "reason": "x"}, "invalid"),
    ("remove_many", {"hall": "nanshan", "services": ["none"], "reason": "x"}, "unknown_service"),
    ("return", {"hall": "nanshan", "number": "A999"}, "unknown_ticket"),
    ("play", {"screen": 1}, "unknown_route"),
    ("connect_me", {}, "unknown_route"),
    ("__init__", {}, "unknown_route"),
]


@pytest.mark.parametrize(("event", "content", "code"), BAD)
def test_bad_input_is_an_answer_and_changes_nothing(
    process: Process, tokens: dict[str, str], event: str, content: Any, code: str
) -> None:
    with connect(process, "/counter", {"token": tokens["clerk1"]}) as desk:
        before = desk.call("sync", {"hall": process.shown["hall"], "seq": None}, timeout=10)["snapshot"]
        answer = desk.call(event, content, timeout=10)
        assert (answer["ok"], answer["error"]["code"]) == (False, code)
        assert answer["error"]["message"]
        assert desk.call("sync", {"hall": process.shown["hall"], "seq": None}, timeout=10)["snapshot"] == before


def test_a_number_is_taken_out_and_waits_again_as_over_rest(process: Process, tokens: dict[str, str]) -> None:
    hall = process.shown["hall"]
    with connect(process, "/counter", {"token": tokens["clerk1"]}) as desk:
        start = desk.call("sync", {"hall": hall, "seq": None}, timeout=10)["snapshot"]
        numbers = [take(process, start["hall"]["services"][0]["code"])["number"] for _ in range(2)]
        one = {"hall": hall, "number": numbers[0]}
        out = desk.call("remove", one | {"reason": "twice", "request_id": "out"}, timeout=10)
        assert (out["ok"], out["ticket"]["state"]) == (True, "cancelled")
        assert desk.call("remove", one | {"reason": "twice", "request_id": "out"}, timeout=10) == out
        assert desk.call("return", one, timeout=10)["ticket"]["state"] == "waiting"
        many = {"hall": hall, "numbers": numbers, "reason": "fire"}
        met = desk.call("remove_many", many | {"check": True}, timeout=10)
        assert (met["removed"], met["skipped"]) == (numbers, [])
        assert desk.call("remove_many", many, timeout=10)["removed"] == numbers
        assert [one["state"] for one in desk.call("remove_many", many, timeout=10)["skipped"]] == ["cancelled"] * 2


def test_a_sign_out_ends_the_open_socket(process: Process) -> None:
    headers = process.bearer("clerk2")
    token = headers["Authorization"].removeprefix("Bearer ")
    place = {"hall": process.shown["hall"], "counter": "2"}
    with connect(process, "/counter", {"token": token}) as desk:
        assert desk.call("session", place, timeout=10)["ok"]
        requests.post(f"{process.url}/api/v1/logout", json={}, headers=headers, timeout=10).raise_for_status()
        assert desk.call("call_next", place, timeout=10)["error"]["code"] == "not_signed_in"


def test_a_revoked_screen_is_sent_away_and_stays_out(process: Process, tokens: dict[str, str]) -> None:
    boss = process.bearer("supervisor")
    hall = f"{process.url}/api/v1/halls/{process.shown['hall']}"
    with connect(process, "/kiosk", {"token": tokens["kiosk"]}) as kiosk:
        listed = requests.get(f"{hall}/devices", headers=boss, timeout=10).json()["devices"]
        mine = next(one for one in listed if one["kind"] == "kiosk")
        assert mine["alive"]
        url = f"{process.url}/api/v1/devices/{mine['id']}"
        requests.delete(url, headers=boss, timeout=10).raise_for_status()
        kiosk.client.reconnection = False
        with pytest.raises(socketio.exceptions.SocketIOError):
            for _ in range(50):
                kiosk.receive(timeout=10)
    with pytest.raises(Refused):
        connect(process, "/kiosk", {"token": tokens["kiosk"]})


def test_what_sockets_do_stands_in_the_figures(process: Process, tokens: dict[str, str]) -> None:
    place = {"hall": process.shown["hall"], "counter": "2"}
    with connect(process, "/counter", {"token": tokens["clerk1"]}) as desk:
        desk.call("sync", {"hall": place["hall"], "seq": None}, timeout=10)
        assert desk.call("session", place | {"take_over": True}, timeout=10)["ok"]
        desk.call("session", {"hall": "elsewhere", "counter": "2"}, timeout=10)
        told = requests.get(f"{process.url}/metrics", timeout=10).text
    figures = dict(line.rsplit(" ", 1) for line in told.splitlines() if not line.startswith("#"))
    command = 'hallcall_socket_commands_total{command="session",namespace="/counter",result="%s"}'
    assert float(figures[command % "ok"]) >= 1
    assert float(figures[command % "unknown_hall"]) >= 1
    assert float(figures['hallcall_sockets{namespace="/counter"}']) >= 1
    pushed = float(figures["hallcall_delivery_seconds_count"])
    assert pushed >= 1
    assert float(figures['hallcall_delivery_seconds_bucket{le="5.0"}']) == pushed
    assert not [name for name in figures if name.startswith("hallcall_errors_total")]


def test_an_address_has_so_many_sockets_and_no_more(tmp_path: Path) -> None:
    process = make_process(tmp_path, HALLCALL_LIMIT_SOCKETS="2", HALLCALL_TRUSTED_PROXIES="127.0.0.1")
    process.start()
    auth = {"token": process.shown["addresses"]["display"].split("#device=")[1]}
    try:
        with connect(process, "/display", auth) as first, connect(process, "/display", auth):
            with pytest.raises(Refused):
                connect(process, "/display", auth)
            elsewhere = socketio.SimpleClient()
            forwarded = {"X-Forwarded-For": "203.0.113.9"}
            elsewhere.connect(process.url, headers=forwarded, namespace="/display", auth=auth, transports=["websocket"])
            elsewhere.disconnect()
            assert requests.get(f"{process.url}/healthz", timeout=10).ok
            first.disconnect()
            end = time.monotonic() + 10
            while True:  # the place is free as soon as the server has seen it go
                try:
                    connect(process, "/display", auth).disconnect()
                    break
                except Refused:
                    assert time.monotonic() < end
                    time.sleep(0.05)
    finally:
        process.kill()


@pytest.mark.parametrize("name", ["connect", "disconnect"])
def test_a_message_with_the_name_of_coming_or_going_is_none(
    process: Process, tokens: dict[str, str], name: str
) -> None:
    with connect(process, "/display", {"token": tokens["display"]}) as screen:
        answer = screen.call(name, {"token": "other"}, timeout=10)
        assert answer["error"]["code"] == "unknown_route"
        assert screen.call("sync", {"seq": None}, timeout=10)["ok"]
