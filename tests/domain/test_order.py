from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from server.domain.order import MINUTE, Choice, ClassParameters, Head, Lane, Policy, Standing, choose

NOW = 1_000 * MINUTE
ORDINARY, APPOINTMENT = ClassParameters(), ClassParameters(speed=2.0, credit=15.0)
CLASSES = {"ordinary": ORDINARY, "appointment": APPOINTMENT, "emergency": ClassParameters(tier=0)}


def head(ticket: int, waited: float, class_code: str = "ordinary", rank: int = 1) -> Head:
    moment = int(NOW - waited * MINUTE)
    return Head(ticket, "A", class_code, moment, moment, rank)


def winner(*heads: Head, since_guard: int = 2, classes: dict[str, ClassParameters] = CLASSES) -> Choice:
    choice = choose(heads, Policy(classes), now=NOW, standing=Standing(since_guard))
    assert choice is not None
    return choice


def test_nobody_waits() -> None:
    assert choose([], Policy(CLASSES), now=NOW, standing=Standing()) is None


def test_the_longest_wait_goes_first() -> None:
    assert winner(head(1, 5), head(2, 9)).head.ticket == 2


def test_equal_waits_go_by_issue_order() -> None:
    assert winner(head(8, 5), head(7, 5)).head.ticket == 7


def test_credit_and_speed_put_an_appointment_before_an_earlier_walk_in() -> None:
    # (12 + 15) x 2 = 54 against 34 x 1 = 34
    choice = winner(head(1, 34), head(2, 12, "appointment"))
    assert (choice.head.ticket, choice.score) == (2, 54.0)


def test_a_walk_in_that_waited_long_enough_goes_before_an_appointment() -> None:
    assert winner(head(1, 59), head(2, 14, "appointment")).head.ticket == 1


def test_a_tier_goes_before_everything() -> None:
    assert winner(head(1, 500), head(2, 0, "emergency")).head.ticket == 2


def test_own_types_go_before_fallbacks() -> None:
    assert winner(head(1, 30, rank=2), head(2, 1)).head.ticket == 2


def test_an_overdue_ticket_goes_before_a_higher_score_and_a_better_rank() -> None:
    choice = winner(head(1, 61, rank=2), head(2, 50, "appointment"))
    assert (choice.head.ticket, choice.by_guard) == (1, True)


def test_the_guard_is_silent_while_the_every_kth_rule_forbids_it() -> None:
    choice = winner(head(1, 61), head(2, 50, "appointment"), since_guard=1)
    assert (choice.head.ticket, choice.by_guard) == (2, False)


def test_an_overdue_ticket_that_wins_by_its_score_did_not_need_its_guard() -> None:
    assert not winner(head(1, 200), head(2, 5, "appointment")).by_guard


def test_overdue_tickets_go_by_age_alone() -> None:
    older = replace(head(1, 90), kappa=NOW)  # returned with a worse key, yet the oldest
    assert winner(older, head(2, 70, "appointment")).head.ticket == 1


def test_first_come_first_served_is_speed_one_without_credit() -> None:
    plain = {code: ClassParameters() for code in CLASSES}
    heads = [head(1, 3, "appointment"), head(2, 4), head(3, 2, "emergency")]
    assert winner(*heads, classes=plain).head.ticket == 2


waits = st.floats(min_value=0, max_value=59, allow_nan=False)


@given(wait=waits, later=waits)
def test_who_comes_later_overtakes_only_within_the_bound(wait: float, later: float) -> None:
    """s < (1 - w_d/w_c) W + (h_c - h_d w_d/w_c), the bound of one pool with the guard off."""
    classes = {"ordinary": ClassParameters(guard=None), "appointment": replace(APPOINTMENT, guard=None)}
    first, second = head(1, wait), head(2, wait - later, "appointment")
    overtakes = winner(first, second, classes=classes).head.ticket == 2
    bound = (1 - 1 / 2) * wait + 15
    if abs(later - bound) > 0.01:
        assert overtakes == (later < bound)


@given(st.lists(waits, min_size=1, max_size=30))
def test_within_a_class_the_order_never_changes(found: list[float]) -> None:
    heads = [head(number, wait) for number, wait in enumerate(found)]
    oldest = min(heads, key=lambda one: (one.kappa, one.ticket))
    for minutes in (0, 10, 1000):
        policy = Policy({"ordinary": ClassParameters(guard=None)})
        choice = choose(heads, policy, now=NOW + minutes * MINUTE, standing=Standing())
        assert choice is not None
        assert choice.head == oldest


def test_the_guard_waits_for_the_kth_call_again() -> None:
    assert winner(head(1, 61), head(2, 50, "appointment")).standing.since_guard == 0
    assert winner(head(1, 5), since_guard=0).standing.since_guard == 1


TWO_TO_ONE = Policy(
    {"ordinary": ClassParameters(guard=None), "appointment": ClassParameters(guard=None)},
    (Lane("booked", 2, ("appointment",)), Lane("others", 1, ("ordinary",))),
)


def calls(booked: int, others: int, *, standing: Standing | None = None) -> tuple[str, Standing]:
    """Who is called until nobody waits, b for an appointment and o for another."""
    heads = [head(100 + n, 50 - n, "ordinary") for n in range(others)]
    heads += [head(200 + n, 40 - n, "appointment") for n in range(booked)]
    called, standing = "", standing or Standing()
    while heads:
        choice = choose(heads, TWO_TO_ONE, now=NOW, standing=standing)
        assert choice is not None
        standing = choice.standing
        heads.remove(choice.head)
        called += choice.head.class_code[0].replace("a", "b")
    return called, standing


def test_two_of_one_lane_are_called_for_each_of_the_other() -> None:
    assert calls(6, 3)[0] == "obbobbobb"


def test_a_lane_alone_is_not_held_back() -> None:
    assert calls(2, 5)[0] == "obboooo"


def test_a_lane_that_fills_again_has_saved_nothing() -> None:
    _, after = calls(0, 20)
    assert calls(4, 4, standing=after)[0] == "obbobboo"


def test_a_winner_by_share_is_said_to_be_one() -> None:
    standing = Standing(passes={"booked": 0, "others": 1})
    choice = choose([head(1, 9), head(2, 1, "appointment")], TWO_TO_ONE, now=NOW, standing=standing)
    assert choice is not None
    assert (choice.head.ticket, choice.by_share) == (2, True)
