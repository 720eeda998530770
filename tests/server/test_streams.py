"""Snapshot, then events, is the snapshot: for every kind of event, and over random days of random commands."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from server.db.repositories import ticket_rows
from server.db.repositories.place_rows import places_of
from server.db.tables import place
from server.domain.refusals import Refusal
from server.domain.states import AT_COUNTER, OPEN, TicketState
from server.domain.visits import StepState, read_steps
from server.services.archive import days
from server.services.calling import calling, sessions, undo, visits
from server.services.devices import announcements
from server.services.queries import snapshots
from server.services.runtime import event_log
from server.services.runtime.actor import SYSTEM
from server.services.tickets import issuing, tickets
from tests.server.reduce import reduce_public, reduce_staff
from tests.server.small_hall import ALICE, BOB, BOSS, Desk, text

CONTRACT = Path(__file__).parent.parent / "contract"
#: What a snapshot carries that events do not: a figure that changes with time alone.
BY_TIME = ("expected",)

Client = tuple[dict[str, Any], dict[str, Any]]


def pictures(desk: Desk) -> Client:
    public, staff = desk.see(snapshots.public_snapshot), desk.see(snapshots.staff_snapshot)
    return {name: value for name, value in public.items() if name not in BY_TIME}, staff


def followed(desk: Desk, client: Client) -> Client:
    """A client's pictures after it read what it missed."""
    public, staff = client
    for event in desk.see(event_log.sync, stream="public", seq=public["seq"])["events"]:
        assert event["prev"] == public["seq"]
        public = reduce_public(public, event)
    for event in desk.see(event_log.sync, stream="staff", seq=staff["seq"])["events"]:
        assert event["prev"] == staff["seq"] == event["seq"] - 1
        staff = reduce_staff(staff, event)
    return public, staff


def a_day(desk: Desk) -> list[tuple[str, Callable[[], Any]]]:
    """A scene for every kind of event: (kind, what makes it)."""
    token: dict[str, str] = {}

    def issue(name: str, service: str) -> None:
        body = desk.do(issuing.issue_ticket, service=service, status=None, language="en").body
        token[name] = body["token"]

    def take_back() -> None:
        desk.do(calling.take_back, ALICE, counter="1", number="A002")

    def report() -> None:
        desk.do(
            announcements.report,
            SYSTEM,
            number="A001",
            call_seq=9,
            zone="main",
            result="spoken",
            reason=None,
            by="screen",
        )

    def visit() -> None:
        desk.wait(60)
        wish = {"service": "permit", "services": ["tax"], "mode": "parallel"}
        token["v"] = desk.do(issuing.issue_ticket, language="en", **wish).body["token"]

    def one_done() -> None:
        """Whichever is free first has the visitor; then the other service is waited for."""
        desk.next(ALICE, "1")
        desk.do(calling.complete, ALICE, counter="1")

    def others_pass() -> None:
        """A visitor lets others pass, and a call brings them nearer."""
        desk.take("tax")
        desk.do(tickets.more_time, token=token["v"])
        desk.next(BOB, "3")

    def next_day() -> None:
        desk.wait(24 * 3600)
        desk.do(days.tick, SYSTEM)

    return [
        ("counter_opened", lambda: (desk.sign_on(ALICE, "1"), desk.sign_on(BOB, "3"))),
        ("ticket_issued", lambda: [issue("a", "pass"), issue("b", "permit"), issue("c", "tax"), issue("d", "pass")]),
        ("ticket_called", lambda: (desk.next(ALICE, "1"), desk.next(BOB, "3"))),
        ("ticket_recalled", lambda: (desk.wait(6), desk.do(calling.recall, ALICE, counter="1"))),
        ("announcement_spoken", report),
        ("ticket_started", lambda: desk.do(calling.start, ALICE, counter="1")),
        ("ticket_held", lambda: desk.do(calling.hold, ALICE, counter="1", until=None, note="copy", tell="a copy")),
        ("ticket_no_show", lambda: desk.do(calling.no_show, BOB, counter="3")),
        ("ticket_called", take_back),
        ("ticket_undone", lambda: desk.do(undo.undo, ALICE, counter="1")),
        ("ticket_called", take_back),
        ("ticket_transferred", lambda: desk.do(calling.transfer, ALICE, counter="1", to="B", place="keep", note=None)),
        ("counter_paused", lambda: desk.do(sessions.pause, ALICE, counter="1", reason="lunch")),
        ("counter_resumed", lambda: desk.do(sessions.resume, ALICE, counter="1")),
        ("ticket_called", lambda: desk.next(ALICE, "1")),
        ("ticket_completed", lambda: desk.do(calling.complete, ALICE, counter="1")),
        ("ticket_cancelled", lambda: desk.do(tickets.leave, token=token["c"])),
        ("ticket_issued", visit),
        ("ticket_next_step", one_done),
        ("ticket_parked", others_pass),
        ("ticket_changed", lambda: desk.do(visits.add_service, BOB, counter="3", service="pass", mode="parallel")),
        ("ticket_changed", lambda: desk.do(visits.set_quantity, BOB, counter="3", quantity=3)),
        ("ticket_changed", lambda: desk.do(visits.add_note, BOB, counter="3", note="two children")),
        ("ticket_next_step", lambda: desk.do(visits.go_on, BOB, counter="3")),
        ("rating_given", lambda: desk.do(tickets.rate, token=token["d"], stars=5)),
        ("notice_set", lambda: desk.do(days.set_notice, BOSS, text=text("Water"), level="info")),
        ("hall_closed", lambda: desk.do(days.set_opening, BOSS, opening=False)),
        ("hall_opened", lambda: desk.do(days.set_opening, BOSS, opening=None)),
        ("counter_closed", lambda: desk.do(sessions.sign_off, ALICE, counter="1")),
        ("day_ended", next_day),
    ]


def test_every_scene_of_a_day_is_followed_exactly(desk: Desk) -> None:
    client = pictures(desk)
    for kind, scene in a_day(desk):
        scene()
        assert kind in {event.kind for event in desk.events}
        client = followed(desk, client)
        assert client == pictures(desk), kind
    assert "ticket_expired" in {event.kind for event in desk.events}


def test_the_contract_files_are_what_the_server_says(desk: Desk, request: pytest.FixtureRequest) -> None:
    """The pages' reducers are tested against these files; `pytest --contract` writes them anew."""
    start = client = pictures(desk)
    scenes = []
    for kind, scene in a_day(desk):
        scene()
        events = [
            desk.see(event_log.sync, stream=stream, seq=known["seq"])["events"] for stream, known in _streams(client)
        ]
        client = pictures(desk)
        after = [_without_parts(known) for _, known in _streams(client)]
        scenes.append({"kind": kind, **_both(events, "events"), **_both(after, "after")})
    said = json.dumps({**_both(start, "start"), "scenes": scenes}, ensure_ascii=False, indent=1) + "\n"
    file = CONTRACT / "day.json"
    if request.config.getoption("--contract"):
        file.write_text(said, encoding="utf-8")
    assert json.loads(file.read_text(encoding="utf-8")) == json.loads(said)


def _streams(client: Client) -> tuple[tuple[str, dict[str, Any]], tuple[str, dict[str, Any]]]:
    return ("public", client[0]), ("staff", client[1])


def _both(pair: Any, name: str) -> dict[str, Any]:
    return {f"public_{name}": pair[0], f"staff_{name}": pair[1]}


def _without_parts(picture: dict[str, Any]) -> dict[str, Any]:
    """A picture whose hall is cut down to what events change."""
    return picture | {"hall": {name: picture["hall"][name] for name in ("open", "next_open")}}


numbers = st.integers(min_value=1, max_value=12)
clerks = st.sampled_from([(ALICE, "1"), (BOB, "3"), (ALICE, "2")])


class Day(RuleBasedStateMachine):
    """Random commands by visitors and clerks; whatever happens, no promise is broken."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.desk = Desk(Path(self.folder.name))
        self.client = pictures(self.desk)
        self.tokens: list[str] = []
        self.calls = 0

    def teardown(self) -> None:
        self.desk.database.close()
        self.folder.cleanup()

    def try_(self, act: Callable[..., Any], who: Any, **arguments: Any) -> Any:
        before = self.desk.everything()
        try:
            return self.desk.do(act, who, **arguments)
        except Refusal:
            assert self.desk.everything() == before
            return None

    @rule(seconds=st.sampled_from([0, 1, 6, 700]))
    def time_passes(self, seconds: int) -> None:
        self.desk.wait(seconds)

    @rule(service=st.sampled_from(["pass", "permit", "tax"]), status=st.sampled_from([None, "elderly"]))
    def a_visitor_comes(self, service: str, status: str | None) -> None:
        answer = self.desk.do(issuing.issue_ticket, service=service, status=status, language=None)
        self.tokens.append(answer.body["token"])

    @rule(
        services=st.permutations(["pass", "permit", "tax"]),
        count=st.integers(2, 3),
        mode=st.sampled_from(["sequence", "parallel"]),
    )
    def a_visitor_comes_for_several_services(self, services: list[str], count: int, mode: str) -> None:
        wish = {"service": services[0], "services": services[1:count], "mode": mode}
        self.tokens.append(self.desk.do(issuing.issue_ticket, **wish).body["token"])

    @rule(
        clerk=clerks, service=st.sampled_from(["pass", "permit", "tax"]), mode=st.sampled_from(["sequence", "parallel"])
    )
    def a_clerk_adds_a_service(self, clerk: Any, service: str, mode: str) -> None:
        self.try_(visits.add_service, clerk[0], counter=clerk[1], service=service, mode=mode)

    @rule(clerk=clerks, service=st.sampled_from(["pass", "permit", "tax"]))
    def a_clerk_drops_a_service(self, clerk: Any, service: str) -> None:
        self.try_(visits.drop_service, clerk[0], counter=clerk[1], service=service)

    @rule(clerk=clerks, quantity=st.integers(1, 3))
    def a_clerk_counts(self, clerk: Any, quantity: int) -> None:
        self.try_(visits.set_quantity, clerk[0], counter=clerk[1], quantity=quantity)

    @rule(clerk=clerks)
    def a_clerk_writes_a_note(self, clerk: Any) -> None:
        self.try_(visits.add_note, clerk[0], counter=clerk[1], note="copies")

    @rule(place=numbers, act=st.sampled_from([tickets.leave, tickets.rejoin, tickets.more_time]))
    def a_visitor_changes_their_mind(self, place: int, act: Any) -> None:
        if self.tokens:
            self.try_(act, SYSTEM, token=self.tokens[place % len(self.tokens)])

    @rule(clerk=clerks, take_over=st.booleans())
    def a_clerk_signs_on(self, clerk: Any, take_over: bool) -> None:
        self.try_(sessions.sign_on, clerk[0], counter=clerk[1], take_over=take_over, client=None)

    @rule(clerk=clerks)
    def a_clerk_calls_the_next(self, clerk: Any) -> None:
        self.try_(calling.call_next, clerk[0], counter=clerk[1])

    @rule(
        clerk=clerks,
        act=st.sampled_from(
            [
                calling.recall,
                calling.start,
                calling.complete,
                calling.no_show,
                visits.go_on,
                undo.undo,
                sessions.resume,
                sessions.sign_off,
            ]
        ),
    )
    def a_clerk_does_something(self, clerk: Any, act: Any) -> None:
        self.try_(act, clerk[0], counter=clerk[1])

    @rule(clerk=clerks, number=numbers, act=st.sampled_from([calling.take_back, calling.call]))
    def a_clerk_picks_a_number(self, clerk: Any, number: int, act: Any) -> None:
        more = {"reason": "asked"} if act is calling.call else {}
        self.try_(act, clerk[0], counter=clerk[1], number=f"A{number:03d}", **more)

    @rule(clerk=clerks, to=st.sampled_from(["A", "B", "1", "2", "3"]), place=st.sampled_from(["keep", "front"]))
    def a_clerk_transfers(self, clerk: Any, to: str, place: str) -> None:
        self.try_(calling.transfer, clerk[0], counter=clerk[1], to=to, place=place, note=None)

    @rule(clerk=clerks, minutes=st.sampled_from([None, 5]))
    def a_clerk_holds(self, clerk: Any, minutes: int | None) -> None:
        until = None if minutes is None else self.desk.now + minutes * 60_000
        self.try_(calling.hold, clerk[0], counter=clerk[1], until=until, note=None)

    @rule(clerk=clerks)
    def a_clerk_pauses(self, clerk: Any) -> None:
        self.try_(sessions.pause, clerk[0], counter=clerk[1], reason=None)

    @invariant()
    def events_are_the_state(self) -> None:
        self.client = followed(self.desk, self.client)
        assert self.client == pictures(self.desk)

    @invariant()
    def no_ticket_is_at_two_counters_and_no_number_twice(self) -> None:
        staff = self.client[1]
        present = [counter["ticket"]["number"] for counter in staff["counters"] if counter["ticket"]]
        assert len(present) == len(set(present))
        with self.desk.database.reading() as connection:
            found = ticket_rows.tickets_where(connection)
        assert len({ticket.number for ticket in found}) == len(found)
        assert sorted(present) == sorted(ticket.number for ticket in found if ticket.state in AT_COUNTER)

    @invariant()
    def places_are_what_the_tickets_say(self) -> None:
        columns = (place.c.ticket_id, place.c.step, place.c.counter_type_id, place.c.service_id)
        with self.desk.database.reading() as connection:
            stand = sorted(tuple(row) for row in connection.execute(select(*columns)))
            found = ticket_rows.tickets_where(connection)
        assert stand == sorted((ticket.id, *one) for ticket in found for one in places_of(ticket))

    @invariant()
    def a_visit_has_its_present_service_open_until_nothing_is_left(self) -> None:
        with self.desk.database.reading() as connection:
            found = [ticket for ticket in ticket_rows.tickets_where(connection) if ticket.steps]
        for ticket in found:
            steps = read_steps(ticket.steps)
            left = [step for step in steps if step.state in (StepState.OPEN, StepState.LATER)]
            if ticket.state in OPEN:
                present = [
                    step for step in steps if step.state is StepState.OPEN and step.service_id == ticket.service_id
                ]
                assert [step.counter_type_id for step in present] == [ticket.counter_type_id]
            assert ticket.state is not TicketState.COMPLETED or not left
            assert len({step.service_id for step in left}) == len(left)

    @invariant()
    def the_log_has_no_hole(self) -> None:
        assert [event.seq for event in self.desk.events] == list(range(1, len(self.desk.events) + 1))


Day.TestCase.settings = settings(
    max_examples=15, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestDay = Day.TestCase


def test_screens_that_come_together_share_one_picture_until_something_happens(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.sign_on(ALICE, "1")
    desk.take()
    taken: list[int] = []
    real = snapshots.public_snapshot
    monkeypatch.setattr(snapshots, "public_snapshot", lambda unit: taken.append(unit.now) or real(unit))

    def look() -> dict[str, Any]:
        return dict(desk.see(event_log.sync, stream="public", seq=None)["snapshot"])

    first = look()
    desk.wait(0.9)
    assert look() == first
    assert len(taken) == 1
    desk.take()
    assert look()["seq"] == first["seq"] + 1, "something happened in the same second"
    assert len(taken) == 2
    desk.wait(1)
    look()
    assert len(taken) == 3, "waits change by themselves"
    desk.wait(-3600)
    assert look()["seq"] == first["seq"] + 1
    assert len(taken) == 4, "a clock that was set back"
    desk.now += 60_000 - desk.now % 60_000 - 1
    look()
    desk.now += 1
    look()
    assert len(taken) == 6, "hours begin with a whole minute"
