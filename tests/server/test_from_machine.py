"""Numbers that a ticket machine gave while the server was away: in true order, none twice, none lost in silence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.db.repositories.ticket_rows import tickets_where
from server.domain.refusals import Refusal
from server.services.calling import outlook
from server.services.offline import kiosk_import, number_blocks, paper_numbers
from server.services.offline.paper_numbers import HandTicket
from server.services.queries import live, snapshots, visitor_view
from server.services.runtime.actor import PUBLIC
from server.services.tickets import issuing
from tests.server.offline_kiosk import OfflineKiosk, new_token
from tests.server.small_hall import ALICE, BOSS, Desk

DAY = 86_400


@pytest.fixture
def machine(desk: Desk) -> OfflineKiosk:
    return OfflineKiosk(desk)


def entered(answer: dict[str, Any]) -> list[str]:
    return [one["number"] for one in answer["entered"]]


def why(answer: dict[str, Any]) -> dict[str, str]:
    return {one["number"]: one["code"] for one in answer["refused"]}


def calls(desk: Desk, count: int) -> list[str]:
    desk.sign_on(ALICE, "1")
    return [desk.next(ALICE, "1")["ticket"]["number"] for _ in range(count)]


def test_a_machine_keeps_a_run_of_each_prefix_until_little_is_left(desk: Desk, machine: OfflineKiosk) -> None:
    assert machine.runs() == machine.runs() == [("A", 9001, 9050), ("B", 9001, 9050)]
    assert machine.runs(A=9040) == [("A", 9001, 9050), ("B", 9001, 9050)]
    assert machine.runs(A=9041) == [("A", 9001, 9050), ("A", 9051, 9100), ("B", 9001, 9050)]
    assert machine.runs(A=9050) == [("A", 9051, 9100), ("B", 9001, 9050)]
    assert desk.events == []


def test_no_two_machines_and_no_two_stores_have_the_same_numbers(desk: Desk, machine: OfflineKiosk) -> None:
    other = OfflineKiosk(desk)
    assert machine.runs()[0] == ("A", 9001, 9050)
    assert other.runs()[0] == ("A", 9051, 9100)
    machine.keeper = new_token()
    assert machine.runs()[0] == ("A", 9101, 9150)


def test_the_reserved_numbers_end(desk: Desk) -> None:
    runs = [OfflineKiosk(desk).runs() for _ in range(21)]
    assert runs[19][0] == ("A", 9951, 9999)
    assert runs[20] == []


def test_a_supervisor_is_told_that_no_machine_gets_numbers_any_more_today(desk: Desk) -> None:
    def told() -> list[dict[str, Any]]:
        return [one for one in desk.see(live.live, BOSS, devices=[])["alerts"] if one["code"] == "numbers_all_kept"]

    machines = [OfflineKiosk(desk) for _ in range(20)]
    for one in machines[:19]:
        one.ask()
    assert told() == []
    machines[19].ask()
    (alert,) = told()
    assert alert["params"] == {"prefixes": ["A", "B"]}
    assert alert["message"]["en"].endswith("when the server is away are given out: A, B")
    assert "（A、B 号段）" in alert["message"]["zh-CN"]
    desk.wait(DAY)
    assert told() == []


def test_a_new_day_begins_again(desk: Desk, machine: OfflineKiosk) -> None:
    first = machine.ask()
    assert (first["day"], first["until"]) == ("2026-11-23", "2026-11-24T04:00:00.000+08:00")
    desk.wait(DAY)
    again = machine.ask(A=9050)
    assert (again["day"], again["blocks"][0]) == ("2026-11-24", {"prefix": "A", "first": 9001, "last": 9050})


def test_only_a_ticket_machine_of_the_hall_may(desk: Desk, machine: OfflineKiosk) -> None:
    elsewhere = replace(machine.actor, hall_id=2)
    screen = replace(machine.actor, role="display")
    for who in (PUBLIC, ALICE, BOSS, elsewhere, screen):
        assert desk.refused(number_blocks.reserve, who, keeper=new_token(), used={}) == "forbidden"
        assert desk.refused(kiosk_import.hand_in, who, handed=[machine.took("A9001")]) == "forbidden"


def test_it_knows_until_when_each_service_gives_numbers(make_desk: Any) -> None:
    desk = make_desk(hours={"mon": [["08:30", "12:00"], ["14:00", "17:00"]]}, limits={"stop_minutes": 30})
    spans = {one["code"]: one["spans"] for one in OfflineKiosk(desk).ask()["services"]}
    assert [[time[11:16] for time in span] for span in spans["pass"]] == [["09:00", "11:30"], ["14:00", "16:30"]]


def test_who_must_say_who_he_is_gets_none(make_desk: Any) -> None:
    assert all(not one["spans"] for one in OfflineKiosk(make_desk(limits={"identify": "phone"})).ask()["services"])


def test_they_wait_in_true_order_among_the_others(desk: Desk, machine: OfflineKiosk) -> None:
    machine.ask()
    before = desk.take()
    desk.wait(600)
    after = desk.take()
    answer = machine.hand_in(machine.took("A9002", 100), machine.took("A9001", 200))
    assert (entered(answer), answer["refused"]) == (["A9001", "A9002"], [])
    assert desk.take() == "A003"
    assert calls(desk, 5) == [before, "A9001", "A9002", after, "A003"]
    shown = desk.see(outlook.search, ALICE, q="A9001")["tickets"][0]
    assert (shown["away"], shown["channel"]) == (True, "kiosk")
    issued = [one for one in desk.events if one.kind == "ticket_issued" and one.content.get("because") == "away"]
    assert [one.content["ticket"]["number"] for one in issued] == ["A9001", "A9002"]


def test_the_visitors_page_works_at_once(desk: Desk, machine: OfflineKiosk) -> None:
    machine.ask()
    taken = machine.took("A9001", 60, language="en")
    machine.hand_in(taken)
    page = desk.see(visitor_view.view, token=taken.token)
    assert (page["number"], page["state"], page["ahead"], page["language"]) == ("A9001", "waiting", 0, "en")


def test_handed_in_again_nothing_changes(desk: Desk, machine: OfflineKiosk) -> None:
    machine.ask()
    both = machine.took("A9001", 5), machine.took("B9001", 3)
    first = machine.hand_in(*both)
    before = desk.everything()
    assert machine.hand_in(*both) == first
    assert desk.everything() == before
    calls(desk, 1)
    assert machine.hand_in(*both)["entered"][0]["state"] == "called"


def test_what_cannot_be_is_refused_alone_and_by_name(desk: Desk, machine: OfflineKiosk) -> None:
    machine.ask()
    good = machine.took("A9001")
    answer = machine.hand_in(
        machine.took("A9002", service="gone"),
        machine.took("A9051"),
        machine.took("A001"),
        machine.took("A09003"),
        machine.took("a9003"),
        machine.took("A9004", day="2026-11-22"),
        machine.took("A9005", day="2026-99-99"),
        machine.took("A9001", -1),
        machine.took("A9006", -1, token=good.token),
        machine.took("A9007", status="king"),
        good,
    )
    assert entered(answer) == ["A9001"]
    no_block = dict.fromkeys(("A9051", "A001", "A09003", "a9003", "A9004", "A9005"), "no_block")
    taken = {"A9001": "number_taken", "A9006": "number_taken"}
    assert why(answer) == no_block | taken | {"A9002": "unknown_service", "A9007": "unknown_status"}
    assert answer["refused"][0]["message"].keys() == {"zh-CN", "en"}
    assert desk.see(snapshots.staff_snapshot, ALICE)["today"]["issued"] == 1


def test_a_clock_that_is_wrong_moves_nobody_out_of_the_time_away(desk: Desk, machine: OfflineKiosk) -> None:
    desk.wait(60)
    machine.ask()
    made = desk.now
    desk.wait(600)
    machine.hand_in(machine.took("A9001", 3600), machine.took("A9002", -3600))
    with desk.database.reading() as connection:
        times = [one.issued_at for one in tickets_where(connection)]
    assert times == [made, desk.now]


def test_another_machine_may_hand_them_in(desk: Desk, machine: OfflineKiosk) -> None:
    machine.ask()
    assert entered(OfflineKiosk(desk).hand_in(machine.took("A9001"))) == ["A9001"]


def test_those_of_yesterday_are_written_down_and_wait_no_more(desk: Desk, machine: OfflineKiosk) -> None:
    machine.ask()
    late = machine.took("A9001", 60)
    desk.wait(DAY)
    today = OfflineKiosk(desk)
    today.ask()
    assert today.hand_in(machine.took("A9001", day="2026-11-24"))["entered"][0]["state"] == "waiting"
    answer = machine.hand_in(late)
    assert answer["entered"][0]["state"] == "expired"
    assert machine.hand_in(late) == answer
    assert desk.see(snapshots.staff_snapshot, ALICE)["today"]["issued"] == 1
    told = [one for one in desk.events if one.kind == "ticket_expired"]
    assert [(one.public, one.content["ticket"]["state"]) for one in told] == [(False, "expired")]
    assert desk.see(visitor_view.view, token=late.token)["state"] == "expired"


def online(desk: Desk, machine: OfflineKiosk, key: str) -> dict[str, Any]:
    return desk.do(issuing.issue_ticket, machine.actor, key=key, service="pass").body


def test_a_number_that_nobody_saw_is_withdrawn(desk: Desk, machine: OfflineKiosk) -> None:
    machine.ask()
    unseen = online(desk, machine, "lost")["number"]
    machine.hand_in(machine.took("A9001", instead_of="lost"))
    assert desk.state_of(unseen) == "cancelled"
    (gone,) = [one for one in desk.events if one.kind == "ticket_cancelled"]
    assert (gone.content["because"], gone.content["replaced_by"]) == ("unanswered", "A9001")
    assert calls(desk, 1) == ["A9001"]


def test_one_that_was_called_meanwhile_frees_its_counter(desk: Desk, machine: OfflineKiosk) -> None:
    machine.ask()
    online(desk, machine, "lost")
    calls(desk, 1)
    machine.hand_in(machine.took("A9001", instead_of="lost"))
    assert desk.next(ALICE, "1")["ticket"]["number"] == "A9001"


def test_a_request_that_comes_afterwards_gives_no_second_number(desk: Desk, machine: OfflineKiosk) -> None:
    machine.ask()
    machine.hand_in(machine.took("A9001", instead_of="late"))
    with pytest.raises(Refusal, match="key_reused"):
        online(desk, machine, "late")
    assert desk.see(snapshots.staff_snapshot, ALICE)["today"]["issued"] == 1


def test_nobody_else_gives_these_numbers(desk: Desk) -> None:
    paper = [HandTicket("pass", desk.now - 1000, "A9001")]
    with pytest.raises(Refusal) as refused:
        desk.do(paper_numbers.enter, ALICE, tickets=paper)
    assert refused.value.params["field"] == "tickets.0.number"
    desk.do(paper_numbers.enter, ALICE, tickets=[HandTicket("pass", desk.now - 1000, "A8999")])
    assert [desk.take() for _ in range(3)] == ["A9000", "A10001", "A10002"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(steps=st.lists(st.sampled_from(["online", "away", "away", "hand", "again", "lost", "other"]), max_size=30))
def test_whatever_happens_order_is_the_order_of_taking(make_desk: Any, steps: list[str]) -> None:
    desk: Desk = make_desk()
    machines = [OfflineKiosk(desk), OfflineKiosk(desk)]
    serials = [one.runs()[0][1] for one in machines]
    waiting: list[str] = []
    kept: list[list[kiosk_import.MachineTicket]] = [[], []]
    for turn, step in enumerate(steps):
        desk.wait(1)
        which = 1 if step == "other" else 0
        if step == "online":
            waiting.append(desk.take())
        elif step in ("away", "lost", "other"):
            key = f"key {turn}" if step == "lost" else None
            if key:
                online(desk, machines[0], key)
            number = f"A{serials[which]}"
            serials[which] += 1
            kept[which].append(machines[which].took(number, instead_of=key))
            waiting.append(number)
        elif step == "hand":
            machines[0].hand_in(*kept[0][::-1]) if kept[0] else None
        else:
            machines[0].hand_in(*kept[0][::2]) if kept[0] else None
    for one, tickets in zip(machines, kept, strict=True):
        one.hand_in(*tickets)
        assert one.hand_in(*tickets)["refused"] == []
    assert len(set(waiting)) == len(waiting)
    assert calls(desk, len(waiting)) == waiting
    assert [one.seq for one in desk.events] == list(range(1, len(desk.events) + 1))


@pytest.mark.parametrize(
    ("status", "alert"),
    [
        ({"to_hand_in": 3, "refused": ""}, ("numbers_to_hand_in", 3)),
        ({"to_hand_in": 0, "refused": ""}, None),
        ({"to_hand_in": 1, "refused": "A9001, A9002"}, ("numbers_refused", "A9001, A9002")),
        ({"to_hand_in": "many", "refused": 7}, None),
    ],
)
def test_a_supervisor_sees_what_is_still_to_come_and_what_was_refused(
    desk: Desk, status: dict[str, Any], alert: tuple[str, Any] | None
) -> None:
    device = {"id": 1, "name": "Door", "kind": "kiosk", "alive": True, "status": status, "settings": {}}
    alerts = desk.see(live.live, BOSS, devices=[device])["alerts"]
    found = [(one["code"], one["params"].get("waiting") or one["params"].get("numbers")) for one in alerts]
    assert found == ([alert] if alert else [])
