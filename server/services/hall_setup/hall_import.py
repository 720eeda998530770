"""Making a hall from its file, and changing it by importing the file again.

What is gone from the file is removed while nothing refers to it; a part that tickets, sessions or devices refer to is
kept by a refusal that names it, because the records must stay readable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, or_, select, update

from server.db import tables
from server.domain.refusals import Refusal
from server.domain.states import OPEN
from server.schemas.problems import HallFileError, Problem
from server.services.appointments import hits
from server.services.calling import serving
from server.services.hall_setup.hall_file import in_order, settings_of
from server.services.hall_setup.hall_model import HallFile
from server.services.queries import views
from server.services.runtime.actor import Actor
from server.services.runtime.command_bus import run_command
from server.services.runtime.deployment import Deployment
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import numbering


class _OnlyLooked(Exception):
    """Ends the unit of work of an import that was only tried."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: whether the hall was made, and the appointments that a change hits, as `hits.listed` says.

    ended: what counters served otherwise until a time, and the new file leaves no sense in (serving.py).
    """

    made: bool
    hit: list[dict[str, str | None]] = field(default_factory=list)
    ended: list[dict[str, str]] = field(default_factory=list)


def import_hall(deployment: Deployment, file: HallFile, *, actor: Actor, now: int, confirm: bool = False) -> Imported:
    """Make the hall of a checked file, or change the one with that code.

    A change is told to the hall's clients. Raises HallFileError when a part that is in use is gone from the file,
    Refusal `appointments_hit` for a change that hits appointments unless `confirm`; then nothing has changed.
    """
    hit: list[dict[str, str | None]] = []
    ended: list[dict[str, str]] = []
    with deployment.database.write_lock:
        made = all(hall.code != file.code for hall in deployment.halls)
        if made:
            with deployment.database.transaction() as connection:
                _make(connection, file)
        else:
            run_command(
                deployment,
                _change,
                hall_code=file.code,
                actor=actor,
                now=now,
                file=file,
                confirm=confirm,
                hit=hit,
                ended=ended,
            )
        deployment.reload()
    return Imported(made, hit, ended)


def try_import(deployment: Deployment, file: HallFile, *, actor: Actor, now: int) -> Imported:
    """What `import_hall` would do; nothing changes. Raises HallFileError."""
    hit: list[dict[str, str | None]] = []
    ended: list[dict[str, str]] = []
    with deployment.database.write_lock:
        if all(hall.code != file.code for hall in deployment.halls):
            return Imported(made=True)
        with suppress(_OnlyLooked):
            run_command(deployment, _look, hall_code=file.code, actor=actor, now=now, file=file, hit=hit, ended=ended)
    return Imported(made=False, hit=hit, ended=ended)


def _look(
    unit: UnitOfWork, *, file: HallFile, hit: list[dict[str, str | None]], ended: list[dict[str, str]]
) -> dict[str, Any]:
    _change(unit, file=file, confirm=True, hit=hit, ended=ended)
    raise _OnlyLooked


def _make(connection: Connection, file: HallFile) -> None:
    key = connection.execute(insert(tables.hall).values(code=file.code, **_row(file))).inserted_primary_key
    assert key is not None
    connection.execute(insert(tables.hall_head).values(hall_id=key[0]))
    _write_parts(connection, int(key[0]), file)


def _change(
    unit: UnitOfWork, *, file: HallFile, confirm: bool, hit: list[dict[str, str | None]], ended: list[dict[str, str]]
) -> dict[str, Any]:
    """The import as a unit of work: the parts, then the event that gives clients the changed hall."""
    connection, hall = unit.connection, unit.hall
    _refuse_lost_classes(connection, hall.id, file)
    values = _row(file) | {"version": hall.version + 1}
    connection.execute(update(tables.hall).where(tables.hall.c.id == hall.id).values(values))
    _write_parts(connection, hall.id, file)
    unit.reread()
    numbering.count_on(unit, hall)
    ended += serving.import_again(unit, hall.counters.values())
    hit += hits.listed(unit, hits.changed(unit, hall, confirm=confirm))
    unit.record(
        "policy_changed",
        {"hall_config": views.hall_view(unit.hall, unit.head, now=unit.now), "by": unit.actor.name}
        | ({"serves_ended": ended} if ended else {}),
    )
    return {"version": unit.hall.version}


def _row(file: HallFile) -> dict[str, Any]:
    content = file.model_dump(by_alias=True, exclude_none=True)
    return {
        "name": content["name"],
        "time_zone": file.time_zone,
        "groups": {part["code"]: part["name"] for part in content["groups"]},
        "statuses": {
            part["code"]: {name: part[name] for name in ("name", "proof", "class", "proof_rule")}
            for part in content["statuses"]
        },
        "settings": settings_of(file),
    }


#: What a service has of its own beside its row's columns.
_RULES = ("booking", "quota", "hours", "bring")


def _write_parts(connection: Connection, hall_id: int, file: HallFile) -> None:
    content = file.model_dump(by_alias=True, exclude_none=True)
    zones = _merge(connection, tables.zone, hall_id, [_zone(part) for part in content["zones"]])
    numbers: dict[str, Any] = {"last": None, "digits": None}
    types = _merge(connection, tables.counter_type, hall_id, [numbers | part for part in content["counter_types"]])
    services = _merge(
        connection,
        tables.service,
        hall_id,
        [
            {
                "code": part["code"],
                "name": part["name"],
                "counter_type_id": types[part["counter_type"]],
                "group_code": part.get("group"),
                "open": part["open"],
                "stop": None,
                "rules": {name: part[name] for name in _RULES if part.get(name) not in (None, [])},
            }
            for part in content["services"]
        ],
    )
    by_code = {part["code"]: part for part in content["counters"]}
    counters = _merge(
        connection,
        tables.counter,
        hall_id,
        [
            {
                "code": code,
                "name": by_code[code]["name"],
                "zone_id": zones[by_code[code]["zone"]],
                "where_words": by_code[code].get("where"),
            }
            for code in in_order(list(by_code))
        ],
    )
    _write_serves(connection, hall_id, {counters[part.code]: (part, types) for part in file.counters})
    # Those that refer to others go first.
    _remove(connection, tables.counter, hall_id, counters, "counters")
    _remove(connection, tables.service, hall_id, services, "services")
    _remove(connection, tables.counter_type, hall_id, types, "counter_types")
    _remove(connection, tables.zone, hall_id, zones, "zones")


def _zone(part: dict[str, Any]) -> dict[str, Any]:
    named = {kind: directions for kind, directions in part["directions"].items() if directions}
    return {"code": part["code"], "name": part["name"], "where_words": part.get("where"), "directions": named}


def _merge(connection: Connection, table: Table, hall_id: int, parts: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Insert or update parts by their code, in order; their row ids by code."""
    known: dict[str, int] = {
        row.code: row.id
        for row in connection.execute(select(table.c.code, table.c.id).where(table.c.hall_id == hall_id))
    }
    ids = {}
    for position, part in enumerate(parts, start=1):
        values = part | {"position": position}
        if part["code"] in known:
            connection.execute(update(table).where(table.c.id == known[part["code"]]).values(values))
            ids[part["code"]] = known[part["code"]]
        else:
            key = connection.execute(insert(table).values(hall_id=hall_id, **values)).inserted_primary_key
            assert key is not None
            ids[part["code"]] = int(key[0])
    return ids


def _write_serves(connection: Connection, hall_id: int, counters: dict[int, tuple[Any, dict[str, int]]]) -> None:
    here = select(tables.counter.c.id).where(tables.counter.c.hall_id == hall_id)
    connection.execute(delete(tables.counter_serves).where(tables.counter_serves.c.counter_id.in_(here)))
    for counter_id, (part, types) in counters.items():
        for rank, codes in ((1, part.counter_types), (2, part.fallbacks)):
            for position, code in enumerate(codes, start=1):
                connection.execute(
                    insert(tables.counter_serves).values(
                        counter_id=counter_id, counter_type_id=types[code], rank=rank, position=position
                    )
                )


_T = tables.ticket.c
#: What refers to a part: (table, condition on it for a row id, what to call it).
_USES: dict[str, list[tuple[Table, Callable[[int], ColumnElement[bool]], tuple[str, str]]]] = {
    "counters": [
        (tables.ticket, lambda id_: or_(_T.counter_id == id_, _T.target_counter_id == id_), ("tickets", "号票")),
        (tables.session, lambda id_: tables.session.c.counter_id == id_, ("sessions", "上岗记录")),
    ],
    "services": [
        (tables.ticket, lambda id_: _T.service_id == id_, ("tickets", "号票")),
        (tables.appointment, lambda id_: tables.appointment.c.service_id == id_, ("appointments", "预约")),
    ],
    "counter_types": [
        (tables.ticket, lambda id_: or_(_T.counter_type_id == id_, _T.came_from_id == id_), ("tickets", "号票")),
    ],
    "zones": [(tables.device, lambda id_: tables.device.c.zone_id == id_, ("devices", "设备"))],
}
_HINTS = {
    "services": (' (close it with "open": false instead)', '（可改为 "open": false 停止办理）'),
    "zones": (" (move or revoke them first)", "（请先移动或撤销这些设备）"),
}


def _remove(connection: Connection, table: Table, hall_id: int, kept: dict[str, int], name: str) -> None:
    gone = select(table.c.id, table.c.code).where(table.c.hall_id == hall_id, table.c.id.not_in(kept.values()))
    problems = []
    for row in connection.execute(gone).all():
        if name == "zones":
            revoked = (tables.device.c.zone_id == row.id, tables.device.c.revoked_at.is_not(None))
            connection.execute(update(tables.device).where(*revoked).values(zone_id=None))
        for other, uses, (en, zh) in _USES[name]:
            if connection.execute(select(other.c.id).where(uses(row.id)).limit(1)).first():
                hint = _HINTS.get(name, ("", ""))
                problems.append(
                    Problem(
                        name,
                        f"{row.code!r} is gone from the file, but {en} refer to it: keep it{hint[0]}",
                        f"文件中没有了“{row.code}”，但仍有{zh}引用它，请保留{hint[1]}",
                    )
                )
                break
        else:
            connection.execute(delete(table).where(table.c.id == row.id))
    if problems:
        raise HallFileError(problems)


def _refuse_lost_classes(connection: Connection, hall_id: int, file: HallFile) -> None:
    """A ticket whose class or status is gone would never be called again."""
    still_open = (_T.hall_id == hall_id, _T.state.in_([str(state) for state in OPEN]))
    problems = []
    for name, column, known in (
        ("classes", _T.class_code, set(file.classes)),
        ("statuses", _T.status_code, {part.code for part in file.statuses} | {None}),
    ):
        used = set(connection.execute(select(column).where(*still_open).distinct()).scalars())
        problems += [
            Problem(
                name,
                f"{code!r} is gone from the file, but open tickets have it: remove it after closing time",
                f"文件中没有了“{code}”，但仍有未办结的号票使用它，请在下班后再删除",
            )
            for code in sorted(used - known)
        ]
    if problems:
        raise HallFileError(problems)


def refusal_of(error: HallFileError, language: str) -> Refusal:
    """The problems of a file as one refusal: the first as its field, all of them in `problems`."""
    first = error.problems[0]
    listed = [{"path": problem.path, "message": problem.sentence(language)} for problem in error.problems]
    return Refusal("invalid", field=first.path or "body", reason=first.en, reason_zh=first.zh, problems=listed)
