"""What the announcer still knows after a restart."""

import json

import pytest

from display.announcer.memory import Memory
from tests.announcer.fixtures import call


def test_memory_survives(tmp_path):
    memory = Memory(tmp_path / "memory.json")
    memory.for_hall("h")
    memory.handle(call(calls=2))
    memory.seq, memory.playing = 7, {"A": {"play": "p"}}
    memory.save()
    again = Memory(tmp_path / "memory.json")
    assert (again.hall, again.seq, again.playing) == ("h", 7, {"A": {"play": "p"}})
    assert again.handled(call(calls=2))
    assert again.handled(call(calls=1))
    assert not again.handled(call(calls=3))
    assert not again.handled(call(seq=11))
    assert not again.handled(call("A013"))


@pytest.mark.parametrize("content", ["", "{", "[]", '{"hall": 1}', '{"handled": {"A": [1]}, "playing": {}}'])
def test_a_broken_memory_is_an_empty_one(tmp_path, content):
    (tmp_path / "memory.json").write_text(content)
    memory = Memory(tmp_path / "memory.json")
    assert (memory.hall, memory.seq, memory.playing) == (None, None, {})


def test_memory_does_not_grow_for_ever(tmp_path):
    memory = Memory(tmp_path / "memory.json")
    for number in range(700):
        memory.handle(call(f"A{number}"))
    memory.save()
    assert len(json.loads((tmp_path / "memory.json").read_text())["handled"]) == 500
    assert memory.handled(call("A699"))


@pytest.mark.parametrize("content", ['{"handled": {"A001": [Infinity, 1]}, "playing": {}}', "[" * 100_000, "[]"])
def test_a_memory_that_is_not_usable_is_none(tmp_path, content):
    (tmp_path / "memory.json").write_text(content)
    memory = Memory(tmp_path / "memory.json")
    assert (memory.hall, memory.seq, memory.playing) == (None, None, {})
