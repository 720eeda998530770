"""The door on this computer: the kiosk's page prints here by itself while the server is away."""

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from kiosk.agent.desk import Desk, Report, job_of
from kiosk.agent.line import status_of
from printing.picture import DOTS, HEADS, draw_ticket
from printing.state import PrinterState
from printing.ticket import PrintedTicket
from printing.ticket_form import BadTicket, read_ticket

LONGEST_BODY = 64 * 1024  # with the hall's own picture
KEY = re.compile(r"[A-Za-z0-9_-]{22}")
MOST_WAITING = 5
REMEMBERED_KEYS = 200
PRINT_WITHIN_S = 30.0
"""A ticket that waited longer is not printed any more: its visitor has gone on without it."""
PRINTING_LASTS_S = 90.0
"""So long a ticket may be under way to the slowest printer."""

STATUS = {
    "foreign": 403,
    "no_such_page": 404,
    "wrong_method": 405,
    "too_large": 413,
    "not_json": 415,
    "malformed": 422,
    "busy": 503,
    "late": 504,
}
FAULT_STATUS = 502
ALLOWED = {"key", "ticket", "width_mm", "dots"}


@dataclass(frozen=True)
class Paper:
    """How wide the paper is (mm), and the dots of the printer's head where they are not the usual ones."""

    width_mm: int
    dots: int | None


class Shut(Exception):
    """A request that the door does not serve: `code` is a key of STATUS."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(code)
        self.code, self.reason = code, reason


@dataclass(frozen=True)
class DoorJob:
    """The name of one try to print a key's ticket, among the jobs of the desk."""

    key: str
    attempt: int


@dataclass
class _Entry:
    attempt: int = 1
    report: Report | None = None
    ended: threading.Event = field(default_factory=threading.Event)


class Door:
    """Answers `GET /` and `POST /print` for pages of `origins` alone; every other page is turned away.

    A key's ticket is printed once, and the answer repeated; one that failed is tried again when it is asked for again.
    """

    def __init__(self, desk: Desk, *, origins: set[str], state: Callable[[], PrinterState | None]) -> None:
        self._desk, self._origins, self._state = desk, origins, state
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._lock, self._pen = threading.Lock(), threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """The door as a WSGI application."""
        request = Request(environ)
        request.max_content_length = LONGEST_BODY
        origin = request.headers.get("Origin", "")
        try:
            self._admit(request, origin)
            answer = _preflight(request) if request.method == "OPTIONS" else self._served(request)
        except Shut as shut:
            answer = _error(STATUS[shut.code], shut.code, shut.reason)
        except HTTPException as error:
            answer = _error(413 if error.code == 413 else 422, "too_large" if error.code == 413 else "malformed")
        if origin in self._origins:
            answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Vary"] = "Origin"
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer(environ, start_response)

    def ended(self, report: Report) -> bool:
        """Take the report of a job; False when the job did not come through this door."""
        if not isinstance(report.job, DoorJob):
            return False
        with self._lock:
            entry = self._entries.get(report.job.key)
            if entry is not None and entry.attempt == report.job.attempt:
                entry.report = report
                entry.ended.set()
        return True

    def _admit(self, request: Request, origin: str) -> None:
        """A name that another site lets point here, or a page of another site, gets nothing. Raises Shut."""
        port = request.environ["SERVER_PORT"]
        if request.headers.get("Host") not in (f"127.0.0.1:{port}", f"localhost:{port}"):
            raise Shut("foreign", "the address must be 127.0.0.1 or localhost")
        if origin not in self._origins:
            raise Shut("foreign", f"only pages of {' '.join(sorted(self._origins))} may print here")

    def _served(self, request: Request) -> Response:
        match request.path, request.method:
            case "/", "GET":
                return _answer(200, {"agent": "hallcall", "printer": status_of(self._state() or PrinterState())})
            case "/print", "POST":
                return self._print(request)
            case "/" | "/print", _:
                raise Shut("wrong_method")
            case _:
                raise Shut("no_such_page")

    def _print(self, request: Request) -> Response:
        key, ticket, paper = _asked(request)
        report = self._outcome(key, ticket, paper)
        if report is None or report.error == "late":
            raise Shut("late", "the printer was busy for too long")
        if report.error:
            return _error(FAULT_STATUS, report.error)
        return _answer(200, {"printed": True})

    def _outcome(self, key: str, ticket: PrintedTicket, paper: Paper) -> Report | None:
        """How the printing of this key ended; None when that took too long. Raises Shut `busy`."""
        entry, new = self._entry(key)
        if new:
            self._hand_over(DoorJob(key, entry.attempt), ticket, paper)
        entry.ended.wait(PRINT_WITHIN_S + PRINTING_LASTS_S)
        return entry.report

    def _entry(self, key: str) -> tuple[_Entry, bool]:
        """What is known of a key, and whether it is to be printed now."""
        with self._lock:
            known = self._entries.get(key)
            if known is not None and not (known.report and known.report.error):
                return known, False
            if sum(not entry.ended.is_set() for entry in self._entries.values()) >= MOST_WAITING:
                raise Shut("busy", "other tickets wait for the printer")
            entry = _Entry(attempt=known.attempt + 1 if known else 1)
            self._entries[key] = entry
            self._entries.move_to_end(key)
            while len(self._entries) > REMEMBERED_KEYS:
                self._entries.popitem(last=False)
            return entry, True

    def _hand_over(self, name: DoorJob, ticket: PrintedTicket, paper: Paper) -> None:
        try:
            with self._pen:  # the faces of the letters are shared
                picture = draw_ticket(ticket, width_mm=paper.width_mm, dots=paper.dots)
        except Exception:
            self.ended(Report(name, ticket.number, "failed", None))  # or it would count as waiting for ever
            raise
        self._desk.take(job_of(name, ticket, picture), within_s=PRINT_WITHIN_S)


def origin_of(url: str) -> str:
    """As a browser writes the origin of a page: scheme and host, and the port unless it is the usual one.

    Raises ValueError when it is no http or https address.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url} is no http:// or https:// address")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if parts.port in (None, usual) else f":{parts.port}")


def _preflight(request: Request) -> Response:
    answer = Response(status=204)
    answer.headers["Access-Control-Allow-Methods"] = "GET, POST"
    answer.headers["Access-Control-Allow-Headers"] = "Content-Type"
    answer.headers["Access-Control-Max-Age"] = "600"
    for asked in ("Private-Network", "Local-Network"):
        if request.headers.get(f"Access-Control-Request-{asked}") == "true":
            answer.headers[f"Access-Control-Allow-{asked}"] = "true"
    return answer


def _asked(request: Request) -> tuple[str, PrintedTicket, Paper]:
    """Key, ticket and paper in a body. Raises Shut."""
    if request.mimetype != "application/json":
        raise Shut("not_json", "the body must be application/json")
    if request.content_length is None:
        raise Shut("malformed", "the length of the body must be told")
    try:
        content = json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise Shut("malformed", "the body is no JSON") from None
    if not isinstance(content, dict) or not {"key", "ticket"} <= set(content) <= ALLOWED:
        raise Shut("malformed", "the body must have key and ticket, and may have width_mm and dots")
    key, width_mm, dots = content["key"], content.get("width_mm", 80), content.get("dots")
    if not isinstance(key, str) or KEY.fullmatch(key) is None:
        raise Shut("malformed", "key must be 22 letters, digits, - or _")
    if type(width_mm) is not int or width_mm not in DOTS:
        raise Shut("malformed", f"width_mm must be {' or '.join(map(str, DOTS))}")
    if dots is not None and (type(dots) is not int or dots not in HEADS):
        raise Shut("malformed", f"dots must be {' or '.join(map(str, HEADS))}")
    try:
        return key, read_ticket(content["ticket"]), Paper(width_mm, dots)
    except BadTicket as bad:
        raise Shut("malformed", str(bad)) from None


def _error(status: int, code: str, reason: str = "") -> Response:
    return _answer(status, {"error": {"code": code} | ({"reason": reason} if reason else {})})


def _answer(status: int, content: dict[str, Any]) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), status=status, mimetype="application/json")
