from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from server.domain.hours import business_day, from_text, is_open, next_opening, to_text

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
HOURS = {"mon": [("09:00", "12:00"), ("14:00", "18:00")], "tue": [("00:00", "24:00")]}


def at(text: str) -> int:
    return from_text(text)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-23T08:59:59+08:00", False),
        ("2026-11-23T09:00:00+08:00", True),
        ("2026-11-23T12:00:00+08:00", False),
        ("2026-11-23T14:30:00+08:00", True),
        ("2026-11-24T23:59:59+08:00", True),
        ("2026-11-25T10:00:00+08:00", False),
    ],
)
def test_hours_begin_at_their_start_and_end_before_their_end(moment: str, opens: bool) -> None:
    assert is_open(at(moment), SHANGHAI, HOURS, ()) is opens


def test_a_holiday_has_no_hours() -> None:
    assert not is_open(at("2026-11-23T10:00:00+08:00"), SHANGHAI, HOURS, ("2026-11-23",))
    opening = next_opening(at("2026-11-22T10:00:00+08:00"), SHANGHAI, HOURS, ("2026-11-23",))
    assert to_text(opening, SHANGHAI) == "2026-11-24T00:00:00.000+08:00"


def test_next_opening_is_later_today_or_another_day_or_never() -> None:
    assert to_text(next_opening(at("2026-11-23T12:30:00+08:00"), SHANGHAI, HOURS, ()), SHANGHAI) == (
        "2026-11-23T14:00:00.000+08:00"
    )
    assert to_text(next_opening(at("2026-11-25T12:30:00+08:00"), SHANGHAI, HOURS, ()), SHANGHAI) == (
        "2026-11-30T09:00:00.000+08:00"
    )
    assert next_opening(at("2026-11-23T12:30:00+08:00"), SHANGHAI, {}, ()) is None


def test_the_business_day_ends_at_its_hour() -> None:
    assert business_day(at("2026-11-24T03:59:00+08:00"), SHANGHAI, day_ends="04:00") == "2026-11-23"
    assert business_day(at("2026-11-24T04:00:00+08:00"), SHANGHAI, day_ends="04:00") == "2026-11-24"


def test_the_hour_that_the_clock_repeats_belongs_to_one_day() -> None:
    twice = [at("2026-10-25T02:30:00+02:00"), at("2026-10-25T02:30:00+01:00")]
    assert [business_day(moment, BERLIN, day_ends="02:00") for moment in twice] == ["2026-10-25"] * 2


def test_a_time_needs_an_offset() -> None:
    with pytest.raises(ValueError, match="offset"):
        from_text("2026-11-23T09:00:00")
    assert to_text(from_text("2026-11-23T01:00:00Z"), SHANGHAI) == "2026-11-23T09:00:00.000+08:00"
