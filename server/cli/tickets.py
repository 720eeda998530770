"""`hallcall tickets import`: numbers that were given out by hand."""

from __future__ import annotations

import csv
import hashlib
import io
import secrets
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from server.cli.desk import config, reading
from server.cli.hands import HandsError, at_work
from server.cli.say import fail, plainly, words
from server.domain.refusals import Refusal
from server.services.bodies import MOST_BY_HAND

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
@click.option("--dry-run", is_flag=True, help="Only check. 仅检查。")
@click.option("--again", is_flag=True, help="Although this very file was entered today. 同一文件再次补录。")
@plainly
def import_file(file: Path, code: str | None, dry_run: bool, again: bool) -> None:
    """补录 CSV 文件中的手写号票。Let the holders of the numbers in a CSV file wait, all of them or none.

    Columns: number (as written; empty for who has none), service (its code), taken (HH:MM of today, or a whole time
    with offset). Each waits in the place that its time gives it. The same file is entered once a day.
    """
    hall = _hall(code)
    read = _read(file, hall)
    tickets = list(read.values())
    key = secrets.token_hex(16) if again or dry_run else hashlib.sha256(file.read_bytes()).hexdigest()
    with at_work(config()) as hands:
        try:
            numbers = hands.enter_tickets(hall.code, tickets, key=key, check=dry_run)
        except (Refusal, HandsError) as refused:
            wrong = refused.params.get("wrong")
            if not wrong:
                raise
            _fail_with(file, [_told(one, list(read)) for one in wrong])
    if dry_run:
        click.echo(words(f"{_numbers(tickets)} can be entered.", f"可补录 {len(tickets)} 个号码。"))
        return
    click.echo(words(f"{_numbers(numbers)} entered: ", f"已补录 {len(numbers)} 个号码：") + " ".join(numbers))


def _numbers(these: list[Any]) -> str:
    return f"{len(these)} number{'' if len(these) == 1 else 's'}"


def _hall(code: str | None) -> Hall:
    with reading(config()) as house:
        if code is None and len(house.halls) != 1:
            halls = ", ".join(hall.code for hall in house.halls) or "-"
            fail(f"Name the hall with --hall: {halls}.", f"请用 --hall 指定大厅：{halls}。")
        return house.hall(code) if code else house.halls[0]


def _read(file: Path, hall: Hall) -> dict[int, dict[str, Any]]:
    """By line the tickets as the interface takes them; ends with all that is wrong, each with its line."""
    tickets, wrong = {}, []
    text = _text(file)
    # Where the comma stands in numbers, spreadsheets part the columns by semicolons.
    separator = ";" if ";" in text.partition("\n")[0] else ","
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
            fail(f"{file}: there is no column {', '.join(missing)}.", f"{file}：缺少列 {', '.join(missing)}。")
        for row in reader:
            try:
                tickets[reader.line_num] = _ticket(row, hall)
            except ValueError as error:
                wrong.append(_at_line(reader.line_num, str(error)))
    except csv.Error as error:
        fail(f"{file} is no CSV file ({error}).", f"{file} 不是 CSV 文件（{error}）。")
    if wrong:
        _fail_with(file, wrong)
    if not tickets:
        fail(f"{file} has no numbers.", f"{file} 中没有号码。")
    if len(tickets) > MOST_BY_HAND:
        fail(f"{file} has {len(tickets)} numbers; at most {MOST_BY_HAND} are entered in one step: please part it.",
             f"{file} 有 {len(tickets)} 个号码，一次最多补录 {MOST_BY_HAND} 个，请拆分文件。")  # fmt: skip
    return tickets


def _text(file: Path) -> str:
    """In UTF-8, or as Chinese spreadsheets write it."""
    content = file.read_bytes()
    with suppress(UnicodeDecodeError):
        return content.decode("utf-8-sig")
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError:
        fail(f"{file} is no text: save it as \"CSV UTF-8\".", f"{file} 不是文本文件，请另存为“CSV UTF-8”。")


def _at_line(line: int, sentence: str) -> str:
    return words(f"line {line}: {sentence}", f"第 {line} 行：{sentence}")


def _told(wrong: dict[str, str], lines: list[int]) -> str:
    """A ticket that the hall refuses, by the line in which it stands."""
    _, index, field = wrong["field"].split(".")
    return _at_line(lines[int(index)], f"{field}: {words(wrong['reason'], wrong['reason_zh'])}")


def _fail_with(file: Path, wrong: list[str]) -> NoReturn:
    fail("\n".join([f"{file}:", *wrong[:TOLD]]), "\n".join([f"{file}：", *wrong[:TOLD]]))


def _ticket(row: dict[str, str], hall: Hall) -> dict[str, Any]:
    """Raises ValueError with a sentence."""
    if None in row:
        raise ValueError(words("it has more values than columns", "数值多于列数"))
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
