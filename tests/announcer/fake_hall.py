"""A hall's server as the announcer sees it, in a thread: its socket, its clip store, and a screen that plays."""

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import socketio
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Request, Response

from tests.announcer.fixtures import hall_of

TOKEN = "let-me-in"
PATIENCE_S = 20


class FakeHall:
    """One hall with a log, one announcer expected. What arrives is kept in `got`, by message."""

    def __init__(self, **voice: Any) -> None:
        self.hall = hall_of(**voice)
        self.sio = socketio.Server(async_mode="threading", cors_allowed_origins=[])
        self.changed = threading.Condition()
        self.got: dict[str, list[dict[str, Any]]] = {}
        self.clips: dict[str, bytes] = {}
        self.log: list[dict[str, Any]] = []
        self.tickets: dict[str, dict[str, Any]] = {}
        self.seq = 0
        self.screens = [{"id": 7, "zone": "A", "sound": "on", "name": "screen"}]
        self.answers = {"play": {"ok": True}}
        self.plays = True
        self.pairing = {"state": "waiting"}
        self.refuse_uploads = False
        self.only_zone: str | None = None
        self.sids: list[str] = []
        for name in ("play", "prepare", "caption", "report", "status", "stop"):
            self.sio.on(name, self._keeper(name), namespace="/announcer")
        self.sio.on("connect", self._connect, namespace="/announcer")
        self.sio.on("sync", self._sync, namespace="/announcer")
        self.app = socketio.WSGIApp(self.sio, self._http)

    # What a test does

    def call(
        self,
        number: str,
        counter: str,
        *,
        kind: str = "ticket_called",
        zone: str = "A",
        age_s: float = 0,
        push: bool = True,
    ) -> None:
        """Call or recall a ticket."""
        self.seq += 1
        old = self.tickets.get(number, {})
        at = datetime.fromtimestamp(time.time() - age_s, UTC).isoformat()
        again = kind == "ticket_recalled"
        self.tickets[number] = {
            "number": number,
            "service": "s",
            "counter_type": number[0],
            "state": "called",
            "counter": counter,
            "zone": zone,
            "call_seq": old["call_seq"] if again else self.seq,
            "called_at": old["called_at"] if again else at,
            "last_called_at": at,
            "calls": old["calls"] + 1 if again else 1,
            "tags": [],
            "language": "zh-CN",
            "waits_for": [],
        }
        self._record(kind, push=push, ticket=dict(self.tickets[number]), **{"from": None})

    def change(self, number: str, *, kind: str, push: bool = True, **fields: Any) -> None:
        """Another event of a ticket."""
        self.seq += 1
        self.tickets[number] |= fields
        self._record(kind, push=push, ticket=dict(self.tickets[number]), **{"from": None})

    def notice(self, text: dict[str, str] | None, level: str = "emergency") -> None:
        """Set the hall's notice."""
        self.seq += 1
        at = datetime.now(UTC).isoformat()
        self._record("notice_set", notice=text and {"text": text, "level": level, "at": at})

    def beat(self) -> None:
        """A heartbeat."""
        self.sio.emit("heartbeat", {"hall": "h", "seq": self.seq, **self._time()}, namespace="/announcer")

    def tell_screens(self) -> None:
        """Who can sound."""
        self.sio.emit("screens", {"hall": "h", "screens": self.screens}, namespace="/announcer")

    def cut(self) -> None:
        """Drop every connection."""
        for sid in list(self.sids):
            self.sio.disconnect(sid, namespace="/announcer")

    def wait(self, name: str, count: int = 1) -> list[dict[str, Any]]:
        """The messages of a kind once there are `count`; fails after a while."""
        with self.changed:
            enough = self.changed.wait_for(lambda: len(self.got.get(name, [])) >= count, PATIENCE_S)
        assert enough, f"{name}: {self.got.get(name)}"
        return self.got[name]

    # What the announcer meets

    def _connect(self, sid: str, environ: dict[str, Any], auth: Any) -> None:
        if not auth or auth.get("token") != TOKEN:
            raise socketio.exceptions.ConnectionRefusedError("no", {"code": "bad_token"})
        self.sids.append(sid)

    def _sync(self, sid: str, content: dict[str, Any]) -> dict[str, Any]:
        self._keep("sync", content)
        self.tell_screens()
        answer = {"ok": True, "seq": self.seq, "device": {"zone": self.only_zone}, **self._time()}
        if content["seq"] is not None:
            return answer | {"events": [event for event in self.log if event["seq"] > content["seq"]]}
        calls = sorted(self.tickets.values(), key=lambda ticket: -ticket["call_seq"])
        counters = [{"code": str(n), "zone": "A", "state": "open"} for n in range(1, 6)]
        snapshot = {"seq": self.seq, "hall": self.hall, "calls": calls[:30], "counters": counters, "notice": None}
        return answer | {"snapshot": snapshot}

    def _keeper(self, name: str) -> Any:
        def keep(sid: str, content: dict[str, Any]) -> dict[str, Any]:
            self._keep(name, content)
            if name == "play" and self.answers["play"]["ok"] and self.plays:
                self.sio.emit("played", {"play": content["play"], "screen": 7, "ok": True}, namespace="/announcer")
            return self.answers.get(name, {"ok": True})

        return keep

    def _keep(self, name: str, content: dict[str, Any]) -> None:
        with self.changed:
            self.got.setdefault(name, []).append(content | {"arrived": time.time()})
            self.changed.notify_all()

    def _record(self, kind: str, *, push: bool = True, **details: Any) -> None:
        prev = self.log[-1]["seq"] if self.log else 0
        at = datetime.now(UTC).isoformat()
        self.log.append({"seq": self.seq, "prev": prev, "hall": "h", "at": at, "kind": kind, **details})
        if push:
            self.sio.emit("event", self.log[-1], namespace="/announcer")

    def _time(self) -> dict[str, str]:
        return {"time": datetime.now(UTC).isoformat(), "version": "1"}

    def _http(self, environ: dict[str, Any], start: Any) -> Any:
        return self._answer(Request(environ))(environ, start)

    def _answer(self, request: Request) -> Response:
        if request.method == "PUT":
            if request.headers.get("Authorization") != f"Bearer {TOKEN}" or self.refuse_uploads:
                return Response("{}", 403)
            name = request.path.rsplit("/", 1)[1]
            assert hashlib.sha256(request.data).hexdigest() == name
            self.clips[name] = request.data
            return Response("{}", 201)
        if request.method == "POST":
            return Response(
                '{"code": "483 920", "secret": "s3", "confirm_url": "http://here/pair"}', mimetype="text/json"
            )
        self._keep("pairing", {})
        token = f', "token": "{TOKEN}"' if self.pairing["state"] == "confirmed" else ""
        return Response(f'{{"state": "{self.pairing["state"]}"{token}}}', mimetype="text/json")


@contextmanager
def serving(hall: FakeHall, port: int = 0) -> Iterator[str]:
    """Serve the hall on a loopback port; yields its address."""
    server: BaseWSGIServer = make_server("127.0.0.1", port, hall.app, threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        hall.cut()
        server.shutdown()
        server.server_close()
        thread.join()
