from __future__ import annotations

import re

import pytest

from server.domain.estimate import WaitRange, expected_wait, minutes_per_position
from server.domain.numbers import is_prefix, shared, taken_apart, ticket_number
from server.domain.plain_text import controls_in, has_control
from server.domain.refusals import REFUSALS

MINUTE = 60_000


@pytest.mark.parametrize(("serial", "number"), [(1, "A001"), (999, "A999"), (1000, "A1000"), (12345, "A12345")])
def test_numbers_grow_a_digit_rather_than_fail(serial: int, number: str) -> None:
    assert ticket_number("A", serial) == number


def test_a_prefix_is_of_none_to_three_capitals() -> None:
    assert all(is_prefix(text) for text in ("", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "AB", "VIP"))
    assert not any(is_prefix(text) for text in ("a", "ABCD", "A1", "号", "Ａ", "A "))


@pytest.mark.parametrize(
    ("typed", "apart"),
    [("A012", ("A", 12)), ("vip 7", ("VIP", 7)), ("Ａ－０１２", ("A", 12)), ("512", ("", 512)), ("0", ("", 0))],
)
def test_a_number_is_read_however_it_is_typed(typed: str, apart: tuple[str, int]) -> None:
    assert taken_apart(typed) == apart


@pytest.mark.parametrize("typed", ["", "A", "ABCD1", "A٣", "A1x", "1A", "A123456789"])
def test_what_is_no_number_is_not_read(typed: str) -> None:
    assert taken_apart(typed) is None


@pytest.mark.parametrize(
    ("ranges", "found"),
    [
        ([("A", 1, None), ("B", 1, None)], []),
        ([("", 1, 99), ("", 500, 899), ("", 100, 499)], []),
        ([("A", 1, 99), ("A", 99, 200)], [(0, 1)]),
        ([("", 1, None), ("X", 1, 9), ("", 500, 899)], [(0, 2)]),
    ],
)
def test_ranges_that_give_a_number_twice_are_found(ranges: list[tuple[str, int, int | None]], found: object) -> None:
    assert shared(ranges) == found


@pytest.mark.parametrize(
    ("ahead", "minutes", "expected"),
    [(0, 5.0, (0, 10)), (3, 5.0, (10, 30)), (0, 0.1, (0, 5)), (20, 4.0, (55, 110))],
)
def test_a_wait_is_a_range_rounded_outward_to_five_minutes(
    ahead: int, minutes: float, expected: tuple[int, int]
) -> None:
    assert expected_wait(ahead, minutes=minutes) == WaitRange(*expected)


def test_the_pace_is_learned_from_calls_and_starts_from_the_guess() -> None:
    assert minutes_per_position([], guess=5) == 5
    assert minutes_per_position([MINUTE], guess=5) == 5
    every_two = [number * 2 * MINUTE for number in range(21)]
    assert minutes_per_position(every_two, guess=5) == pytest.approx((20 * 2 + 5 * 5) / 25)


def test_a_lunch_break_is_not_the_pace() -> None:
    calls = [0, 2 * MINUTE, 4 * MINUTE, 94 * MINUTE, 96 * MINUTE]
    assert minutes_per_position(calls, guess=2) == pytest.approx(2)


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_reads_in_both_languages_with_the_same_values(code: str) -> None:
    wording = REFUSALS[code]
    assert 400 <= wording.status < 600
    assert wording.zh
    assert wording.en
    assert set(re.findall(r"{(\w+)}", wording.zh)) == set(re.findall(r"{(\w+)}", wording.en))


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200f", "\x00", "\u2028"])
def test_a_sign_that_steers_is_no_part_of_a_name(sign: str) -> None:
    assert has_control(f"Wang{sign}gnaL")
    assert [*controls_in({"name": {"en": f"a{sign}"}})] == [("name", "en")]


def test_what_people_write_is_no_control() -> None:
    assert not has_control("李 小明 · Déjà-vu №1 👩‍🦽 (נשר)")


def test_control_characters_are_found_however_deep_they_stand() -> None:
    deep: object = "a\x00"
    for _ in range(5000):
        deep = [deep]
    assert [*controls_in({"a": deep})] == [("a", *[0] * 5000)]


def test_places_of_control_characters_come_in_the_order_of_reading() -> None:
    content = {"a": ["\x00", {"b": "\x00", "note": "\n", "c": "\n"}], "d": {"x\x00": 1}, "password": "\x00"}
    assert [*controls_in(content)] == [("a", 0), ("a", 1, "b"), ("a", 1, "c"), ("d",)]
