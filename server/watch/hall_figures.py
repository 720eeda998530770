"""The halls' figures for `GET /metrics`, read from the database when they are asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from server.clock import now_ms
from server.db.repositories import notice_rows
from server.domain.hall import Hall
from server.domain.outcomes import COLUMNS
from server.domain.refusals import Refusal
from server.services.queries import day_counts, day_figures, snapshots, waiting
from server.services.runtime.actor import SYSTEM
from server.services.runtime.command_bus import run_query
from server.services.runtime.deployment import Deployment
from server.services.runtime.unit_of_work import UnitOfWork

#: name: (what it says, labels)
GAUGES = {
    "waiting": ("Tickets that wait.", ("hall", "counter_type")),
    "longest_wait_seconds": ("How long the first in the queue has waited.", ("hall", "counter_type")),
    "counters": ("Counters by state.", ("hall", "state")),
    "aside": ("Tickets that are held or missed and may return.", ("hall", "state")),
    "tickets_today": ("Tickets of the business day: issued, kept from before, what became of both.", ("hall", "state")),
    "tickets_kept": ("Tickets kept from earlier days, by what became of them today.", ("hall", "day", "state")),
    "tickets_last_day": ("Tickets of the last business day that had any, by how they ended.", ("hall", "state")),
    "open": ("Whether the hall gives out tickets.", ("hall",)),
    "event_seq": ("The number of the hall's last event.", ("hall",)),
    "devices": ("Paired devices.", ("hall", "kind", "alive")),
    "notices_waiting": ("Notices to visitors that have not left yet.", ("hall", "channel")),
}
Figure = tuple[str, tuple[str, ...], float]


class HallFigures(Collector):
    """Reads every hall once for each question. `devices` gives a hall's devices as the supervisor sees them."""

    def __init__(self, deployment: Deployment, devices: Any, sockets: Any) -> None:
        self._deployment, self._devices, self._sockets = deployment, devices, sockets

    def describe(self) -> Iterable[Metric]:
        """Nothing is read only to learn the names."""
        return []

    def collect(self) -> Iterator[Metric]:
        """All gauges."""
        families = {
            name: GaugeMetricFamily(f"hallcall_{name}", help_, labels=labels)
            for name, (help_, labels) in GAUGES.items()
        }
        for hall in self._deployment.halls:
            with suppress(Refusal):  # the database is away: the process's own figures stand all the same
                for name, labels, value in list(self._of_hall(hall)):
                    families[name].add_metric((hall.code, *labels), value)
        yield from families.values()
        sockets = GaugeMetricFamily("hallcall_sockets", "Connected sockets.", labels=("namespace",))
        for namespace, count in self._sockets().items():
            sockets.add_metric((namespace,), count)
        yield sockets

    def _of_hall(self, hall: Hall) -> Iterator[Figure]:
        yield from run_query(self._deployment, _figures, hall_code=hall.code, actor=SYSTEM, now=now_ms())["figures"]
        devices = Counter((device["kind"], "yes" if device["alive"] else "no") for device in self._devices(hall))
        yield from (("devices", labels, count) for labels, count in devices.items())


def _figures(unit: UnitOfWork) -> dict[str, list[Figure]]:
    found = waiting.queues(unit)
    snapshot = snapshots.staff_snapshot(unit)
    longest: dict[str, float] = dict.fromkeys(unit.hall.counter_types, 0.0)
    for queue in found:
        longest[queue.counter_type] = max(longest[queue.counter_type], (unit.now - queue.oldest_at) / 1000)
    states = Counter(counter["state"] for counter in snapshot["counters"])
    figures: list[Figure] = [
        *(("waiting", (code,), count) for code, count in waiting.counts(unit.hall, found)["by_type"].items()),
        *(("longest_wait_seconds", (code,), seconds) for code, seconds in longest.items()),
        *(("counters", (state,), states[state]) for state in ("open", "paused", "closed")),
        *(("aside", (state,), len(snapshot[state])) for state in ("held", "parked")),
        *(("tickets_today", (state,), count) for state, count in snapshot["today"].items()),
        *(
            ("tickets_kept", (day, state), count)
            for day, counts in day_counts.earlier(unit).items()
            for state, count in counts.items()
        ),
        *_last_day(unit),
        *(
            ("notices_waiting", (channel,), count)
            for channel, count in notice_rows.unsent(unit.connection, hall_id=unit.hall.id).items()
        ),
        ("open", (), float(snapshot["hall"]["open"])),
        ("event_seq", (), unit.head.seq),
    ]
    return {"figures": figures}


def _last_day(unit: UnitOfWork) -> Iterator[Figure]:
    before = day_figures.last_day(unit)
    if before is not None:
        for name in ("issued", *COLUMNS):
            if name != "open":
                yield "tickets_last_day", (name,), getattr(before, name)
