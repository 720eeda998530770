"""What the client commands ask for on the command line: which hall, and the password."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from client.language import Language, preferred_language, words
from client.rest import Rest


def hall_shape(*, server: str, hall: str | None, language: Language | None = None) -> dict[str, Any]:
    """The hall that is meant, as `GET /halls/{hall}` shows it; without a code the only one of the server.

    `language`: of the refusals, the terminal's own when none is named. Raises Refused, Unreachable, click.UsageError.
    """
    with closing(Rest(server=server, language=language or preferred_language())) as rest:
        return dict(rest.get(f"/halls/{quote(hall or _only_hall(rest, language), safe='')}"))


def _only_hall(rest: Rest, language: Language | None) -> str:
    codes = [str(each["code"]) for each in rest.get("/halls")["halls"]]
    if not codes:
        raise click.UsageError(words("The server has no hall yet.", "服务器上还没有大厅。", language))
    if len(codes) > 1:
        listed = ", ".join(codes)
        raise click.UsageError(
            words(f"--hall is needed, one of: {listed}", f"请用 --hall 指定大厅：{listed}", language)
        )
    return codes[0]


def server_here() -> str:
    """The server that runs on this machine: by HALLCALL_PORT, by what it left in the data folder, else port 8000."""
    if port := os.environ.get("HALLCALL_PORT"):
        return f"http://127.0.0.1:{port}"
    folder = Path(os.environ.get("HALLCALL_DATA") or Path(__file__).resolve().parents[1] / "var")
    try:
        return (folder / "server.url").read_text(encoding="utf-8").split()[0]
    except (OSError, IndexError):
        return "http://127.0.0.1:8000"


def password_of(*names: str, language: Language | None = None) -> str:
    """The password from the first of these environment variables or their `_FILE` twins, else asked for.

    Raises click.ClickException when such a file cannot be read, or nobody can be asked.
    """
    for name in names:
        if password := os.environ.get(name):
            return password
        if file := os.environ.get(f"{name}_FILE"):
            try:
                return Path(file).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeError) as error:
                why = getattr(error, "strerror", None) or error
                raise click.ClickException(
                    words(
                        f"The file {file} that {name}_FILE names cannot be read: {why}.",
                        f"无法读取 {name}_FILE 指定的文件 {file}：{why}。",
                        language,
                    )
                ) from error
    if not sys.stdin.isatty():
        raise click.ClickException(
            words(
                f"There is no terminal to ask for the password: set {names[0]} or {names[0]}_FILE.",
                f"没有可输入密码的终端，请设置 {names[0]} 或 {names[0]}_FILE。",
                language,
            )
        )
    return str(click.prompt(words("Password", "密码", language), hide_input=True))
