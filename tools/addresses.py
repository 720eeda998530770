"""What is printed when the hall is up: addresses, accounts, and a QR code for phones."""

from __future__ import annotations

import subprocess
from datetime import datetime
from typing import Any

from tools.places import ROOT, environment, program
from tools.say import words

NAMES = {
    "home": ("Home", "首页"),
    "kiosk": ("Ticket machine", "取号机"),
    "display": ("Large screen", "大屏"),
    "counter": ("Clerk's console", "窗口工作台"),
    "reception": ("Reception", "服务台"),
    "supervisor": ("Supervisor", "主管视图"),
    "phone": ("Phone page", "手机取号页"),
    "book": ("Booking page", "预约页"),
    "display_basic": ("Screen, no script", "基础大屏"),
}


def show(shown: dict[str, Any], *, base: str, lan: bool) -> str:
    """The block that tells a person where to go.

    Args:
        shown: what `hallcall demo --show` says: `addresses` by name, `accounts` with username, password and role.
        base: the public URL without a slash at its end; addresses that are paths are put behind it.
        lan: also print a QR code that phones on the network can read.
    """
    addresses = {name: _absolute(str(url), base) for name, url in shown.get("addresses", {}).items()}
    addresses.setdefault("home", f"{base}/")
    lines = ["", words("Hallcall is running.", "Hallcall 已启动。"), *_halls(shown.get("halls", [])), ""]
    order = [*NAMES, *(name for name in addresses if name not in NAMES)]
    lines += [f"  {_title(name)} {addresses[name]}" for name in order if name in addresses]
    lines += _accounts(shown.get("accounts", []))
    if len(halls := shown.get("halls", [])) > 1 and any(hall["demo"] for hall in halls):
        lines += ["", *_beside()]
    elif any(hall["demo"] for hall in halls):
        lines += ["", *_own_hall()]
    if lan:
        lines += _code(addresses.get("phone", addresses["home"]))
    lines += ["", words("Ctrl-C stops everything.", "按 Ctrl-C 停止全部程序。"), ""]
    return "\n".join(lines)


def _halls(halls: list[dict[str, Any]]) -> list[str]:
    """Each hall with whether it is open now, by its hours and what a supervisor said, else when it opens."""
    return [f"  {_name(hall)}{words(': ', '：')}{_opening(hall)}" for hall in halls]


def _name(hall: dict[str, Any]) -> str:
    name = words(str(hall["name"].get("en")), str(hall["name"].get("zh-CN")))
    return name + (words(" (the demo)", "（演示）") if hall["demo"] else "")


def _opening(hall: dict[str, Any]) -> str:
    if hall["open"]:
        return words("the hall is open", "大厅开放中")
    if not hall["opens_at"]:
        return words("closed", "未开放")
    at = datetime.fromisoformat(hall["opens_at"])
    day = words(f"{at:%a} {at.day} {at:%b}", f"{at.month}月{at.day}日")
    return words(f"closed, opens at {at:%H:%M} ({day})", f"未开放，{day} {at:%H:%M} 开门")


def _beside() -> list[str]:
    return [
        words(
            "The demo stands beside your hall: its accounts' password is known, and this machine's voice is its.",
            "演示大厅与您的大厅并存：其账号密码公开，本机语音也由它使用。",
        ),
        words(
            "When you need it no more: stop this (Ctrl-C), `hallcall demo --drop`, start again.",
            "不再需要时：按 Ctrl-C 停止，运行 `hallcall demo --drop`，再重新启动。",
        ),
    ]


def _own_hall() -> list[str]:
    """How a hall of one's own is made beside the demo."""
    return [
        words(
            "Your own hall beside it: `hallcall init --from hall.json` (begin with examples/hall.json).",
            "在旁边建立自己的大厅：`hallcall init --from hall.json`（可从 examples/hall.json 开始）。",
        ),
    ]


def _absolute(url: str, base: str) -> str:
    return base + url if url.startswith("/") else url


def _title(name: str) -> str:
    title = words(*NAMES.get(name, (name, name)))
    # A Chinese sign is two columns wide: leave as many blanks fewer, so that the addresses stand in one column.
    return title + " " * max(0, 18 - sum(2 if ord(sign) > 0x2E80 else 1 for sign in title))


def _accounts(accounts: list[dict[str, Any]]) -> list[str]:
    """The accounts, those with the same password on one line (clerk1 ... clerk20)."""
    by_password: dict[str, list[str]] = {}
    for account in accounts:
        by_password.setdefault(str(account.get("password") or ""), []).append(str(account["username"]))
    lines = ["", words("Accounts (password)", "账号（密码）") + ":"] if by_password else []
    unknown = words("set by its owner", "由本人设定")
    lines += [f"  {_shorten(names)}   {password or unknown}" for password, names in by_password.items()]
    return lines


def _shorten(names: list[str]) -> str:
    """`clerk1 clerk2 clerk3` as `clerk1 ... clerk3`."""
    clerks = [name for name in names if name.startswith("clerk") and name[5:].isdigit()]
    if len(clerks) < 3:
        return ", ".join(names)
    others = [name for name in names if name not in clerks]
    clerks.sort(key=lambda name: int(name[5:]))
    return ", ".join([*others, f"{clerks[0]} ... {clerks[-1]}"])


def _code(url: str) -> list[str]:
    """A QR code in half blocks, dark on light whatever the terminal's colours; drawn by the installed segno."""
    draw = "import segno, sys; segno.make(sys.argv[1], error='m', micro=False).terminal(compact=True)"
    done = subprocess.run(
        [program("python"), "-c", draw, url],
        check=False,
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=30,
    )
    if done.returncode != 0:
        return []
    title = words("For phones on this network:", "同一网络内的手机请扫码：")
    return ["", title, "", done.stdout.rstrip("\n"), f"  {url}"]
