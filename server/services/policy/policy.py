"""The rule of a hall, changed while it is open: it holds from the next call."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import select, update

from server.db import tables
from server.domain.order import FRONT_CREDIT, MINUTE, ClassParameters, Lane, Policy
from server.domain.policy import NAMED, contradictions, name_of, named, title_of
from server.domain.refusals import Refusal
from server.domain.states import TicketState
from server.schemas.bodies import Body, Code, Note
from server.services.calling import exceptions
from server.services.hall_setup.policy_model import ClassPart, LanePart
from server.services.queries import views
from server.services.runtime.actor import Actor
from server.services.runtime.command_bus import run_command
from server.services.runtime.deployment import Deployment
from server.services.runtime.idempotency import Answer
from server.services.runtime.unit_of_work import UnitOfWork

Name = Literal["balanced", "first-come", "appointments-first", "two-to-one", "strict", "promised"]


class ChangePolicy(Body):
    """A ready-made rule by name, or the parts of the hall's own rule that change; what is left out stays."""

    name: Name | None = None
    classes: Annotated[dict[Code, ClassPart], Field(min_length=1)] | None = None
    lanes: Annotated[list[LanePart], Field(max_length=20)] | None = None
    guard_every: Annotated[int, Field(ge=1, le=20)] | None = None
    fallbacks_rank_last: bool | None = None


class MoveUp(Body):
    """Give a ticket minutes, or put it before all that wait; `reason` is kept."""

    minutes: Annotated[int, Field(ge=1, le=600)] | None = None
    front: bool = False
    reason: Note


def show(unit: UnitOfWork) -> dict[str, Any]:
    """The hall's rule, and the ready-made ones as they would be here."""
    unit.actor.needs("supervisor")
    policy = unit.hall.settings.policy
    presets = [_shown(named(name, policy.classes), name) for name in NAMED]
    return _shown(policy, name_of(policy)) | {"presets": presets}


def _shown(policy: Policy, name: str) -> dict[str, Any]:
    return {"name": name, "title": title_of(name), **_stored(policy)}


def _stored(policy: Policy) -> dict[str, Any]:
    return {
        "classes": {code: asdict(one) for code, one in policy.classes.items()},
        "lanes": [{"code": one.code, "share": one.share, "classes": list(one.classes)} for one in policy.lanes],
        "guard_every": policy.guard_every,
        "fallbacks_rank_last": policy.fallbacks_rank_last,
    }


def wanted(policy: Policy, change: ChangePolicy) -> Policy:
    """The rule after a change. Raises Refusal `invalid` with the sentence that says what contradicts itself."""
    if change.name is not None:
        if change.model_dump(exclude={"name"}, exclude_none=True):
            raise Refusal(
                "invalid",
                field="name",
                reason="a ready-made rule goes without settings of its own",
                reason_zh="现成规则不能另带设置",
            )
        return replace(named(change.name, policy.classes), fallbacks_rank_last=policy.fallbacks_rank_last)
    classes = dict(policy.classes)
    for code, part in (change.classes or {}).items():
        if code not in classes:
            raise Refusal(
                "invalid",
                field=f"classes.{code}",
                reason="the hall has no such class: its file names them",
                reason_zh="大厅没有这个类别：类别写在大厅文件中",
            )
        classes[code] = ClassParameters(**part.model_dump())
    lanes = policy.lanes
    if change.lanes is not None:
        lanes = tuple(Lane(one.code, one.share, tuple(one.classes)) for one in change.lanes)
    return Policy(
        classes,
        lanes,
        change.guard_every or policy.guard_every,
        policy.fallbacks_rank_last if change.fallbacks_rank_last is None else change.fallbacks_rank_last,
    )


def set_policy(
    deployment: Deployment, *, hall: str, who: Actor, now: int, key: str | None, change: ChangePolicy
) -> Answer:
    """Change a hall's rule; its clients are told. Raises Refusal `invalid`, `forbidden`; then nothing has changed."""
    with deployment.database.write_lock:
        answer = run_command(
            deployment,
            change_rule,
            hall_code=hall,
            actor=who,
            now=now,
            key=key,
            wish=change.model_dump(exclude_unset=True),
        )
        deployment.reload()
    return answer


def change_rule(unit: UnitOfWork, *, wish: dict[str, Any]) -> dict[str, Any]:
    """The change as a unit of work; `wish` is a ChangePolicy without what it leaves out (but None is a guard)."""
    unit.actor.needs("supervisor")
    before = unit.hall.settings.policy
    after = wanted(before, ChangePolicy.model_validate(wish))
    for wrong in contradictions(after):
        raise Refusal("invalid", field=wrong.path, reason=wrong.en, reason_zh=wrong.zh)
    hall = tables.hall.c
    settings = unit.connection.execute(select(hall.settings).where(hall.id == unit.hall.id)).scalar_one()
    values = {"settings": settings | _stored(after), "version": unit.hall.version + 1}
    unit.connection.execute(update(tables.hall).where(hall.id == unit.hall.id).values(values))
    if before.lanes != after.lanes:
        unit.head = replace(unit.head, lanes={})  # other shares count from the start
    unit.reread()
    unit.record(
        "policy_changed",
        {
            "hall_config": views.hall_view(unit.hall, unit.head, now=unit.now),
            "by": unit.actor.name,
            "policy": {"before": _stored(before), "after": _stored(after)},
        },
    )
    return show(unit)


def move_up(unit: UnitOfWork, *, number: str, minutes: int | None, front: bool, reason: str) -> dict[str, Any]:
    """Let a waiting ticket count as if it had come earlier, by minutes or before all.

    Raises Refusal `wrong_state` when it does not wait.
    """
    unit.actor.needs("supervisor")
    if (minutes is None) == (not front):
        raise Refusal(
            "invalid",
            field="minutes",
            reason="say either minutes or front",
            reason_zh="请填写分钟数，或排到最前，二者选一",
        )
    ticket = unit.ticket(number)
    if ticket.state is not TicketState.WAITING:
        raise Refusal("wrong_state", number=ticket.number, state=str(ticket.state))
    credit = FRONT_CREDIT if front else (minutes or 0) * MINUTE
    details = {"what": "moved_up", "minutes": minutes, "front": front, "reason": reason}
    types = [unit.hall.counter_types[one["counter_type"]].id for one in views.waits_for(ticket, unit.hall)]
    details |= exceptions.overtaken(unit, types, after=ticket.kappa_at - credit, before=ticket.kappa_at)
    moved = unit.change(ticket, None, "ticket_changed", details=details, kappa_at=ticket.kappa_at - credit)
    return {"ticket": views.staff_ticket(moved, unit.hall, unit.head)}
