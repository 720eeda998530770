"""`hallcall tickets import`: numbers that were given out by hand."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from server.cli.desk import config, reading
from server.cli.hands import Hands, HandsError, at_work
from server.cli.say import fail, plainly
from server.cli.sheet import Row, SheetError, decoded, read_sheet
from server.clock import now_ms
from server.domain.field_words import chinese_name
from server.domain.hours import from_text, local
from server.domain.plurals import counted
from server.domain.refusals import Refusal
from server.schemas.offline_bodies import MOST_BY_HAND
from server.settings.language import words

if TYPE_CHECKING:
    from server.domain.hall import Hall

COLUMNS = ("number", "service", "taken")
#: Bytes of a file; a thousand for each number of one step is more than enough.
LARGEST = 1_000_000
#: So many wrong lines are told.
TOLD = 20


@dataclass(frozen=True, slots=True)
class Read:
    """A file's lines: the tickets as the interface takes them, and sentences about those that cannot be read."""

    tickets: dict[int, dict[str, Any]]
    wrong: dict[int, str]


@click.group(name="tickets")
def command() -> None:
    """补录手写号票。Enter numbers that were given out by hand."""


@command.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--hall", "code", help="Code of the hall, where there are several. 大厅代码。")
@click.option("--dry-run", is_flag=True, help="Only check. 仅检查。")
@click.option("--reason", help="Why they are entered now; the file's name unless given. 补录原因。")
@click.option("--again", is_flag=True, help="Although this very file was entered today. 同一文件再次补录。")
@plainly
def import_file(file: Path, code: str | None, dry_run: bool, reason: str | None, again: bool) -> None:
    """补录 CSV 文件中的手写号票。Let the holders of the numbers in a CSV file wait, all of them or none.

    Columns: number (as written; empty for who has none), service (its code), taken (HH:MM of today, or a whole time
    with offset). Each waits in the place that its time gives it. The same file is entered once a day.
    """
    hall = _hall(code)
    read = _read(file, hall)
    started = now_ms()
    with at_work(config()) as hands:
        if read.wrong:
            _fail_with(file, read.wrong | (_refused(hands, hall, read, file) if read.tickets else {}))
        key = secrets.token_hex(16) if again or dry_run else _key(file, hall)
        try:
            answer = hands.enter_tickets(
                hall.code, list(read.tickets.values()), key=key, check=dry_run, reason=reason or file.name[:300]
            )
        except (Refusal, HandsError) as refused:
            if wrong := _by_line(refused, read):
                _fail_with(file, wrong)
            raise
    _tell(answer, hall, read, started=started)


def _tell(answer: dict[str, Any], hall: Hall, read: Read, *, started: int) -> None:
    """What came of it. started: when this command began; what was entered before was not entered by it."""
    numbers = answer["numbers"]
    if not numbers:
        click.echo(words(f"{_numbers(list(read.tickets))} can be entered.", f"可补录 {len(read.tickets)} 个号码。"))
    elif (at := from_text(answer["entered"])) < started:
        clock = local(at, hall.time_zone).strftime("%H:%M")
        click.echo(
            words(
                f"This file was entered already at {clock}; nothing changed (--again enters it once more): ",
                f"此文件已于 {clock} 补录，未做改动（如需再次补录，请加 --again）：",
            )
            + " ".join(numbers)
        )
    else:
        click.echo(words(f"{_numbers(numbers)} entered: ", f"已补录 {len(numbers)} 个号码：") + " ".join(numbers))


def _key(file: Path, hall: Hall) -> str:
    """The same for the same file, hall and date."""
    date = datetime.now(hall.time_zone).date().isoformat()
    return hashlib.sha256(f"{hall.code}\n{date}\n".encode() + file.read_bytes()).hexdigest()


def _refused(hands: Hands, hall: Hall, read: Read, file: Path) -> dict[int, str]:
    """What the hall says of the lines that can be read, so that all is told in one round."""
    try:
        tickets, key = list(read.tickets.values()), secrets.token_hex(16)
        hands.enter_tickets(hall.code, tickets, key=key, check=True, reason=file.name[:300])
    except (Refusal, HandsError) as refused:
        return _by_line(refused, read)
    return {}


def _by_line(refused: Refusal | HandsError, read: Read) -> dict[int, str]:
    """By line the tickets that the hall refuses."""
    lines, told = list(read.tickets), {}
    for one in refused.params.get("wrong", ()):
        _, index, field = one["field"].split(".")
        name = words(field, chinese_name(field) or field)
        told[lines[int(index)]] = f"{name}: " + words(one["reason"], one["reason_zh"])
    return told


def _numbers(these: list[Any]) -> str:
    return counted(len(these), "number")


def _hall(code: str | None) -> Hall:
    with reading(config()) as deployment:
        if code is None and len(deployment.halls) != 1:
            halls = ", ".join(hall.code for hall in deployment.halls) or "-"
            fail(f"Name the hall with --hall: {halls}.", f"请用 --hall 指定大厅：{halls}。")
        return deployment.hall(code) if code else deployment.halls[0]


def _read(file: Path, hall: Hall) -> Read:
    """What stands in the file; ends with a sentence when it is no such file or has too much for one step."""
    read = Read({}, {})
    try:
        sheet = read_sheet(_text(file))
    except SheetError as wrong:
        fail(
            f"{file} is no CSV file: from line {wrong.line} on a quotation mark is not closed or misplaced.",
            f"{file} 不是 CSV 文件：从第 {wrong.line} 行起，引号没有配对或位置不对。",
        )
    if missing := [name for name in COLUMNS if name not in sheet.columns]:
        fail(f"{file}: there is no column {', '.join(missing)}.", f"{file}：缺少列 {', '.join(missing)}。")
    for row in sheet.rows:
        try:
            read.tickets[row.line] = _ticket(row, hall)
        except ValueError as error:
            read.wrong[row.line] = str(error)
    rows = len(read.tickets) + len(read.wrong)
    if not rows:
        fail(f"{file} has no numbers.", f"{file} 中没有号码。")
    if rows > MOST_BY_HAND:
        fail(
            f"{file} has {rows} numbers; at most {MOST_BY_HAND} are entered in one step: please part it.",
            f"{file} 有 {rows} 个号码，一次最多补录 {MOST_BY_HAND} 个，请拆分文件。",
        )
    return read


def _text(file: Path) -> str:
    """In UTF-8 or UTF-16, or as Chinese spreadsheets write it."""
    with file.open("rb") as opened:
        content = opened.read(LARGEST + 1)
    if len(content) > LARGEST:
        fail(f"{file} is larger than {LARGEST:,} bytes.", f"{file} 超过 {LARGEST:,} 字节。")
    known = decoded(content)
    if known is not None:
        return known
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        fail(f'{file} is no text: save it as "CSV UTF-8".', f"{file} 不是文本文件，请另存为“CSV UTF-8”。")
    notice = words(f"{file} is not in UTF-8 and was read as GB18030.", f"{file} 不是 UTF-8，已按 GB18030 读取。")
    click.echo(notice, err=True)
    return text


def _fail_with(file: Path, wrong: dict[int, str]) -> NoReturn:
    said = [words(f"line {line}: {sentence}", f"第 {line} 行：{sentence}") for line, sentence in sorted(wrong.items())]
    if len(said) > TOLD:
        said[TOLD:] = [words(f"... and {len(said) - TOLD} more", f"……另有 {len(said) - TOLD} 处")]
    fail("\n".join([f"{file}:", *said]), "\n".join([f"{file}：", *said]))


def _ticket(row: Row, hall: Hall) -> dict[str, Any]:
    """Raises ValueError with a sentence."""
    if row.too_many:
        raise ValueError(words("it has more values than columns", "数值多于列数"))
    number, service, taken = (row.values[name] for name in COLUMNS)
    if service not in hall.services:
        known = ", ".join(hall.services)
        raise ValueError(
            words(f"there is no service {service!r}; there are {known}", f"没有业务“{service}”，可用：{known}")
        )
    return {"service": service, "taken": _moment(taken, hall)} | ({"number": number} if number else {})


def _moment(text: str, hall: Hall) -> str:
    try:
        if len(text) <= len("09:00:00"):
            form = "%H:%M:%S" if text.count(":") > 1 else "%H:%M"  # spreadsheets add seconds
            clock = datetime.strptime(text, form).time()  # noqa: DTZ007 - a time of day in the hall
            return datetime.combine(datetime.now(hall.time_zone).date(), clock, tzinfo=hall.time_zone).isoformat()
        if datetime.fromisoformat(text).tzinfo is not None:
            return text
    except ValueError:
        pass
    raise ValueError(words(f"{text!r} is no time such as 09:30", f"“{text}”不是 09:30 这样的时间"))
