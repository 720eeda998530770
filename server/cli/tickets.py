"""`hallcall tickets import`: numbers that were given out by hand."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from server.cli.desk import config, reading
from server.cli.hands import at_work
from server.cli.say import fail, plainly, words

if TYPE_CHECKING:
    from server.domain.hall import Hall

COLUMNS = ("number", "service", "taken")
#: So many wrong lines are told.
TOLD = 20


@click.group(name="tickets")
def command() -> None:
    """补录手写号票。Enter numbers that were given out by hand."""


@command.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--hall", "code", help="Code of the hall, where there are several. 大厅代码。")
@click.option("--dry-run", is_flag=True, help="Only check the file. 仅检查。")
@plainly
def import_file(file: Path, code: str | None, dry_run: bool) -> None:
    """补录 CSV 文件中的手写号票。Let the holders of the numbers in a CSV file wait, all of them or none.

    Columns: number (as written; empty for who has none), service (its code), taken (HH:MM of today, or a whole time
    with offset). Each waits in the place that its time gives it.
    """
    hall = _hall(code)
    tickets = _read(file, hall)
    if dry_run:
        click.echo(words(f"{len(tickets)} numbers can be read.", f"可读取 {len(tickets)} 个号码。"))
        return
    with at_work(config()) as hands:
        numbers = hands.enter_tickets(hall.code, tickets)
    click.echo(words(f"{len(numbers)} numbers wait now: ", f"已补录 {len(numbers)} 个号码：") + " ".join(numbers))


def _hall(code: str | None) -> Hall:
    with reading(config()) as house:
        if code is None and len(house.halls) != 1:
            halls = ", ".join(hall.code for hall in house.halls) or "-"
            fail(f"Name the hall with --hall: {halls}.", f"请用 --hall 指定大厅：{halls}。")
        return house.hall(code) if code else house.halls[0]


def _read(file: Path, hall: Hall) -> list[dict[str, Any]]:
    """The tickets as the interface takes them; ends with all that is wrong, each with its line."""
    tickets, wrong = [], []
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
                fail(f"{file}: there is no column {', '.join(missing)}.", f"{file}：缺少列 {', '.join(missing)}。")
            for row in reader:
                try:
                    tickets.append(_ticket(row, hall))
                except ValueError as error:
                    wrong.append(words(f"line {reader.line_num}: {error}", f"第 {reader.line_num} 行：{error}"))
    except (UnicodeDecodeError, csv.Error) as error:
        fail(f"{file} is no CSV file in UTF-8 ({error}).", f"{file} 不是 UTF-8 编码的 CSV 文件（{error}）。")
    if wrong:
        fail("\n".join([f"{file}:", *wrong[:TOLD]]), "\n".join([f"{file}：", *wrong[:TOLD]]))
    if not tickets:
        fail(f"{file} has no numbers.", f"{file} 中没有号码。")
    return tickets


def _ticket(row: dict[str, str], hall: Hall) -> dict[str, Any]:
    """Raises ValueError with a sentence."""
    number, service, taken = ((row[name] or "").strip() for name in COLUMNS)
    if service not in hall.services:
        known = ", ".join(hall.services)
        raise ValueError(words(f"there is no service {service!r}; there are {known}",
                               f"没有业务“{service}”，可用：{known}"))  # fmt: skip
    return {"service": service, "taken": _moment(taken, hall)} | ({"number": number} if number else {})


def _moment(text: str, hall: Hall) -> str:
    try:
        if len(text) <= len("09:00"):
            clock = datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day in the hall
            return datetime.combine(datetime.now(hall.time_zone).date(), clock, tzinfo=hall.time_zone).isoformat()
        if datetime.fromisoformat(text).tzinfo is not None:
            return text
    except ValueError:
        pass
    raise ValueError(words(f"{text!r} is no time such as 09:30", f"“{text}”不是 09:30 这样的时间"))
