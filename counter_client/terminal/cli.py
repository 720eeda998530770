"""`hallcall counter`: the clerk's console in a terminal."""

from __future__ import annotations

import asyncio
import os
from contextlib import closing
from pathlib import Path

import click

from counter_client.rest import Refused, Rest, Unreachable
from counter_client.sign_in import SignIn
from counter_client.terminal.app import Terminal
from counter_client.terminal.words import Words, preferred_language


@click.command("counter")
@click.option("--server", default="http://127.0.0.1:8000", show_default=True, help="Address of the server.")
@click.option("--counter", required=True, help="Code of the counter, e.g. 3.")
@click.option("--hall", help="Code of the hall; needed when the server has several.")
@click.option("--user", help="User name; asked for when not given.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language; by LANG when not given.")
@click.option("--slash-transfers", is_flag=True, help="/ transfers (a lone number pad); without it / searches.")
def command(
    *, server: str, counter: str, hall: str | None, user: str | None, lang: str | None, slash_transfers: bool
) -> None:
    """The clerk's console in a terminal: the keys of the page, and a number pad.

    The password is asked for, or read from HALLCALL_PASSWORD or the file that HALLCALL_PASSWORD_FILE names.
    """
    words = Words({"zh": "zh-CN", "en": "en"}.get(lang or "") or preferred_language())
    try:
        hall_code = find_hall(server=server, hall=hall, counter=counter)
        username = user or click.prompt("User / 用户名")
        sign_in = SignIn(server=server, username=username, password=password_of(), language=words.language)
        sign_in.token()
    except (Refused, Unreachable) as error:
        raise click.ClickException(str(error)) from error
    terminal = Terminal(sign_in=sign_in, hall=hall_code, counter=counter, words=words, slash_transfers=slash_transfers)
    asyncio.run(terminal.run())


def find_hall(*, server: str, hall: str | None, counter: str) -> str:
    """The code of the hall that is meant, once it is sure that it has this counter.

    Raises Refused, Unreachable, click.UsageError.
    """
    with closing(Rest(server=server)) as rest:
        if hall is None:
            codes = [each["code"] for each in rest.get("/halls")["halls"]]
            if len(codes) != 1:
                raise click.UsageError(f"--hall is needed, one of: {', '.join(codes)}")
            hall = codes[0]
        counters = [each["code"] for each in rest.get(f"/halls/{hall}")["counters"]]
    if counter not in counters:
        raise click.UsageError(f"hall {hall} has no counter {counter}; it has {', '.join(counters)}")
    return hall


def password_of() -> str:
    """The password from the environment, from a file, or asked for."""
    if password := os.environ.get("HALLCALL_PASSWORD"):
        return password
    if file := os.environ.get("HALLCALL_PASSWORD_FILE"):
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise click.ClickException(f"HALLCALL_PASSWORD_FILE: {error}") from error
    return str(click.prompt("Password / 密码", hide_input=True))
