"""`hallcall policy compare`: a recorded day and one made up, under the ready-made rules and a hall's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from house.places import ROOT
from replay.compare import command

DAY = ROOT / "replay" / "days" / "ud_bemowo_2020-01-02.csv"
MADE = ("--generate", "visits=300,counters=8,booked=0.3,load=1.1")


def compare(*arguments: object, status: int = 0) -> str:
    result = CliRunner().invoke(command, ["compare", *map(str, arguments)])
    assert result.exit_code == status, result.output
    return result.output


def test_a_recorded_day_is_compared() -> None:
    found = json.loads(compare(DAY, "--booked", "0.3", "--json"))
    assert found["visits"] == 804
    assert set(found["policies"]) >= {"balanced", "first-come", "two-to-one", "strict"}
    for of_rule in found["policies"].values():
        assert sum(one["visits"] for one in of_rule) == 804
        assert all(one["unserved"] == 0 for one in of_rule)
    first, balanced = found["policies"]["first-come"], found["policies"]["balanced"]
    booked = {name: next(one for one in rows if one["class_code"] == "appointment")["mean"]
              for name, rows in (("first", first), ("balanced", balanced))}  # fmt: skip
    assert booked["balanced"] < booked["first"]


def test_a_day_made_up_is_the_same_for_the_same_seed() -> None:
    assert compare(*MADE, "--seed", 4) == compare(*MADE, "--seed", 4)
    assert compare(*MADE, "--seed", 4) != compare(*MADE, "--seed", 5)
    table = compare(*MADE, "--policies", "strict, balanced")
    assert "strict" in table and "first-come" not in table


def test_a_halls_own_rule_stands_beside_the_others(tmp_path: Path) -> None:
    file = tmp_path / "hall.json"
    file.write_text(json.dumps({"classes": {"ordinary": {"speed": 3.0}}}), encoding="utf-8")
    found = json.loads(compare(*MADE, "--hall", file, "--policies", "balanced", "--json"))
    assert list(found["policies"]) == ["hall", "balanced"]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ([], 2, "give a recorded day"),
        ([DAY, *MADE], 2, "give a recorded day"),
        ([*MADE, "--policies", "fair"], 2, "no policy fair"),
        (["--generate", "visits=many"], 2, "none of visits"),
        (["--generate", "visits=0"], 2, "from 1 to"),
        (["--generate", "load=9"], 2, "from 0.05"),
        ([ROOT / "README.md"], 1, "cannot be read|is missing|README"),
        ([*MADE, "--hall", ROOT / "README.md"], 1, "no hall file"),
        ([*MADE, "--booked", "2"], 2, "not in the range"),
    ],
)
def test_what_cannot_be_compared_is_said(arguments: list[object], status: int, said: str) -> None:
    output = compare(*arguments, status=status)
    assert any(part in output for part in said.split("|")), output
