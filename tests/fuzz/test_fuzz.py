"""Every target of `python -m tests.fuzz` over its seeds and a few mutations, without atheris."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from tests.fuzz.__main__ import fuzz, words_of
from tests.fuzz.mutations import mutations
from tests.fuzz.table import TARGETS
from tests.fuzz.target import Target

MUTATIONS = 100
#: Pillow warns of a picture that says it is huge, and refuses a larger one.
pytestmark = pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")


@pytest.mark.parametrize("name", TARGETS)
def test_a_parser_lets_only_its_declared_errors_out(name: str, tmp_path: Path) -> None:
    target = TARGETS[name]
    seeds = target.seeds()
    assert target.takes(seeds[0], tmp_path), "the first seed is a whole content"
    changed = mutations(seeds, count=MUTATIONS, chance=Random(name), longest=target.longest)
    taken = [target.takes(content, tmp_path) for content in (*seeds, *changed)]
    assert all(taken) == (not target.errors), "what declares errors refuses some of these, what declares none takes all"


def test_an_error_that_is_not_declared_is_a_finding(tmp_path: Path) -> None:
    target = Target(lambda content, _folder: int(content), lambda: [b"1"], errors=(UnicodeError,))
    with pytest.raises(ValueError, match="invalid literal"):
        target.takes(b"x", tmp_path)


def test_mutations_are_the_same_each_time_and_bounded() -> None:
    first, second = (list(mutations([b"abc" * 9, b"x"], count=50, chance=Random(1), longest=20)) for _ in range(2))
    assert first == second
    assert len(set(first)) > 25
    assert max(map(len, first)) <= 20


def test_words_of_seeds_are_written_as_libfuzzer_reads_them() -> None:
    assert words_of([b'{"queue": "\xff", "a": 1}', b"open,queue"]) == ["open", "queue"]


def test_without_atheris_the_command_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    said = CliRunner().invoke(fuzz, ["keys", "--folder", str(tmp_path)])
    assert said.exit_code == 1
    assert "pip install -c constraints.txt -e '.[fuzz]'" in said.output


def test_a_name_that_is_no_target_is_refused_with_those_that_are() -> None:
    said = CliRunner().invoke(fuzz, ["nothing"])
    assert said.exit_code == 2
    assert "recorded-day" in said.output
