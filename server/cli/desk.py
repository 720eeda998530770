"""What the commands share: the settings, and the deployment opened in this process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from server.cli.say import fail
from server.cli.traces import holding, refuse_lost, traces
from server.data_folder.lock import Held, is_held
from server.db.migrations import HEAD
from server.db.schema import Place, named, revision_of
from server.settings.config import Config

if TYPE_CHECKING:
    from server.services.runtime.deployment import Deployment


def config() -> Config:
    """The deployment's settings. Raises ConfigError."""
    settings = Config.from_env(os.environ)
    if settings.data.exists() and not settings.data.is_dir():
        fail(f"HALLCALL_DATA is {settings.data}, no folder.", f"HALLCALL_DATA 为 {settings.data}，不是文件夹。")
    return settings


def database_file(settings: Config) -> Path:
    """The file of an SQLite database; for what only such a one has."""
    if settings.on_postgres:
        fail(
            "The database is PostgreSQL: copy it with pg_dump and put it back with pg_restore (docs/operations.md).",
            "数据库为 PostgreSQL，请用 pg_dump 备份、用 pg_restore 恢复（见 docs/operations.md）。",
        )
    if settings.database_file is None:
        fail("HALLCALL_DATABASE_URL names no file.", "HALLCALL_DATABASE_URL 未指定文件。")
    return settings.database_file


def database_place(settings: Config) -> Place:
    """Where the database is; one in memory has no place and no use for commands."""
    return settings.database_url if settings.on_postgres else database_file(settings)


def check_schema(settings: Config) -> None:
    """End the command unless the database is there and up to date. Raises MigrationError for a foreign one."""
    place = database_place(settings)
    found = revision_of(place)
    if found is None:
        where = named(place)
        if left := traces(settings):
            refuse_lost(settings, left)
        fail(
            f"There is no database at {where} yet: run `hallcall init --from hall.json` or `hallcall demo --make`.",
            f"{where} 处还没有数据库，请先运行 `hallcall init --from hall.json` 或 `hallcall demo --make`。",
        )
    if found != HEAD:
        fail(
            f"The database has schema {found}, this program {HEAD}: run `hallcall migrate`.",
            f"数据库结构版本为 {found}，本程序需要 {HEAD}，请运行 `hallcall migrate`。",
        )


def running(settings: Config) -> Config:
    """The same with the addresses of the server that runs on this data folder, whatever port it was given."""
    if not (settings.data.is_dir() and is_held(settings.lock_file)):
        return settings
    try:
        near, public = settings.url_file.read_text(encoding="utf-8").split()
        parts = urlsplit(near)
        return replace(settings, host=parts.hostname or settings.host, port=parts.port or 80, public_url=public)
    except (OSError, ValueError):
        return settings


@contextmanager
def reading(settings: Config) -> Iterator[Deployment]:
    """The deployment, to look only; also while the server runs."""
    check_schema(settings)
    with _deployment(settings) as deployment:
        yield deployment


@contextmanager
def writing(settings: Config) -> Iterator[Deployment]:
    """The deployment, held alone; a database that is missing is made. Raises Held when the server runs."""
    with holding(settings):
        place = database_place(settings)
        if revision_of(place) is None:
            from server.db.migrate import upgrade

            upgrade(place)
        check_schema(settings)
        with _deployment(settings) as deployment:
            yield deployment


@contextmanager
def alone(settings: Config) -> Iterator[None]:
    """Hold the data folder, for what cannot be done while the server runs."""
    try:
        with holding(settings):
            yield
    except Held:
        fail(
            f"The server is running on {settings.data}: stop it first.",
            f"服务器正在使用 {settings.data}，请先停止服务器。",
        )


@contextmanager
def _deployment(settings: Config) -> Iterator[Deployment]:
    from server.db.open import open_database
    from server.services.languages.languages import read_folder
    from server.services.runtime.deployment import Deployment

    database = open_database(settings.database_url)
    try:
        deployment = Deployment(database)
        deployment.languages = read_folder(settings.languages)
        yield deployment
    finally:
        database.close()


def stamp() -> str:
    """The local time, to a millisecond, for the name of a file."""
    return datetime.now().astimezone().strftime("%Y%m%d-%H%M%S-%f")[:-3]
