"""The room where tickets become paper: sends each job to its printer and tells the kiosk what became of it.

A network printer and the folder for trials are driven here, each from a task of its own, so that a dead one holds up
nobody; a printer that hangs on a kiosk's PC is driven by its print agent.
"""

from __future__ import annotations

import base64
import logging
import queue
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask_socketio import SocketIO

from server.clock import now_ms
from server.data_folder.durable import make_private
from server.domain.field_words import characters, one_of
from server.domain.plain_text import has_control
from server.domain.refusals import Refusal
from server.realtime.connections import Connections
from server.realtime.publisher import device_room
from server.realtime.relay import Relay
from server.services.printing import print_jobs, ticket_text
from server.services.printing.print_jobs import JOB_LIVES, OPEN, Job
from server.services.runtime.actor import SYSTEM
from server.services.runtime.command_bus import run_query
from server.services.runtime.deployment import Deployment, Event

if TYPE_CHECKING:
    from PIL.Image import Image

    from printing.printers import Printer
    from printing.ticket import PrintedTicket

NAMESPACE = "/kiosk"
#: How often a job that found nobody to print it is looked at again, in seconds.
LOOK_S = 2.0
PAPERS = ("ok", "low", "out")
LONGEST_ERROR = 60
#: No line is so slow that a ticket takes longer (s).
LONGEST_PRINT_S = 600
log = logging.getLogger(__name__)


class _Lane:
    """One printer with the jobs that wait for it."""

    def __init__(self, printer: Printer) -> None:
        self.printer = printer
        self.jobs: deque[Job] = deque()
        self.busy = False


class TicketPrinter:
    """Hears of new tickets, knows the open jobs, drives the printers.

    public_url: what the QR codes say. folder: where "file" printers put their pictures. run_blocking: runs a function
    that computes without holding up the others.
    """

    def __init__(
        self,
        relay: Relay,
        socketio: SocketIO,
        deployment: Deployment,
        connections: Connections,
        *,
        public_url: str,
        folder: Path,
        run_blocking: Callable[..., Any],
    ) -> None:
        self.relay, self.io, self.deployment, self.connections = relay, socketio, deployment, connections
        self._base, self._folder, self._run_blocking = public_url, folder, run_blocking
        self._wake: queue.Queue[None] = queue.Queue()
        self._open: dict[int, Job] = {}
        self._sent: set[int] = set()
        #: Until when an agent that has begun a job may print at it (ms).
        self._under_way: dict[int, int] = {}
        self._lanes: dict[str, _Lane] = {}
        #: Jobs were looked at up to this one; those after it that were seen, and when (ms).
        self._last, self._seen = print_jobs.last_job_before(deployment, now_ms() - JOB_LIVES), dict[int, int]()
        deployment.listeners.append(self._heard)
        relay.on("events", self._heard_elsewhere)

    def run(self) -> None:
        """Work for ever."""
        while True:
            well = False
            try:
                self.look(now_ms())
                well = True
            except Refusal as refused:
                log.debug("the print jobs wait: %s", refused.code)
            except Exception:
                # One job that cannot be printed must not stop the others.
                log.exception("looking after the print jobs failed")
            try:
                self._wake.get(timeout=LOOK_S if self._open or not well else None)
            except queue.Empty:
                continue

    def look(self, now: int) -> None:
        """Take new jobs, send those that wait, give up those that are too old (ms)."""
        self._take_new(now)
        for job in list(self._open.values()):
            if now > max(job.created_at + JOB_LIVES, self._under_way.get(job.id, 0)):
                self._end(job, "offline")
            elif job.id not in self._sent:
                self._send(job)

    def _take_new(self, now: int) -> None:
        """New jobs. One may be committed later than one with a larger number: it is looked for as long as it lives."""
        for job in print_jobs.jobs_after(self.deployment, self._last):
            if job.id not in self._seen:
                self._seen[job.id] = now
                if job.state in OPEN:
                    self._open[job.id] = job
        old = [number for number, seen in self._seen.items() if now - seen > JOB_LIVES]
        self._last = max([self._last, *old])
        self._seen = {number: seen for number, seen in self._seen.items() if number > self._last}

    def agent_came(self, agent: int) -> None:
        """A print agent connected: what is still open for it is sent (again); it prints no job twice."""
        for job in list(self._open.values()):
            if _agent_of(job) == agent:
                self._sent.discard(job.id)
        self._wake.put(None)

    def begun(self, agent: int, content: dict[str, Any], *, now: int) -> None:
        """An agent prints a job now, and it takes some seconds: it is not given up before they are over.

        Raises Refusal `invalid`, `forbidden`.
        """
        job, seconds = self._job_of(agent, content), content.get("seconds")
        if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 <= seconds <= LONGEST_PRINT_S:
            reason, reason_zh = f"0 to {LONGEST_PRINT_S}", f"必须是 0 到 {LONGEST_PRINT_S}"
            raise Refusal("invalid", field="seconds", reason=reason, reason_zh=reason_zh)
        if job.id in self._open:
            self._under_way[job.id] = now + seconds * 1000 + JOB_LIVES
            self._tell(job, "printing", None, seconds=seconds)

    def _job_of(self, agent: int, content: dict[str, Any]) -> Job:
        """The job of which an agent speaks. Raises Refusal `invalid`, `forbidden` when it is not its own."""
        job_id = content.get("job")
        if not isinstance(job_id, int) or isinstance(job_id, bool) or not 0 < job_id < 2**63:
            raise Refusal("invalid", field="job", reason="the number of a job", reason_zh="必须是打印任务的编号")
        job = self._open.get(job_id) or print_jobs.find_job(self.deployment, job_id)
        if job is None or _agent_of(job) != agent:
            raise Refusal("forbidden")
        return job

    def printed(self, agent: int, content: dict[str, Any]) -> None:
        """An agent says what became of a job. Raises Refusal `invalid`, `forbidden`."""
        job = self._job_of(agent, content)
        ok, error, paper = (content.get(name) for name in ("ok", "error", "paper"))
        if not isinstance(ok, bool):
            raise Refusal("invalid", field="ok", reason="true or false", reason_zh="必须是 true 或 false")
        if not (error is None or (isinstance(error, str) and len(error) <= LONGEST_ERROR and not has_control(error))):
            raise Refusal("invalid", field="error", **characters(0, LONGEST_ERROR))
        if paper is not None and paper not in PAPERS:
            raise Refusal("invalid", field="paper", **one_of(PAPERS))
        self._end(job, None if ok else (error or "failed"))

    def _heard(self, events: list[Event]) -> None:
        if any(_wants_paper(one.kind, one.content) for one in events):
            self._wake.put(None)

    def _heard_elsewhere(self, told: list[dict[str, Any]]) -> None:
        if any(_wants_paper(one["kind"], one["content"]) for one in told):
            self._wake.put(None)

    def _send(self, job: Job) -> None:
        agent = _agent_of(job)
        if agent is None:
            self._sent.add(job.id)
            self._to_lane(job)
        elif any(self.connections.of_device(agent)):
            self._sent.add(job.id)
            self._turn(job, "printing", None)
            self.io.start_background_task(self._to_agent, job, agent)

    def _to_agent(self, job: Job, agent: int) -> None:
        try:
            ticket, picture = self._draw(job)
            content = {"job": job.id, "ticket": ticket.to_json(), "picture": base64.b64encode(_png(picture)).decode()}
            self.io.emit("print", content, namespace=NAMESPACE, to=device_room(agent))
        except Exception:
            log.exception("print job %s could not be drawn", job.id)
            self._end(job, "failed")

    def _to_lane(self, job: Job) -> None:
        address = self._address(job)
        lane = self._lanes.get(address)
        if lane is None:
            # Pillow and python-escpos are loaded with the first printer: a hall without one does not pay for them.
            from printing.address import open_printer

            lane = self._lanes[address] = _Lane(open_printer(address))
        lane.jobs.append(job)
        if not lane.busy:
            lane.busy = True
            self.io.start_background_task(self._work, lane)

    def _address(self, job: Job) -> str:
        if job.printer["kind"] == "file":
            make_private(self._folder)
            return f"file:{self._folder}"
        return f"network:{job.printer['host']}:{job.printer.get('port') or 9100}"

    def _work(self, lane: _Lane) -> None:
        while lane.jobs:
            job = lane.jobs.popleft()
            try:
                self._do(lane.printer, job)
            except Refusal as refused:  # it is looked at again, unless it was printed
                log.debug("print job %s waits: %s", job.id, refused.code)
                self._sent.discard(job.id)
        lane.busy = False

    def _do(self, printer: Printer, job: Job) -> None:
        if job.id not in self._open:  # given up meanwhile
            return
        if print_jobs.claim_job(self.deployment, job, now=now_ms()):
            self._tell(job, "printing", None)
            self._end(job, self._print(printer, job))
        else:
            self._left(job)

    def _left(self, job: Job) -> None:
        """Another server prints this job: it is looked at again until that is done."""
        now = print_jobs.find_job(self.deployment, job.id)
        if now is None or now.state not in OPEN:
            self._open.pop(job.id, None)
        self._sent.discard(job.id)

    def _print(self, printer: Printer, job: Job) -> str | None:
        """The reason why it is not on paper, None when it is."""
        from printing.state import PrintFailed

        try:
            ticket, picture = self._draw(job)
            printer.print_picture(picture, name=ticket.number)
        except PrintFailed as failed:
            log.warning("print job %s: %s", job.id, failed)
            return failed.reason
        except Exception:
            log.exception("print job %s failed", job.id)
            return "failed"
        return None

    def _draw(self, job: Job) -> tuple[PrintedTicket, Image]:
        from printing.picture import draw_ticket

        answer = run_query(
            self.deployment,
            ticket_text.by_id,
            hall_code=job.hall,
            actor=SYSTEM,
            now=now_ms(),
            ticket_id=job.ticket_id,
            base=self._base,
        )
        ticket: PrintedTicket = answer["ticket"]
        return ticket, self._run_blocking(_drawn, draw_ticket, ticket, job.width_mm, job.dots)

    def _turn(self, job: Job, state: str, error: str | None) -> None:
        print_jobs.turn_job(self.deployment, job, state=state, error=error, now=now_ms())
        self._tell(job, state, error)

    def _tell(self, job: Job, state: str, error: str | None, **more: int) -> None:
        told = {"job": job.id, "number": job.number, "state": state, "error": error, **more}
        self.relay.emit("print_state", told, namespace=NAMESPACE, to=device_room(job.kiosk))

    def _end(self, job: Job, error: str | None) -> None:
        self._open.pop(job.id, None)
        self._under_way.pop(job.id, None)
        self._sent.discard(job.id)
        self._turn(job, "failed" if error else "printed", error)


def _wants_paper(kind: str, content: dict[str, Any]) -> bool:
    if kind == "ticket_issued":
        return bool(content["ticket"]["channel"] == "kiosk")
    return content.get("what") == print_jobs.AGAIN


def _agent_of(job: Job) -> int | None:
    return job.printer.get("device") if job.printer["kind"] == "agent" else None


def _drawn(draw: Callable[..., Image], ticket: PrintedTicket, width_mm: int, dots: int | None) -> Image:
    return draw(ticket, width_mm=width_mm, dots=dots)


def _png(picture: Image) -> bytes:
    from printing.picture import png_bytes

    return png_bytes(picture)
