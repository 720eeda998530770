"""The tickets of an archived day as a table, as an auditor asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from server.domain.hours import to_text
from server.domain.order import MINUTE
from server.services.archive_file import ArchiveError, Record
from server.services.day_figures import ended_as, waited

#: Column of the table -> column of a ticket's row.
_PLAIN = ("day", "number", "state", "class_code", "status_code", "channel", "quantity", "calls", "no_shows", "rating")
_TIMES = ("issued_at", "waiting_since", "called_at", "started_at", "ended_at")
HEADINGS = (*_PLAIN, "outcome", "wait_minutes", "service", "counter_type", "counter", *_TIMES, "call_seq")


def lines(header: dict[str, Any], records: Iterable[Record]) -> Iterator[list[Any]]:
    """The tickets of a file, one list each in the order of HEADINGS; times are the hall's.

    Raises ArchiveError for a header or a ticket that is not as Hallcall writes it.
    """
    try:
        zone, legend = ZoneInfo(header["time_zone"]), header["legend"]
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise ArchiveError(f"The header of the archive is damaged: {error!r}.",
                           f"归档文件的首行已损坏：{error!r}。") from error  # fmt: skip
    for kind, row in records:
        if kind == "ticket":
            try:
                yield _line(row, legend, zone)
            except (KeyError, TypeError, AttributeError, ValueError, OverflowError, OSError) as error:
                number = row.get("id")
                raise ArchiveError(f"Ticket {number} of the archive is damaged: {error!r}.",
                                   f"归档文件中编号为 {number} 的号票已损坏：{error!r}。") from error  # fmt: skip


def _line(row: dict[str, Any], legend: dict[str, dict[str, str]], zone: ZoneInfo) -> list[Any]:
    named = [
        legend[table].get(str(row[column]), row[column])
        for table, column in (
            ("services", "service_id"), ("counter_types", "counter_type_id"), ("counters", "counter_id")
        )
    ]  # fmt: skip
    times = [to_text(row[name], zone) for name in _TIMES]
    called, started = row["called_at"] is not None, row["started_at"] is not None
    lasted = waited(reference_at=row["reference_at"], called_at=row["called_at"], ended_at=row["ended_at"])
    minutes = "" if lasted is None else round(lasted / MINUTE, 1)
    ended = ended_as(row["state"], called=called, started=started)
    return [*(row[name] for name in _PLAIN), ended, minutes, *named, *times, row["call_seq"]]
