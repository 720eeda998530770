"""Old days leave the database: each into a file that is proven first, then deleted in small steps.

Whatever stops it, nothing is lost and nothing is done twice: a file gets its name when it is whole, is written down
before its first row is deleted, and only a row that the file has, word for word, is deleted. The next run goes on from
there.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from threading import Lock

from server.db.migrations import HEAD
from server.db.repositories import archive_rows
from server.db.repositories.archive_rows import BY_NAME, KINDS, Cut
from server.domain import hours, keeping
from server.domain.hall import Hall
from server.domain.keeping import Keeping
from server.services.archive import archive_file
from server.services.archive.archive_file import ArchiveError, Record, Summary
from server.services.runtime.deployment import Deployment
from server.services.runtime.unit_of_work import UnitOfWork

#: Between two steps the others run for so long (s).
PAUSE_S = 0.02
DAY_MS = 86_400_000
#: A print job is of no use to anybody after so long. Shorter than the shortest time of its ticket.
PRINTS_MS = 7 * DAY_MS
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Taken:
    """What became of a day: how many rows of each table were deleted, and the files that were written."""

    hall: str
    day: str
    rows: Counter[str] = field(default_factory=Counter)
    files: list[Path] = field(default_factory=list)


class Archiver:
    """Takes old days out of a deployment. folder: of the archive. pause: lets others run for so many seconds."""

    def __init__(self, deployment: Deployment, *, folder: Path, keeping: Keeping) -> None:
        self.deployment, self.folder, self.keeping = deployment, folder, keeping
        self.pause: Callable[[float], object] = lambda _seconds: None
        self._lock = Lock()
        deployment.keep_days = keeping.days

    def next_day(self, hall: Hall, *, now: int, days: int, after: str = "") -> str | None:
        """The first day after `after` that has something to be taken out when `days` days stay; None: nothing left."""
        cut = self._cut(hall, None, now=now, days=days)
        with self.deployment.database.reading() as connection:
            found, moments = archive_rows.oldest_days(connection, cut, after=after)
        ends = hall.settings.day_ends
        found += [hours.business_day(moment, hall.time_zone, day_ends=ends) for moment in moments]
        return min((day for day in found if day > after), default=None)

    def limit(self, hall: Hall, *, now: int, days: int) -> str:
        """The first business day that stays."""
        return keeping.first_kept(now=now, zone=hall.time_zone, day_ends=hall.settings.day_ends, days=days)

    def left(self, hall: Hall, *, now: int, days: int) -> dict[str, int]:
        """How many rows are to be taken out, by table. Reads all of them."""
        with self.deployment.database.reading() as connection:
            return archive_rows.counts(connection, self._cut(hall, None, now=now, days=days))

    def days_left(self, hall: Hall, *, now: int, days: int) -> int:
        """How many days `left` counts the rows of."""
        with self.deployment.database.reading() as connection:
            found, minutes = archive_rows.all_days(connection, self._cut(hall, None, now=now, days=days))
        ends = hall.settings.day_ends
        return len(found | {hours.business_day(one * 60_000, hall.time_zone, day_ends=ends) for one in minutes})

    def take_next(self, hall_code: str, *, now: int, days: int, after: str) -> Taken | None:
        """Take the first day after `after` out that is due; sweep and None when there is none. Raises as `take_out`."""
        hall = self.deployment.hall(hall_code)
        day = self.next_day(hall, now=now, days=days, after=after)
        if day is None:
            self.sweep(hall, now=now)
            return None
        return self.take_out(hall, day, now=now, days=days)

    def take_out(self, hall: Hall, day: str, *, now: int, days: int) -> Taken:
        """Take a day out. Raises ArchiveError; what was deleted by then is in a file that is sound."""
        with self._lock:
            cut, taken = self._cut(hall, day, now=now, days=days), Taken(hall.code, day)
            there = archive_file.parts(self.folder, hall=hall.code, day=day)
            for part, file in there.items():
                try:
                    self._go_on(hall, cut, part, file, taken)
                except ArchiveError as wrong:
                    # What is still here goes into a part of its own; the file is left for a person to look at.
                    log.error("%s", wrong)
            left = self._records(cut)
            first = list(islice(left, 1))
            if first:
                self._new_part(hall, cut, len(there) + 1, chain(first, left), taken)
            return taken

    def sweep(self, hall: Hall, *, now: int) -> int:
        """Delete old print jobs, counts of numbers, and files whose years are over; how many."""
        with self._lock:
            jobs = self._often(hall, archive_rows.forget_prints, before=now - PRINTS_MS)
            if not self.keeping.days:
                return jobs
            limit = self.limit(hall, now=now, days=self.keeping.days)
            return (
                jobs + self._often(hall, archive_rows.forget_numbers, before=limit) + self._sweep_files(hall, now=now)
            )

    def _often(self, hall: Hall, forget: Callable[..., int], **before: object) -> int:
        deleted = 0
        while True:
            with self.deployment.database.transaction(hall.id) as connection:
                some = forget(connection, hall.id, **before)
            deleted += some
            if not some:
                return deleted
            self.pause(PAUSE_S)

    def _sweep_files(self, hall: Hall, *, now: int) -> int:
        if not self.keeping.years:
            return 0
        first = keeping.first_of_years(today=self.limit(hall, now=now, days=0), years=self.keeping.years)
        with self.deployment.database.reading() as connection:
            over = [row for row in archive_rows.files(connection, hall.id) if row.day < first]
        deleted = 0
        for row in over:
            file = archive_file.place(self.folder, hall=hall.code, day=row.day, part=row.part)
            if row.deleted_at is None:
                with self.deployment.database.transaction(hall.id) as connection:
                    archive_rows.strike_out(connection, row, now=now)
            if file.exists():
                file.unlink()
                deleted += 1
        return deleted

    def _cut(self, hall: Hall, day: str | None, *, now: int, days: int) -> Cut:
        zone, ends = hall.time_zone, hall.settings.day_ends
        booking = hall.settings.booking
        limit = self.limit(hall, now=now, days=days)
        until = keeping.begins(keeping.after(day) if day else limit, zone, day_ends=ends)
        return Cut(
            hall_id=hall.id,
            day=day,
            begins=keeping.begins(day, zone, day_ends=ends) if day else 0,
            ends=until,
            limit=limit,
            settled=keeping.begins(limit, zone, day_ends=ends) + keeping.SETTLED_MS,
            # who missed appointments is remembered for so long
            bookings=self.limit(hall, now=now, days=max(days, booking.ban_days + 1 if booking.ban_after else 0)),
            now=now,
        )

    def _records(self, cut: Cut) -> Iterator[Record]:
        for kind in KINDS:
            after, more = -1, True
            while more:
                with self.deployment.database.reading() as connection:
                    found, more = archive_rows.page(connection, kind, cut, after=after)
                for record in found:
                    after = record[kind.key]
                    yield kind.name, record

    def _new_part(self, hall: Hall, cut: Cut, part: int, records: Iterator[Record], taken: Taken) -> None:
        assert cut.day
        with self.deployment.database.reading() as connection:
            legend = archive_rows.legend(connection, hall.id)
        header = {
            "hall": hall.code,
            "name": hall.name,
            "time_zone": hall.time_zone.key,
            "day_ends": hall.settings.day_ends,
            "day": cut.day,
            "part": part,
            "schema": HEAD,
            "legend": legend,
        }
        file = archive_file.place(self.folder, hall=hall.code, day=cut.day, part=part)
        written = archive_file.write(file, header, records, pause=self._rest)
        taken.files.append(file)
        read = self._go_on(hall, cut, part, file, taken, expected=written.sha256)
        log.info("hall %s, %s: %s in %s", hall.code, cut.day, dict(read.counts), file)

    def _go_on(
        self, hall: Hall, cut: Cut, part: int, file: Path, taken: Taken, *, expected: str | None = None
    ) -> Summary:
        """Delete what a file holds, once it was read and is written down. Raises ArchiveError: it is not sound."""
        assert cut.day
        read = archive_file.check(file, pause=self._rest)
        named = [read.header.get(name) for name in ("hall", "day", "part")]
        if named != [hall.code, cut.day, part] or expected not in (None, read.sha256):
            raise ArchiveError(f"{file} is not what was written there.", f"{file} 与写入的内容不符。")
        values = {
            "hall_id": hall.id,
            "day": cut.day,
            "part": part,
            "sha256": read.sha256,
            "tickets": read.counts["ticket"],
            "events": read.counts["event"],
            "last_seq": read.last_seq,
            "archived_at": cut.now,
        }
        with self.deployment.database.transaction(hall.id) as connection:
            if not archive_rows.write_down(connection, values):
                raise ArchiveError(f"{file} is not the file that was written down.", f"{file} 与数据库登记的文件不符。")
        archive_file.clear_up(file)
        self._delete(hall, file, taken)
        return read

    def _delete(self, hall: Hall, file: Path, taken: Taken) -> None:
        for name, records in _batches(archive_file.records(file)):
            with self.deployment.database.transaction(hall.id) as connection:
                deleted, others = archive_rows.take_out(connection, BY_NAME[name], hall.id, records)
            if others and name == "event":
                raise ArchiveError(
                    f"{file} holds other events than the log of hall {hall.code}.",
                    f"{file} 中的事件与大厅 {hall.code} 的日志不同。",
                )
            taken.rows[name] += deleted
            self._rest()

    def _rest(self) -> None:
        self.pause(PAUSE_S)


def late(unit: UnitOfWork) -> str | None:
    """The first day in the log when it should have left long ago and nothing leaves; None while all is well."""
    days, zone, ends = unit.deployment.keep_days, unit.hall.time_zone, unit.hall.settings.day_ends
    if not days:
        return None
    limit = keeping.first_kept(now=unit.now, zone=zone, day_ends=ends, days=days + keeping.LATE_DAYS + 1)
    first = archive_rows.first_event_at(unit.connection, unit.hall.id, now=unit.now)
    if first is None or first >= keeping.begins(limit, zone, day_ends=ends):
        return None
    written = archive_rows.last_written(unit.connection, unit.hall.id)
    moves = written is not None and unit.now - written < DAY_MS
    return None if moves else hours.business_day(first, zone, day_ends=ends)


def _batches(records: Iterator[Record]) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """Records of one table, as many as one transaction may delete."""
    name, batch = "", list[dict[str, object]]()
    for kind, record in records:
        if batch and (kind != name or len(batch) == archive_rows.MOST):
            yield name, batch
            batch = []
        name = kind
        batch.append(record)
    if batch:
        yield name, batch
