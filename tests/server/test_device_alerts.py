"""What a supervisor is told of devices that need somebody: each fault once, in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from printing.state import REASONS
from server.domain.hours import to_text
from server.realtime.connections import Connection, Connections
from server.realtime.presence import COMES_BACK_WITHIN, COMES_WITHIN, Presence
from server.services.devices import devices
from server.services.devices.device_alerts import NOT_PRINTED, PRINTER_FAULTS, device_alerts
from tests.server.small_hall import Desk

BY_AGENT = {"printer": {"kind": "agent", "device": 3}}
TODAY = date(2026, 11, 23)
AT = "2026-11-23T09:31:05.120+08:00"
BY_NETWORK = {"printer": {"kind": "network", "host": "192.168.1.50"}}


def device(number: int, kind: str, *, alive: bool = True, **more: Any) -> dict[str, Any]:
    shown = {"id": number, "kind": kind, "name": f"{kind} {number}", "alive": alive, "settings": {}, "status": {}}
    return shown | {"last_seen": AT} | more


def kiosk(number: int = 2, **more: Any) -> dict[str, Any]:
    return device(number, "kiosk", **({"settings": BY_AGENT} | more))


def agent(**more: Any) -> dict[str, Any]:
    return device(3, "printer", **more)


def said(*seen: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["code"], one["message"]["en"]) for one in device_alerts(list(seen), today=TODAY)]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (
            [kiosk(status={"printer_error": "paper_out", "paper": "out"}), agent(status={"paper": "out"})],
            [("printer_fault", "kiosk 2: the printer is out of paper")],
        ),
        (
            [kiosk(status={"printer_error": "cover_open"}), agent(status={"printer_error": "offline"})],
            [("printer_fault", "kiosk 2: the printer's cover is open")],
        ),
        ([kiosk(), agent(status={"paper": "low"})], [("printer_fault", "kiosk 2: the printer is low on paper")]),
        (
            [kiosk(status={"printer_error": "offline"}), agent(alive=False)],
            [("device_silent", "kiosk 2: its print agent printer 3 has been silent since 09:31")],
        ),
        (
            [kiosk(alive=False, status={"printer_error": "offline"}), agent(alive=False)],
            [("device_silent", "kiosk 2 has been silent since 09:31")],
        ),
        (
            [kiosk(alive=False, last_seen="2026-11-20T17:02:00+08:00"), agent()],
            [("device_silent", "kiosk 2 has been silent since 2026-11-20 17:02")],
        ),
        ([device(1, "display", alive=False, last_seen=None)], [("device_silent", "display 1 has never come")]),
        (
            [kiosk(alive=False, status={"to_hand_in": 3}), agent()],
            [
                ("device_silent", "kiosk 2 has been silent since 09:31"),
                ("numbers_to_hand_in", "kiosk 2: 3 numbers given while away still to be handed in"),
            ],
        ),
        (
            [kiosk(alive=False), agent(status={"paper": "out"})],
            [
                ("device_silent", "kiosk 2 has been silent since 09:31"),
                ("printer_fault", "kiosk 2: the printer is out of paper"),
            ],
        ),
        ([agent(alive=False)], [("device_silent", "printer 3 has been silent since 09:31")]),
        ([agent(status={"paper": "out"})], [("printer_fault", "printer 3: the printer is out of paper")]),
        (
            [
                kiosk(2, settings=BY_NETWORK, status={"printer_error": "unreachable"}),
                kiosk(4, settings=BY_NETWORK, status={"printer_error": "unreachable"}),
            ],
            [("printer_fault", "kiosk 2, kiosk 4: the printer cannot be reached")],
        ),
        (
            [kiosk(2, settings={}, status={"printer_error": "what is this"}), kiosk(4, settings={})],
            [("printer_fault", "kiosk 2: tickets are not printed")],
        ),
        (
            [kiosk(status={"refused": "A9001", "printer_error": "paper_out"}), agent()],
            [
                ("numbers_refused", "kiosk 2: numbers given while away could not be entered: A9001"),
                ("printer_fault", "kiosk 2: the printer is out of paper"),
            ],
        ),
        (
            [kiosk(status={"to_hand_in": 1}), agent()],
            [("numbers_to_hand_in", "kiosk 2: 1 number given while away still to be handed in")],
        ),
        (
            [kiosk(status={"to_hand_in": 2}), agent()],
            [("numbers_to_hand_in", "kiosk 2: 2 numbers given while away still to be handed in")],
        ),
        ([device(1, "display", alive=False, awaited=True), kiosk(), agent(alive=False, awaited=True)], []),
        ([kiosk(status={"printer_error": 7, "paper": ["out"]}), agent(status={"printer_error": {}})], []),
    ],
)
def test_a_fault_is_told_once_with_the_machine_and_its_reason(
    seen: list[dict[str, Any]], expected: list[tuple[str, str]]
) -> None:
    assert said(*seen) == expected


def test_every_fault_of_a_printer_has_words_in_both_languages() -> None:
    assert set(REASONS) <= set(PRINTER_FAULTS)
    (found,) = device_alerts([kiosk(status={"printer_error": "paper_out"}), agent()], today=TODAY)
    assert found["message"]["zh-CN"] == "“kiosk 2”：打印机缺纸"
    assert found["params"] == {"device": 2, "name": "kiosk 2", "kind": "kiosk", "fault": "paper_out"}
    assert NOT_PRINTED not in PRINTER_FAULTS.values()


def test_a_device_that_was_paired_just_now_is_awaited_for_a_minute(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _, token = devices.make_device(desk.deployment, hall="hall", kind="printer", now=desk.now)
    presence = Presence(desk.deployment, Connections())
    awaited = []
    for later in (0, COMES_WITHIN - 1, COMES_WITHIN):
        monkeypatch.setattr("server.realtime.presence.now_ms", lambda later=later: desk.now + later)
        awaited += [one["awaited"] for one in presence.devices(desk.deployment.hall("hall"))]
    assert awaited == [True, True, False]
    monkeypatch.setattr("server.realtime.presence.now_ms", lambda: desk.now)
    assert devices.by_token(desk.deployment, token=token, now=desk.now) is not None
    assert [one["awaited"] for one in presence.devices(desk.deployment.hall("hall"))] == [False], "it came and is gone"


def test_a_device_that_was_changed_is_awaited_for_a_moment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its sockets are ended so that it connects anew: that is no silence."""
    made, token = devices.make_device(desk.deployment, hall="hall", kind="display", now=desk.now)
    actor = devices.by_token(desk.deployment, token=token, now=desk.now)
    assert actor is not None
    presence = Presence(desk.deployment, Connections())
    socket = Connection("/display", "1", actor, "hall", "en", device={"id": made["id"]})
    presence.connections.add(socket)
    monkeypatch.setattr(presence, "disconnect", lambda one: presence.connections.remove(one.namespace, one.sid))
    monkeypatch.setattr("server.realtime.presence.now_ms", lambda: desk.now)
    presence.changed(made["id"])
    awaited = []
    for later in (0, COMES_BACK_WITHIN - 1, COMES_BACK_WITHIN):
        monkeypatch.setattr("server.realtime.presence.now_ms", lambda later=later: desk.now + later)
        awaited += [(one["alive"], one["awaited"]) for one in presence.devices(desk.deployment.hall("hall"))]
    assert awaited == [(False, True), (False, True), (False, False)]


def test_a_machine_whose_page_was_closed_is_silent_since_that_moment_and_what_it_said_stays(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written down of a device may be a minute old; its last socket was there until it ended."""
    _, token = devices.make_device(desk.deployment, hall="hall", kind="kiosk", now=desk.now)
    actor = devices.by_token(desk.deployment, token=token, now=desk.now)
    assert actor is not None
    presence = Presence(desk.deployment, Connections())
    presence.connections.add(Connection("/kiosk", "1", actor, "hall", "en", status={"to_hand_in": 3}))
    closed = desk.now + 50_000
    monkeypatch.setattr("server.realtime.connections.now_ms", lambda: closed)
    presence.connections.remove("/kiosk", "1")
    hall = desk.deployment.hall("hall")
    (shown,) = presence.devices(hall)
    assert (shown["alive"], shown["last_seen"]) == (False, to_text(closed, hall.time_zone))
    assert shown["status"] == {"to_hand_in": 3}


def test_after_a_restart_the_devices_that_were_there_are_awaited_for_a_moment(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, token = devices.make_device(desk.deployment, hall="hall", kind="display", now=desk.now - COMES_WITHIN)
    devices.make_device(desk.deployment, hall="hall", kind="kiosk", now=desk.now - COMES_WITHIN)
    assert devices.by_token(desk.deployment, token=token, now=desk.now) is not None
    monkeypatch.setattr("server.realtime.presence.now_ms", lambda: desk.now)
    presence, awaited = Presence(desk.deployment, Connections()), []
    for later in (0, COMES_BACK_WITHIN - 1, COMES_BACK_WITHIN):
        monkeypatch.setattr("server.realtime.presence.now_ms", lambda later=later: desk.now + later)
        awaited.append([one["id"] for one in presence.devices(desk.deployment.hall("hall")) if one["awaited"]])
    assert awaited == [[made["id"]], [made["id"]], []]
