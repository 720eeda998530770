"""What `hallcall doctor` looks at: each check takes the settings and says what it found."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from server.cli import archive_symptoms, folder_symptoms, way_symptoms
from server.cli.finding import Finding
from server.cli.traces import database_held, traces
from server.data_folder.durable import names
from server.data_folder.lock import is_held
from server.db.migrations import HEAD
from server.db.schema import MigrationError, Place, named, revision_of
from server.domain.plurals import counted
from server.settings.config import ANY_ADDRESS, Config

if TYPE_CHECKING:
    from server.domain.hall import Hall
    from server.services.runtime.deployment import Deployment

PAGES = Path(__file__).resolve().parent.parent / "pages" / "dist"
MB = 1024 * 1024
#: Appointments that are named one by one.
MOST_NAMED = 20
#: How long the server may take to say whether it is ready (s): while its database is locked it waits for five.
READY_S = 10
#: What /readyz calls a trouble, in English and Chinese.
TROUBLES = {
    "database_damaged": (
        "a part of its database is damaged: put a copy back (`hallcall restore`)",
        "数据库部分损坏，请恢复备份（`hallcall restore`）",
    ),
    "database_away": ("nothing can be stored", "无法写入数据库"),
    "halls_held": ("somebody holds the locks of all halls in the database", "所有大厅的数据库锁均被占用"),
    "sessions_shared": ("a pooler shares its database sessions", "连接池共用了数据库会话"),
    "disk_full": ("its disk is full", "磁盘已满"),
    "events_not_pushed": ("screens are not told of events", "事件没有推送到各屏幕"),
    "timer_stands_still": ("its timer stands still", "定时任务已停止"),
}


def _python(_settings: Config) -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding("well", f"Python {version} on {sys.platform}", f"Python {version}（{sys.platform}）")


def _folder(settings: Config) -> Iterator[Finding]:
    data = settings.data
    there = next(folder for folder in (data, *data.parents) if folder.is_dir())
    if not os.access(there, os.W_OK):
        yield Finding("broken", f"The data folder {data} cannot be written.", f"数据文件夹 {data} 不可写。")
        return
    free = shutil.disk_usage(there).free // MB
    level = "broken" if free < 100 else "look" if free < 1000 else "well"
    yield Finding(level, f"Data folder {data}: {free:,} MB free", f"数据文件夹 {data}：剩余 {free:,} MB")


def _server(settings: Config) -> Iterator[Finding]:
    place = settings.local_url
    if settings.data.is_dir() and is_held(settings.lock_file):
        ready = _readiness(settings)
        yield _as_it_says(place, ready)
        if ready and "demo_limits" in ready.get("warnings", []):
            from server.watch.warnings import demo_limits

            said = demo_limits()
            yield Finding("look", said.en, said.zh)
    elif held := database_held(settings):
        yield Finding("broken", held, held)
    elif _taken(settings):
        yield Finding(
            "broken",
            f"The server is stopped, and another program uses {settings.host}:{settings.port}.",
            f"服务器未运行，且 {settings.host}:{settings.port} 被其他程序占用。",
        )
    else:
        yield Finding("well", f"The server is stopped; {place} is free.", f"服务器未运行；{place} 空闲。")


def _as_it_says(place: str, ready: dict[str, Any] | None) -> Finding:
    if ready is None:
        return Finding("broken", f"The server does not answer at {place}.", f"服务器在运行，但 {place} 没有应答。")
    if ready["ok"] and (held := ", ".join(ready.get("halls_held", []))):
        return Finding(
            "broken",
            f"The server answers at {place}, but commands of {held} cannot run: "
            "somebody holds the lock in the database.",
            f"服务器 {place} 有应答，但 {held} 无法操作：其数据库锁被占用。",
        )
    if ready["ok"]:
        return Finding("well", f"The server runs and answers at {place}.", f"服务器正在运行，{place} 应答正常。")
    en, zh = zip(*(TROUBLES.get(name, (name, name)) for name in ready["troubles"]), strict=True)
    word = "" if ready["database"] == "ok" else f" ({ready['database']})"
    return Finding(
        "broken",
        f"The server answers at {place} and cannot do its work: {', '.join(en)}{word}.",
        f"服务器 {place} 有应答，但无法正常工作：{'、'.join(zh)}{word}。",
    )


def _readiness(settings: Config) -> dict[str, Any] | None:
    """What the running server says of itself, None without an answer."""
    import requests

    try:
        with requests.Session() as session:
            session.trust_env = False
            ready: dict[str, Any] = session.get(f"{settings.local_url}/readyz", timeout=READY_S).json()
            return ready if {"ok", "troubles", "database"} <= ready.keys() else None
    except (requests.RequestException, ValueError, AttributeError):
        return None


def _taken(settings: Config) -> bool:
    host = urlsplit(settings.local_url).hostname or settings.host
    try:
        with socket.create_connection((host, settings.port), timeout=1):
            return True
    except OSError:
        return False


def _addresses(settings: Config) -> Iterator[Finding]:
    host = urlsplit(settings.public_url).hostname
    if settings.host in ANY_ADDRESS and host in ("127.0.0.1", "localhost", "::1"):
        yield Finding(
            "look",
            f"HALLCALL_PUBLIC_URL is {settings.public_url}: phones and screens cannot open it.",
            f"HALLCALL_PUBLIC_URL 为 {settings.public_url}，手机和大屏无法打开。",
        )


def _pages(_settings: Config) -> Iterator[Finding]:
    names = ("home", "login", "counter", "display", "kiosk", "supervisor", "visitor")
    missing = [name for name in names if not (PAGES / name / "index.html").is_file()]
    if missing:
        listed = ", ".join(missing)
        yield Finding("broken", f"Pages are not built: {listed}.", f"以下页面尚未构建：{listed}。")
    else:
        yield Finding("well", "The pages are built.", "页面已构建。")


def _database(settings: Config) -> Iterator[Finding]:
    place: Place | None = settings.database_url if settings.on_postgres else settings.database_file
    if place is None:
        yield Finding("broken", "The database lives in memory and will be lost.", "数据库仅在内存中，停止后会丢失。")
        return
    if isinstance(place, str) and (shared := list(_pooler(place))):
        yield from shared
        return
    try:
        found = revision_of(place)
    except MigrationError as error:
        yield Finding("broken", str(error), str(error))
        return
    if found is None and isinstance(place, Path) and (not place.exists() or traces(settings)):
        yield Finding(
            "broken",
            f"There is no database at {place}: put it back, or begin with `hallcall init`.",
            f"{place} 处没有数据库：请放回原处，或用 `hallcall init` 新建。",
        )
        return
    if found != HEAD:
        yield Finding(
            "broken",
            f"The database {named(place)} has schema {found or 'none'}, this program {HEAD}: run `hallcall migrate`.",
            f"数据库 {named(place)} 的结构版本为 {found or '无'}，本程序需要 {HEAD}，请运行 `hallcall migrate`。",
        )
        return
    if isinstance(place, Path) and not os.access(place, os.W_OK):
        yield Finding(
            "broken",
            f"{place} may only be read: let the server's account write it.",
            f"{place} 为只读，请让服务器的账号可以写入。",
        )
    if isinstance(place, Path) and names(place) > 1:
        from server.watch.warnings import linked

        yield Finding("look", linked(place).en, linked(place).zh)
    findings = list(_file(place) if isinstance(place, Path) else _address(place))
    yield from findings
    if all(finding.level != "broken" for finding in findings):
        yield from _contents(settings)
        yield from archive_symptoms.look(settings)


def _file(file: Path) -> Iterator[Finding]:
    from server.services.archive.backup import BackupError, prove

    try:
        proof = prove(file)
    except BackupError as error:
        yield Finding("broken", str(error), str(error))
        return
    size, tickets, events = proof.size // MB, proof.counts["ticket"], proof.counts["event"]
    yield Finding(
        "well",
        f"The database is sound: SQLite, {size:,} MB, {counted(tickets, 'ticket')}, {counted(events, 'event')}",
        f"数据库完好：SQLite，{size:,} MB，号票 {tickets:,}，事件 {events:,}",
    )


def _pooler(url: str) -> Iterator[Finding]:
    from server.cli.postgres_symptoms import pooler

    return pooler(url)


def _address(url: str) -> Iterator[Finding]:
    from server.cli.postgres_symptoms import look

    return look(url)


def _redis(settings: Config) -> Iterator[Finding]:
    if settings.redis_url is None:
        return
    import redis

    try:
        with redis.Redis.from_url(settings.redis_url, socket_connect_timeout=5, socket_timeout=5) as client:
            client.ping()
    except redis.RedisError as error:
        yield Finding("broken", f"Redis does not answer: {error}", f"Redis 没有应答：{error}")
    else:
        yield Finding("well", "Redis answers", "Redis 应答正常")


def _contents(settings: Config) -> Iterator[Finding]:
    from server.cli.desk import reading
    from server.services.accounts.users import list_users
    from server.services.devices.devices import list_devices

    with reading(settings) as deployment:
        if not deployment.halls:
            yield Finding("look", "There is no hall yet: `hallcall init`.", "还没有大厅，请运行 `hallcall init`。")
            return
        able = [user for user in list_users(deployment) if user.disabled_at is None]
        if not any(user.role == "admin" for user in able):
            yield Finding(
                "look",
                "No administrator can sign in: `hallcall user add NAME --role admin`.",
                "没有可登录的管理员，请运行 `hallcall user add 用户名 --role admin`。",
            )
        if len(deployment.halls) > 1 and settings.demo_file.is_file():
            yield Finding(
                "look",
                "The demo hall and its accounts are still there beside your hall: `hallcall demo --drop` removes them.",
                "演示大厅及其账号仍与正式大厅并存，请运行 `hallcall demo --drop` 删除。",
            )
        for hall in deployment.halls:
            yield from _hit(deployment, hall)
            devices = list_devices(deployment, hall=hall.code)
            yield from _hall(hall, {device["kind"] for device in devices})
            yield from way_symptoms.look(hall, devices)


def _hit(deployment: Deployment, hall: Hall) -> Iterator[Finding]:
    """Appointments whose time the hall closed and about which nobody decided."""
    from server.clock import now_ms
    from server.services.appointments import hits
    from server.services.runtime.actor import HERE
    from server.services.runtime.command_bus import run_query

    found = run_query(deployment, hits.waiting, hall_code=hall.code, actor=HERE, now=now_ms())["appointments"]
    if not found:
        return
    listed = ", ".join(f"{one['code']} {one['start'][:10]} {one['start'][11:16]}" for one in found[:MOST_NAMED])
    more = " ..." if len(found) > MOST_NAMED else ""
    yield Finding(
        "look",
        f"Hall {hall.code}: {counted(len(found), 'appointment')} at times that the hall closed: {listed}{more}. "
        "Move, cancel or keep them at the reception.",
        f"大厅 {hall.code}：{len(found)} 个预约的时段已被取消：{listed}{more}。请在服务台改约、取消或保留。",
    )


def _hall(hall: Hall, kinds: set[str]) -> Iterator[Finding]:
    unserved = ", ".join(code for code in hall.counter_types if not hall.serving(code))
    found = [
        (not any(hall.settings.hours.values()), "has no opening hours", "没有开放时间"),
        (not any(service.open for service in hall.services.values()), "has no open service", "没有开放的业务"),
        (bool(unserved), f"has counter types without a counter: {unserved}", f"有窗口类型无窗口办理：{unserved}"),
        ("display" not in kinds, "has no paired display", "没有已配对的大屏"),
        ("announcer" not in kinds, "has no paired announcer", "没有已配对的语音"),
    ]
    for wrong, en, zh in found:
        if wrong:
            yield Finding("look", f"Hall {hall.code} {en}.", f"大厅 {hall.code} {zh}。")


CHECKS: tuple[Callable[[Config], Iterator[Finding]], ...] = (
    _python,
    _folder,
    folder_symptoms.keys,
    folder_symptoms.announcer,
    folder_symptoms.left_over,
    folder_symptoms.languages,
    _server,
    _addresses,
    _pages,
    _database,
    _redis,
)
