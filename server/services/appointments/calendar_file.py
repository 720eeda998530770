"""An appointment as a calendar file (RFC 5545), which calendars update and remove by its uid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Alarm, Calendar, Event

from server.domain import notice_words
from server.domain.notice_words import pick


def of(seen: dict[str, Any], *, now: int) -> bytes:
    """The file of an appointment as its holder sees it; `now` (ms) orders its versions."""
    language = seen["language"]
    service, hall = pick(seen["service_name"], language), pick(seen["hall_name"], language)
    event = Event()
    event.add("uid", f"{seen['token']}@hallcall")
    event.add("summary", f"{service} · {hall}")
    event.add("location", _location(seen, language))
    event.add("description", "\n".join(_description(seen, language)))
    event.add("url", seen["url"])
    event.add("dtstart", datetime.fromisoformat(seen["start"]).astimezone(UTC))
    event.add("dtend", datetime.fromisoformat(seen["end"]).astimezone(UTC))
    event.add("dtstamp", datetime.fromtimestamp(now // 1000, tz=UTC))
    event.add("sequence", now // 1000 % 2**31)
    event.add("status", "CANCELLED" if seen["state"] == "cancelled" else "CONFIRMED")
    if seen["state"] != "cancelled":
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", service)
        alarm.add("trigger", timedelta(hours=-1))
        event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Hallcall//Appointments//")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if seen["state"] == "cancelled" else "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _location(seen: dict[str, Any], language: str) -> str:
    """The hall, and its address where it has one, by which a map finds it."""
    named = (pick(text, language) for text in (seen["hall_name"], seen["address"]) if text)
    return ("，" if language.startswith("zh") else ", ").join(named)


def _description(seen: dict[str, Any], language: str) -> Iterator[str]:
    yield seen["code"]
    if seen["getting_there"]:
        yield pick(seen["getting_there"], language)
    if seen["bring"]:
        yield notice_words.BRING[notice_words.spoken(language)].format(bring="").strip()
        yield from (f"- {pick(paper, language)}" for paper in seen["bring"])
    yield seen["url"]
