"""`hallcall doctor`."""

from __future__ import annotations

import click

from server.cli.desk import config, running
from server.cli.finding import Finding
from server.cli.notices import symptoms as notices
from server.cli.say import plainly
from server.cli.symptoms import CHECKS
from server.settings.language import words


@click.command(name="doctor")
@plainly
def command() -> None:
    """检查运行状况，有故障时以状态 1 结束。Look for what is not well; status 1 when something is broken."""
    settings = running(config())
    findings = [finding for check in (*CHECKS, notices) for finding in check(settings)]
    for finding in findings:
        click.echo(f"{_mark(finding)}  {words(finding.en, finding.zh)}")
    broken = sum(finding.level == "broken" for finding in findings)
    if broken:
        raise click.ClickException(words(f"{broken} to mend.", f"有 {broken} 处需要修复。"))


def _mark(finding: Finding) -> str:
    marks = {"well": ("ok     ", "正常"), "look": ("look   ", "注意"), "broken": ("BROKEN ", "故障")}
    return words(*marks[finding.level])
