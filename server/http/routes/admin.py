"""Administration: accounts, and halls by their file. The command line on the server's machine uses these doors too."""

from __future__ import annotations

from typing import Any

from flask import request

from server.clock import now_ms
from server.domain.refusals import Refusal
from server.http.context import app
from server.http.requests import YES, content, said
from server.http.route_table import route
from server.listening.asking import language
from server.schemas import bodies
from server.schemas.admin_bodies import AddDevice, AddUser, ArchiveDay, ChangeUser
from server.schemas.problems import HallFileError
from server.services.accounts import users
from server.services.accounts.users import User
from server.services.archive.archive_file import ArchiveError
from server.services.devices import devices
from server.services.hall_setup.hall_checks import warnings
from server.services.hall_setup.hall_file import LARGEST, check_hall, export_hall
from server.services.hall_setup.hall_import import import_hall, refusal_of, try_import
from server.services.hall_setup.hall_model import HallFile
from server.services.runtime.actor import Actor


@route("GET", "/users", access="admin")
def list_all(who: Actor) -> dict[str, Any]:
    """All accounts by name."""
    return {"users": [_user(user) for user in users.list_users(app().deployment)]}


@route("POST", "/users", access="admin", body=AddUser, statuses=(201,), errors=("username_taken",))
def add(who: Actor) -> tuple[dict[str, Any], int]:
    """Make an account."""
    wanted = bodies.parse(AddUser, content())
    made = users.create_user(
        app().deployment, **(wanted.model_dump() | {"name": wanted.name or wanted.username}), now=now_ms()
    )
    return {"user": _user(made)}, 201


@route("PATCH", "/users/{username}", access="admin", body=ChangeUser, errors=("unknown_user", "last_admin"))
def change(username: str, who: Actor) -> dict[str, Any]:
    """Change an account; anything but its name signs it out everywhere. One administrator always stays."""
    wanted = bodies.parse(ChangeUser, content())
    # Whoever has the command line on the server's machine can make another administrator at any time.
    changed = users.edit_user(
        app().deployment, username=username, now=now_ms(), keep_admin=who.kind == "user", by=who, **wanted.model_dump()
    )
    return {"user": _user(changed)}


@route("GET", "/halls/{hall}/file", access="admin", errors=("unknown_hall",))
def show_file(hall: str, who: Actor) -> dict[str, Any]:
    """A hall as the file that makes it."""
    return export_hall(app().deployment.hall(hall))


@route(
    "PUT",
    "/halls/{hall}/file",
    access="admin",
    body=HallFile,
    errors=("invalid", "appointments_hit"),
    query={"check": (False, YES), "confirm": (False, YES)},
)
def import_file(hall: str, who: Actor) -> dict[str, Any]:
    """Make a hall from its file, or change the one with that code; `params.problems` of an error lists all mistakes.

    `check=true` only looks: what the file would do, and which appointments it hits. `confirm=true` says yes to those.
    `serves_ended`: what a supervisor let counters serve until a time, and the file leaves no sense in.
    `warnings` of the answer lists what may be as it is, such as prefixes that look like digits.
    """
    # A hall of hundreds of services is larger than other requests.
    request.max_content_length = LARGEST
    try:
        file = check_hall(content())
        if file.code != hall:
            raise Refusal(
                "invalid", field="code", reason=f"the address says {hall}", reason_zh=f"与地址中的 {hall} 不一致"
            )
        check, confirm = said("check"), said("confirm")
        if check:
            done = try_import(app().deployment, file, actor=who, now=now_ms())
        else:
            done = import_hall(app().deployment, file, actor=who, now=now_ms(), confirm=confirm)
    except HallFileError as wrong:
        raise refusal_of(wrong, language()) from None
    known = {one.code: one.version for one in app().deployment.halls}
    told = [{"path": one.path, "message": one.sentence(language())} for one in warnings(file)]
    more = {"warnings": told} if told else {}
    effects = {"appointments_hit": done.hit, "serves_ended": done.ended}
    return {"made": done.made, "version": known.get(hall, 0), **effects, **more}


@route(
    "POST",
    "/halls/{hall}/devices",
    access="admin",
    body=AddDevice,
    statuses=(201,),
    errors=("unknown_hall", "unknown_zone"),
)
def add_device(hall: str, who: Actor) -> tuple[dict[str, Any], int]:
    """Pair a device without a code; its token is told only now."""
    wanted = bodies.parse(AddDevice, content())
    device, token = devices.make_device(app().deployment, hall=hall, now=now_ms(), **wanted.model_dump())
    return {"device": device, "token": token}, 201


@route(
    "POST",
    "/halls/{hall}/archive",
    access="admin",
    body=ArchiveDay,
    errors=("unknown_hall", "elsewhere", "not_archived"),
)
def archive_day(hall: str, who: Actor) -> dict[str, Any]:
    """Take the first old day after another out of the database into a file; `day` is null when none is left."""
    wanted = bodies.parse(ArchiveDay, content())
    if not app().deployment.database.leads():
        raise Refusal("elsewhere")
    try:
        taken = app().archiver.take_next(hall, now=now_ms(), days=wanted.days, after=wanted.after or "")
    except ArchiveError as error:
        raise Refusal("not_archived", reason=str(error), reason_zh=error.zh) from error
    return {"day": taken.day if taken else None, "rows": dict(taken.rows) if taken else {}}


def _user(user: User) -> dict[str, Any]:
    return {"username": user.username, "name": user.name, "role": user.role, "disabled": user.disabled_at is not None}
