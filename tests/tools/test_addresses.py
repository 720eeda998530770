from __future__ import annotations

import pytest

from server.services.hall_setup.demo_hall import demo_view
from tools import serve
from tools.addresses import show
from tools.say import Failure
from tools.serve import choose_address

SHOWN = {
    "addresses": {"home": "/", "counter": "/counter", "display": "/display#device=abc", "kiosk": "/kiosk#device=def"},
    "accounts": [
        {"username": "admin", "password": "plum-12"},
        *({"username": f"clerk{n}", "password": "plum-12"} for n in range(1, 21)),
    ],
}


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    for name in ("HALLCALL_HOST", "HALLCALL_PORT", "HALLCALL_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)


def test_addresses_and_accounts_stand_together():
    text = show(SHOWN, base="http://127.0.0.1:8000", lan=False)
    assert "http://127.0.0.1:8000/display#device=abc" in text
    assert "admin, clerk1 ... clerk20   plum-12" in text
    assert "█" not in text


def test_every_page_of_the_demo_has_a_title(monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    shown = demo_view({"hall": "h"}, base="http://h:1")
    text = show(shown, base="http://h:1", lan=False)
    for path, title in {"/reception": "服务台", "/book": "预约页", "/counter": "窗口工作台"}.items():
        assert any(title in line and line.endswith(f"http://h:1{path}") for line in text.splitlines())
    assert not any(f"  {name} " in text for name in shown["addresses"])


def test_a_real_hall_has_addresses_and_no_accounts():
    text = show({"addresses": {}, "accounts": []}, base="http://h:1", lan=False)
    assert "http://h:1/" in text
    assert "Accounts" not in text


def test_on_the_network_a_code_for_phones_is_drawn():
    text = show(SHOWN, base="http://10.0.0.5:8000", lan=True)
    assert "▀" in text or "█" in text


def test_chinese_titles_fill_the_same_columns(monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    lines = show(SHOWN, base="http://h:1", lan=False).splitlines()
    starts = {sum(2 if ord(sign) > 0x2E80 else 1 for sign in line.split("http")[0]) for line in lines if "http" in line}
    assert len(starts) == 1


def test_where_it_listens(monkeypatch):
    assert choose_address(lan=False, port=None).base == "http://127.0.0.1:8000"
    assert choose_address(lan=False, port=8123).settings()["HALLCALL_PORT"] == "8123"
    monkeypatch.setenv("HALLCALL_PORT", "8200")
    monkeypatch.setenv("HALLCALL_PUBLIC_URL", "https://hall.example/")
    address = choose_address(lan=False, port=None)
    assert (address.port, address.base) == (8200, "https://hall.example")


def test_on_the_network(monkeypatch):
    monkeypatch.setattr(serve, "lan_addresses", lambda: ["10.0.0.5", "10.1.0.5"])
    address = choose_address(lan=True, port=None)
    assert (address.host, address.near, address.base) == ("0.0.0.0", "127.0.0.1", "http://10.0.0.5:8000")
    monkeypatch.setattr(serve, "lan_addresses", list)
    with pytest.raises(Failure, match="no network address"):
        choose_address(lan=True, port=None)


def a_hall(**more):
    return {"code": "h", "name": {"en": "Hall", "zh-CN": "大厅"}, "demo": False, "open": True, "opens_at": None} | more


def test_the_hall_is_open_is_said_only_when_it_is(monkeypatch):
    def said(**more):
        return show(SHOWN | {"halls": [a_hall(**more)]}, base="http://h:1", lan=False)

    assert "Hall: the hall is open" in said()
    closed = said(open=False, opens_at="2026-12-01T09:00:00.000+08:00")
    assert "the hall is open" not in closed and "Hall: closed, opens at 09:00 (Tue 1 Dec)" in closed
    assert "Hall: closed\n" in said(open=False)
    assert "open" not in show(SHOWN, base="http://h:1", lan=False).split("http")[0]
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "大厅：未开放，12月1日 09:00 开门" in said(open=False, opens_at="2026-12-01T09:00:00.000+08:00")


def test_a_real_hall_beside_the_demo_is_told_how_the_demo_goes():
    both = show(SHOWN | {"halls": [a_hall(demo=True), a_hall(code="mine")]}, base="http://h:1", lan=False)
    assert "Hall (the demo): the hall is open" in both and "`hallcall demo --drop`" in both
    alone = show(SHOWN | {"halls": [a_hall(demo=True)]}, base="http://h:1", lan=False)
    assert "hallcall init --from hall.json" in alone and "--drop" not in alone
    assert "--drop" not in show({"halls": [a_hall()]}, base="http://h:1", lan=False)
