"""The display for browsers without scripts: what the template makes of a board."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parents[2] / "server" / "pages" / "templates"
NOW = datetime(2026, 11, 23, 9, 31, tzinfo=timezone(timedelta(hours=8)))


def text(zh: str, en: str) -> dict[str, str]:
    return {"zh-CN": zh, "en": en}


def call(number: str, counter: str | None, *, ago: int = 60, **more: Any) -> dict[str, Any]:
    at = (NOW - timedelta(seconds=ago)).isoformat()
    ticket = {"number": number, "counter": counter, "zone": "east", "state": "called", "tags": [], "last_called_at": at}
    return ticket | more


def board(*calls: dict[str, Any], **more: Any) -> dict[str, Any]:
    hall = {
        "name": text("南山区政务服务大厅", "Nanshan District Service Hall"),
        "open": True,
        "next_open": None,
        "counter_types": [{"code": "general", "prefix": "A", "name": text("综合业务", "General services")}],
        "zones": [
            {"code": "east", "name": text("东区", "East"), "where": text("二楼", "second floor")},
            {"code": "west", "name": text("西区", "West"), "where": None},
        ],
        "counters": [
            {"code": "3", "zone": "east", "where": None},
            {"code": "4", "zone": "east", "where": text("地下", "basement")},
        ],
        "texts": {"missed": text("未到请到服务台", "Ask at the desk")},
    }
    shown = {"hall": hall, "zone": None, "calls": list(calls), "waiting": {"general": 7}, "notice": None}
    return shown | {"counters": [{"code": "3", "state": "open"}, {"code": "4", "state": "closed"}]} | more


def page(shown: dict[str, Any], lang: str = "zh-CN", letters: str | None = None) -> str:
    # The same escaping as Flask's; a field that the board lacks is an error here.
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("basic.html").render(board=shown, lang=lang, now=NOW, letters=letters)


def test_it_comes_again_by_itself_and_runs_no_script() -> None:
    drawn = page(board())
    assert '<meta http-equiv="refresh" content="5">' in drawn
    assert "<script" not in drawn


def test_it_brings_its_chinese_letters_once_they_are_built() -> None:
    assert '<link rel="stylesheet" href="/assets/letters-1.css">' in page(board(), letters="/assets/letters-1.css")
    assert "<link" not in page(board())


def test_calls_stand_with_their_counter_newest_first_and_the_present_one_lit() -> None:
    drawn = page(board(call("A013", "3", ago=5), call("A012", "12")))
    assert drawn.index("A013") < drawn.index("A012")
    assert drawn.count('lit"') == 1
    assert "<td>12</td>" in drawn


@pytest.mark.parametrize(
    "hidden",
    [{"state": "waiting"}, {"state": "cancelled"}, {"counter": None}],
    ids=["waits again", "cancelled", "nowhere"],
)
def test_a_number_that_is_called_no_more_is_not_shown(hidden: dict[str, Any]) -> None:
    drawn = page(board(call("A012", "3") | hidden))
    assert "A012" not in drawn
    assert "暂无叫号" in drawn


def test_the_newest_is_large_and_a_call_says_where_to_go() -> None:
    drawn = page(board(call("A013", "3", ago=5), call("A012", "4")))
    assert drawn.index('class="newest lit"') < drawn.index("A013") < drawn.index("请到窗口办理") < drawn.index("A012")
    assert "东区 · 二楼 <small>East · second floor</small>" in drawn
    assert "东区 · 地下" in drawn
    there = page(board(call("A013", "3"), call("A012", "4"), zone="east"))
    assert "东区" not in there
    assert "地下 <small>basement</small>" in there


def test_a_zone_shows_its_own_calls() -> None:
    drawn = page(board(call("A012", "3"), call("B001", "15", zone="west"), zone="west"))
    assert "B001" in drawn
    assert "A012" not in drawn


def test_a_closed_hall_says_when_it_opens_but_serves_its_last_visitor_first() -> None:
    closed = board(waiting={"general": 0})
    closed["hall"] |= {"open": False, "next_open": "2026-11-24T09:00:00+08:00"}
    drawn = page(closed)
    assert "本厅已停止服务" in drawn
    assert "2026-11-24 09:00" in drawn
    assert "本厅已停止服务" not in page(closed | {"calls": [call("A012", "3")]})


def test_a_closed_hall_with_people_waiting_says_that_they_are_still_called() -> None:
    closed = board()
    closed["hall"] |= {"open": False, "next_open": "2026-11-24T09:00:00+08:00"}
    drawn = page(closed)
    assert "本厅已停止取号" in drawn and "已取的号照常叫号" in drawn
    assert "本厅已停止服务" not in drawn and "2026-11-24" not in drawn
    nobody = page(closed | {"counters": [{"code": "3", "state": "paused"}]})
    assert "本厅已停止服务" in nobody and "本厅已停止取号" not in nobody


def test_an_emergency_stands_alone() -> None:
    notice = {"text": text("请撤离", "Leave the hall"), "level": "emergency", "at": NOW.isoformat()}
    drawn = page(board(call("A012", "3"), notice=notice), lang="en")
    assert "Leave the hall" in drawn
    assert "A012" not in drawn


def test_it_speaks_both_languages_the_asked_one_first() -> None:
    shown = board(call("A012", "3", tags=["appointment"]))
    chinese, english = page(shown), page(shown, lang="en")
    assert chinese.index("南山区") < chinese.index("Nanshan", chinese.index("<body>"))
    assert "等候 7 人" in chinese and "预约" in chinese
    assert "7 waiting" in english and "Appointment" in english


def test_a_name_is_never_markup() -> None:
    shown = board()
    shown["hall"]["name"] = text("<script>", "<script>")
    assert "<script>" not in page(shown)
