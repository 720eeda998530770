"""`hallcall counter`: the clerk's console in a terminal."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

import click

from client.language import preferred_language, words
from client.prompts import hall_shape, password_of, server_here
from client.rest import Refused, Unreachable
from client.sign_in import SignIn
from counter_client.terminal.app import Terminal
from counter_client.terminal.kept import Kept, kept_file
from counter_client.terminal.words import Words

#: Terminals on which nothing can be drawn; an empty name is one that says nothing of itself.
WITHOUT_SCREEN = ("", "dumb", "unknown")


@click.command("counter")
@click.option("--server", help="Address of the server; the one of this machine when not given.")
@click.option("--counter", required=True, help="Code of the counter, e.g. 3.")
@click.option("--hall", help="Code of the hall; needed when the server has several.")
@click.option("--user", help="User name; asked for when not given.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language; by LANG when not given.")
@click.option("--slash-transfers", is_flag=True, help="/ transfers (a lone number pad); without it / searches.")
def command(
    *, server: str | None, counter: str, hall: str | None, user: str | None, lang: str | None, slash_transfers: bool
) -> None:
    """The clerk's console in a terminal: the keys of the page, and a number pad.

    The password is asked for, or read from HALLCALL_PASSWORD or the file that HALLCALL_PASSWORD_FILE names.
    """
    texts = Words({"zh": "zh-CN", "en": "en"}.get(lang or "") or preferred_language())
    _need_a_terminal(texts.language)
    server = server or server_here()
    try:
        shape = hall_shape(server=server, hall=hall, language=texts.language)
        _need_the_counter(shape, counter, texts.language)
        username = user or click.prompt(words("User", "用户名", texts.language))
        password = password_of("HALLCALL_PASSWORD", language=texts.language)
        sign_in = SignIn(server=server, username=username, password=password, language=texts.language)
        sign_in.token()
    except (Refused, Unreachable) as error:
        raise click.ClickException(str(error)) from error
    terminal = Terminal(
        sign_in=sign_in,
        hall=shape["code"],
        counter=counter,
        words=texts,
        kept=Kept(kept_file(server=server, hall=shape["code"], counter=counter)),
        slash_transfers=slash_transfers,
    )
    asyncio.run(terminal.run())


def _need_a_terminal(language: str) -> None:
    """Before anybody signs on: keys come from a terminal, and the screen is drawn on one. Raises click.UsageError."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError(
            words(
                "The console needs a terminal for its keys and its screen: run it without a pipe or a redirection.",
                "控制台需要终端来接收按键和显示画面：请直接在终端中运行，不要使用管道或重定向。",
                language,
            )
        )
    kind = os.environ.get("TERM", "")
    if sys.platform != "win32" and kind in WITHOUT_SCREEN:
        raise click.UsageError(
            words(
                f"This terminal (TERM={kind}) cannot draw a screen: open another one, or set TERM=xterm when it can.",
                f"此终端（TERM={kind}）无法显示画面：请换一个终端；如果它支持，请设置 TERM=xterm。",
                language,
            )
        )


def _need_the_counter(shape: dict[str, Any], counter: str, language: str) -> None:
    """Raises click.UsageError when the hall has no counter of that code."""
    codes = [each["code"] for each in shape["counters"]]
    if counter not in codes:
        listed = ", ".join(codes)
        raise click.UsageError(
            words(
                f"Hall {shape['code']} has no counter {counter}; it has {listed}.",
                f"大厅 {shape['code']} 没有窗口 {counter}；现有窗口：{listed}。",
                language,
            )
        )
