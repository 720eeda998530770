"""What says that a data folder held a hall before: where its database is missing, nothing new is begun by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from server.cli.say import fail
from server.data_folder.lock import Held, lock
from server.settings.config import Config
from server.settings.language import words


class DatabaseHeld(RuntimeError):
    """Another server or command works on the database, with a data folder of its own; the message is a sentence."""


def traces(settings: Config) -> list[str]:
    """What a hall has left in its data folder: keys (a demo has some too), copies, an archive."""
    keys = settings.keys_file.exists() and not settings.demo_file.exists()
    found = [settings.keys_file.name] if keys else []
    found += [f"{settings.backups.name}/"] if any(settings.backups.glob("*.db")) else []
    return found + ([f"{settings.archive.name}/"] if any(settings.archive.rglob("*.jsonl.gz")) else [])


def refuse_lost(settings: Config, left: list[str]) -> NoReturn:
    """End the command: a hall was here, and there is none now."""
    listed, folder = ", ".join(left), settings.data
    fail(
        f"{folder} held a hall before ({listed} is there), and there is none now. Put the database back where it was "
        "(is its disk mounted?) or `hallcall restore COPY`. For a new hall: `hallcall init --from hall.json`; for the "
        "demo another folder (HALLCALL_DATA), or `hallcall demo --make --anew`.",
        f"{folder} 曾有大厅（存在 {listed}），但现在没有。请把数据库放回原处（磁盘是否已挂载？），"
        "或运行 `hallcall restore 备份`。新建大厅请用 `hallcall init --from hall.json`；"
        "演示请换一个文件夹（HALLCALL_DATA），或运行 `hallcall demo --make --anew`。",
    )


@contextmanager
def holding(settings: Config) -> Iterator[None]:
    """Hold the data folder and, wherever it lies, an SQLite database. Raises Held for the folder, DatabaseHeld.

    Servers with folders of their own would else write one database; PostgreSQL is made for that.
    """
    with lock(settings.lock_file), holding_database(settings):
        yield


@contextmanager
def holding_database(settings: Config) -> Iterator[None]:
    """Hold the database alone. Raises DatabaseHeld."""
    file = settings.database_file
    if file is None:
        yield
        return
    real = file.resolve()  # the same for every name of it
    held = lock(real.with_name(f"{real.name}.lock"))
    try:
        held.__enter__()
    except Held:
        raise DatabaseHeld(
            words(
                f"Another server or command works on {real}, with another data folder: one alone may.",
                f"另一个服务器或命令正以其他数据文件夹使用 {real}，同时只能有一个。",
            )
        ) from None
    try:
        yield
    finally:
        held.__exit__(None, None, None)
