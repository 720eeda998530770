from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.domain.hours import business_day, closing, from_text, is_open, local, moment_of, next_opening, to_text

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


@pytest.mark.parametrize(
    ("zone", "day", "span", "skips"),
    [
        ("America/New_York", "2026-03-08", ("02:30", "12:00"), "2026-03-08T03:00:00-04:00"),
        ("America/New_York", "2026-03-07", ("22:00", "02:30"), None),
        ("Europe/Berlin", "2026-03-29", ("02:00", "02:59"), "2026-03-29T03:00:00+02:00"),
        ("Australia/Lord_Howe", "2026-10-04", ("02:15", "09:00"), "2026-10-04T02:30:00+11:00"),
    ],
)
def test_hours_within_the_hour_that_is_skipped_begin_and_end_with_it(
    zone: str, day: str, span: tuple[str, str], skips: str | None
) -> None:
    there = ZoneInfo(zone)
    on = date.fromisoformat(day)
    opens = moment_of(on, span[0], there)
    if skips:
        assert opens == at(skips)
    week = {name: [span] for name in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    if skips and span[1] > "03:00":
        assert not is_open(opens - 1, there, week, ()) and is_open(opens, there, week, ())
        assert next_opening(opens - 3_600_000, there, week, ()) == opens
        closes = closing(opens, there, week, ())
        assert closes is not None and is_open(closes - 1, there, week, ()) and not is_open(closes, there, week, ())
    elif skips:  # all of the span is skipped
        assert moment_of(on, span[1], there) == opens


def test_every_time_of_every_day_of_a_year_is_when_the_clock_shows_it_or_goes_over_it() -> None:
    for zone in map(ZoneInfo, ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Shanghai")):
        for number in range(365):
            day = date(2026, 1, 1) + timedelta(days=number)
            for minute in range(0, 24 * 60, 15):
                time = f"{minute // 60:02}:{minute % 60:02}"
                shown = local(moment_of(day, time, zone), zone)
                assert f"{shown:%H:%M}" == time or f"{local(moment_of(day, time, zone) - 1, zone):%H:%M}" < time
