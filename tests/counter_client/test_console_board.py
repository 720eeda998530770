"""The reducer's rules of docs/protocol.md, one by one."""

import json
from pathlib import Path

from client.board import Board


def board_of(make, **changes):
    board = Board()
    board.take_snapshot(make.snapshot(**changes))
    return board


def ticket_event(kind, ticket, origin):
    return {"seq": 11, "prev": 10, "kind": kind, "ticket": ticket, "from": origin, "by": None}


def place(state, counter=None, service="permit", counter_type="general"):
    waits_for = [{"counter_type": counter_type, "service": service}] if state == "waiting" else []
    return {
        "state": state,
        "counter_type": counter_type,
        "service": service,
        "counter": counter,
        "zone": None,
        "waits_for": waits_for,
    }


def test_issued_counts_one_more(make):
    board = board_of(make)
    board.apply(ticket_event("ticket_issued", make.ticket("A009"), None))
    assert board.waiting_by_type == {"general": 3}
    assert board.waiting_by_service == {"permit": 3}
    assert board.today["issued"] == 6


def test_called_moves_from_the_count_to_the_counter(make):
    board = board_of(make)
    board.apply(ticket_event("ticket_called", make.called("A001"), place("waiting")))
    assert board.waiting_by_type == {"general": 1}
    assert board.counters["3"]["ticket"]["number"] == "A001"


def test_transferred_leaves_the_counter_and_waits_elsewhere(make):
    board = board_of(make, counters=[make.counter("3", ticket=make.called("A001"))])
    moved = make.ticket("A001", service="pension", counter_type="social")
    board.apply(ticket_event("ticket_transferred", moved, place("called", counter="3")))
    assert board.counters["3"]["ticket"] is None
    assert board.waiting_by_type == {"general": 2, "social": 1}


def test_completed_and_undone_count_up_and_down(make):
    board = board_of(make, counters=[make.counter("3", ticket=make.called("A001"))])
    done = make.ticket("A001", state="completed", started_at=make.time(make.start))
    board.apply(ticket_event("ticket_completed", done, place("serving", counter="3")))
    assert board.today["completed"] == 3
    assert board.counters["3"]["ticket"] is None
    board.apply(ticket_event("ticket_undone", make.called("A001"), place("completed", counter="3")))
    assert board.today["completed"] == 2
    assert board.counters["3"]["ticket"]["number"] == "A001"


def test_held_and_parked_are_kept_by_id(make):
    board = board_of(make, held=[make.ticket("A005", state="held")])
    board.apply(ticket_event("ticket_held", make.ticket("A002", state="held"), place("called", counter="3")))
    assert [ticket["number"] for ticket in board.held] == ["A002", "A005"]
    board.apply(ticket_event("ticket_returned", make.called("A005"), place("held")))
    assert [ticket["number"] for ticket in board.held] == ["A002"]
    board.apply(ticket_event("ticket_parked", make.ticket("A005", state="parked"), place("called", counter="3")))
    assert [ticket["number"] for ticket in board.parked] == ["A005"]


def test_a_counter_event_keeps_the_rest(make):
    board = board_of(make)
    board.apply({"kind": "counter_paused", "counter": make.counter("3", state="paused", reason="meal")})
    assert board.counters["3"]["state"] == "paused"
    assert board.counters["4"]["state"] == "closed"


def test_hall_events(make):
    board = board_of(make)
    board.apply({"kind": "hall_closed", "open": False, "next_open": "2026-11-24T09:00:00+08:00"})
    assert board.hall["open"] is False
    board.apply({"kind": "notice_set", "notice": {"text": {"en": "Fire drill"}, "level": "info"}})
    assert board.notice["text"]["en"] == "Fire drill"
    board.apply({"kind": "policy_changed", "hall_config": {**board.hall, "code": "new"}})
    assert board.hall["code"] == "new"


def test_the_board_follows_the_servers_stream_exactly():
    """The recorded day that the pages' reducers are held to as well."""
    day = json.loads((Path(__file__).parents[1] / "contract" / "day.json").read_text(encoding="utf-8"))
    board = Board()
    board.take_snapshot(day["staff_start"])
    for scene in day["scenes"]:
        for event in scene["staff_events"]:
            board.apply(event)
        after = scene["staff_after"]
        assert list(board.counters.values()) == after["counters"], scene["kind"]
        assert counted(board.waiting_by_type) == counted(after["waiting"]["by_type"]), scene["kind"]
        assert counted(board.waiting_by_service) == counted(after["waiting"]["by_service"]), scene["kind"]
        assert (board.held, board.parked) == (after["held"], after["parked"]), scene["kind"]
        assert (board.notice, board.today) == (after["notice"], after["today"]), scene["kind"]
        assert board.hall["open"] == after["hall"]["open"], scene["kind"]


def counted(counts):
    return {code: count for code, count in counts.items() if count}
