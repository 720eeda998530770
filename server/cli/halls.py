"""`hallcall init` and `hallcall export`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from server.cli.desk import config, reading
from server.cli.hands import HandsError, at_work
from server.cli.say import fail, plainly
from server.data_folder.private_file import write_private
from server.db.migrations import HEAD
from server.db.schema import MigrationError, Place, revision_of
from server.domain.refusals import Refusal
from server.domain.standing import WHY_HIT
from server.settings.config import Config
from server.settings.language import words

if TYPE_CHECKING:
    from server.services.hall_setup.hall_import import Imported

ANNOUNCER = "语音 Announcer"


@click.command(name="init")
@click.option(
    "--from",
    "file",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The hall's file, see docs/hall-file.md. 大厅文件。",
)
@click.option("--check", is_flag=True, help="Only look for mistakes and for appointments that it hits. 仅检查。")
@click.option("--yes", is_flag=True, help="Change the hall also when that hits appointments. 即使影响已有预约也修改。")
@plainly
def init(file: Path, check: bool, yes: bool) -> None:
    """按文件建立或修改大厅。Make a hall from its file, or change it when it is there; also while the server runs."""
    from server.services.hall_setup.hall_checks import warnings
    from server.services.hall_setup.hall_file import LARGEST, parse, read_hall_file

    with file.open("rb") as opened:
        content = opened.read(LARGEST + 1)
    hall = read_hall_file(content)
    for one in warnings(hall):
        said = words(one.sentence("en"), one.sentence("zh-CN"))
        click.echo(words(f"Warning: {said}.", f"提醒：{said}。"), err=True)
    settings = config()
    if check:
        click.echo(words(f"{file} is in order.", f"{file} 没有错误。"))
        _name_effects(_would_do(settings, parse(content)))
        return
    with at_work(settings) as hands:
        try:
            done = hands.import_hall(parse(content), confirm=yes)
        except (Refusal, HandsError) as refused:
            _refuse_unasked(refused)
        if done.made and not settings.announcer_token_file.exists():
            # The announcer that runs beside the server speaks for the first hall without being paired by hand.
            token = hands.add_device(hall=hall.code, kind="announcer", zone=None, name=ANNOUNCER)[1]
            write_private(settings.announcer_token_file, token + "\n")
    if done.made:
        click.echo(words(f"The hall {hall.code} was made.", f"已建立大厅 {hall.code}。"))
        if settings.demo_file.is_file():
            click.echo(
                words(
                    "The demo hall and its accounts are still there: `hallcall demo --drop` removes them.",
                    "演示大厅及其账号仍在，可运行 `hallcall demo --drop` 删除。",
                )
            )
        click.echo(
            words(
                "Accounts are added by: hallcall user add NAME --role admin",
                "添加账号：hallcall user add 用户名 --role admin",
            )
        )
    else:
        click.echo(words(f"The hall {hall.code} was changed.", f"已修改大厅 {hall.code}。"))
        _name_effects(done)


def _would_do(settings: Config, content: Any) -> Imported | None:
    """What a file would do; None where there is no database of this version yet."""
    place: Place | None = settings.database_url if settings.on_postgres else settings.database_file
    try:
        if place is None or revision_of(place) != HEAD:
            return None
    except MigrationError:
        return None
    with at_work(settings) as hands:
        return hands.try_hall(content)


def _refuse_unasked(refused: Refusal | HandsError) -> NoReturn:
    """End the command with the appointments that the change hits, and how to say yes; or with what else was refused."""
    hit = refused.params.get("appointments")
    if not hit:
        raise refused
    _name_hit(hit)
    fail(
        "Nothing was changed. Add --yes to change the hall all the same: their holders are then told, and the "
        "reception moves, cancels or keeps them.",
        "未作任何修改。确认请加 --yes：系统将通知预约人，由服务台改约、取消或保留。",
    )


def _name_effects(done: Imported | None) -> None:
    if done:
        _name_hit(done.hit)
        _name_ended(done.ended)


def _name_ended(ended: list[dict[str, str]]) -> None:
    """What a supervisor let counters serve until a time, and the file ends."""
    for one in ended:
        counter, queue = one["counter"], one["counter_type"]
        click.echo(
            words(
                f"Counter {counter}: today's change of queue {queue} by the supervisor has ended with this file.",
                f"{counter} 号窗口：主管今天对队列 {queue} 的临时调整已结束，新文件中不再适用。",
            )
        )


def _name_hit(hit: Sequence[Mapping[str, Any]]) -> None:
    if not hit:
        return
    click.echo(words("The change hits these appointments:", "此修改影响以下预约："))
    for one in hit:
        at = f"{one['start'][:10]} {one['start'][11:16]}"
        click.echo(f"  {one['code']}  {at}  {one['service']}  {words(*WHY_HIT[one['hit']])}")


@click.command(name="export")
@click.argument("hall", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file. 写入文件。")
@plainly
def export(hall: str | None, output: Path | None) -> None:
    """把大厅导出为文件。Write HALL (its code; the only one if left out) as the file that `init` reads."""
    from server.services.hall_setup.hall_file import export_hall

    with reading(config()) as deployment:
        codes = [one.code for one in deployment.halls]
        if hall is None and len(codes) != 1:
            listed = ", ".join(codes) or words("none", "无")
            fail(f"Name one of the halls: {listed}.", f"请指定大厅：{listed}。")
        text = written(export_hall(deployment.hall(hall or codes[0])))
    if output is None:
        click.echo(text)
    else:
        output.write_text(text + "\n", encoding="utf-8", newline="\n")


def written(value: Any, *, indent: int = 0, width: int = 120) -> str:
    """JSON for people: what fits on a line stands on one."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or indent + len(flat) <= width:
        return flat
    pad, inner = " " * indent, " " * (indent + 2)
    if isinstance(value, dict):
        items = [
            f"{inner}{json.dumps(name, ensure_ascii=False)}: {written(one, indent=indent + 2, width=width)}"
            for name, one in value.items()
        ]
        return "{\n" + ",\n".join(items) + f"\n{pad}}}"
    return "[\n" + ",\n".join(inner + written(one, indent=indent + 2, width=width) for one in value) + f"\n{pad}]"
