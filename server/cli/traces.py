"""What says that a data folder held a hall before: where its database is missing, nothing new is begun by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NoReturn

from server.cli.say import fail
from server.data_folder.durable import names
from server.data_folder.lock import Held, lock, lock_itself
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
    """Hold the database alone: by its place, and where the system can do it by the file itself. Raises DatabaseHeld.

    A hard link, or a mount of the one file, is another place with the same file.
    """
    file = settings.database_file
    if file is None:
        yield
        return
    real = file.resolve()  # the same for every link to it
    with ExitStack() as held:
        try:
            held.enter_context(lock(real.with_name(f"{real.name}.lock")))
            certain = held.enter_context(lock_itself(real))
        except Held:
            en = (
                f"Another server or command works on {real}, with another data folder or by another name of that file: "
                "one alone may."
            )
            zh = f"另一个服务器或命令正以其他数据文件夹或该文件的其他名称使用 {real}，同时只能有一个。"
            raise DatabaseHeld(words(en, zh)) from None
        if not certain and names(real) > 1:
            from server.watch.warnings import linked

            raise DatabaseHeld(words(linked(real).en, linked(real).zh))
        yield


def database_held(settings: Config) -> str | None:
    """The sentence that says that somebody else works on the database, None when nobody does."""
    if settings.database_file is None or not settings.database_file.exists():
        return None
    try:
        with holding_database(settings):
            return None
    except DatabaseHeld as error:
        return str(error)
    except OSError:
        return None  # it may not be written, which is another finding
