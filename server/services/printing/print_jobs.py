"""Print jobs: which printer a kiosk's ticket goes to, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, func, insert, or_, select, update

from server.db.repositories.ticket_rows import Ticket
from server.db.tables import device, print_job, ticket
from server.db.tables import hall as halls
from server.domain.refusals import Refusal
from server.services.runtime.created import Created
from server.services.runtime.deployment import Deployment
from server.services.runtime.unit_of_work import UnitOfWork

#: A ticket that is not on paper so long after it was taken is not printed any more (ms): its visitor has gone on.
JOB_LIVES = 30_000
#: No printer takes so long over a ticket (ms).
PRINTING_LASTS = 5_000
#: A job in one of these may still be printed.
OPEN = ("queued", "printing")

_SETTINGS = select(device.c.settings).where(device.c.id == bindparam("id"))
_KIOSKS = select(device.c.id, device.c.name, device.c.settings).where(
    device.c.hall_id == bindparam("hall_id"), device.c.kind == "kiosk", device.c.revoked_at.is_(None)
)
_MACHINES_OF = (
    select(device.c.settings)
    .join(print_job, print_job.c.device_id == device.c.id)
    .where(print_job.c.ticket_id == bindparam("ticket_id"))
)
#: What the event of a ticket printed again says, as its `what`.
AGAIN = "printed_again"
_ORDER = insert(print_job)
_JOBS = (
    select(
        print_job.c.id,
        halls.c.code,
        print_job.c.device_id,
        print_job.c.ticket_id,
        ticket.c.number,
        print_job.c.state,
        print_job.c.created_at,
        device.c.settings,
    )
    .join(halls, halls.c.id == print_job.c.hall_id)
    .join(ticket, ticket.c.id == print_job.c.ticket_id)
    .join(device, device.c.id == print_job.c.device_id)
)


@dataclass(frozen=True, slots=True)
class Job:
    """A ticket that a kiosk wants on paper.

    kiosk: the device that took it. printer: of that device's settings, see docs/protocol.md, "Printing".
    """

    id: int
    hall: str
    kiosk: int
    ticket_id: int
    number: str
    state: str
    created_at: int
    printer: dict[str, Any]

    @property
    def width_mm(self) -> int:
        """Of the paper."""
        return int(self.printer.get("width_mm", 80))

    @property
    def dots(self) -> int | None:
        """Of the printer's head; None: as is usual for the paper."""
        return self.printer.get("dots")


def order_print(unit: UnitOfWork, taken: Ticket) -> dict[str, Any] | None:
    """Queue a ticket that a kiosk has just taken for its printer: {"job", "state"}; None when it has no printer."""
    settings = unit.connection.execute(_SETTINGS, {"id": unit.actor.id}).scalar_one()
    return None if _printer(settings)["kind"] == "none" else _queue(unit, taken, unit.actor.id)


def printers(unit: UnitOfWork) -> dict[str, Any]:
    """The ticket machines that can print, for staff: {"printers": [{"device", "name"}]}."""
    unit.actor.needs("clerk")
    return {"printers": [{"device": number, "name": name} for number, name in _printing(unit).items()]}


def print_again(unit: UnitOfWork, *, number: str, device_id: int) -> Created:
    """Print today's ticket of that number on the printer of a ticket machine, for staff.

    Raises Refusal `unknown_ticket`, `unknown_device` when there is no such machine with a printer.
    """
    unit.actor.needs("clerk")
    ticket, known = unit.ticket(number), _printing(unit)
    if device_id not in known:
        raise Refusal("unknown_device")
    printed = unit.change(ticket, None, "ticket_changed", details={"what": AGAIN, "to": known[device_id]})
    return Created({"print": _queue(unit, printed, device_id)})


def _printing(unit: UnitOfWork) -> dict[int, str]:
    found = unit.connection.execute(_KIOSKS.order_by(device.c.id), {"hall_id": unit.hall.id})
    return {row.id: row.name for row in found if _printer(row.settings)["kind"] != "none"}


def _queue(unit: UnitOfWork, taken: Ticket, device_id: int) -> dict[str, Any]:
    values = {
        "hall_id": unit.hall.id,
        "device_id": device_id,
        "ticket_id": taken.id,
        "state": "queued",
        "created_at": unit.now,
        "updated_at": unit.now,
    }
    key = unit.connection.execute(_ORDER, values).inserted_primary_key
    assert key is not None
    return {"job": int(key[0]), "state": "queued"}


def was_sent(unit: UnitOfWork, ticket_id: int, *, agent: int) -> bool:
    """Whether a ticket went, or goes, to the printer of that print agent."""
    machines = unit.connection.execute(_MACHINES_OF, {"ticket_id": ticket_id}).scalars()
    return any(_printer(one).get("device") == agent for one in machines)


def jobs_after(deployment: Deployment, last: int) -> list[Job]:
    """The jobs with a larger id, oldest first."""
    with deployment.database.reading() as connection:
        found = connection.execute(_JOBS.where(print_job.c.id > last).order_by(print_job.c.id))
        return [_job(row) for row in found]


def last_job_before(deployment: Deployment, moment: int) -> int:
    """The id of the last job made before a time (ms); 0 when there is none."""
    with deployment.database.reading() as connection:
        query = select(func.max(print_job.c.id)).where(print_job.c.created_at < moment)
        return int(connection.execute(query).scalar_one() or 0)


def find_job(deployment: Deployment, job_id: int) -> Job | None:
    """The job with that id."""
    with deployment.database.reading() as connection:
        row = connection.execute(_JOBS.where(print_job.c.id == job_id)).first()
        return _job(row) if row else None


def turn_job(deployment: Deployment, job: Job, *, state: str, error: str | None, now: int) -> None:
    """Write down what became of a job."""
    changed = {"state": state, "error": error, "updated_at": now}
    with deployment.database.transaction() as connection:
        connection.execute(update(print_job).where(print_job.c.id == job.id).values(changed))


def claim_job(deployment: Deployment, job: Job, *, now: int) -> bool:
    """Begin to print a job, unless another server has just begun. One that began long ago was killed over it."""
    given_up = and_(print_job.c.state == "printing", print_job.c.updated_at <= now - PRINTING_LASTS)
    free = or_(print_job.c.state == "queued", given_up)
    begun = update(print_job).where(print_job.c.id == job.id, free).values(state="printing", updated_at=now)
    with deployment.database.transaction() as connection:
        return connection.execute(begun).rowcount == 1


def _job(row: Any) -> Job:
    return Job(
        row.id,
        row.code,
        row.device_id,
        row.ticket_id,
        row.number,
        row.state,
        row.created_at,
        printer=_printer(row.settings),
    )


def _printer(settings: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "none"} | (settings.get("printer") or {})
