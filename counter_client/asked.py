"""What the client commands ask for on the command line: which hall, and the password."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from counter_client.rest import Rest


def hall_shape(*, server: str, hall: str | None) -> dict[str, Any]:
    """The hall that is meant, as `GET /halls/{hall}` shows it; without a code the only one of the server.

    Raises Refused, Unreachable, click.UsageError.
    """
    with closing(Rest(server=server)) as rest:
        if hall is None:
            codes = [each["code"] for each in rest.get("/halls")["halls"]]
            if len(codes) != 1:
                raise click.UsageError(f"--hall is needed, one of: {', '.join(codes) or '(there is no hall yet)'}")
            hall = codes[0]
        return dict(rest.get(f"/halls/{hall}"))


def server_here() -> str:
    """The server that runs on this machine: by HALLCALL_PORT, by what it left in the data folder, else port 8000."""
    if port := os.environ.get("HALLCALL_PORT"):
        return f"http://127.0.0.1:{port}"
    folder = Path(os.environ.get("HALLCALL_DATA") or Path(__file__).resolve().parents[1] / "var")
    try:
        return (folder / "server.url").read_text(encoding="utf-8").split()[0]
    except (OSError, IndexError):
        return "http://127.0.0.1:8000"


def password_of(*names: str) -> str:
    """The password from the first of these environment variables or their `_FILE` twins, else asked for."""
    for name in names:
        if password := os.environ.get(name):
            return password
        if file := os.environ.get(f"{name}_FILE"):
            try:
                return Path(file).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise click.ClickException(f"{name}_FILE: {error}") from error
    return str(click.prompt("Password / 密码", hide_input=True))
