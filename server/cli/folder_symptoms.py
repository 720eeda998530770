"""What `hallcall doctor` says of the data folder: its keys, the announcer's token, what killed commands have left."""

from __future__ import annotations

from collections.abc import Iterator

from server.cli.finding import Finding
from server.data_folder.unfinished_copies import rests
from server.db.schema import MigrationError, revision_of
from server.settings.config import Config

MB = 1024 * 1024


def keys(settings: Config) -> Iterator[Finding]:
    """Whether keys.json is there, can be read, and opens what is in the database."""
    from server.services.notices.keys import KeysError, load

    there = settings.keys_file.exists()
    if not there and not _contacts(settings):
        return  # it is made by the first start
    if not there:
        yield Finding(
            "broken",
            f"{settings.keys_file} is missing: put it back from a copy. Without it names and phones in the database "
            "cannot be opened, and the next start makes another.",
            f"缺少 {settings.keys_file}，请从备份放回。没有它就无法打开数据库中的姓名与电话，下次启动会新建一个。",
        )
        return
    try:
        kept = load(settings.data)
    except KeysError as error:
        yield Finding("broken", str(error), str(error))
        return
    if lost := _unopened(settings, kept):
        from server.watch.warnings import keys_foreign

        said = keys_foreign(lost)
        yield Finding("broken", said.en, said.zh)


def _contacts(settings: Config) -> int:
    from server.services.notices.keys import fresh

    return _unopened(settings, fresh())


def _unopened(settings: Config, kept: object) -> int:
    """How many contacts these keys do not open; 0 where the database cannot be asked, which is another finding."""
    from sqlalchemy.exc import SQLAlchemyError

    from server.db.migrations import HEAD
    from server.db.open import open_database
    from server.domain.refusals import Refusal
    from server.services.notices.contacts import unopened

    place = settings.database_url if settings.on_postgres else settings.database_file
    try:
        if place is None or revision_of(place) != HEAD:
            return 0
        database = open_database(settings.database_url)
        try:
            with database.reading() as connection:
                return unopened(connection, kept)  # type: ignore[arg-type]
        finally:
            database.close()
    except (MigrationError, SQLAlchemyError, Refusal):
        return 0


def announcer(settings: Config) -> Iterator[Finding]:
    """Whether the token of this machine's announcer can be one."""
    file = settings.announcer_token_file
    try:
        text = file.read_bytes().decode("ascii").strip()
        damaged = not text.isprintable() or " " in text
    except OSError:
        return
    except UnicodeDecodeError:
        damaged = True
    if damaged:
        yield Finding(
            "broken",
            f"{file} is damaged: delete it, and confirm the code that the announcer shows.",
            f"{file} 已损坏，请删除，并确认语音程序显示的配对码。",
        )


def left_over(settings: Config) -> Iterator[Finding]:
    """Unfinished copies beside the database and in the folders of copies."""
    beside = [settings.database_file.parent] if settings.database_file else []
    left = rests(settings.data, settings.backups, *beside, *(one / settings.backups.name for one in beside))
    if left:
        size = sum(part.stat().st_size for part in left) // MB
        named = ", ".join(str(part) for part in left[:5]) + (" …" if len(left) > 5 else "")
        yield Finding(
            "look",
            f"{len(left)} unfinished copies of a killed command take {size:,} MB; they hold hashes of passwords. "
            f"Delete them: {named}",
            f"被中断的命令留下 {len(left)} 个未完成的副本，占 {size:,} MB，内含口令哈希，请删除：{named}",
        )


def languages(settings: Config) -> Iterator[Finding]:
    """What is wrong with the files of added languages, and which languages they add."""
    from server.services.languages.languages import read_folder

    found = read_folder(settings.languages)
    for one in found.problems:
        yield Finding("look", f"Language file {one.sentence('en')}.", f"语言文件 {one.sentence('zh')}。")
    if found.added:
        named = ", ".join(f"{one.name} ({one.code})" for one in found.added.values())
        yield Finding("well", f"Added languages: {named}", f"已添加语言：{named}")
