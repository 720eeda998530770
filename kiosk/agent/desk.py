"""Takes print jobs, prints them one after the other, each once, and says how it went."""

import base64
import io
import math
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PIL import Image

from printing.hall_picture import UNUSABLE as UNUSABLE_PICTURE
from printing.picture import png_bytes
from printing.printers import Printer
from printing.state import PrinterState, PrintFailed
from printing.ticket import PrintedTicket

REMEMBERED_JOBS = 200
LOOK_EVERY_S = 60.0
WIDEST, TALLEST = 1200, 4000
#: What reading a picture may end with when it is none.
UNUSABLE = (LookupError, TypeError, *UNUSABLE_PICTURE)

Job = dict[str, Any]


@dataclass(frozen=True)
class Report:
    """How a job ended; `error` is one of printing.state.REASONS or `late`, None when it was printed."""

    job: object
    number: str
    error: str | None
    paper: str | None

    def to_json(self) -> dict[str, Any]:
        """The `printed` message of docs/protocol.md; `paper` is left out when the printer does not say."""
        message = {"job": self.job, "number": self.number, "ok": self.error is None}
        if self.error:
            message["error"] = self.error
        if self.paper:
            message["paper"] = self.paper
        return message


class Desk:
    """One printer and its queue.

    `done` hears of every job, `seen` of the printer's state when it changes, `begun` of a job that takes a while: its
    name and the seconds.
    """

    def __init__(
        self,
        printer: Printer,
        *,
        done: Callable[[Report], None],
        seen: Callable[[PrinterState], None],
        begun: Callable[[object, int], None] = lambda _job, _seconds: None,
    ) -> None:
        self._printer = printer
        self._done, self._seen, self._begun = done, seen, begun
        self._jobs: queue.Queue[tuple[Job, float] | None] = queue.Queue()
        self._reports: OrderedDict[object, Report | None] = OrderedDict()
        self._lock = threading.Lock()
        self._state: PrinterState | None = None

    def take(self, job: Job, *, within_s: float = math.inf) -> None:
        """Queue a job. One that comes again is not printed again: its report is repeated.

        within_s: when its turn comes later than that it is not printed, and reported as `late`.
        """
        name = _name(job)
        with self._lock:
            known, report = name in self._reports, self._reports.get(name)
            self._reports.setdefault(name, None)
            while len(self._reports) > REMEMBERED_JOBS:
                self._reports.popitem(last=False)
        if not known:
            self._jobs.put((job, time.monotonic() + within_s))
        elif report:
            self._done(report)

    def work(self) -> None:
        """Print until `stop`; looks at the printer when there is nothing to do."""
        self.look()
        while True:
            try:
                taken = self._jobs.get(timeout=LOOK_EVERY_S)
            except queue.Empty:
                self.look()
                continue
            if taken is None:
                return
            job, until = taken
            if time.monotonic() < until:
                self._print(job)
            else:
                self._end(job, Report(job.get("job"), _number(job), "late", None))

    def stop(self) -> None:
        """End `work` after what is queued already."""
        self._jobs.put(None)

    def look(self) -> None:
        """Ask the printer how it is, and tell when that is news."""
        self._note(self._printer.state())

    def _print(self, job: Job) -> None:
        number = _number(job)
        try:
            picture = picture_of(job)
            if seconds := self._printer.seconds_of(picture):
                self._begun(job.get("job"), seconds)
            state = self._printer.print_picture(picture, name=number)
            report = Report(job.get("job"), number, None, state.paper)
        except PrintFailed as failed:
            state = PrinterState(online=failed.reason in ("paper_out", "bad_picture"), paper=failed.paper)
            report = Report(job.get("job"), number, failed.reason, failed.paper)
        self._end(job, report)
        self._note(state)

    def _end(self, job: Job, report: Report) -> None:
        with self._lock:
            self._reports[_name(job)] = report
        self._done(report)

    def _note(self, state: PrinterState) -> None:
        if state != self._state:
            self._state = state
            self._seen(state)


def job_of(name: object, ticket: PrintedTicket, picture: Image.Image) -> Job:
    """A job as the server sends it, made here."""
    return {"job": name, "ticket": ticket.to_json(), "picture": base64.b64encode(png_bytes(picture)).decode()}


def _name(job: Job) -> tuple[object, str, str]:
    """What tells a job from another: where a copy was put back the server gives a number of a job once more."""
    return job.get("job"), _number(job), str((job.get("ticket") or {}).get("issued_at", ""))


def _number(job: Job) -> str:
    return str((job.get("ticket") or {}).get("number", ""))


def picture_of(job: Job) -> Image.Image:
    """The picture that a job carries (`picture`: a PNG in base64). Raises PrintFailed `bad_picture`."""
    try:
        picture = Image.open(io.BytesIO(base64.b64decode(job["picture"], validate=True)), formats=["PNG"])
        if picture.width > WIDEST or picture.height > TALLEST:
            raise PrintFailed("bad_picture", f"{picture.width} x {picture.height} dots")
        return picture.convert("1")
    except UNUSABLE as error:
        raise PrintFailed("bad_picture", str(error)) from error
