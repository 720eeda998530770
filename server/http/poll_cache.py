"""The public's polls: while nothing of it has changed, a ticket or a board is answered before Flask, mostly by 304.

A tag that a packing proxy has marked is ours again here, for these answers and for those of Flask.

A phone without a socket asks every ten seconds, and so seldom is anything new that the answer costs more than the news.
What was answered is kept with what it rests on (services/queries/validity.py), and good until the database says
otherwise (services/queries/invalidation.py). Who is signed in, every error, HEAD, and all that is odd goes to Flask.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from flask import Response, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import generate_etag, parse_etags, quote_etag, unquote_etag
from werkzeug.wrappers import Response as BaseResponse

from server.clock import now_ms
from server.domain.hours import to_text
from server.domain.refusals import Refusal
from server.http.headers import ALWAYS, kept_by
from server.http.proxies import Application
from server.http.routes import health
from server.listening.asking import COOKIE
from server.services.queries.invalidation import Witness
from server.services.queries.validity import Basis
from server.watch import logs
from server.watch.instruments import Instruments

#: What is kept at most, in bytes; an entry counts its answer and so much for itself.
MOST, ENTRY = 24 * 1024 * 1024, 700
#: Where Flask finds the place for what may be kept.
PLACE = "hallcall.unchanged"
_PATHS = re.compile(r"/api/v1/(?:(?P<ticket>tickets/[^/]+)|halls/[^/]+/board)")
_TICKET, _BOARD = "/api/v1/tickets/<token>", "/api/v1/halls/<hall>/board"
_ZONE = re.compile(r"zone=[^&]*")
#: What a proxy that packs an answer puts behind its tag: Apache (`-gzip`, `-br`, `-zstd`), Jetty (`--gzip`), `;gzip`.
_PACKED = re.compile(r'(?:--?|;)(?:gzip|deflate|br|zstd)"')

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, and what it rests on.

    zone: the hall's, of a ticket; its `seq` and `time` are no news: they are not in `content`, and end its JSON anew
    each time. None of a board.
    """

    content: bytes
    etag: str
    basis: Basis
    zone: ZoneInfo | None

    def body(self, *, seq: int, now: int) -> bytes:
        """The JSON as it is sent now."""
        if self.zone is None:
            return self.content
        return self.content[:-1] + b',"seq":%d,"time":"%s"}' % (seq, str(to_text(now, self.zone)).encode())


class Unchanged:
    """A WSGI application before which polls are answered while what they ask for is as it was."""

    def __init__(
        self, application: Application, witness: Witness, instruments: Instruments, *, most: int = MOST
    ) -> None:
        self._application, self._witness, self._instruments, self._most = application, witness, instruments, most
        self._kept: OrderedDict[Key, Answer] = OrderedDict()
        self._size = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve one request."""
        if "HTTP_IF_NONE_MATCH" in environ:
            environ["HTTP_IF_NONE_MATCH"] = _PACKED.sub('"', environ["HTTP_IF_NONE_MATCH"])
        key = _key(environ)
        if key is None:
            return self._application(environ, start_response)
        begun = time.perf_counter()
        kept, now = self._kept.get(key), now_ms()
        seq = self._true(kept, now=now) if kept else None
        if kept and seq is not None:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._answer(kept, environ, start_response, seq=seq, now=now, begun=begun)
        place = environ[PLACE] = []
        try:
            return self._application(environ, start_response)
        finally:
            self._keep(key, place)

    def _true(self, kept: Answer, *, now: int) -> int | None:
        try:
            return self._witness.public_seq(kept.basis, now=now)
        except (Refusal, SQLAlchemyError):
            return None  # Flask says what is wrong

    def _keep(self, key: Key, found: list[Answer]) -> None:
        before = self._kept.pop(key, None)
        if before:
            self._size -= len(before.content) + ENTRY
        for answer in found:
            self._witness.begin(answer.basis)
            self._kept[key] = answer
            self._size += len(answer.content) + ENTRY
        while self._size > self._most:
            _, oldest = self._kept.popitem(last=False)
            self._size -= len(oldest.content) + ENTRY

    def _answer(
        self, kept: Answer, environ: dict[str, Any], start_response: Any, *, seq: int, now: int, begun: float
    ) -> list[bytes]:
        logs.begin(logs.chosen_or_new(environ.get("HTTP_X_REQUEST_ID")))
        same = _knows(environ, kept.etag)
        status, body = (304, b"") if same else (200, kept.body(seq=seq, now=now))
        content = [] if same else [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        headers = [*content, ("ETag", kept.etag), *ALWAYS.items(), ("Cache-Control", kept_by(status))]
        start_response("304 NOT MODIFIED" if same else "200 OK", [*headers, ("X-Request-ID", logs.current())])
        path = environ["PATH_INFO"]
        route = _BOARD if kept.zone is None else _TICKET
        health.count(self._instruments, "GET", route, path, status=status, took=time.perf_counter() - begun)
        return [] if same else [body]


def _key(environ: dict[str, Any]) -> Key | None:
    """What an answer depends on beside the hall; None for what is left to Flask."""
    found = _PATHS.fullmatch(environ.get("PATH_INFO", ""))
    query = environ.get("QUERY_STRING", "")
    if (
        found is None
        or environ.get("REQUEST_METHOD") != "GET"
        or "HTTP_AUTHORIZATION" in environ
        or COOKIE in environ.get("HTTP_COOKIE", "")
        or "HTTP_IF_MATCH" in environ
        or (query and (found["ticket"] or not _ZONE.fullmatch(query)))
    ):
        return None
    host = environ.get("HTTP_HOST") or f"{environ.get('SERVER_NAME')}:{environ.get('SERVER_PORT')}"
    return environ["PATH_INFO"], query, environ.get("wsgi.url_scheme", ""), host


def _knows(environ: dict[str, Any], etag: str) -> bool:
    asked = environ.get("HTTP_IF_NONE_MATCH")
    return asked == etag or (asked is not None and parse_etags(asked).contains_weak(unquote_etag(etag)[0]))


def polled(shown: dict[str, Any], basis: Basis, *, zone: ZoneInfo | None = None) -> BaseResponse:
    """The answer to a poll, 304 when the asker has it.

    zone: the hall's, of a ticket: what ends with `seq` and `time`, which make no answer a new one.
    """
    told = shown if zone is None else {name: value for name, value in shown.items() if name not in ("seq", "time")}
    content = orjson.dumps(told)
    etag = quote_etag(generate_etag(content), weak=zone is not None)
    answer = Answer(content, etag, basis, zone)
    if PLACE in request.environ:
        request.environ[PLACE].append(answer)
    body = content if zone is None else answer.body(seq=shown["seq"], now=basis.since)
    response = Response(body, mimetype="application/json")
    response.headers["ETag"] = etag
    return response.make_conditional(request)
