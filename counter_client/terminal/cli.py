"""`hallcall counter`: the clerk's console in a terminal."""

from __future__ import annotations

import asyncio

import click

from counter_client.asked import hall_shape, password_of, server_here
from counter_client.rest import Refused, Unreachable
from counter_client.sign_in import SignIn
from counter_client.terminal.app import Terminal
from counter_client.terminal.words import Words, preferred_language


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
    server = server or server_here()
    words = Words({"zh": "zh-CN", "en": "en"}.get(lang or "") or preferred_language())
    try:
        shape = hall_shape(server=server, hall=hall)
        if counter not in (codes := [each["code"] for each in shape["counters"]]):
            raise click.UsageError(f"hall {shape['code']} has no counter {counter}; it has {', '.join(codes)}")
        username, password = user or click.prompt("User / 用户名"), password_of("HALLCALL_PASSWORD")
        sign_in = SignIn(server=server, username=username, password=password, language=words.language)
        sign_in.token()
    except (Refused, Unreachable) as error:
        raise click.ClickException(str(error)) from error
    terminal = Terminal(
        sign_in=sign_in, hall=shape["code"], counter=counter, words=words, slash_transfers=slash_transfers
    )
    asyncio.run(terminal.run())
