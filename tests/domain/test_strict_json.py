"""What comes in as JSON can be written again, and means the same to every reader."""

from __future__ import annotations

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as some

from server.domain.strict_json import DEEPEST, NoJson, NotStrict, loads

VALUES = some.recursive(
    some.none()
    | some.booleans()
    | some.integers(-(2**63), 2**63 - 1)
    | some.text()
    | some.floats(allow_nan=False, allow_infinity=False),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_others_write_is_read_as_it_was_meant(value: object) -> None:
    assert loads(json.dumps(value)) == value
    assert loads(orjson.dumps(value)) == value


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("NaN", "NaN is no JSON"),
        ("[Infinity]", "Infinity"),
        ('{"a": -Infinity}', "-Infinity"),
        ("1e999", "large"),
        ("9223372036854775808", "64 bits"),
        ("-9223372036854775809", "64 bits"),
        ("1" * 5000, "64 bits"),
        (r'"\ud800"', "half of a character"),
        (r'{"\udc00": 1}', "half of a character"),
        (r'[["a\ud83d"]]', "half"),
        ('{"a": 1, "a": 1}', "twice"),
        ("[" * 33 + "]" * 33, "nested"),
        ("[" * 100_000, "nested"),
    ],
)
def test_what_not_every_reader_takes_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(NotStrict, match=why) as caught:
        loads(text)
    assert not isinstance(caught.value, NoJson)
    assert caught.value.reason_zh


@pytest.mark.parametrize("text", ["", "{", "{'a': 1}", "nonsense", "\ufeff1", b"\xff", b"\xef\xbb\xbf1", "1 2"])
def test_what_is_no_json_is_called_that(text: str | bytes) -> None:
    with pytest.raises(NoJson):
        loads(text)


def test_the_bounds_themselves_are_well() -> None:
    assert loads(f"[{-(2**63)}, {2**63 - 1}]") == [-(2**63), 2**63 - 1]
    assert loads("[" * DEEPEST + "1" + "]" * DEEPEST)
    assert loads(r'"\ud83d\ude00"') == "😀"
