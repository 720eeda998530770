"""JSON as every reader understands it, whichever way it came in: by REST and by socket alike.

Python's reader takes NaN, integers without end, a name twice in one object and halves of characters (lone surrogates);
what is made of them cannot be written again for others, or means something else to them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

#: Arrays and objects in one another.
DEEPEST = 32
#: What a database and every program keeps whole.
LEAST, MOST = -(2**63), 2**63 - 1
#: More digits are not even turned into a number.
MOST_DIGITS = 20


class NotStrict(ValueError):
    """JSON that not every reader understands; `reason` and `reason_zh` say what is wrong with it."""

    def __init__(self, reason: str, reason_zh: str) -> None:
        super().__init__(reason)
        self.reason, self.reason_zh = reason, reason_zh


class NoJson(NotStrict):
    """No JSON at all."""


_NESTED = NotStrict(f"nested more than {DEEPEST} deep", f"嵌套超过 {DEEPEST} 层")


def loads(text: str | bytes) -> Any:
    """The value of a JSON text (bytes: in UTF-8). Raises NotStrict, or NoJson for what is no JSON."""
    try:
        if isinstance(text, bytes):
            text = text.decode()
        value = _DECODER.decode(text)
        text.encode()
    except NotStrict:
        raise
    except RecursionError:
        raise _NESTED from None
    except ValueError as wrong:  # UnicodeError is one
        raise NoJson(str(wrong), "不是有效的 JSON") from None
    _check(value, may_be_half="\\u" in text)
    return value


def _check(value: Any, *, may_be_half: bool) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST and any(isinstance(one, dict | list) for one in level):
            raise _NESTED
        inner: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                if may_be_half:
                    _refuse_halves(one)
                inner += one.values()
            elif isinstance(one, list):
                inner += one
            elif may_be_half and isinstance(one, str):
                _refuse_halves((one,))
        level = inner


def _refuse_halves(texts: Iterable[str]) -> None:
    for text in texts:
        try:
            text.encode()
        except UnicodeEncodeError:
            raise NotStrict("a text holds half of a character", "文字中含有不完整的字符") from None


def _integer(digits: str) -> int:
    value = int(digits) if len(digits) <= MOST_DIGITS else MOST + 1
    if not LEAST <= value <= MOST:
        raise NotStrict("an integer has more than 64 bits", "整数超过 64 位")
    return value


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise NotStrict("a number is too large", "数字过大")
    return value


def _constant(name: str) -> None:
    raise NotStrict(f"{name} is no JSON", f"{name} 不是有效的 JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise NotStrict("a name stands twice in one object", "同一对象中名称重复")
    return made


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_float, parse_constant=_constant, object_pairs_hook=_object)
