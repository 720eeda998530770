"""The staff's accounts: made, listed, given another password, disabled. A disabled user stays for the records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from server.db.tables import session
from server.db.tables import user as users
from server.domain.field_words import characters, one_of
from server.domain.plain_text import REASON, REASON_ZH, has_control
from server.domain.refusals import Refusal
from server.schemas.patterns import SHORTEST_PASSWORD
from server.services.accounts.accounts import desk, end_all, prove
from server.services.accounts.passwords import check_password, hash_password
from server.services.accounts.usernames import check_username, plain_username
from server.services.calling import sessions
from server.services.runtime.actor import ROLES, SYSTEM, Actor
from server.services.runtime.command_bus import run_command
from server.services.runtime.deployment import Deployment

LONGEST_NAME = 120
ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class User:
    """An account. Times are milliseconds; `disabled_at` is None while it may be used."""

    username: str
    name: str
    role: str
    created_at: int
    disabled_at: int | None


def create_user(
    deployment: Deployment,
    *,
    username: str,
    name: str,
    role: str,
    password: str,
    now: int,
    shortest: int = SHORTEST_PASSWORD,
) -> User:
    """Make an account. `shortest`: characters that a password needs at least.

    Raises Refusal `username_taken`, or `invalid` for a name, role or password that may not be one.
    """
    values = {
        "username": check_username(username),
        "name": _name(name or username),
        "role": _role(role),
        "password_hash": desk(deployment).slowly(hash_password, check_password(password, shortest=shortest)),
        "created_at": now,
    }
    try:
        with deployment.database.transaction() as connection:
            connection.execute(insert(users).values(values))
    except IntegrityError:
        raise Refusal("username_taken", username=values["username"]) from None
    return User(values["username"], values["name"], values["role"], now, None)


def list_users(deployment: Deployment) -> list[User]:
    """All accounts by name, disabled ones too."""
    with deployment.database.reading() as connection:
        return [_user(row) for row in connection.execute(select(users).order_by(users.c.username))]


def set_password(deployment: Deployment, *, username: str, password: str, shortest: int = SHORTEST_PASSWORD) -> User:
    """Give an account another password; whoever is signed in with the old one is signed out.

    Raises Refusal `unknown_user`, `invalid`.
    """
    stored = desk(deployment).slowly(hash_password, check_password(password, shortest=shortest))
    return _change(deployment, username, {"password_hash": stored})


def change_own_password(
    deployment: Deployment, *, who: Actor, old: str, password: str, secret: str, address: str, now: int
) -> None:
    """A user gives the own account another password; their other sign-ins end. secret: of the one that stays.

    Raises Refusal `forbidden` for who is no user, `invalid` for a wrong present password and one that may not be,
    `too_many` after too many wrong ones.
    """
    if who.kind != "user":
        raise Refusal("forbidden")
    check_password(password)
    prove(deployment, user_id=who.id, password=old, address=address, now=now)
    if old == password:
        raise Refusal("invalid", field="password", reason="is the present one", reason_zh="与现在的密码相同")
    stored = desk(deployment).slowly(hash_password, password)
    with deployment.database.write_lock, deployment.database.transaction() as connection:
        connection.execute(update(users).where(users.c.id == who.id).values(password_hash=stored))
        end_all(deployment, connection, user_id=who.id, but=secret)


def edit_user(
    deployment: Deployment,
    *,
    username: str,
    name: str | None = None,
    role: str | None = None,
    password: str | None = None,
    disabled: bool | None = None,
    now: int,
    keep_admin: bool = False,
    by: Actor = SYSTEM,
) -> User:
    """Change what is given of an account, all or nothing; anything but the name signs it out everywhere.

    A disabled account is signed off at its counters too, in the name of `by`.
    keep_admin: refuse (`last_admin`) what would leave nobody who can administrate; the command line needs nobody.
    Raises Refusal `unknown_user`, `invalid`.
    """
    changes: dict[str, Any] = {}
    if name is not None:
        changes["name"] = _name(name)
    if role is not None:
        changes["role"] = _role(role)
    if disabled is not None:
        changes["disabled_at"] = now if disabled else None
    if password is not None:
        changes["password_hash"] = desk(deployment).slowly(hash_password, check_password(password))
    changed = _change(deployment, username, changes, keep_admin=keep_admin)
    if disabled:
        _leave_counters(deployment, changed.username, by=by, now=now)
    return changed


def _leave_counters(deployment: Deployment, username: str, *, by: Actor, now: int) -> None:
    with deployment.database.reading() as connection:
        user_id = _find(connection, username).id
        at = set(connection.execute(_ON_DUTY, {"user_id": user_id}).scalars())
    for hall in deployment.halls:
        if hall.id in at:
            run_command(deployment, sessions.release_user, hall_code=hall.code, actor=by, now=now, user_id=user_id)


def _change(deployment: Deployment, username: str, changes: dict[str, Any], *, keep_admin: bool = False) -> User:
    with deployment.database.write_lock, deployment.database.transaction() as connection:
        row = _find(connection, username)
        if changes:
            connection.execute(update(users).where(users.c.id == row.id).values(changes))
        if keep_admin and _is_admin(row) and not connection.execute(_AN_ADMIN).first():
            raise Refusal("last_admin", username=row.username)
        if changes.keys() - {"name"}:
            end_all(deployment, connection, user_id=row.id)
        return _user(_find(connection, username))


_ON_DUTY = select(session.c.hall_id).where(session.c.user_id == bindparam("user_id"), session.c.closed_at.is_(None))
_AN_ADMIN = select(users.c.id).where(users.c.role == ADMIN, users.c.disabled_at.is_(None)).limit(1)


def _is_admin(row: Any) -> bool:
    return row.role == ADMIN and row.disabled_at is None


def _find(connection: Connection, username: str) -> Any:
    row = connection.execute(select(users).where(users.c.username == plain_username(username))).first()
    if row is None:
        raise Refusal("unknown_user", username=username)
    return row


def _user(row: Any) -> User:
    return User(row.username, row.name, row.role, row.created_at, row.disabled_at)


def _name(name: str) -> str:
    stripped = name.strip()
    if not 1 <= len(stripped) <= LONGEST_NAME:
        raise Refusal("invalid", field="name", **characters(1, LONGEST_NAME))
    if has_control(stripped):
        raise Refusal("invalid", field="name", reason=REASON, reason_zh=REASON_ZH)
    return stripped


def _role(role: str) -> str:
    if role not in ROLES:
        raise Refusal("invalid", field="role", **one_of(ROLES))
    return role
