"""All that is wrong with a hall file is told at once."""

from __future__ import annotations

import random
from copy import deepcopy
from typing import Any

import pytest

from server.schemas.problems import HallFileError
from server.services.hall_setup.hall_file import check_hall
from tests.server.test_hall_file import SMALL


def paths(content: Any) -> list[str]:
    with pytest.raises(HallFileError) as wrong:
        check_hall(content)
    return [problem.path for problem in wrong.value.problems]


def broken(**changes: Any) -> dict[str, Any]:
    return deepcopy(SMALL) | changes


def test_a_wrong_type_does_not_hide_what_does_not_fit_together() -> None:
    content = broken(policy={"digits": "three"})
    content["services"].append({"code": "new", "name": {"zh-CN": "新", "en": "New"}, "counter_type": "moon"})
    content["hours"] = {"mon": [["12:00", "09:00"]]}
    found = paths(content)
    assert "policy.digits" in found
    assert f"services[{len(content['services']) - 1}].counter_type" in found
    assert "hours.mon[0]" in found


def test_what_was_filled_in_is_not_complained_of() -> None:
    content = broken()
    del content["services"][0]["name"]
    content["counter_types"][0]["prefix"] = "oo"
    found = paths(content)
    assert set(found) == {"services[0].name", "counter_types[0].prefix"}


def test_each_problem_is_told_once_and_a_whole_mess_is_told_too() -> None:
    content = broken(zones="none", counters=[{"code": 1}], lanes=[{"code": "a", "share": "two", "classes": []}])
    found = paths(content)
    assert len(found) == len(set(found))
    assert {"zones", "counters[0].code"} <= set(found)


@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_wrong_is_a_list_of_problems(seed: int) -> None:
    chance = random.Random(seed)
    content = broken()
    for _ in range(chance.randint(1, 5)):
        _spoil(content, chance)
    try:
        check_hall(content)
    except HallFileError as wrong:
        assert wrong.problems


def _spoil(content: Any, chance: random.Random) -> None:
    """Put nonsense somewhere deep in the file, or take something away."""
    holder = content
    while isinstance(holder, dict | list) and holder:
        key = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        if not isinstance(holder[key], dict | list) or not holder[key] or chance.random() < 0.3:
            if chance.random() < 0.4 and isinstance(holder, dict):
                del holder[key]
            else:
                holder[key] = chance.choice([None, 7, -1, "", "x", [], {}, [[]], {"a": {}}, 3.5, True])
            return
        holder = holder[key]
