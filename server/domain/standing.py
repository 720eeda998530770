"""Whether a booked appointment still stands: whether the hall, as it is set now, is open for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from server.domain.hall import Hall, Service
from server.domain.hours import WEEKDAYS, Hours, local, moment_of


class Hit(StrEnum):
    """Why an appointment does not stand any more."""

    CLOSED = "closed"  # the hall was closed by hand until the end of the day
    HOLIDAY = "holiday"
    NOT_BOOKABLE = "not_bookable"
    SLOTS = "slots"  # outside the hours of its slots
    HOURS = "hours"  # outside the hall's hours
    SERVICE_HOURS = "service_hours"
    SERVICE_CLOSED = "service_closed"
    CAPACITY = "capacity"
    QUOTA = "quota"


#: Each in English and Chinese.
WHY_HIT: dict[str, tuple[str, str]] = {
    Hit.CLOSED: ("the hall is closed", "大厅已关闭"),
    Hit.HOLIDAY: ("the day is a holiday", "当天休息"),
    Hit.NOT_BOOKABLE: ("the service takes no appointments", "业务不再接受预约"),
    Hit.SLOTS: ("outside the hours for appointments", "不在预约时段内"),
    Hit.HOURS: ("outside the hall's hours", "不在大厅开放时间内"),
    Hit.SERVICE_HOURS: ("outside the service's hours", "不在业务办理时间内"),
    Hit.SERVICE_CLOSED: ("the service is stopped", "业务已停办"),
    Hit.CAPACITY: ("the slot takes fewer visitors", "该时段名额减少"),
    Hit.QUOTA: ("the day's quota is smaller", "当天名额减少"),
}
#: What no booking contradicts when it is made.
OF_SLOTS = frozenset((Hit.HOLIDAY, Hit.NOT_BOOKABLE, Hit.SLOTS))


def hits_of(hall: Hall, service: Service, *, start: int, end: int, seat: int | None) -> Iterator[Hit]:
    """What in a hall's settings speaks against an appointment from `start` to `end` (ms), the weightiest first.

    seat: its place among those of its slot. Quotas and a hall that is closed by hand are not looked at.
    """
    settings, zone = hall.settings, hall.time_zone
    day, booking, own = local(start, zone).date(), service.rules.booking, service.rules.hours

    def closed(week: Hours) -> bool:
        return not _covers(week, day, zone, start, end)

    if day.isoformat() in settings.holidays:
        yield Hit.HOLIDAY
    if booking is None:
        yield Hit.NOT_BOOKABLE
    elif closed(settings.hours if booking.hours is None else booking.hours):
        yield Hit.SLOTS
    if closed(settings.hours):
        yield Hit.HOURS
    if own is not None and closed(own):
        yield Hit.SERVICE_HOURS
    if not service.gives(start):
        yield Hit.SERVICE_CLOSED
    if booking is not None and seat is not None and seat > booking.capacity:
        yield Hit.CAPACITY


def _covers(week: Hours, day: date, zone: ZoneInfo, start: int, end: int) -> bool:
    """Whether the hours of a day hold a span of time; hours that touch are one."""
    reached = start
    for opens, closes in sorted(week.get(WEEKDAYS[day.weekday()], ())):
        if moment_of(day, opens, zone) <= reached:
            reached = max(reached, moment_of(day, closes, zone))
    return reached >= end
