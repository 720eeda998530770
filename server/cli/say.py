"""How a command's failure becomes one sentence instead of a traceback."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import click

from server.settings.language import language, words

Command = TypeVar("Command", bound=Callable[..., Any])


def prepare_terminal() -> None:
    """Write UTF-8 into pipes and files, and never fail because a terminal cannot show a Chinese sign."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Other programs read our JSON; what a Windows pipe would use by itself they could not guess.
            stream.reconfigure(errors="replace", **({} if stream.isatty() else {"encoding": "utf-8"}))


def fail(en: str, zh: str) -> NoReturn:
    """End the command with status 1 and a sentence."""
    raise click.ClickException(words(en, zh))


def plainly(command: Command) -> Command:
    """Let a command's known failures end it with status 1 and a sentence."""

    @functools.wraps(command)
    def run(*arguments: Any, **named: Any) -> Any:
        try:
            return command(*arguments, **named)
        except Exception as error:
            said = _sentence(error)
            if said is None:
                raise
            raise click.ClickException(said) from error

    return run  # type: ignore[return-value]


#: Errors whose text is a sentence for people already.
SENTENCES = {
    "ConfigError",
    "BackupError",
    "MigrationError",
    "HandsError",
    "BlockingDriver",
    "SessionsShared",
    "KeysError",
    "DatabaseHeld",
}
#: What is installed only where it is wanted: by its module, the extra that brings it and what it is.
EXTRAS = {
    "psycopg": ("postgres", "PostgreSQL's driver", " PostgreSQL 驱动"),
    "redis": ("redis", "The client of Redis", " Redis 客户端"),
}


def _sentence(error: Exception) -> str | None:
    """What a known failure means; None for one that is a fault of the program."""
    # By name, so that a command loads only what it needs.
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if kinds & SENTENCES:
        return words(str(error), getattr(error, "zh", str(error)))
    if "HallFileError" in kinds:
        problems = error.problems  # type: ignore[attr-defined]
        first = words("The file cannot be used:", "文件无法使用：")
        return "\n".join([first, *(f"  {problem.sentence(language())}" for problem in problems)])
    if kinds & {"Refusal", "ArchiveError"}:
        return str(error.message(language()))  # type: ignore[attr-defined]
    if kinds & {"DatabaseError", "OperationalError"}:
        cause = getattr(error, "orig", error)
        return words(f"The database failed: {cause}", f"数据库出错：{cause}")
    if isinstance(error, ModuleNotFoundError) and error.name in EXTRAS:
        extra, en, zh = EXTRAS[error.name]
        # From this checkout and with this Python: on PyPI the name may be somebody else's.
        install = f"{sys.executable} -m pip install -c constraints.txt -e '.[{extra}]'"
        return words(f"{en} is not installed: {install}.", f"缺少{zh}，请安装：{install}。")
    return _of_the_system(error)


def _of_the_system(error: Exception) -> str | None:
    if isinstance(error, UnicodeError):
        # Arguments that are no UTF-8 arrive as halves of a character, which only fail when they are used.
        return words("What was typed is not valid UTF-8.", "输入内容不是有效的 UTF-8 文本。")
    if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}"
    return None
