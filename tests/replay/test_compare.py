"""`hallcall policy compare`: a day under several rules, from a file, a hall file or drawn."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from replay.compare import command
from replay.compare_table import _cells

DAYS = Path(__file__).parents[2] / "replay" / "days"
BEMOWO, HALL = str(DAYS / "ud_bemowo_2020-01-02.csv"), str(DAYS / "bemowo_hall.json")


def run(*arguments: str, language: str = "en_GB.UTF-8") -> Result:
    return CliRunner().invoke(command, ["compare", *arguments], env={"LC_ALL": language, "LC_MESSAGES": "", "LANG": ""})


def compared(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.output)
    return found


def by_class(found: dict[str, Any], rule: str) -> dict[str, dict[str, Any]]:
    one = next(result for result in found["results"] if result["name"] == rule)
    return {line["class"]: line for line in [*one["classes"], one["all"]]}


def test_the_recorded_day_with_30_percent_booked_under_every_rule() -> None:
    start = time.perf_counter()
    found = compared(BEMOWO, "--booked", "0.3")
    assert time.perf_counter() - start < 6 * 0.3 + 1  # a wide bound: the figures are printed by bench
    assert found["day"] == {"name": "ud_bemowo_2020-01-02", "visits": 804, "counters": 19, "booked": 241, "seed": 1}
    assert [one["name"] for one in found["results"]] == [
        "balanced",
        "first-come",
        "appointments-first",
        "two-to-one",
        "strict",
        "promised",
    ]
    for one in found["results"]:
        assert (one["all"]["count"], one["not_served"]) == (804, 0)
    balanced, plain, strict = (by_class(found, name) for name in ("balanced", "first-come", "strict"))
    assert balanced["appointment"]["within_target"] > plain["appointment"]["within_target"] + 0.2
    assert strict["appointment"]["mean"] < balanced["appointment"]["mean"] < plain["appointment"]["mean"]
    assert plain["ordinary"]["overtaken_times"] == 0
    assert strict["ordinary"]["overtaken_minutes"] > balanced["ordinary"]["overtaken_minutes"]


def test_first_come_gives_the_waits_of_the_recorded_day() -> None:
    # replay/days/README.md: a plain simulation of these services, weighted by the visits of each queue
    waits = dict(zip("BCDGILMPT", (14.0, 7.8, 0.2, 7.5, 3.4, 108, 2.5, 14.2, 27.1), strict=True))
    visits = dict(zip("BCDGILMPT", (83, 126, 32, 168, 41, 73, 45, 159, 77), strict=True))
    known = sum(waits[queue] * visits[queue] for queue in waits) / sum(visits.values())
    assert by_class(compared(BEMOWO, "--policies", "first-come"), "first-come")[""]["mean"] == pytest.approx(
        known, rel=0.05
    )


def test_a_hall_of_its_own_plays_the_day_by_its_counters_and_its_rule() -> None:
    found = compared(BEMOWO, "--hall", HALL, "--booked", "0.3", "--policies", "hall,balanced")
    hall, balanced = found["results"]
    assert hall["classes"] == balanced["classes"]
    assert compared(BEMOWO, "--booked", "0.3", "--policies", "balanced")["results"] == [balanced]


def test_one_pool_of_counters_in_place_of_the_recorded_ones() -> None:
    pooled = compared(BEMOWO, "--counters", "15", "--policies", "first-come")
    assert pooled["day"]["counters"] == 15
    assert (
        pooled["results"][0]["all"]["mean"] < compared(BEMOWO, "--policies", "first-come")["results"][0]["all"]["mean"]
    )


def test_a_drawn_day() -> None:
    found = compared("--generate", "visits=400,counters=8,booked=0.2,load=1.1", "--policies", "balanced")
    assert (found["day"]["visits"], found["day"]["counters"], found["day"]["booked"]) == (400, 8, 80)
    assert compared("--generate", "", "--booked", "0.5")["day"]["booked"] == 440
    assert compared("--generate", "", "--seed", "7") != compared("--generate", "", "--seed", "8")
    several = compared("--generate", "visits=100,types=4", "--hall", HALL, "--policies", "hall")
    assert several["day"]["counters"] == 19


@pytest.mark.parametrize("language", ["en_GB.UTF-8", "zh_CN.UTF-8"])
def test_the_table_is_in_the_terminals_language(language: str) -> None:
    result = run(BEMOWO, "--booked", "0.3", "--policies", "balanced,strict", language=language)
    assert result.exit_code == 0
    lines = result.output.splitlines()
    words = (
        ("Balanced (recommended)", "walk-ins", "longest")
        if language[:2] == "en"
        else ("均衡（推荐）", "现场取号", "最长")
    )
    assert all(any(word in line for line in lines) for word in words)
    assert sum("241" in line for line in lines) == 3


def test_columns_stand_below_each_other_in_chinese_too() -> None:
    assert _cells([("预约", -8), ("目标", 6)]) == "预约      目标"
    assert _cells([("walk", -8), ("target", 6)]) == "walk    target"


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ([], 2, "either a FILE or --generate"),
        ([BEMOWO, "--generate", "visits=5"], 2, "either a FILE or --generate"),
        (["nowhere.csv"], 2, "does not exist"),
        ([BEMOWO, "--policies", "fair"], 2, "there is no rule 'fair'"),
        ([BEMOWO, "--policies", "hall"], 2, "there is no rule 'hall'"),
        ([BEMOWO, "--booked", "2"], 2, "--booked"),
        ([HALL], 1, f"{HALL} is no recorded day: it has no column"),
        (["--generate", "people=5"], 2, "there is no 'people'"),
        (["--generate", "visits=many"], 2, "visits must be a whole number from 1 to 20000, not 'many'"),
        (["--generate", "load=nan"], 2, "load must be a number"),
        (["--generate", "types=9,counters=3"], 2, "more types than counters"),
        ([BEMOWO, "--hall", BEMOWO], 1, "the file is no JSON"),
        ([BEMOWO, "--hall", HALL, "--counters", "3"], 1, "no counter serves"),
    ],
)
def test_bad_input_is_a_sentence(arguments: list[str], status: int, said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == status
    assert said in result.output
    assert "Traceback" not in result.output


def test_a_wrong_part_is_named_in_chinese(tmp_path: Path) -> None:
    assert "visits 必须是 1 到 20000 的整数" in run("--generate", "visits=0", language="zh_CN.UTF-8").output
    assert "没有规则“fair”" in run(BEMOWO, "--policies", "fair", language="zh_CN.UTF-8").output
    (tmp_path / "day.csv").write_text("queue,ticket,issued_min,called_min\nA,1,1e9,9\n")
    (tmp_path / "day_counters.csv").write_text("queue,name,minute,open\nA,A,0,1\nA,A,60,0\n")
    result = run(str(tmp_path / "day.csv"), language="zh_CN.UTF-8")
    assert result.exit_code == 1
    assert "无法读取这一天" in result.output


def test_a_day_without_open_counters_is_refused(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text("queue,ticket,issued_min,called_min\nA,1,5,9\n")
    (tmp_path / "day_counters.csv").write_text("queue,name,minute,open\nA,A,0,0\nA,A,60,0\n")
    for more in ([], ["--counters", "2"]):
        result = run(str(tmp_path / "day.csv"), *more)
        assert result.exit_code == (0 if more else 1), result.output
        assert more or "no counter serves A" in result.output
