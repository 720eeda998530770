"""The supervisor's view: the hall now, its devices, and what needs somebody."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select

from server.db.tables import ticket
from server.domain.hours import business_day, local, to_text
from server.domain.numbers import RESERVED
from server.domain.order import MINUTE
from server.domain.plurals import counted
from server.domain.policy import ORDINARY
from server.domain.states import TicketState
from server.services.appointments import hits
from server.services.archive import archiving
from server.services.calling import exceptions, serving, steps
from server.services.devices.device_alerts import alert, device_alerts
from server.services.notices import outbox
from server.services.offline import number_blocks
from server.services.queries import day_counts, day_figures, snapshots, views, waiting
from server.services.runtime.unit_of_work import UnitOfWork
from server.services.tickets import offers


def live(unit: UnitOfWork, *, devices: list[dict[str, Any]]) -> dict[str, Any]:
    """The staff snapshot with figures per service, the given devices (as they are seen now) and alerts."""
    unit.actor.needs("supervisor")
    found, classes = waiting.queues(unit), waiting.by_class(unit)
    before = day_figures.last_day(unit)
    snapshot = snapshots.staff_snapshot(unit)
    states = {counter["code"]: counter["state"] for counter in snapshot["counters"]}
    at_work = {code for code, state in states.items() if state == "open"}
    return snapshot | {
        "services": _services(unit, found, classes, states),
        "devices": devices,
        "counter_changes": serving.of_hall(unit),
        "ratings": _ratings(unit),
        "last_day": None if before is None else asdict(before),
        "kept": [{"day": day} | dict(counts) for day, counts in day_counts.earlier(unit).items()],
        "alerts": [
            *_unserved(unit, found, at_work),
            *exceptions.alerts(unit),
            *device_alerts(devices, today=local(unit.now, unit.hall.time_zone).date()),
            *_none_to_keep(unit),
            *_unsent(unit),
            *_not_archived(unit),
            *_stopped(unit),
            *_over_target(unit, found),
            *_late_classes(unit, classes),
            *_hit(unit),
        ],
        "time": to_text(unit.now, unit.hall.time_zone),
    }


def _services(
    unit: UnitOfWork, found: list[waiting.Queue], classes: list[waiting.ClassQueue], states: dict[str, str]
) -> list[dict[str, Any]]:
    served = _served(unit)
    expected = waiting.expected_by_type(unit, waiting.counts(unit.hall, found)["by_type"])
    ordinary = unit.hall.settings.classes.get(ORDINARY)
    rows = []
    for service in unit.hall.services.values():
        here = [queue for queue in found if queue.service == service.code]
        rows.append(
            {
                "code": service.code,
                "counter_type": service.counter_type,
                "open": service.gives(unit.now),
                "stopped": views.stopped(unit.hall, service, now=unit.now),
                **offers.service_view(unit, service),
                "waiting": sum(queue.count for queue in here),
                "oldest_at": to_text(min((queue.oldest_at for queue in here), default=None), unit.hall.time_zone),
                "expected": expected[service.counter_type],
                "target": ordinary.target if ordinary else None,
                "classes": [_class(unit, one) for one in classes if one.service == service.code],
                "served": served[service.id, True],
                "unconfirmed": served[service.id, False],
                **_at_counters(unit, service.counter_type, states),
            }
        )
    return rows


def _class(unit: UnitOfWork, queue: waiting.ClassQueue) -> dict[str, Any]:
    """Those of a class that wait for a service, beside the class's own target."""
    return {
        "code": queue.class_code,
        "name": unit.hall.class_name(queue.class_code),
        "waiting": queue.count,
        "oldest_at": to_text(queue.oldest_at, unit.hall.time_zone),
        "target": queue.target,
    }


def _at_counters(unit: UnitOfWork, counter_type: str, states: dict[str, str]) -> dict[str, int]:
    """The counters for a queue: open ones of its own, open ones that may help it out, and paused ones of either."""
    counters = unit.hall.counters
    serving = unit.hall.serving(counter_type)
    opened = [code for code in serving if states[code] == "open"]
    own = [code for code in opened if counter_type in counters[code].own]
    return {
        "open_counters": len(own),
        "fallback_counters": len(opened) - len(own),
        "paused_counters": sum(states[code] == "paused" for code in serving),
    }


def _ratings(unit: UnitOfWork) -> dict[str, Any]:
    """What visitors of today said: how many, and their stars on the average (None without any)."""
    count = total = 0
    for of_day in day_counts.of_today(unit):
        query = select(func.count(ticket.c.rating), func.sum(ticket.c.rating)).where(*of_day)
        rated, stars = unit.connection.execute(query).one()
        count, total = count + rated, total + int(stars or 0)
    return {"count": count, "mean": round(total / count, 2) if count else None}


def _served(unit: UnitOfWork) -> Counter[tuple[int, bool]]:
    """How often each service (by id) was done today, those of visits that still go on included.

    The second part of the key is whether anybody said that the visitor was there.
    """
    started = ticket.c.started_at.is_not(None)
    alone: Counter[tuple[int, bool]] = Counter()
    for of_day in day_counts.of_today(unit):
        done = (*of_day, ticket.c.state == TicketState.COMPLETED, ticket.c.steps.is_(None))
        query = select(ticket.c.service_id, started, func.count()).where(*done).group_by(ticket.c.service_id, started)
        alone.update({(row[0], bool(row[1])): row[2] for row in unit.connection.execute(query)})
    of_visits = Counter((step.service_id, step.started_at is not None) for _, step in steps.done_today(unit))
    return alone + of_visits


def _unserved(unit: UnitOfWork, found: list[waiting.Queue], at_work: set[str]) -> list[dict[str, Any]]:
    names = unit.hall.counter_types
    anywhere = [queue for queue in found if queue.target is None]
    types = [
        alert(
            "unserved_type",
            {"counter_type": code, "waiting": count},
            f"{names[code].name['zh-CN']}：{count} 人等候，但没有窗口办理",
            f"{names[code].name['en']}: {count} waiting and no open counter serves them",
        )
        for code, count in waiting.counts(unit.hall, anywhere)["by_type"].items()
        if count and not at_work.intersection(unit.hall.serving(code))
    ]
    return types + _left_alone(unit, found, at_work)


def _left_alone(unit: UnitOfWork, found: list[waiting.Queue], at_work: set[str]) -> list[dict[str, Any]]:
    """Those that were sent to one counter where nobody is on duty."""
    sent: Counter[str] = Counter()
    for queue in found:
        if queue.target is not None:
            sent[unit.hall.counters_by_id[queue.target].code] += queue.count
    return [
        alert(
            "unserved_counter",
            {"counter": code, "waiting": count},
            f"{code} 号窗口：{count} 人只等这个窗口，但窗口没有人",
            f"Counter {code}: {count} waiting for it alone and nobody is on duty there",
        )
        for code, count in sent.items()
        if code not in at_work
    ]


def _none_to_keep(unit: UnitOfWork) -> list[dict[str, Any]]:
    """A ticket machine that asks for numbers for the time when the server is away gets none any more today."""
    full = [prefix or f"{RESERVED.start}–{RESERVED.stop - 1}" for prefix in number_blocks.full(unit)]
    if not full:
        return []
    zh = f"今天供取号机断线时使用的号码已全部分配（{'、'.join(full)} 号段）"
    en = f"All of today's numbers that machines keep for when the server is away are given out: {', '.join(full)}"
    return [alert("numbers_all_kept", {"prefixes": full}, zh, en)]


def _unsent(unit: UnitOfWork) -> list[dict[str, Any]]:
    names = {"email": ("邮件", "e-mail"), "webhook": ("短信网关", "the message gateway")}
    return [
        alert(
            "notices_failing",
            {"channel": channel, "reason": reason},
            f"通知无法通过{names[channel][0]}发出",
            f"Notices do not leave by {names[channel][1]}: {reason}",
        )
        for channel, reason in outbox.failing(unit)
    ]


def _hit(unit: UnitOfWork) -> list[dict[str, Any]]:
    """Appointments whose time the hall closed and about which nobody decided."""
    codes = [one.code for one in hits.undecided(unit)]
    if not codes:
        return []
    zh = f"{len(codes)} 个预约的时段已被大厅取消，待改约、取消或保留"
    en = f"{counted(len(codes), 'appointment')} at times that the hall closed: to be moved, cancelled or kept"
    return [alert("appointments_hit", {"count": len(codes), "codes": codes[:20]}, zh, en)]


def _over_target(unit: UnitOfWork, found: list[waiting.Queue]) -> list[dict[str, Any]]:
    """Queues in which a newcomer may wait longer than the hall means to, by what the board tells visitors."""
    ordinary = unit.hall.settings.classes.get(ORDINARY)
    if ordinary is None:
        return []
    by_type = waiting.counts(unit.hall, found)["by_type"]
    late = {
        code: range_
        for code, range_ in waiting.expected_by_type(unit, by_type).items()
        if range_ and by_type[code] and range_["high"] > ordinary.target
    }
    names = unit.hall.counter_types
    target = ordinary.target
    return [
        alert(
            "wait_over_target",
            {"counter_type": code, "waiting": by_type[code], **range_, "target": target},
            f"{names[code].name['zh-CN']}：现在取号约等 {span} 分钟，目标 {target:g} 分钟",
            f"{names[code].name['en']}: who comes now waits {span} min, target {target:g}",
        )
        for code, range_ in late.items()
        for span in (f"{range_['low']}–{range_['high']}",)
    ]


def _late_classes(unit: UnitOfWork, classes: list[waiting.ClassQueue]) -> list[dict[str, Any]]:
    """Who waits longer than the hall means to let that class wait, by queue and class."""
    late: dict[tuple[str, str], list[waiting.ClassQueue]] = {}
    for one in classes:
        if one.is_late(unit.now):
            late.setdefault((one.counter_type, one.class_code), []).append(one)
    return [_late(unit, code, class_code, queues) for (code, class_code), queues in late.items()]


def _late(unit: UnitOfWork, code: str, class_code: str, queues: list[waiting.ClassQueue]) -> dict[str, Any]:
    waited = (unit.now - min(one.oldest_at for one in queues)) // MINUTE
    kind, name, target = unit.hall.counter_types[code].name, unit.hall.class_name(class_code), queues[0].target
    return alert(
        "class_over_target",
        {"counter_type": code, "class": class_code, "waited": waited, "target": target},
        f"{kind['zh-CN']}：{name['zh-CN']}最长已等 {waited} 分钟，目标 {target:g} 分钟",
        f"{kind['en']}: {name['en']} have waited up to {waited} min, target {target:g}",
    )


def _stopped(unit: UnitOfWork) -> list[dict[str, Any]]:
    """Services that somebody stopped on an earlier day without saying until when, while the hall is open."""
    if not views.is_open(unit.hall, unit.head, now=unit.now):
        return []
    zone, ends = unit.hall.time_zone, unit.hall.settings.day_ends
    return [
        alert(
            "service_stopped",
            {"service": one.code, "by": one.stop.by, "since": to_text(one.stop.at, zone)},
            f"{one.name['zh-CN']}：自 {local(one.stop.at, zone):%m-%d} 起停止取号，没有结束时间",
            f"{one.name['en']}: gives no numbers since {local(one.stop.at, zone):%Y-%m-%d}, and nobody said until when",
        )
        for one in unit.hall.services.values()
        if one.stop and not one.gives(unit.now) and business_day(one.stop.at, zone, day_ends=ends) < unit.day
    ]


def _not_archived(unit: UnitOfWork) -> list[dict[str, Any]]:
    day = archiving.late(unit)
    if day is None:
        return []
    zh = f"自 {day} 起的旧记录未能归档，请检查服务器的磁盘与日志"
    en = f"Days from {day} on do not leave the database: look at the server's disk and log"
    return [alert("archive_late", {"day": day}, zh, en)]
