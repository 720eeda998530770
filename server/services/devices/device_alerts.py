"""What is wrong with a hall's devices, as a supervisor reads it.

A fault is told once, with its reason: that of a printer with the machine at which the visitor stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from server.domain.plurals import counted

Device = dict[str, Any]
Alert = dict[str, Any]

#: What ails a printer (the errors of docs/printing.md, and paper that is low), in Chinese and English.
PRINTER_FAULTS = {
    "paper_out": ("打印机缺纸", "the printer is out of paper"),
    "paper_low": ("打印机的纸快用完", "the printer is low on paper"),
    "cover_open": ("打印机机盖未关", "the printer's cover is open"),
    "offline": ("打印机没有响应", "the printer does not answer"),
    "unreachable": ("连接不上打印机", "the printer cannot be reached"),
    "torn": (
        "号票只打印了一部分，请检查纸张和连线，并到服务台补打",
        "only a part of a ticket was printed: look at the paper and the cable, and print it again at the reception",
    ),
    "missing_driver": ("打印程序缺少驱动", "the print agent lacks the printer's driver"),
    "bad_picture": ("打印程序读不出号票的图像", "the print agent cannot read the ticket's picture"),
    "busy": ("等待打印的号票太多", "too many tickets wait for the printer"),
    "late": ("号票等候打印过久", "tickets wait too long for the printer"),
}
NOT_PRINTED = ("号票未能打印", "tickets are not printed")


def alert(code: str, params: dict[str, Any], zh: str, en: str) -> Alert:
    """One line of what needs somebody."""
    return {"code": code, "params": params, "message": {"zh-CN": zh, "en": en}}


def device_alerts(devices: list[Device], *, today: date) -> list[Alert]:
    """The faults of devices as `Presence` shows them; one that was paired just now is given time to come.

    today: the date on the hall's clock; a silence that began on another day is told with its date.
    """
    agents = {device["id"]: device for device in devices if device["kind"] == "printer"}
    told_with_machines = {_agent_of(device) for device in devices}
    alone = [device for device in devices if device["id"] not in told_with_machines]
    return [found for device in alone for found in _of_device(device, today)] + _of_printers(devices, agents, today)


def _of_device(device: Device, today: date) -> list[Alert]:
    params = {"device": device["id"], "name": device["name"], "kind": device["kind"]}
    name, status = device["name"], device["status"]
    if not device["alive"]:
        return [] if device.get("awaited") else [_silent(device, today), *_numbers(params, name, status)]
    if device["kind"] == "announcer" and status.get("state") in ("degraded", "dead"):
        return [alert("voice_failed", params, f"语音“{name}”出现故障", f"The voice of {name} has failed")]
    if device["kind"] == "display" and status.get("sound") == "blocked":
        zh, en = f"大屏“{name}”的声音被浏览器阻止", f"{name}: its browser blocks the sound"
        return [alert("sound_blocked", params, zh, en)]
    return _numbers(params, name, status)


def _silent(device: Device, today: date, *, whose: tuple[str, str] = ("", "")) -> Alert:
    """A device that does not answer, and since when; `whose` says before it who is in need of it."""
    name, since = device["name"], device.get("last_seen")
    params = {"device": device["id"], "name": name, "kind": device["kind"], "since": since}
    zh, en = "从未上线", "has never come"
    if since is not None:
        at = _moment(since, today)
        zh, en = f"自 {at} 起没有响应", f"has been silent since {at}"
    return alert("device_silent", params, f"{whose[0] or '设备'}“{name}”{zh}", f"{whose[1]}{name} {en}")


def _moment(at: str, today: date) -> str:
    moment = datetime.fromisoformat(at)
    return moment.strftime("%H:%M" if moment.date() == today else "%Y-%m-%d %H:%M")


def _numbers(params: dict[str, Any], name: str, status: dict[str, Any]) -> list[Alert]:
    refused, waiting = status.get("refused"), status.get("to_hand_in")
    if isinstance(refused, str) and refused:
        numbers = refused[:80]
        zh = f"取号机“{name}”断线时发的号没有登记成功：{numbers}"
        en = f"{name}: numbers given while away could not be entered: {numbers}"
        return [alert("numbers_refused", params | {"numbers": numbers}, zh, en)]
    if isinstance(waiting, int) and waiting > 0:
        zh = f"取号机“{name}”还有 {waiting} 个断线时发的号未上传"
        en = f"{name}: {counted(waiting, 'number')} given while away still to be handed in"
        return [alert("numbers_to_hand_in", params | {"waiting": waiting}, zh, en)]
    return []


def _of_printers(devices: list[Device], agents: dict[int, Device], today: date) -> list[Alert]:
    alerts = []
    for machines in _by_printer(devices):
        agent = agents.get(_agent_of(machines[0]) or machines[0]["id"])
        here = [one for one in machines if one["alive"]]
        if agent is not None and not agent["alive"]:
            alerts += _agent_away(agent, here if agent is not machines[0] else [], today)
            continue
        told = next(filter(None, (_fault(one) for one in [*here, *([agent] if agent else [])])), None)
        if told is not None:
            alerts.append(_printer_fault(here or machines, told))
    return alerts


def _by_printer(devices: list[Device]) -> Iterable[list[Device]]:
    """Who prints on the same printer: ticket machines by their settings; an agent alone when none names it."""
    found: dict[tuple[Any, ...], list[Device]] = {}
    named = {_agent_of(device) for device in devices}
    for device in devices:
        if device["kind"] == "kiosk":
            found.setdefault(_printer_of(device), []).append(device)
        elif device["kind"] == "printer" and device["id"] not in named:
            found["alone", device["id"]] = [device]
    return found.values()


def _printer_of(device: Device) -> tuple[Any, ...]:
    printer = device["settings"].get("printer") or {}
    if printer.get("kind") == "network":
        return "network", printer.get("host"), printer.get("port") or 9100
    agent = _agent_of(device)
    return ("of", device["id"]) if agent is None else ("agent", agent)


def _agent_of(device: Device) -> int | None:
    printer = device["settings"].get("printer") or {}
    return printer.get("device") if device["kind"] == "kiosk" and printer.get("kind") == "agent" else None


def _agent_away(agent: Device, machines: list[Device], today: date) -> list[Alert]:
    """Told where a machine is there to want it; a silent machine says enough by itself."""
    if agent.get("awaited") or not machines:
        return []
    zh, en = _names(machines)
    return [_silent(agent, today, whose=(f"{zh}：打印程序", f"{en}: its print agent "))]


def _fault(device: Device) -> str | None:
    status = device["status"]
    if isinstance(error := status.get("printer_error"), str) and error:
        return error
    return {"out": "paper_out", "low": "paper_low"}.get(str(status.get("paper")))


def _printer_fault(machines: list[Device], fault: str) -> Alert:
    zh, en = _names(machines)
    first = machines[0]
    params = {"device": first["id"], "name": first["name"], "kind": first["kind"], "fault": fault}
    said = PRINTER_FAULTS.get(fault, NOT_PRINTED)
    return alert("printer_fault", params, f"{zh}：{said[0]}", f"{en}: {said[1]}")


def _names(machines: list[Device]) -> tuple[str, str]:
    return "、".join(f"“{one['name']}”" for one in machines), ", ".join(one["name"] for one in machines)
