"""The `hallcall` command. `server.cli:main` is its entry point.

Each command lives in a module of its own that is loaded when it is asked for: a start costs little, and the
asynchronous library can still patch what it has to (server/bootstrap.py). Commands of other rooms stand in the same
table.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import NamedTuple

import click

from server import __version__
from server.cli.say import prepare_terminal
from server.settings.language import words


class Entry(NamedTuple):
    """Where a command is, and its line in the list of commands."""

    place: str
    en: str
    zh: str


COMMANDS = {
    "serve": Entry("server.cli.serve:command", "Run the server.", "运行服务器。"),
    "restart": Entry("server.cli.serve:restart", "Renew the running server without a gap.", "不中断地更换服务器进程。"),
    "migrate": Entry("server.cli.migrate:command", "Bring the database up to date.", "升级数据库。"),
    "migrate-to": Entry("server.cli.move:command", "Move to PostgreSQL.", "迁移到 PostgreSQL。"),
    "init": Entry("server.cli.halls:init", "Make a hall from a file, or change it.", "按文件建立或修改大厅。"),
    "export": Entry("server.cli.halls:export", "Write a hall as a file.", "把大厅导出为文件。"),
    "user": Entry("server.cli.user:command", "Add, list and disable accounts.", "管理账号。"),
    "tickets": Entry("server.cli.tickets:command", "Enter numbers given by hand.", "补录手写号票。"),
    "device": Entry("server.cli.device:command", "Pair, list and revoke devices.", "管理设备。"),
    "backup": Entry("server.cli.copies:backup", "Copy the database while it is used.", "在运行中备份数据库。"),
    "restore": Entry("server.cli.copies:restore", "Put a copy back.", "恢复备份。"),
    "archive": Entry("server.cli.archive:command", "Take old days out of the database.", "归档旧记录。"),
    "languages": Entry("server.cli.languages:command", "Add a visitors' language.", "添加访客语言。"),
    "demo": Entry("server.cli.demo:command", "Make and show the demo hall.", "建立并显示演示大厅。"),
    "doctor": Entry("server.cli.doctor:command", "Look for what is not well.", "检查运行状况。"),
    "notice": Entry("server.cli.notices:command", "Try the channels of notices.", "试发通知。"),
    "counter": Entry("counter_client.terminal.cli:command", "Work at a counter in the terminal.", "在终端中叫号。"),
    "announcer": Entry("display.announcer.cli:command", "Run the voice.", "运行语音播报。"),
    "print-agent": Entry("kiosk.agent.cli:command", "Print for a kiosk on this machine.", "在本机为取号机打印。"),
    "replay": Entry("replay.cli:command", "Play a recorded day in a running hall.", "在运行的大厅中重演一天。"),
    "policy": Entry("replay.compare:command", "Compare the rules of who is next.", "比较叫号规则。"),
    "version": Entry("server.cli.version:command", "Say the version.", "显示版本。"),
}


class LazyGroup(click.Group):
    """The commands of the table, each loaded when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, None when there is none."""
        return load(COMMANDS[cmd_name].place) if cmd_name in COMMANDS else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List them without loading them."""
        with formatter.section(words("Commands", "命令")):
            formatter.write_dl([(name, words(entry.en, entry.zh)) for name, entry in COMMANDS.items()])


def load(place: str) -> click.Command:
    """The command at `module:name`. Raises ClickException when a part of the installation is missing."""
    module, _, name = place.partition(":")
    try:
        found: click.Command = getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        said = words(f"{error.name} is not installed: run `pip install -e .` again", f"缺少 {error.name}，请重新安装")
        raise click.ClickException(said) from error
    return found


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="hallcall")
def group() -> None:
    """Hallcall, the calling system of a public service hall.

    大厅叫号系统。Settings are HALLCALL_* environment variables: docs/configuration.md.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit: 0 done, 1 failed and said why, 2 wrong usage."""
    prepare_terminal()
    try:
        group.main(args=arguments, prog_name="hallcall", standalone_mode=True)
    except BrokenPipeError:
        # The reader of our output left (`hallcall export | head`): nothing to say, and nowhere to say it.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - kept open until the end
        sys.exit(1)
