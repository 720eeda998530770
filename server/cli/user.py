"""`hallcall user add | passwd | list | disable | enable`."""

from __future__ import annotations

import sys

import click

from server.cli.desk import config, reading
from server.cli.hands import at_work
from server.cli.say import fail, plainly
from server.settings.language import words

ROLES = click.Choice(["clerk", "supervisor", "admin"])
FROM_STDIN = click.option("--password-stdin", is_flag=True, help="Read it from standard input. 从标准输入读取密码。")


@click.group(name="user")
def command() -> None:
    """管理账号，运行中亦可。Add, list and disable accounts, also while the server runs."""


@command.command()
@click.argument("username")
@click.option("--role", type=ROLES, default="clerk", show_default=True)
@click.option("--name", help="How it is shown; the user name if left out. 显示名称。")
@FROM_STDIN
@plainly
def add(username: str, role: str, name: str | None, password_stdin: bool) -> None:
    """新建账号，密码会另行询问。Make an account; its password is asked for."""
    password = _password(password_stdin)
    with at_work(config()) as hands:
        hands.add_user(username=username, name=name or username, role=role, password=password)
    click.echo(words(f"The account {username} ({role}) was made.", f"已建立账号 {username}（{role}）。"))


@command.command()
@click.argument("username")
@FROM_STDIN
@plainly
def passwd(username: str, password_stdin: bool) -> None:
    """修改密码，并退出所有登录。Give an account another password; it is signed out everywhere."""
    password = _password(password_stdin)
    with at_work(config()) as hands:
        hands.change_user(username, password=password)
    click.echo(words(f"{username} has a new password and was signed out.", f"{username} 的密码已修改，并已退出登录。"))


@command.command(name="list")
@plainly
def list_all() -> None:
    """列出所有账号。List all accounts."""
    from server.services.accounts.users import list_users

    with reading(config()) as deployment:
        for user in list_users(deployment):
            closed = words("disabled", "已停用") if user.disabled_at is not None else ""
            click.echo(f"{user.username:<20} {user.role:<11} {user.name}  {closed}".rstrip())


@command.command()
@click.argument("username")
@plainly
def disable(username: str) -> None:
    """停用账号，记录保留。Close an account and sign it out; its records stay."""
    with at_work(config()) as hands:
        hands.change_user(username, disabled=True)
    click.echo(words(f"{username} is disabled.", f"{username} 已停用。"))


@command.command()
@click.argument("username")
@plainly
def enable(username: str) -> None:
    """重新启用账号。Open a disabled account again."""
    with at_work(config()) as hands:
        hands.change_user(username, disabled=False)
    click.echo(words(f"{username} is enabled.", f"{username} 已启用。"))


def _password(from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        again = words("Again", "再次输入")
        password = click.prompt(words("Password", "密码"), hide_input=True, confirmation_prompt=again)
    else:
        fail(
            "There is no terminal to ask for the password: use --password-stdin.",
            "没有终端可供输入密码，请使用 --password-stdin。",
        )
    if not password:
        fail("The password is empty.", "密码为空。")
    return password
