"""`hallcall demo --make | --show | --drop | --busy`."""

from __future__ import annotations

import json
from typing import Any

import click

from server.cli.desk import config, database_place, reading, running, writing
from server.cli.say import fail, plainly
from server.cli.traces import refuse_lost, traces
from server.clock import now_ms
from server.data_folder.lock import Held
from server.data_folder.private_file import write_private
from server.db.schema import revision_of
from server.settings.config import Config
from server.settings.language import words


# What stands behind --busy belongs to the play, its --help too.
@click.command(
    name="demo",
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
@click.option("--make", is_flag=True, help="Make the demo hall when there is none. 建立演示大厅。")
@click.option("--anew", is_flag=True, help="With --make: although a hall was here. 即使此处曾有大厅。")
@click.option("--if-none", is_flag=True, help="With --make: end well beside another hall. 已有大厅时正常结束。")
@click.option("--show", is_flag=True, help="Print addresses and accounts as JSON. 显示地址与账号。")
@click.option("--drop", is_flag=True, help="Remove the demo hall and its accounts. 删除演示大厅与账号。")
@click.option("--busy", is_flag=True, help="Play visitors and clerks. 模拟访客与窗口人员。")
@click.pass_context
@plainly
def command(context: click.Context, /, *, anew: bool, if_none: bool, **flags: bool) -> None:
    """建立并显示演示大厅。Make and show the demo hall.

    What follows --busy is for the play: see `hallcall demo --busy --help`.
    """
    named = [name for name, said in flags.items() if said]
    wanted = named[0] if len(named) == 1 else None
    if wanted != "busy" and {"-h", "--help"} & set(context.args):
        click.echo(context.get_help())
        return
    if wanted != "busy" and context.args:
        raise click.UsageError(words(f"Unexpected: {' '.join(context.args)}", f"多余的参数：{' '.join(context.args)}"))
    if wanted == "make":
        make(config(), anew=anew, if_none=if_none)
    elif wanted == "show":
        click.echo(json.dumps(show(running(config())), ensure_ascii=False, indent=2))
    elif wanted == "drop":
        drop(config())
    elif wanted == "busy":
        from server.cli import load

        load("replay.busy:command").main(args=context.args, prog_name="hallcall demo --busy", standalone_mode=False)
    else:
        raise click.UsageError(
            words("Say one of --make, --show, --drop and --busy.", "请指定 --make、--show、--drop、--busy 其中之一。")
        )


def make(settings: Config, *, anew: bool = False, if_none: bool = False) -> None:
    """Make the demo hall, or bring an existing one in line with HALLCALL_DEMO_PASSWORD and its token file.

    Not where another hall was before and is lost, unless `anew`. Where there is another hall none is made: that is a
    failure, unless it was asked for only `if_none`.
    """
    left = [] if anew else traces(settings)
    if left and revision_of(database_place(settings)) is None:
        refuse_lost(settings, left)
    try:
        with writing(settings) as deployment:
            demo = _kept(settings)
            if demo and any(hall.code == demo["hall"] for hall in deployment.halls):
                _mend(settings, deployment, demo)
            elif deployment.halls:
                _stand_back(deployment.halls[0].code, fails=not if_none)
            elif left:
                refuse_lost(settings, left)
            else:
                _make(settings, deployment)
    except Held:
        fail(f"The server is running on {settings.data}: stop it first.", f"服务器正在使用 {settings.data}，请先停止。")


def _stand_back(hall: str, *, fails: bool) -> None:
    en = (
        f"No demo hall was made: hall {hall} is here, and strangers must not sign in beside it. "
        "Give the demo a folder of its own (HALLCALL_DATA)."
    )
    zh = f"未建立演示大厅：此处已有大厅 {hall}，演示账号不应与其并存。请为演示另设文件夹（HALLCALL_DATA）。"
    if fails:
        fail(en, zh)
    click.echo(words(en, zh))


def _make(settings: Config, deployment: Any) -> None:
    from server.services.accounts.passwords import random_password
    from server.services.hall_setup.demo_hall import make_demo

    demo = make_demo(deployment, password=settings.demo_password or random_password(), now=now_ms())
    _keep(settings, demo)
    click.echo(words(f"The demo hall {demo['hall']} was made.", f"已建立演示大厅 {demo['hall']}。"))
    click.echo(words(f"Password of its accounts: {demo['password']}", f"演示账号的密码：{demo['password']}"))


def _mend(settings: Config, deployment: Any, demo: dict[str, Any]) -> None:
    from server.services.devices.devices import find_by_token
    from server.services.hall_setup.demo_hall import pair, set_demo_password

    for kind, token in demo["tokens"].items():
        if find_by_token(deployment, token=token) is None:
            demo["tokens"][kind] = pair(deployment, hall=demo["hall"], kind=kind, now=now_ms())
    if settings.demo_password not in (None, demo["password"]):
        demo = set_demo_password(deployment, demo, password=str(settings.demo_password))
    _keep(settings, demo)
    click.echo(words(f"The demo hall {demo['hall']} is ready.", f"演示大厅 {demo['hall']} 已就绪。"))


def _keep(settings: Config, demo: dict[str, Any]) -> None:
    write_private(settings.demo_file, json.dumps(demo, indent=2) + "\n")
    write_private(settings.announcer_token_file, demo["tokens"]["announcer"] + "\n")


def _kept(settings: Config) -> dict[str, Any] | None:
    try:
        demo = json.loads(settings.demo_file.read_text(encoding="utf-8"))
        whole = {"hall", "password", "tokens"} <= demo.keys() and "announcer" in demo["tokens"]
    except FileNotFoundError:
        return None
    except (ValueError, AttributeError, TypeError):
        whole = False
    if not whole:
        fail(f"{settings.demo_file} is damaged: delete it.", f"{settings.demo_file} 已损坏，请删除。")
    return dict(demo)


def drop(settings: Config) -> None:
    """Remove the demo hall with all that happened in it, its devices and its accounts."""
    from server.services.hall_setup.demo_hall import drop_demo

    demo = _kept(settings)
    if demo is None:
        fail("There is no demo hall here.", "此处没有演示大厅。")
    try:
        with writing(settings) as deployment:
            left = drop_demo(deployment, hall=demo["hall"])
            _hand_over_announcer(settings, deployment, demo)
            settings.demo_file.unlink()
    except Held:
        fail(f"The server is running on {settings.data}: stop it first.", f"服务器正在使用 {settings.data}，请先停止。")
    hall = demo["hall"]
    click.echo(words(f"The demo hall {hall} and its accounts are gone.", f"已删除演示大厅 {hall} 与账号。"))
    if left:
        listed = ", ".join(left)
        click.echo(words(f"Closed, with records in another hall: {listed}", f"在其他大厅有记录，已停用：{listed}"))


def _hand_over_announcer(settings: Config, deployment: Any, demo: dict[str, Any]) -> None:
    """The announcer of this machine spoke for the demo: now it speaks for the first hall that is left."""
    from server.services.hall_setup.demo_hall import pair

    file = settings.announcer_token_file
    if not file.is_file() or file.read_text(encoding="utf-8").strip() != demo["tokens"]["announcer"]:
        return
    file.unlink()
    if deployment.halls:
        write_private(file, pair(deployment, hall=deployment.halls[0].code, kind="announcer", now=now_ms()) + "\n")


def show(settings: Config) -> dict[str, Any]:
    """What `demo_view` says of the demo, or of a real hall only its addresses; and all halls: `halls`.

    Each of them: code, name (text), demo (whether it is the demo's), open (now), opens_at (RFC 3339, None while open).
    """
    from server.services.hall_setup.demo_hall import demo_view

    demo = _kept(settings)
    with reading(settings) as deployment:
        halls = [_seen(deployment, hall, demo) for hall in deployment.halls]
    if not halls:
        fail("There is no hall yet: run `hallcall demo --make`.", "还没有大厅，请运行 `hallcall demo --make`。")
    shown = demo if demo and any(one["demo"] for one in halls) else {"hall": halls[0]["code"]}
    return demo_view(shown, base=settings.public_url) | {"halls": halls}


def _seen(deployment: Any, hall: Any, demo: dict[str, Any] | None) -> dict[str, Any]:
    from server.db.repositories import ticket_rows
    from server.services.queries import views

    now = now_ms()
    with deployment.database.reading() as connection:
        opening = ticket_rows.read_opening(connection, hall.id)
    opened = opening is not None and views.is_open(hall, opening.head, now=now)
    opens = None if opened or opening is None else views.opens_next(hall, opening.head, now=now)
    is_demo = demo is not None and demo["hall"] == hall.code
    return {"code": hall.code, "name": dict(hall.name), "demo": is_demo, "open": opened, "opens_at": opens}
