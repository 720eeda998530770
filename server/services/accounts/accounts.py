"""Signing in and out, and who a secret belongs to.

A sign-in is a random secret in a cookie or a bearer token; only its hash is stored. It ends when it expires, when the
user signs out, is disabled, or changes password or role. Sign-ins are remembered, so that a request costs no statement:
where one process writes its memory is the truth, elsewhere it is forgotten each second (together.py).
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from server.db.tables import sign_in as sign_ins
from server.db.tables import user as users
from server.domain.refusals import Refusal
from server.services.accounts.passwords import NOBODY, is_password
from server.services.accounts.sign_in_limits import SignInLimits
from server.services.accounts.usernames import plain_username
from server.services.runtime.actor import HERE, Actor
from server.services.runtime.deployment import Deployment
from server.settings.config import DAY_MS, HOUR_MS, Config, Limits

#: A cookie's use is written down at most this often, so that it may end this much early after a restart.
REFRESH = 5 * 60_000
MOST_REMEMBERED = 10_000
#: Passwords hashed at the same time; each takes 16 MiB.
HASHED_AT_ONCE = 4
NEVER = 2**62

RunBlocking = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh sign-in. `secret` is the cookie's value or the bearer token and is told only now."""

    secret: str
    csrf: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class Who:
    """Whose secret it is. `csrf` must come with changing requests of a cookie; `kind` is "cookie" or "bearer"."""

    actor: Actor
    csrf: str
    kind: str
    created_at: int
    seen_at: int
    expires_at: int


class Desk:
    """A deployment's memory of sign-ins and of wrong guesses.

    run_blocking: runs `function(*arguments)` where 25 ms of hashing do not stop the others (a real thread).
    """

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        idle_ms: int = 12 * HOUR_MS,
        cookie_ms: int = 7 * DAY_MS,
        bearer_ms: int = 90 * DAY_MS,
        run_blocking: RunBlocking | None = None,
    ) -> None:
        self.guessing = SignInLimits(limits or Limits())
        self.idle_ms, self.cookie_ms, self.bearer_ms = idle_ms, cookie_ms, bearer_ms
        self.run_blocking: RunBlocking = run_blocking or _run_here
        self.hashing = threading.BoundedSemaphore(HASHED_AT_ONCE)
        self.remembered: OrderedDict[str, Who] = OrderedDict()
        self.local: dict[str, Who] = {}

    def ends(self, kind: str, *, created_at: int, now: int) -> int:
        """When a sign-in ends that is used now."""
        return created_at + self.bearer_ms if kind == "bearer" else min(created_at + self.cookie_ms, now + self.idle_ms)

    def remember(self, key: str, found: Who) -> None:
        """Keep a sign-in in memory; the longest unused gives way."""
        self.remembered[key] = found
        if len(self.remembered) > MOST_REMEMBERED:
            self.remembered.popitem(last=False)

    def slowly(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """The result of a hashing, a few at a time."""
        with self.hashing:
            return self.run_blocking(function, *arguments)


def _run_here(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


_desks: WeakKeyDictionary[Deployment, Desk] = WeakKeyDictionary()


def open_desk(deployment: Deployment, config: Config, *, run_blocking: RunBlocking) -> None:
    """Let users sign in by the deployment's limits and lifetimes; called once, by the server's start.

    `config.local_token` has an administrator's rights while the server runs; it is kept in memory only.
    """
    opened = Desk(
        limits=config.limits,
        idle_ms=config.session_idle_ms,
        cookie_ms=config.session_ms,
        bearer_ms=config.bearer_ms,
        run_blocking=run_blocking,
    )
    if config.local_token:
        opened.local[hash_of(config.local_token)] = Who(HERE, "", "bearer", 0, 0, NEVER)
    _desks[deployment] = opened


def desk(deployment: Deployment) -> Desk:
    """The deployment's desk, with default settings when none was opened."""
    return _desks.setdefault(deployment, Desk())


def hash_of(secret: str) -> str:
    """What is stored of a secret; secrets are random and long, so that one round is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def sign_in(
    deployment: Deployment, *, username: str, password: str, kind: str, now: int, address: str = ""
) -> SignedIn:
    """Check a password and make a sign-in of that kind ("cookie", "bearer").

    Raises Refusal `bad_login` for a wrong name or password and for a disabled user, after the same time;
    `too_many` with `retry_s` after too many of those for this name from this address, or from this address.
    """
    at, name = desk(deployment), plain_username(username)
    _refuse_guessing(at, name, address, now)
    with deployment.database.reading() as connection:
        row = connection.execute(select(users).where(users.c.username == name)).first()
    known = at.slowly(is_password, row.password_hash if row else NOBODY, password)
    if row is None or row.disabled_at is not None or not known:
        raise Refusal("bad_login")
    at.guessing.right(name, address)
    with deployment.database.write_lock, deployment.database.transaction() as connection:
        # The password may have been changed while it was being checked.
        same = connection.execute(select(users.c.password_hash, users.c.disabled_at).where(users.c.id == row.id)).one()
        if same != (row.password_hash, None):
            raise Refusal("bad_login")
        return _make(connection, at, row, kind, now)


def _refuse_guessing(at: Desk, name: str, address: str, now: int) -> None:
    wait = at.guessing.wait(name, address, now=now)
    if wait:
        raise Refusal("too_many", retry_s=wait)
    at.guessing.count(name, address, now=now)


def _make(connection: Connection, at: Desk, row: Any, kind: str, now: int) -> SignedIn:
    secret, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    actor = _actor(row)
    found = Who(actor, csrf, kind, now, now, at.ends(kind, created_at=now, now=now))
    times = {"created_at": now, "seen_at": now, "expires_at": found.expires_at}
    connection.execute(
        insert(sign_ins).values(secret_hash=hash_of(secret), user_id=row.id, kind=kind, csrf=csrf, **times)
    )
    return SignedIn(secret, csrf, actor)


_FIND = (
    select(sign_ins, users.c.id, users.c.username, users.c.role)
    .join(users, users.c.id == sign_ins.c.user_id)
    .where(sign_ins.c.secret_hash == bindparam("key"), users.c.disabled_at.is_(None))
)


def who(deployment: Deployment, *, secret: str, now: int, kind: str | None = None) -> Who | None:
    """Whose secret this is, None when it is nobody's (any more), or of another `kind` than asked for."""
    at, key = desk(deployment), hash_of(secret)
    found = at.local.get(key) or at.remembered.get(key) or _stored(deployment, at, key)
    if found is None or now >= found.expires_at or (kind and found.kind != kind):
        return None
    if found.kind == "cookie" and now - found.seen_at >= REFRESH:
        found = replace(found, seen_at=now, expires_at=at.ends("cookie", created_at=found.created_at, now=now))
        _refresh(deployment, at, key, found)
    return found


def _stored(deployment: Deployment, at: Desk, key: str) -> Who | None:
    # Under the lock of those who end sign-ins, or one that was just ended could be remembered.
    with deployment.database.write_lock, deployment.database.reading() as connection:
        row = connection.execute(_FIND, {"key": key}).first()
        if row is None:
            return None
        found = Who(_actor(row), row.csrf, row.kind, row.created_at, row.seen_at, row.expires_at)
        at.remember(key, found)
        return found


def _refresh(deployment: Deployment, at: Desk, key: str, found: Who) -> None:
    with deployment.database.write_lock, deployment.database.transaction() as connection:
        times = {"seen_at": found.seen_at, "expires_at": found.expires_at}
        if connection.execute(update(sign_ins).where(sign_ins.c.secret_hash == key).values(times)).rowcount:
            at.remember(key, found)


def sign_out(deployment: Deployment, *, secret: str) -> None:
    """End a sign-in; one that has ended already is no error."""
    key = hash_of(secret)
    with deployment.database.write_lock, deployment.database.transaction() as connection:
        connection.execute(delete(sign_ins).where(sign_ins.c.secret_hash == key))
        desk(deployment).remembered.pop(key, None)


def end_all(deployment: Deployment, connection: Connection, *, user_id: int, but: str = "") -> None:
    """End all sign-ins of a user, in the transaction of whatever ends them. but: the secret of one that stays."""
    stays = hash_of(but)
    connection.execute(delete(sign_ins).where(sign_ins.c.user_id == user_id, sign_ins.c.secret_hash != stays))
    remembered = desk(deployment).remembered
    for key in [key for key, found in list(remembered.items()) if found.actor.id == user_id and key != stays]:
        del remembered[key]


def prove(deployment: Deployment, *, user_id: int, password: str, address: str, now: int) -> None:
    """See that a signed-in user knows the password.

    Raises Refusal `invalid` (field old_password), `too_many` as for signing in: a cookie that somebody found must not
    help to guess it.
    """
    at = desk(deployment)
    with deployment.database.reading() as connection:
        row = connection.execute(select(users).where(users.c.id == user_id)).first()
    name = row.username if row else ""
    _refuse_guessing(at, name, address, now)
    if not at.slowly(is_password, row.password_hash if row else NOBODY, password):
        raise Refusal("invalid", field="old_password", reason="is wrong", reason_zh="与现在的密码不符")
    at.guessing.right(name, address)


def forget(deployment: Deployment) -> None:
    """Forget the remembered sign-ins; the next request looks them up."""
    desk(deployment).remembered.clear()


def display_name(deployment: Deployment, *, user_id: int) -> str:
    """A user's name as it is shown."""
    with deployment.database.reading() as connection:
        return str(connection.execute(select(users.c.name).where(users.c.id == user_id)).scalar() or "hallcall")


def _actor(row: Any) -> Actor:
    return Actor("user", row.id, row.username, row.role, "reception")
