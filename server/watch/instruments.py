"""What a process counts of itself, in Prometheus' terms; `GET /metrics` shows it. docs/operations.md explains each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.process_collector import ProcessCollector

from server.services.runtime.deployment import Event

#: Seconds; the targets of a call (5 ms) and of a delivery (100 ms) are among them.
FAST = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5)


class Instruments:
    """The counters of one running server. Each server of a process has its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = self._counter("http_requests", "Answered requests.", "method", "route", "status")
        self.request_time = self._times("http_request", "Time of a request.", "method", "route")
        self.commands = self._counter(
            "socket_commands",
            "Messages from sockets; result is ok or the code of the refusal.",
            *("namespace", "command", "result"),
        )
        self.command_time = self._times("socket_command", "Time of a message from a socket.", "namespace", "command")
        self.delivery = self._times("delivery", "From an event's commit to its handing over to its sockets.")
        self.events = self._counter("events", "Events of the halls.", "hall", "kind")
        self.announcements = self._counter(
            "announcements", "What announcers said of calls: spoken, dropped, failed.", "hall", "zone", "result"
        )
        self.errors = self._counter("errors", "Faults of the server: what it logged as errors.", "logger")
        #: How long the oldest event waits to be pushed, and since when the timer has not run; seconds.
        self.push_behind: Callable[[], float] = lambda: 0.0
        self.timer_behind: Callable[[], float] = lambda: 0.0
        #: Whether the other servers are heard by Redis; None where there is none.
        self.redis_up: Callable[[], bool | None] = lambda: None
        redis = Gauge("hallcall_redis_up", "1 while Redis carries messages to other servers.", registry=self.registry)
        redis.set_function(lambda: float(self.redis_up() is not False))

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"hallcall_{name}_total", meaning, labels, registry=self.registry)

    def _times(self, name: str, meaning: str, *labels: str) -> Histogram:
        return Histogram(f"hallcall_{name}_seconds", meaning, labels, buckets=FAST, registry=self.registry)

    def count(self, events: Sequence[Event]) -> None:
        """Count committed events."""
        for event in events:
            self.events.labels(event.hall.code, event.kind).inc()
            if event.kind == "announcement_spoken":
                said = event.content
                self.announcements.labels(event.hall.code, said["zone"], said["result"]).inc()

    def count_errors(self) -> logging.Handler:
        """A handler that counts what is logged as an error."""
        return _ErrorCounter(self)


class _ErrorCounter(logging.Handler):
    def __init__(self, instruments: Instruments) -> None:
        super().__init__(logging.ERROR)
        self._instruments = instruments

    def emit(self, record: logging.LogRecord) -> None:
        self._instruments.errors.labels(record.name).inc()
