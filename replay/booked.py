"""Visitors with an appointment: which ones, when they come, and what they do at the hall's doors.

Each books the slot nearest to when it came in the recorded day. Most come some minutes before their slot, a few too
late: the same chances as in `hallcall policy compare`.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from time import sleep
from time import time as now
from typing import Any
from zoneinfo import ZoneInfo

import requests

from client.rest import Refused, Rest, Unreachable
from replay.clock import time_of
from replay.day import Day, Visit
from replay.plan import PlanError

SLOT = 15
"""Minutes of a slot."""

EARLY, SPREAD, EARLIEST, LATEST = 8.0, 6.0, 30.0, 20.0
"""Minutes before the slot: the mean, its spread, and the bounds."""

ELSEWHEN = (0, 1, -1, 2, -2, 3, -3, 4)
"""How many slots later who finds one full looks, in turn."""

LEAD = 30
"""Minutes before the day at which a trial's clock had better begin."""

Who = tuple[str, int]


def with_booked(day: Day, share: float, *, after: float) -> Day:
    """The day with that share of its visitors booked, always the same ones; only slots after minute `after`."""
    dice = random.Random("booked")
    visits = list(day.visits)
    for place in dice.sample(range(len(visits)), round(share * len(visits))):
        slot = (visits[place].arrives + SLOT / 2) // SLOT * SLOT
        early = min(EARLIEST, max(-LATEST, dice.gauss(EARLY, SPREAD)))
        if slot > after:
            visits[place] = replace(visits[place], slot=slot, arrives=slot - early)
    return replace(day, visits=tuple(sorted(visits, key=lambda visit: visit.arrives)))


class Bookings:
    """Books for visitors before the day, by the hall's public door, and keeps the links with which they check in."""

    def __init__(self, rest: Rest, *, hall: str, today: date, zone: ZoneInfo) -> None:
        self._rest, self._hall, self._midnight = rest, hall, datetime.combine(today, time(), tzinfo=zone)
        self._tokens: dict[Who, str] = {}
        self.full = 0
        """How many found no free slot and come without an appointment."""

    def book_all(self, day: Day, service_of: Mapping[str, str]) -> None:
        """Book for all who want it. Raises Refused, Unreachable."""
        for visit in day.visits:
            if visit.slot is not None:
                token = self._book(visit.slot, service_of[visit.queue])
                if token:
                    self._tokens[_who(visit)] = token
                else:
                    self.full += 1

    def token_of(self, visit: Visit) -> str | None:
        """What a visitor's appointment is called; None for who has none."""
        return self._tokens.get(_who(visit))

    def __len__(self) -> int:
        return len(self._tokens)

    def _book(self, slot: float, service: str) -> str | None:
        for later in ELSEWHEN:
            start = (self._midnight + timedelta(minutes=slot + later * SLOT)).isoformat()
            answer = self._ask({"service": service, "start": start})
            if answer:
                return str(answer["token"])
        return None

    def _ask(self, wish: dict[str, str]) -> dict[str, Any] | None:
        """The appointment; None when that slot is not to be had. Waits where too many are asked for in a minute."""
        while True:
            try:
                return dict(self._rest.post(f"/halls/{self._hall}/appointments", wish))
            except Refused as refusal:
                if refusal.code in {"slot_full", "slot_past"}:
                    return None
                if refusal.code != "too_many":
                    raise
                sleep(refusal.params.get("retry_s", 1))


def _who(visit: Visit) -> Who:
    """A visitor of the day, whenever it comes."""
    return visit.queue, visit.ticket


@dataclass(frozen=True)
class HallTime:
    """What time it is in a hall, and how many times faster than life it runs there."""

    day: date
    minute: float
    speed: float


def hall_time(server: str, zone: ZoneInfo) -> HallTime:
    """By the server's own clock where that is a trial's, else by this machine's. Raises Unreachable."""
    try:
        told = requests.get(f"{server.rstrip('/')}/healthz", timeout=10).json()
    except (requests.RequestException, ValueError) as error:
        raise Unreachable(str(error)) from error
    local = datetime.fromtimestamp(told.get("time", now() * 1000) / 1000, tz=zone)
    minute = local.hour * 60 + local.minute + local.second / 60 + local.microsecond / 6e7
    return HallTime(local.date(), minute, float(told.get("clock_speed", 1.0)))


def need_lifes_clock(time: HallTime) -> None:
    """Waits are counted in the play's own time, so the hall's must be that of life. Raises PlanError."""
    if time.speed != 1:
        raise PlanError(
            f"the hall's time runs {time.speed:g} times faster than life: play with --booked, "
            "or on a server without HALLCALL_TRIAL_CLOCK"
        )


def need_bookings(
    day: Day, *, hall: Mapping[str, Any], service_of: Mapping[str, str], time: HallTime, speed: float
) -> None:
    """The hall can play booked visitors: it takes them, and its time runs with the play. Raises PlanError."""
    bookable = {each["code"] for each in hall["services"] if each["bookable"]}
    if closed := sorted({*service_of.values()} - bookable):
        raise PlanError(f"hall {hall['code']} takes no appointments for {', '.join(closed)}")
    midnight = datetime.combine(time.day, datetime.min.time(), tzinfo=ZoneInfo(hall["time_zone"]))
    offset = midnight.isoformat()[-6:]
    if abs(time.speed - speed) > 1e-6:
        raise PlanError(
            f"with --booked the hall's time must run as fast as the play: start its server with "
            f"HALLCALL_TRIAL_CLOCK={speed:g}@{time.day}T{time_of(day.opens - LEAD)}:00{offset}, "
            f"or play with --speed {time.speed:g}"
        )
    if time.minute > day.opens:
        raise PlanError(
            f"it is {time_of(time.minute)} in the hall and the day begins at {time_of(day.opens)}: "
            "start its server with a HALLCALL_TRIAL_CLOCK that begins before"
        )
