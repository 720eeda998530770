"""The tickets of an archived day as a table, as an auditor asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from server.domain.hours import business_day, to_text
from server.domain.order import MINUTE
from server.domain.outcomes import Course, bounds_of, column, outcome, waited
from server.services.archive.archive_file import ArchiveError, Record

#: The end of the business day where a file does not say it: those of before did not.
DAY_ENDS = "04:00"

#: Column of the table -> column of a ticket's row.
_PLAIN = ("day", "number", "state", "class_code", "status_code", "channel", "quantity", "calls", "no_shows", "rating")
_TIMES = ("issued_at", "waiting_since", "called_at", "started_at", "ended_at")
#: outcome: the column of the ticket when its day ended, as the day's figures count it. ended_as, ended_on: how it
#: ended, and on which business day; they differ from it for a ticket that was kept.
_FIGURES = ("outcome", "ended_as", "ended_on", "wait_minutes")
HEADINGS = (*_PLAIN, *_FIGURES, "service", "counter_type", "counter", *_TIMES, "call_seq")


def lines(header: dict[str, Any], records: Iterable[Record]) -> Iterator[list[Any]]:
    """The tickets of a file, one list each in the order of HEADINGS; times are the hall's.

    Raises ArchiveError for a header or a ticket that is not as Hallcall writes it.
    """
    try:
        zone, legend = ZoneInfo(header["time_zone"]), header["legend"]
        day_ends = str(header.get("day_ends", DAY_ENDS))
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise ArchiveError(
            f"The header of the archive is damaged: {error!r}.", f"归档文件的首行已损坏：{error!r}。"
        ) from error
    for kind, row in records:
        if kind == "ticket":
            try:
                yield _line(row, legend, zone, day_ends)
            except (KeyError, TypeError, AttributeError, ValueError, OverflowError, OSError) as error:
                number = row.get("id")
                raise ArchiveError(
                    f"Ticket {number} of the archive is damaged: {error!r}.",
                    f"归档文件中编号为 {number} 的号票已损坏：{error!r}。",
                ) from error


def _line(row: dict[str, Any], legend: dict[str, dict[str, str]], zone: ZoneInfo, day_ends: str) -> list[Any]:
    named = [
        legend[table].get(str(row[column]), row[column])
        for table, column in (
            ("services", "service_id"),
            ("counter_types", "counter_type_id"),
            ("counters", "counter_id"),
        )
    ]
    times = [to_text(row[name], zone) for name in _TIMES]
    figures = _figures(_course(row), row["day"], zone, day_ends)
    return [*(row[name] for name in _PLAIN), *figures, *named, *times, row["call_seq"]]


def _course(row: dict[str, Any]) -> Course:
    names = ("state", "class_code", "reference_at", "called_at", "started_at", "ended_at")
    return Course(**{name: row[name] for name in names}, removed=bool(row.get("removed")))


def _figures(one: Course, day: str, zone: ZoneInfo, day_ends: str) -> tuple[Any, ...]:
    bounds = bounds_of(day, zone, day_ends=day_ends)
    wait, called, started = waited(one, ends=bounds.ends), one.called_at is not None, one.started_at is not None
    at_last = outcome(one.state, started=started, removed=one.removed, called=called)
    as_counted = column(one, bounds)
    ended_on: str | None = None
    if one.ended_at is not None:
        ended_on = day if as_counted != "kept" else business_day(one.ended_at, zone, day_ends=day_ends)
    return as_counted, at_last, ended_on, "" if wait is None else round(wait.ms / MINUTE, 1)
