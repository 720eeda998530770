"""An answer that is said to be still true is true: whatever people did meanwhile, and however much time has passed."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from server.domain.refusals import Refusal
from server.services.archive import days
from server.services.calling import calling, sessions, undo, visits
from server.services.hall_setup import switches
from server.services.policy import policy
from server.services.queries import invalidation, validity, visitor_view, waiting
from server.services.queries.invalidation import MOST, Witness
from server.services.queries.validity import Basis
from server.services.runtime.deployment import Deployment
from server.services.tickets import issuing, tickets
from tests.server.small_hall import ALICE, BOB, BOSS, CHARLIE, Desk

STEPS = 250
#: Whether a class overtakes another depends on its speed; closing at noon is a moment that no event tells.
SETTINGS: dict[str, Any] = {
    "hours": {day: [["09:00", "12:00"], ["13:00", "24:00"]] for day in ("mon", "tue", "wed")},
    "classes": {
        "ordinary": {"speed": 1.0, "credit": 0.0, "guard": None},
        "appointment": {"speed": 2.0, "credit": 5.0},
        "priority": {"speed": 3.0, "credit": 1.0},
    },
    "return_after": 2,
}
CLERKS = (("1", ALICE), ("2", BOB), ("3", CHARLIE))

Kept = dict[str, tuple[dict[str, Any], Basis]]


class Poller:
    """Phones and a screen that ask again and again, with what each was told last."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.witness = desk, Witness(desk.deployment)
        self.kept: Kept = {}
        self.true = self.anew = 0

    def ask(self, *, why: object) -> None:
        for name in self.names():
            told, basis = self.read(name)
            before = self.kept.get(name)
            if before and self.witness.public_seq(before[1], now=self.desk.now) is not None:
                assert told == before[0], (name, why)
                self.true += 1
            else:
                self.kept[name] = told, basis
                self.anew += 1

    def names(self) -> list[str]:
        return ["board", "board main", *tokens(self.desk)]

    def read(self, name: str) -> tuple[dict[str, Any], Basis]:
        if name.startswith("board"):
            found = self.desk.see(validity.board, zone=name[6:] or None)
            return found["shown"], found["basis"]
        found = self.desk.see(validity.ticket, token=name)
        return {key: value for key, value in found["shown"].items() if key not in ("seq", "time")}, found["basis"]


def tokens(desk: Desk) -> list[str]:
    with desk.database.reading() as connection:
        return list(connection.exec_driver_sql("SELECT token FROM ticket ORDER BY id DESC LIMIT 12").scalars())


def something(desk: Desk, chance: random.Random) -> object:
    """One thing that somebody does in a hall, if it can be done now."""
    counter, who = chance.choice(CLERKS)
    held = tokens(desk) or ["none"]
    number = f"{chance.choice('AAB')}{chance.randint(1, 30):03}"
    mode = chance.choice(("sequence", "parallel"))
    status = chance.choice((None, None, "elderly"))
    plain: dict[str, Any] = {"language": None, "status": status}
    doings: list[Callable[[], object]] = [
        *[lambda: desk.do(issuing.issue_ticket, service=chance.choice(("pass", "permit", "tax")), **plain)] * 5,
        lambda: desk.do(issuing.issue_ticket, service="pass", services=["tax"], mode=mode, **plain),
        *[lambda: desk.do(calling.call_next, who, counter=counter)] * 4,
        lambda: desk.do(sessions.sign_on, who, counter=counter, take_over=True, client=None),
        lambda: desk.do(sessions.sign_off, who, counter=counter, present="complete"),
        lambda: desk.do(sessions.pause, who, counter=counter, reason="tea"),
        lambda: desk.do(sessions.resume, who, counter=counter),
        lambda: desk.do(calling.call, who, counter=counter, number=number, reason="asked"),
        lambda: desk.do(calling.take_back, who, counter=counter, number=number),
        lambda: desk.do(calling.recall, who, counter=counter),
        lambda: desk.do(calling.start, who, counter=counter),
        lambda: desk.do(calling.complete, who, counter=counter),
        *[lambda: desk.do(calling.no_show, who, counter=counter)] * 2,
        lambda: desk.do(calling.hold, who, counter=counter, until=desk.now + 90_000, note=None),
        lambda: desk.do(
            calling.transfer, who, counter=counter, to=chance.choice(("A", "B", "1", "2", "3")), place="keep", note=None
        ),
        lambda: desk.do(undo.undo, who, counter=counter),
        lambda: desk.do(visits.go_on, who, counter=counter),
        lambda: desk.do(visits.set_quantity, who, counter=counter, quantity=chance.randint(1, 5)),
        lambda: desk.do(visits.add_service, who, counter=counter, service="permit", mode="parallel"),
        lambda: desk.do(policy.move_up, BOSS, number=number, minutes=30, front=False, reason="ill"),
        lambda: desk.do(tickets.leave, token=chance.choice(held)),
        lambda: desk.do(tickets.rejoin, token=chance.choice(held)),
        lambda: desk.do(tickets.more_time, token=chance.choice(held)),
        lambda: desk.do(tickets.rate, token=chance.choice(held), stars=4),
        lambda: desk.do(days.set_notice, BOSS, text={"zh-CN": "x", "en": str(desk.now)}, level="info"),
        lambda: desk.do(days.set_opening, BOSS, opening=chance.choice((True, False, None, None))),
        lambda: desk.do(days.tick),
        lambda: switches.switch_service(
            desk.deployment, hall="hall", who=BOSS, now=desk.now, key=None, service="tax", open=chance.random() < 0.8
        ),
    ]
    doing = chance.choice(doings)
    with suppress(Refusal):
        return doing()
    return "refused"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_said_to_be_true_still_is(make_desk: Callable[..., Desk], seed: int) -> None:
    desk, chance = make_desk(**SETTINGS), random.Random(seed)
    poller = Poller(desk)
    desk.sign_on(ALICE, "1")
    for _ in range(STEPS):
        did = something(desk, chance) if chance.random() < 0.6 else "nothing"
        desk.wait(chance.choice((0, 0, 1, 5, 10, 20, 45, 45)))
        if chance.random() < 0.02:
            desk.wait(chance.choice((3_600, 7_200, 2 * 86_400)))
        poller.ask(why=did)
    assert poller.true > STEPS and poller.anew > STEPS


@pytest.fixture
def ticket(desk: Desk) -> str:
    """A ticket of type A behind another, with clerks on duty for both types."""
    desk.sign_on(ALICE, "1")
    desk.sign_on(BOB, "2")
    for service in ("pass", "pass", "tax"):
        desk.take(service)
    return tokens(desk)[1]


def basis_of(desk: Desk, token: str) -> Basis:
    found: Basis = desk.see(validity.ticket, token=token)["basis"]
    return found


def test_what_happens_in_another_queue_is_no_news(desk: Desk, ticket: str) -> None:
    witness = Witness(desk.deployment)
    old = basis_of(desk, ticket)
    assert witness.public_seq(old, now=desk.now) == old.seq
    desk.next(BOB, "2")
    seq = witness.public_seq(old, now=desk.now)
    assert seq is not None and seq > old.seq
    desk.take("pass")
    assert witness.public_seq(old, now=desk.now) is None


def test_what_is_done_with_another_at_the_counter_is_news_when_it_leaves(desk: Desk, ticket: str) -> None:
    """Nobody comes nearer by its being served; once it is completed it is not "now serving" any more."""
    witness = Witness(desk.deployment)
    desk.next(ALICE, "1")
    called, waits = (basis_of(desk, token) for token in (tokens(desk)[2], ticket))
    assert witness.public_seq(called, now=desk.now) is not None
    desk.do(calling.start, ALICE, counter="1")
    assert witness.public_seq(waits, now=desk.now) is not None
    assert witness.public_seq(called, now=desk.now) is None
    assert desk.see(visitor_view.view, token=ticket)["now_serving"] == [{"number": "A001", "counter": "1"}]
    desk.do(calling.complete, ALICE, counter="1")
    assert [witness.public_seq(one, now=desk.now) for one in (waits, called)] == [None, None]
    assert desk.see(visitor_view.view, token=ticket)["now_serving"] == []


def test_the_memory_of_single_tickets_is_bounded(desk: Desk, ticket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invalidation, "MOST_TICKETS", 0)
    witness = Witness(desk.deployment)
    desk.next(ALICE, "1")
    called, waits = (basis_of(desk, token) for token in (tokens(desk)[2], ticket))
    assert witness.public_seq(called, now=desk.now) is not None
    desk.do(calling.start, ALICE, counter="1")
    assert [witness.public_seq(one, now=desk.now) for one in (waits, called)] == [None, None]


@pytest.mark.parametrize(("at", "left_s"), [("09:00", 300), ("11:58", 120), ("12:57", 180), ("03:58", 120)])
def test_a_quiet_answer_lasts_for_minutes_but_not_past_opening_closing_and_the_day_s_end(
    make_desk: Callable[..., Desk], at: str, left_s: int
) -> None:
    desk = make_desk(**SETTINGS)
    desk.take()
    hour, minute = map(int, at.split(":"))
    desk.wait((hour - 9) % 24 * 3_600 + minute * 60)
    assert basis_of(desk, tokens(desk)[0]).until == desk.now + left_s * 1_000


def test_what_touches_all_is_news_to_all(desk: Desk, ticket: str) -> None:
    witness = Witness(desk.deployment)
    for doing in (
        lambda: desk.do(days.set_notice, BOSS, text={"zh-CN": "火", "en": "Fire"}, level="emergency"),
        lambda: desk.sign_on(CHARLIE, "3"),
        lambda: desk.do(days.set_opening, BOSS, opening=False),
    ):
        old = basis_of(desk, ticket)
        assert witness.public_seq(old, now=desk.now) is not None
        doing()
        assert witness.public_seq(old, now=desk.now) is None


def test_time_alone_ends_it(desk: Desk, ticket: str) -> None:
    witness, old = Witness(desk.deployment), basis_of(desk, ticket)
    assert witness.public_seq(old, now=old.until - 1) is not None
    assert witness.public_seq(old, now=old.until) is None
    assert witness.public_seq(old, now=old.since - 1) is None, "a clock that was set back"
    assert old.until - old.since <= validity.LONGEST * validity.MINUTE


def test_who_was_never_asked_knows_nothing_of_before_and_reads_no_endless_log(desk: Desk, ticket: str) -> None:
    old = basis_of(desk, ticket)
    desk.next(BOB, "2")
    assert Witness(desk.deployment).public_seq(old, now=desk.now) is None
    witness = Witness(desk.deployment)
    old = basis_of(desk, ticket)
    desk.next(ALICE, "1")
    assert witness.public_seq(old, now=desk.now) is None
    old = basis_of(desk, ticket)
    assert witness.public_seq(old, now=desk.now) is not None
    for _ in range(MOST + 1):
        desk.do(days.set_notice, BOSS, text=None, level="info")
    assert witness.public_seq(basis_of(desk, ticket), now=desk.now) is not None
    assert witness.public_seq(old, now=desk.now) is None


def test_what_another_server_wrote_is_seen(desk: Desk, ticket: str) -> None:
    """Two houses on one database share nothing but it, as two servers do."""
    other = Deployment(desk.database)
    witness, old = Witness(other), basis_of(desk, ticket)
    assert witness.public_seq(old, now=desk.now) is not None
    desk.next(ALICE, "1")
    assert witness.public_seq(old, now=desk.now) is None
    old = basis_of(desk, ticket)
    switches.switch_service(desk.deployment, hall="hall", who=BOSS, now=desk.now, key=None, service="tax", open=False)
    assert witness.public_seq(old, now=desk.now) is None


def test_a_call_that_grows_too_old_ends_it_at_that_moment(desk: Desk, ticket: str) -> None:
    desk.wait(30)
    desk.next(ALICE, "1")
    called = desk.now
    desk.take()
    desk.wait(2 * 3_600 - 5)
    assert basis_of(desk, tokens(desk)[0]).until == called + waiting.RECENT


def test_a_rating_that_comes_too_late_ends_it_at_that_moment(desk: Desk) -> None:
    desk.take()
    desk.sign_on(ALICE, "1")
    desk.wait(30)
    desk.next(ALICE, "1")
    desk.do(calling.complete, ALICE, counter="1")
    ended = desk.now
    desk.wait(2 * 86_400 - 5)
    assert basis_of(desk, tokens(desk)[0]).until == ended + visitor_view.RATED_WITHIN


@pytest.mark.parametrize("doing", ["leaves the queue for another", "stands in both"])
def test_who_stands_in_two_queues_or_changes_them_is_news_in_both(desk: Desk, ticket: str, doing: str) -> None:
    """Of one who comes to the other queue, and of one who waits in it too."""
    in_a, in_b = tokens(desk)[1], tokens(desk)[0]
    witness = Witness(desk.deployment)
    if doing == "leaves the queue for another":
        desk.next(ALICE, "1")
        old = [basis_of(desk, token) for token in (in_a, in_b)]
        assert all(witness.public_seq(one, now=desk.now) is not None for one in old)
        desk.do(calling.transfer, ALICE, counter="1", to="B", place="keep", note=None)
    else:
        old = [basis_of(desk, token) for token in (in_a, in_b)]
        assert all(witness.public_seq(one, now=desk.now) is not None for one in old)
        desk.take("pass", services=["tax"], mode="parallel")
    assert [witness.public_seq(one, now=desk.now) for one in old] == [None, None]
