"""The demo hall: a hall after the model of Nanshan, its accounts, and devices that are paired already."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, update

from server.db import tables
from server.services.accounts import users
from server.services.devices.devices import make_device
from server.services.hall_setup.hall_file import read_hall_file
from server.services.hall_setup.hall_import import import_hall
from server.services.runtime.actor import SYSTEM
from server.services.runtime.deployment import Deployment

FILE = Path(__file__).with_name("demo_hall.json")
CLERKS = 20
ACCOUNTS = [
    {"username": "admin", "name": "管理员 Admin", "role": "admin"},
    {"username": "supervisor", "name": "值班主管 Supervisor", "role": "supervisor"},
    *({"username": f"clerk{n}", "name": f"{n}号办事员 Clerk {n}", "role": "clerk"} for n in range(1, CLERKS + 1)),
]
DEVICES = {"display": "大屏 Display", "kiosk": "取号机 Kiosk", "announcer": "语音 Announcer"}
#: Where each page is, and the device that it opens as.
ADDRESSES = {
    "home": ("/", None),
    "kiosk": ("/kiosk", "kiosk"),
    "display": ("/display", "display"),
    "counter": ("/counter", None),
    "reception": ("/reception", None),
    "supervisor": ("/supervisor", None),
    "phone": ("/t?hall={hall}", None),
    "book": ("/book", None),
    "display_basic": ("/display/basic?hall={hall}", None),
}


def make_demo(deployment: Deployment, *, password: str, now: int) -> dict[str, Any]:
    """Make the demo hall in a deployment without halls. Returns what `demo_view` needs: {"hall", "password", "tokens"}.

    `password` is that of all its accounts; it may be short, because whoever runs a demo chose it.
    """
    file = read_hall_file(FILE.read_bytes())
    import_hall(deployment, file, actor=SYSTEM, now=now, confirm=True)
    for account in ACCOUNTS:
        users.create_user(deployment, **account, password=password, now=now, shortest=1)
    tokens = {kind: pair(deployment, hall=file.code, kind=kind, now=now) for kind in DEVICES}
    return {"hall": file.code, "password": password, "tokens": tokens}


def pair(deployment: Deployment, *, hall: str, kind: str, now: int) -> str:
    """Pair one of the demo's devices and return its token."""
    return make_device(deployment, hall=hall, kind=kind, name=DEVICES[kind], now=now)[1]


def drop_demo(deployment: Deployment, *, hall: str) -> list[str]:
    """Remove the demo hall, everything that refers to it, and its accounts.

    Accounts that have records in another hall stay, closed and without their known password; they are returned.
    """
    names = [account["username"] for account in ACCOUNTS]
    with deployment.database.transaction() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        hall_id = connection.execute(select(tables.hall.c.id).where(tables.hall.c.code == hall)).scalar()
        for table in reversed(tables.metadata.sorted_tables) if hall_id is not None else ():
            if table is tables.counter_serves:
                here = select(tables.counter.c.id).where(tables.counter.c.hall_id == hall_id)
                connection.execute(delete(table).where(table.c.counter_id.in_(here)))
            elif table is tables.pairing:
                here = select(tables.device.c.id).where(tables.device.c.hall_id == hall_id)
                connection.execute(delete(table).where(table.c.device_id.in_(here)))
            elif "hall_id" in table.c:
                connection.execute(delete(table).where(table.c.hall_id == hall_id))
        connection.execute(delete(tables.hall).where(tables.hall.c.id == hall_id))
        user, session = tables.user.c, tables.session.c
        ids = select(user.id).where(user.username.in_(names))
        connection.execute(delete(tables.sign_in).where(tables.sign_in.c.user_id.in_(ids)))
        busy = select(session.user_id).distinct()
        connection.execute(delete(tables.user).where(user.username.in_(names), user.id.not_in(busy)))
        closed = {"disabled_at": 0, "password_hash": "-"}
        kept = list(connection.execute(select(user.username).where(user.username.in_(names))).scalars())
        connection.execute(update(tables.user).where(user.username.in_(names)).values(closed))
    deployment.reload()
    return kept


def set_demo_password(deployment: Deployment, demo: dict[str, Any], *, password: str) -> dict[str, Any]:
    """Give all demo accounts that are still there another password; the changed demo."""
    there = {user.username for user in users.list_users(deployment)}
    for account in ACCOUNTS:
        if account["username"] in there:
            users.set_password(deployment, username=account["username"], password=password, shortest=1)
    return demo | {"password": password}


def demo_view(demo: dict[str, Any], *, base: str) -> dict[str, Any]:
    """What a person needs to use the demo: {"hall", "addresses": {page: URL}, "accounts": [...]}.

    `base` is the server's public address. Devices' addresses carry their token behind the #, which browsers keep.
    """
    tokens = demo.get("tokens", {})
    return {
        "hall": demo["hall"],
        "addresses": {
            name: base + path.format(hall=demo["hall"]) + (f"#device={tokens[kind]}" if kind in tokens else "")
            for name, (path, kind) in ADDRESSES.items()
        },
        "accounts": [account | {"password": demo["password"]} for account in ACCOUNTS] if "password" in demo else [],
    }
