"""`hallcall device add | list | revoke`."""

from __future__ import annotations

import click

from server.cli.desk import config, reading, running
from server.cli.hands import at_work
from server.cli.say import plainly
from server.settings.language import words


@click.group(name="device")
def command() -> None:
    """管理大屏、取号机、语音与打印机。Pair, list and revoke displays, kiosks, announcers and printers."""


@command.command()
@click.argument("kind", type=click.Choice(["display", "kiosk", "announcer", "printer"]))
@click.option("--hall", required=True, help="Code of its hall. 大厅代码。")
@click.option("--zone", help="Code of its zone; the whole hall if left out. 区域代码。")
@click.option("--name")
@plainly
def add(kind: str, hall: str, zone: str | None, name: str | None) -> None:
    """直接配对设备并显示令牌。Pair a device without a code and print its token, which is shown only now."""
    settings = config()
    with at_work(settings) as hands:
        device, token = hands.add_device(hall=hall, kind=kind, zone=zone, name=name)
    click.echo(f"{device['id']}  {device['name']}")
    if kind in ("display", "kiosk"):
        click.echo(f"{running(settings).public_url}/{kind}#device={token}")
    else:
        click.echo(token)


@command.command(name="list")
@click.option("--hall", help="Only this hall's. 仅此大厅。")
@plainly
def list_all(hall: str | None) -> None:
    """列出已配对的设备。List the paired devices."""
    from server.domain.hours import to_text
    from server.services.devices.devices import list_devices

    with reading(config()) as deployment:
        for one in [deployment.hall(hall)] if hall else deployment.halls:
            for device in list_devices(deployment, hall=one.code):
                seen = to_text(device["seen_at"], one.time_zone) or words("never seen", "从未连接")
                zone = device["zone"] or words("whole hall", "整个大厅")
                click.echo(f"{device['id']:>4}  {device['kind']:<10} {one.code}/{zone}  {device['name']}  {seen}")


@command.command()
@click.argument("device_id", type=int, metavar="ID")
@plainly
def revoke(device_id: int) -> None:
    """立即撤销设备。End a device's rights at once; it must be paired again."""
    with at_work(config()) as hands:
        hands.revoke_device(device_id)
    click.echo(words(f"Device {device_id} was revoked.", f"设备 {device_id} 已撤销。"))
