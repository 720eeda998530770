"""Reading the halls' configuration into the values that the rules use."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from server.db import tables
from server.domain.booking import BookingRules, ServiceBooking, ServiceRules, renamed_limit
from server.domain.hall import (
    Counter,
    CounterType,
    Hall,
    PauseReason,
    ServesChange,
    Service,
    Settings,
    Status,
    Stop,
    Zone,
)
from server.domain.hours import Hours
from server.domain.limits import LimitRules
from server.domain.notice import NoticeRules
from server.domain.order import ClassParameters, Lane


def load_halls(connection: Connection) -> dict[str, Hall]:
    """All halls by code, complete with their parts."""
    return {row.code: _hall(connection, row) for row in connection.execute(select(tables.hall).order_by("id"))}


def _hall(connection: Connection, row: Row[Any]) -> Hall:
    zones = {part.id: part for part in _parts(connection, tables.zone, row.id)}
    types = {part.id: part for part in _parts(connection, tables.counter_type, row.id)}
    served: dict[tuple[int, int], list[str]] = defaultdict(list)
    for link in connection.execute(select(tables.counter_serves).order_by("position")):
        if link.counter_type_id in types:
            served[link.counter_id, link.rank].append(types[link.counter_type_id].code)
    return Hall(
        id=row.id,
        code=row.code,
        name=row.name,
        time_zone=ZoneInfo(row.time_zone),
        version=row.version,
        zones={
            part.code: Zone(part.id, part.code, part.name, part.where_words, part.directions) for part in zones.values()
        },
        groups=row.groups,
        counter_types={
            part.code: CounterType(
                part.id, part.code, part.prefix, part.name, part.guess_minutes, part.first, part.last, part.digits
            )
            for part in types.values()
        },
        services={
            part.code: Service(
                part.id,
                part.code,
                part.name,
                types[part.counter_type_id].code,
                part.group_code,
                part.open,
                _service_rules(part.rules),
                Stop(**part.stop) if part.stop else None,
            )
            for part in _parts(connection, tables.service, row.id)
        },
        counters={
            part.code: Counter(
                part.id,
                part.code,
                part.name,
                zones[part.zone_id].code,
                tuple(served[part.id, 1]),
                tuple(served[part.id, 2]),
                part.where_words,
                tuple(ServesChange(**one) for one in part.changes or ()),
            )
            for part in _parts(connection, tables.counter, row.id)
        },
        statuses={
            code: Status(code, value["name"], value["proof"], value["class"], value.get("proof_rule", "declared"))
            for code, value in row.statuses.items()
        },
        settings=_settings(row.settings),
    )


def _parts(connection: Connection, table: Any, hall_id: int) -> list[Row[Any]]:
    return list(connection.execute(select(table).where(table.c.hall_id == hall_id).order_by(table.c.position)))


def _settings(stored: dict[str, Any]) -> Settings:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()
    }
    values["hours"] = _week(stored["hours"])
    if "classes" in stored:
        values["classes"] = {code: ClassParameters(**parameters) for code, parameters in stored["classes"].items()}
    values["lanes"] = tuple(
        Lane(lane["code"], lane["share"], tuple(lane["classes"])) for lane in stored.get("lanes", ())
    )
    if "pause_reasons" in stored:
        values["pause_reasons"] = tuple(PauseReason(**one) for one in stored["pause_reasons"])
    values["booking"] = BookingRules(**renamed_limit(stored.get("booking", {})))
    limits = stored.get("limits", {})
    place = limits.get("place")
    values["limits"] = LimitRules(**limits | {"place": tuple(place) if place else None})
    values["notices"] = NoticeRules(**stored.get("notices", {}))
    return Settings(**values)


def _week(stored: dict[str, Any]) -> Hours:
    return {day: [tuple(span) for span in spans] for day, spans in stored.items()}


def _service_rules(stored: dict[str, Any]) -> ServiceRules:
    booking, hours = stored.get("booking"), stored.get("hours")
    return ServiceRules(
        booking=_booking(booking) if booking else None,
        quota=stored.get("quota"),
        hours=_week(hours) if hours else None,
        bring=tuple(stored.get("bring", ())),
    )


def _booking(stored: dict[str, Any]) -> ServiceBooking:
    hours = stored.get("hours")
    return ServiceBooking(stored["slot_minutes"], stored["capacity"], _week(hours) if hours else None)
